import { useId, type ReactNode } from 'react';
import type { Problem } from '../api/schema.gen';
import type { Catalogue } from '../i18n/zh';
import { useWords } from '../i18n/use';
import { Help } from './help';
import { classes } from './table';

/** What is wrong at a place of a form, as the server says it. */
export type Wrong = (...at: string[]) => Problem[];

/** A field of a form: what the reference says of it is generated into the catalogues. */
export type FieldPath = keyof Catalogue['fields'];

/**
 * A labelled control with its help and what is wrong with it. The control carries the id and
 * is described by both: the help is told to those, too, who do not see the mark beside the
 * label.
 */
export function Labelled({ label, help, told, needed, wide, wrong = [], children }: { label: string; help: ReactNode; told: string; needed?: boolean; wide?: boolean; wrong?: Problem[]; children: (id: string, by: string) => ReactNode }) {
  const id = useId();
  return (
    <div className={classes('field-of', wide && 'wide')}>
      <span><label className="label" htmlFor={id}>{label}</label>{needed && <b className="danger" aria-hidden="true"> *</b>} {help}</span>
      {children(id, wrong.length ? `${id}-help ${id}-wrong` : `${id}-help`)}
      <span id={`${id}-help`} hidden>{told}</span>
      <Wrongs of={wrong} id={`${id}-wrong`} />
    </div>
  );
}

/** A field whose words are those of the reference. */
export function Field({ of, label, ...more }: { of: FieldPath; label?: string; wrong?: Problem[]; wide?: boolean; children: (id: string, by: string) => ReactNode }) {
  const f = useWords().t.fields[of];
  return <Labelled label={label ?? f.title} help={<Help title={label ?? f.title}><p>{f.help}</p></Help>} told={f.help} needed={f.needed} {...more} />;
}

/** The help of a field whose control stands in a table or among others. */
export function HelpOf({ of }: { of: FieldPath }) {
  const f = useWords().t.fields[of];
  return <Help title={f.title}><p>{f.help}</p></Help>;
}

/** Goes to the first field of a form that is wrong. */
export function toFirstWrong(form: HTMLElement | null) {
  const field = form?.querySelector('.wrongs')?.closest<HTMLElement>('.field-of');
  field?.scrollIntoView({ block: 'center' });
  field?.querySelector<HTMLElement>('input, textarea, [tabindex="0"]')?.focus({ preventScroll: true });
}

export function Wrongs({ of, id }: { of: Problem[]; id?: string }) {
  const { t } = useWords();
  if (of.length === 0) return null;
  return <div id={id} className="small danger wrongs">{of.map((p, i) => <div key={i}>{[p.detail, p.remedy].filter(Boolean).join(t.semi)}</div>)}</div>;
}
