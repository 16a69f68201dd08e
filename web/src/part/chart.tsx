import { useEffect, useRef, useState } from 'react';
import { token, useTheme } from '../theme/theme';
import type { Draw, Paint } from './draw';

/** The colours a chart may use, read from the tokens of the theme that is on. */
function paint(): Paint {
  return {
    text: token('text'), text2: token('text-2'), line: token('line'), accent: token('accent'),
    danger: token('danger'), surface: token('surface'), soft: token('accent-soft'), font: token('font'),
  };
}

/**
 * A chart, drawn when ECharts has come, which is fetched once the window has nothing more
 * pressing to do. What it shows must also stand beside it as text or
 * as a table: the picture itself is one labelled image.
 */
export function Chart({ option, label, height }: { option: (p: Paint) => object; label: string; height: number }) {
  const box = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const [draw, setDraw] = useState<Draw>();
  const how = useRef(option);
  how.current = option;
  const drawn = JSON.stringify(option(paint()));

  useEffect(() => {
    let gone = false;
    const idle = requestIdleCallback(() => void import('./draw').then((m) => !gone && setDraw(() => m.draw)), { timeout: 2000 });
    return () => {
      gone = true;
      cancelIdleCallback(idle);
    };
  }, []);

  useEffect(() => {
    if (!draw || !box.current) return;
    return draw(box.current, how.current(paint()));
  }, [draw, theme, drawn]);

  return <div className="chart" role="img" aria-label={label} style={{ height }} ref={box} />;
}
