import { api } from '../../api/client';
import { useMay } from '../../api/session';
import type { Directory } from '../../api/schema.gen';
import { useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { Card } from '../../part/frame';
import { May } from '../../part/may';
import { GrantTable, useTitles } from '../../part/share';
import { Empty, View } from '../../part/state';
import { Link } from '../../route/link';
import { to } from '../../route/paths';
import { ServiceTable } from '../share/services';

/** What is served of a directory, and who was granted it. */
export function Shared({ of: d }: { of: Directory }) {
  const { t } = useWords();
  const may = useMay();
  const titles = useTitles();
  const services = useLoad(may('service.read') ? `services ${d.name}` : null, (s) => api.services({ directory: d.name }, s));
  const grants = useLoad(may('grant.read') ? `grants ${d.name}` : null, (s) => api.grants({ directory: d.name, limit: 100 }, s));
  return (
    <div className="stack">
      <Card title={t.services.title}>
        {may('service.read') ? <View from={services}>{(l) => (l.items.length ? <ServiceTable items={l.items} titles={titles} without="d" /> : <Empty title={t.services.none} hint={t.services.noneHint} />)}</View> : <Empty title={t.share.forbidden} hint={t.share.forbiddenHint} />}
      </Card>
      <Card title={t.grants.title} note={<May do="grant.make" office={d.office}><Link to={to.newGrant({ directory: d.name })}>{t.grants.make}</Link></May>}>
        {may('grant.read') ? <View from={grants}>{(l) => (l.items.length ? <GrantTable items={l.items} titles={titles} without="d" label={t.grants.title} /> : <Empty title={t.grants.none} hint={t.grants.noneHint} />)}</View> : <Empty title={t.share.forbidden} hint={t.share.forbiddenHint} />}
      </Card>
    </div>
  );
}
