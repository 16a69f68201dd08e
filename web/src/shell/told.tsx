import { Button, Drawer } from 'antd';
import { useWords } from '../i18n/use';
import { NoticeLine, useNotices } from '../part/notice';
import { Empty, Failed, View } from '../part/state';
import { Link } from '../route/link';
import { to } from '../route/paths';

/** The last that one was told, over whatever page one is on. */
export default function Told({ close }: { close: () => void }) {
  const { t } = useWords();
  const w = t.notices;
  const { unread, list, read } = useNotices({ limit: 20 });
  return (
    <Drawer open title={w.title} size={460} onClose={close} footer={
      <div className="foot">
        <Link to={to.notices} className="btn" onClick={close}>{w.every}</Link>
        <span className="fill" />
        {unread > 0 && <Button loading={read.busy} onClick={() => void read.act()}>{w.readAll}</Button>}
        <Button onClick={close}>{w.close}</Button>
      </div>
    }>
      {read.problem && <Failed problem={read.problem} plain />}
      <View from={list} lines={8}>
        {(d) => d.items.length === 0
          ? <Empty title={w.empty} hint={w.emptyHint} />
          : <ul className="told-list">{d.items.map((n) => <NoticeLine key={n.id} of={n} read={(id) => void read.act(id)} follow={close} />)}</ul>}
      </View>
    </Drawer>
  );
}
