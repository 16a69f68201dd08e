import { api } from '../../api/client';
import { useMay } from '../../api/session';
import type { Directory } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { GrantsCard, useTitles } from '../../part/share';
import { Empty, View } from '../../part/state';
import { ServiceTable } from '../share/services';

/** What is served of a directory, and who was granted it. */
export function Shared({ of: d }: { of: Directory }) {
  const { t } = useWords();
  const may = useMay();
  const titles = useTitles();
  const services = useLoad(may('service.read') ? `services ${d.name}` : null, (s) => api.services({ directory: d.name }, s));
  return (
    <div className="stack">
      <Card title={t.services.title}>
        {may('service.read') ? <View from={services} lines={3}>{(l) => (l.items.length ? <ServiceTable items={l.items} titles={titles} without="d" /> : <Empty title={t.services.none} hint={t.services.noneHint} />)}</View> : <Empty title={t.share.forbidden} hint={t.share.forbiddenHint} />}
      </Card>
      <GrantsCard of={{ directory: d.name }} titles={titles} title={t.grants.title} office={d.office} />
    </div>
  );
}
