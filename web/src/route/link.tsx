import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { go } from './route';

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string };

/** An ordinary link that stays inside the window; a modified click opens another as usual. */
export function Link({ to, onClick, ...rest }: Props) {
  const follow = (e: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(e);
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    go(to);
    if (!to.startsWith(window.location.pathname + '?')) window.scrollTo(0, 0);
  };
  return <a href={to} onClick={follow} {...rest} />;
}
