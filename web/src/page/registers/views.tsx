import { App, Button, Input, Popover } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { useSession } from '../../api/session';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { keptKeys } from '../../part/layout';
import { Failed } from '../../part/state';
import { classes } from '../../part/table';
import { go, usePlace } from '../../route/route';

/** What of an address is a view of its list: filters, order and columns, not where one stands in it. */
function viewOf(query: URLSearchParams): URLSearchParams {
  const q = new URLSearchParams(query);
  for (const n of ['cursor', 'record', 'tab', 'dialog', 'lang']) q.delete(n);
  return q;
}

/** Views of a list that a reader keeps under a name. Each is an address: who has it sees the same. */
export function Views({ page, keep, keys, off }: { page: string; keep: string; keys: string[]; off: string[] }) {
  const { t } = useWords();
  const w = t.registers.views;
  const { message } = App.useApp();
  const user = useSession()?.id ?? '';
  const place = usePlace();
  const [open, show] = useState(false);
  const [name, call] = useState('');
  const all = useLoad(open ? `views ${page}` : null, (s) => api.views(page, s));
  const now = viewOf(place.query).toString();
  const here = () => {
    const q = viewOf(place.query);
    if (!q.has('cols')) q.set('cols', keptKeys(user, keep, keys, off).join(','));
    return q.toString();
  };
  const save = useAction(async () => {
    const v = await api.saveView({ page, name: name.trim(), query: here() });
    call('');
    all.again();
    void message.success(w.saved(v.name));
  });
  const remove = useAction(async (id: string) => {
    await api.removeView(id);
    all.again();
  });
  const copy = () => void navigator.clipboard.writeText(`${window.location.origin}${page}?${here()}`).then(() => message.success(w.copied));
  const items = all.data?.items ?? [];
  const box = (
    <section aria-label={w.title}>
      <div className="views-list">
        {all.problem && <Failed problem={all.problem} again={all.again} plain />}
        {all.data && items.length === 0 && <p className="small muted">{w.none}</p>}
        {items.map((v) => (
          <div className="row" key={v.id}>
            <button type="button" className={classes('link', 'fill')} aria-current={v.query === now ? 'true' : undefined} onClick={() => { show(false); go(`${page}?${v.query}`); }}>{v.query === now ? <b>{v.name}</b> : v.name}</button>
            <Button size="small" type="text" aria-label={w.remove(v.name)} title={w.remove(v.name)} disabled={remove.busy} onClick={() => void remove.act(v.id)}>×</Button>
          </div>
        ))}
      </div>
      <form className="views-save" onSubmit={(e) => { e.preventDefault(); if (name.trim()) void save.act(); }}>
        <Input aria-label={w.name} placeholder={w.name} maxLength={40} value={name} onChange={(e) => call(e.target.value)} />
        <Button htmlType="submit" type="primary" disabled={!name.trim()} loading={save.busy}>{w.save}</Button>
      </form>
      {(save.problem ?? remove.problem) && <Failed problem={(save.problem ?? remove.problem)!} plain />}
      <p className="small muted">{w.hint} <button type="button" className="link" onClick={copy}>{w.copy}</button></p>
    </section>
  );
  return (
    <Popover content={box} trigger="click" placement="bottomRight" open={open} onOpenChange={show}>
      <Button aria-expanded={open}>{w.title}</Button>
    </Popover>
  );
}
