import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Case, Offer } from '../../api/schema.gen';
import { useAction, useLoad } from '../../api/use';
import { useWords } from '../../i18n/use';
import { useDialog } from '../../part/dialog';
import { Card, Head, Tag } from '../../part/frame';
import { PlaceMap } from '../../part/record/map';
import { ReasonDialog } from '../../part/reason';
import { RecordFacts } from '../../part/record/value';
import { placeIn } from '../../part/record/values';
import { Failed, View } from '../../part/state';
import { Table } from '../../part/table';
import { to } from '../../route/paths';
import { ActDialog, asksNothing } from './act';
import { Clocks } from './clocks';
import { casesChanged, tell } from '../../part/heard';
import { takenElsewhere } from './photos';
import { Related } from './related';
import { Steps } from './steps';
import { CaseTags, cut, DueLine } from './tags';
import { Way, wayOf } from './way';

export default function CasePage({ id }: { id: string }) {
  const { t } = useWords();
  const from = useLoad(`case ${id}`, (s) => api.case(id, s));
  const c = from.data;
  return (
    <>
      {!c && <Head name={t.kase.one} crumbs={[{ text: t.desk.title, to: to.cases() }]} title={t.kase.one} />}
      {c ? <Shown key={id} of={c} put={from.put} problem={from.problem && <Failed problem={from.problem} again={from.again} />} /> : <View from={from} lines={14}>{() => null}</View>}
    </>
  );
}

function Shown({ of: masked, put, problem }: { of: Case; put: (c: Case) => void; problem: React.ReactNode }) {
  const { t, f } = useWords();
  const w = t.kase;
  const [dialog, ask] = useDialog();
  const [plain, show] = useState<Case>(); // kept by no address: whoever comes anew asks anew
  const c = plain?.rev === masked.rev ? { ...masked, values: plain.values, words: plain.words } : masked;
  const filled = c.form.fields.some((x) => x.kind !== 'files' && (c.values[x.name] ?? '') !== '');
  const point = c.form.fields.find((x) => x.kind === 'point' && c.values[x.name]);
  const personal = c.form.fields.some((x) => x.personal !== '' || (x.columns ?? []).some((y) => y.personal !== ''));
  return (
    <>
      <Head
        name={`${c.key} ${c.title}`}
        crumbs={[{ text: t.desk.title, to: to.cases() }, { text: w.crumb(c.pack_title, c.flow_title), to: to.cases({ pack: c.pack, flow: c.flow, desk: 'all' }) }]}
        title={<span title={c.title}>{cut(c.title, 80) || c.key}</span>}
        tags={<><Tag tone={c.ended_at ? 'ok' : 'accent'}>{c.state_title}</Tag> <CaseTags of={c} /></>}
        sub={<><DueLine of={c} /><span className="case-key">{c.key}</span> · {w.sub(c.creator_name, [c.from_office_title, c.region_title].filter(Boolean).join(' · '), f.time(c.opened_at))}</>}
        actions={<Offers of={c} plain={c !== masked} put={put} />}
      />
      <Waits of={c} />
      {problem}
      {c.asked && <div className="note warn"><b>{w.asked(c.asked.by_name, c.asked.title, c.asked.budget)}</b> <span className="muted">{f.time(c.asked.at)}</span><p>{c.asked.reason}</p></div>}
      <Way of={c} />
      <div className="case-cols">
        <div className="stack">
          <Steps of={c} />
        </div>
        <aside className="stack">
          <Clocks of={c} />
          {filled && <Card title={w.facts} note={personal && c.plain && (c === masked ? <Button size="small" onClick={() => ask('~plain')}>{t.plain.show}</Button> : <Button size="small" onClick={() => show(undefined)}>{t.plain.hide}</Button>)} pad>
            <RecordFacts of={{ ...c.form, fields: c.form.fields.filter((x) => x.kind !== 'files') }} in={c} />
          </Card>}
          {point && <Card title={w.place} note={c.region_title} pad><PlaceMap at={placeIn(c.form, c.values)} near={takenElsewhere(c)} label={point.title} />{takenElsewhere(c).length > 0 && <p className="small muted gap-top">{w.placeKey}</p>}</Card>}
          <Joint of={c} />
          <Related of={c} />
        </aside>
      </div>
      {dialog === '~plain' && masked.plain && (
        <ReasonDialog title={t.plain.show} text={t.registers.plainText(c.key)} button={t.plain.show} hint={w.plainHint} most={200} close={() => ask(null)} run={async (why) => show(await api.plainCase(masked.id, why))} />
      )}
    </>
  );
}

