import { useCallback } from 'react';
import { useAlter, usePlace } from '../route/route';

/** Which dialog of a page is open stands in the address: a reload opens it again, with its draft. */
export function useDialog(): [string, (name: string | null) => void] {
  const alter = useAlter();
  const open = useCallback((name: string | null) => alter({ dialog: name }, name === null), [alter]);
  return [usePlace().query.get('dialog') ?? '', open];
}
