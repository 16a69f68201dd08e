import { createContext, useContext } from 'react';
import type { Catalogue } from './zh';
import type { Format } from './format';
import type { Lang } from './lang';

export interface Words {
  lang: Lang;
  t: Catalogue;
  f: Format;
}

export const WordsContext = createContext<Words | null>(null);

export function useWords(): Words {
  const w = useContext(WordsContext);
  if (!w) throw new Error('no catalogue');
  return w;
}