/** Acts that every flow has: they stand behind "more". */
const builtIn = new Set(['comment', 'urge', 'supervise', 'invite', 'delegate', 'assign', 'take_over', 'merge_into', 'unmerge']);

/** What the reader may do: what moves the case is the one large button. */
function Offers({ of: c, plain, put }: { of: Case; plain: boolean; put: (c: Case) => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const [dialog, open] = useDialog();
  const own = c.offers.filter((o) => !builtIn.has(o.action));
  const rest = c.offers.filter((o) => builtIn.has(o.action));
  const next = wayOf(c).find((s) => s.at === 'ahead')?.state.name;
  // What leads on is the large one, even while it has to wait; else what can be done without harm.
  const first = own.find((o) => o.to !== '' && o.to === next) ?? own.find((o) => !o.why && !o.danger);
  const [last, remember] = useState<Offer>(); // it stays open where somebody else has acted meanwhile
  const offered = c.offers.find((o) => o.action === dialog);
  if (offered && offered !== last) remember(offered);
  const asked = offered ?? (last?.action === dialog ? last : undefined);
  const done = (o: Offer, next: Case) => {
    tell(casesChanged);
    put(next);
    void message.success(t.kase.done(o.title));
  };
  const direct = useAction(async (o: Offer) => done(o, await api.actOnCase(c.id, { action: o.action, rev: c.rev })));
  const watch = useAction(async () => {
    const { on } = await api.watchCase(c.id, !c.watched);
    put({ ...c, watched: on });
    tell(casesChanged);
    void message.success(on ? t.kase.watching : t.kase.unwatched);
  });
  const press = (o: Offer) => (asksNothing(c, o) && !o.danger ? void direct.act(o) : open(o.action));
  const problem = direct.problem ?? watch.problem;
  return (
    <>
      <Button onClick={() => void watch.act()} loading={watch.busy} aria-pressed={c.watched}>{c.watched ? t.kase.unwatch : t.kase.watch}</Button>
      {rest.length > 0 && (
        <Dropdown trigger={['click']} menu={{ items: rest.map((o) => ({ key: o.action, label: o.title, disabled: o.why !== '', title: o.why || undefined, onClick: () => press(o) })) }}>
          <Button aria-haspopup="menu">{t.kase.more}</Button>
        </Dropdown>
      )}
      {[...own.filter((o) => o !== first), ...(first ? [first] : [])].map((o) => (
        <Button key={o.action} type={o === first ? 'primary' : 'default'} disabled={o.why !== ''} aria-describedby={o.why ? `why-${o.action}` : undefined} loading={direct.busy && o === first} onClick={() => press(o)}>{o.title}</Button>
      ))}
      {problem && <div className="act-problem"><Failed problem={problem} plain /></div>}
      {asked && <ActDialog key={asked.action} of={c} plain={plain} offer={asked} close={() => open(null)} changed={put} done={(next) => { open(null); done(asked, next); }} />}
    </>
  );
}

/** Why what the reader may do cannot be done now. */
function Waits({ of: c }: { of: Case }) {
  const { t } = useWords();
  const all = c.offers.filter((o) => o.why);
  return all.length > 0 && <ul className="act-why small muted">{all.map((o) => <li key={o.action} id={`why-${o.action}`}>{t.kase.notNow(o.title, o.why)}</li>)}</ul>;
}

function Joint({ of: c }: { of: Case }) {
  const { t, f } = useWords();
  const w = t.kase;
  if (c.joint.length === 0) return null;
  return (
    <Card title={w.joint}>
      <Table
        label={w.joint}
        rows={c.joint}
        rowKey={(m) => `${m.office_title} ${m.asked_at}`}
        cols={[
          { key: 'o', title: w.jointCols.office, cell: (m) => m.office_title },
          { key: 'a', title: w.jointCols.asked, nowrap: true, cell: (m) => f.time(m.asked_at) },
          { key: 'r', title: w.jointCols.answer, cell: (m) => (m.answered_at ? <>{f.time(m.answered_at)}<span className="sub small muted">{m.note}</span></> : <span className="warn-text">{w.waiting}</span>) },
        ]}
      />
    </Card>
  );
}
