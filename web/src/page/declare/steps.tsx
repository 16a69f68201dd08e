import { Button, Modal, Select } from 'antd';
import type { CodeList, Item, Step } from '../../api/schema.gen';
import { useWords } from '../../i18n/use';
import { optionsOf } from '../../part/choice';
import { useKinds } from '../../part/kinds';
import { StepParams } from '../../part/step';
import { Found, type Wrongs } from './field';

/** The steps of one item in the order in which they work, with what each of them takes. */
export function Steps({ of: x, lists, wrongs, change, close }: { of: Item; lists: CodeList[]; wrongs: Wrongs; change: (steps: Step[]) => void; close: () => void }) {
  const { t } = useWords();
  const kinds = useKinds();
  const steps = x.clean ?? [];
  const move = (i: number, by: number) => {
    const next = [...steps];
    const [s] = next.splice(i, 1);
    if (s) next.splice(i + by, 0, s);
    change(next);
  };
  return (
    <Modal open width={640} title={t.form.stepsOf(x.title || x.name)} onCancel={close} footer={<Button type="primary" onClick={close}>{t.form.stepsDone}</Button>}>
      <ol className="rule-list">
        {steps.map((s, i) => {
          const title = kinds.steps.get(s.do)?.title ?? s.do;
          const taken = (kinds.steps.get(s.do)?.params.length ?? 0) > 0;
          const wrong = wrongs(`clean[${i}]`, true);
          return (
            <li key={`${i} ${s.do}`}>
              <div className="rule-line">
                <span className="fill"><b>{title}</b> <span className="small muted">{kinds.steps.get(s.do)?.help}</span></span>
                <span className="acts">
                  <Button size="small" type="text" aria-label={t.form.up(title)} disabled={i === 0} onClick={() => move(i, -1)}>↑</Button>
                  <Button size="small" type="text" aria-label={t.form.down(title)} disabled={i === steps.length - 1} onClick={() => move(i, 1)}>↓</Button>
                  <Button size="small" type="text" aria-label={t.form.remove(title)} onClick={() => change(steps.filter((_, n) => n !== i))}>×</Button>
                </span>
              </div>
              {taken ? <StepParams step={s} lists={lists} wrong={wrong} change={(v) => change(steps.map((o, n) => (n === i ? v : o)))} /> : <Found wrong={wrong} />}
            </li>
          );
        })}
      </ol>
      <div className="pager">
        <Select className="add-rule" value={null} placeholder={t.form.addStep} aria-label={t.form.addStep} showSearch={{ optionFilterProp: 'label' }} popupMatchSelectWidth={false} onChange={(v: string) => change([...steps, { do: v }])}
          options={optionsOf([...kinds.steps.values()])} />
      </div>
    </Modal>
  );
}
