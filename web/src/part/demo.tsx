import { useWords } from '../i18n/use';
import { Tag } from './frame';

// The page itself says whether its data were invented: it is known before anybody signed in.
const demo = () => document.querySelector<HTMLMetaElement>('meta[name=demo]')?.content === 'true';

/** The mark that every screen of a demo bears. */
export function Demo() {
  const { t } = useWords();
  return demo() ? <Tag tone="warn" title={t.shell.demoTitle}>{t.shell.demo}</Tag> : null;
}
