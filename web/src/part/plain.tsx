import { Button } from 'antd';
import { useWords } from '../i18n/use';
import { May } from './may';

/**
 * Personal values are masked until somebody who may see them asks for it. The choice belongs
 * to no address and is not kept: whoever comes to the page anew asks anew.
 */
export function Plain({ plain, show }: { plain: boolean; show: (plain: boolean) => void }) {
  const { t } = useWords();
  return (
    <May do="rows.plain">
      <Button size="small" onClick={() => show(!plain)}>{plain ? t.plain.hide : t.plain.show}</Button>
    </May>
  );
}
