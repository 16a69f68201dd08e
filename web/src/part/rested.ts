import { useEffect, useState } from 'react';

/** What was typed, once typing rests. */
export function useRested(text: string): string {
  const [rested, set] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => set(text), text ? 150 : 0);
    return () => window.clearTimeout(timer);
  }, [text]);
  return rested;
}
