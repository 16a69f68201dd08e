import { Button } from 'antd';
import { useWords } from '../i18n/use';
import { May } from './may';

/**
 * Personal values are masked until somebody who may see them asks for it. The choice belongs
 * to no address and is not kept: whoever comes to the page anew asks anew.
 */
export function Plain({ plain, show, office }: { plain: boolean; show: (plain: boolean) => void; office?: string }) {
  const { t } = useWords();
  return (
    <May do="rows.plain" office={office}>
      <Button size="small" onClick={() => show(!plain)}>{plain ? t.plain.hide : t.plain.show}</Button>
    </May>
  );
}
