import type { Directory, GrantDraft } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import type { Titles } from '../../part/share';
import { rowWords, useRegionNames } from './region';

/** A grant in sentences, as it will be once made. */
export function Summary({ of: d, draft: g, titles }: { of: Directory; draft: GrantDraft; titles: Titles }) {
  const words = useWords();
  const { t, f } = words;
  const w = t.granting;
  const rules = (g.rows ?? []).filter((r) => r.values.length > 0);
  const region = useRegionNames(rules);
  const item = (n: string) => d.declaration.items.find((i) => i.name === n);
  const title = (n: string) => item(n)?.title ?? n;
  const app = titles.grantees.find((a) => g.grantee.kind === 'app' && a.name === g.grantee.name);
  const whole = g.items.filter((i) => !i.mask && item(i.item)?.personal);
  const begin = Date.parse(g.from ?? new Date().toISOString());
  const days = Math.ceil((Date.parse(g.until) - begin) / 86_400_000);
  const all = [
    g.grantee.name && w.says(titles.grantee(g.grantee) + (app ? w.otherOffice(app.office_title) : ''), d.title),
    g.items.length > 0 && w.saysItems(f.n(g.items.length), f.n(g.items.filter((i) => i.mask).length)),
    whole.length > 0 && w.saysWhole(whole.map((i) => title(i.item)).join(t.sep)),
    g.all_rows ? w.saysAll : rules.length > 0 && w.saysRows(rules.map((r) => rowWords(words, r, title, region)).join(t.semi)),
    days > 0 && w.saysTerm(g.from ? f.lastDay(new Date(begin + 1).toISOString()) : w.now, f.lastDay(g.until), f.n(days)),
    g.per_second > 0 && g.per_day > 0 && w.saysQuota(f.n(g.per_second), f.n(g.per_second * 60), f.n(g.per_day), f.one(g.per_day / 86_400)),
    w.saysEnd,
  ];
  return <ul className="says">{all.filter(Boolean).map((x, i) => <li key={i}>{x}</li>)}</ul>;
}
