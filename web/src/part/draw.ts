import { BarChart, LineChart, RadarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, RadarComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

// The only file that loads ECharts. Canvas, because its SVG writes style attributes, which
// the content security policy forbids; tooltips as rich text for the same reason.

echarts.use([BarChart, LineChart, RadarChart, GridComponent, RadarComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

export interface Paint {
  text: string;
  text2: string;
  line: string;
  accent: string;
  danger: string;
  surface: string;
  soft: string;
  font: string;
}

export type Draw = (box: HTMLElement, option: object) => () => void;

export const draw: Draw = (box, option) => {
  const chart = echarts.init(box, null, { renderer: 'canvas' });
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  chart.setOption({ animation: !still, animationDuration: 250, aria: { enabled: false }, ...option });
  const seen = new ResizeObserver(() => chart.resize());
  seen.observe(box);
  return () => {
    seen.disconnect();
    chart.dispose();
  };
};
