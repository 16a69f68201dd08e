import { Button, Segmented, Select } from 'antd';
import { useWords } from '../i18n/use';
import { asked } from '../part/asked';
import { Card, Head } from '../part/frame';
import { NoticeLine, useNotices } from '../part/notice';
import { Pager } from '../part/pager';
import { Empty, Failed, View } from '../part/state';
import { useAlter, usePlace } from '../route/route';

/** Everything one was told, newest first; what is shown stands in the address. */
export default function Notices() {
  const { t } = useWords();
  const w = t.notices;
  const place = usePlace();
  const alter = useAlter();
  const q = asked(place, 'unread', 'why', 'cursor');
  const { unread, list, read } = useNotices({ ...q, limit: 50 });
  const only = q.unread === 'true';
  return (
    <>
      <Head name={w.title} title={w.title} sub={w.sub} actions={unread > 0 && <Button loading={read.busy} onClick={() => void read.act()}>{w.readAll}</Button>} />
      {read.problem && <Failed problem={read.problem} />}
      <Card>
        <div className="filters">
          <Segmented aria-label={w.which} value={only ? 'unread' : 'all'} onChange={(v) => alter({ unread: v === 'unread' ? 'true' : null, cursor: null })} options={[{ value: 'all', label: w.all }, { value: 'unread', label: w.unread }]} />
          <Select aria-label={w.why} style={{ minWidth: 150 }} value={q.why ?? ''} onChange={(why) => alter({ why: why || null, cursor: null })} options={[{ value: '', label: w.anyWhy }, ...Object.entries(w.whys).map(([value, label]) => ({ value, label }))]} />
        </div>
        <View from={list} lines={10}>
          {(d) => d.items.length === 0
            ? <Empty title={only ? w.emptyUnread : w.empty} hint={only ? w.emptyUnreadHint : w.emptyHint} />
            : <><ul className="told-list">{d.items.map((n) => <NoticeLine key={n.id} of={n} read={(id) => void read.act(id)} />)}</ul><Pager next={d.next} shown={d.items.length} /></>}
        </View>
      </Card>
    </>
  );
}
