import type { Paint } from './draw';

/** Score over time: one line, the last point named. */
export function trendOption(points: { name: string; value: number | null }[]) {
  return (p: Paint) => {
    const values = points.flatMap((x) => (x.value === null ? [] : [x.value]));
    const low = Math.max(0, Math.floor((Math.min(...values) - 2) / 5) * 5);
    const last = points.length - 1;
    const interval = 100 - low <= 10 ? 5 : 100 - low <= 30 ? 10 : 20;
    return {
      textStyle: { fontFamily: p.font },
      grid: { left: 36, right: 24, top: 18, bottom: 24 },
      tooltip: { trigger: 'axis', renderMode: 'richText', backgroundColor: p.surface, borderColor: p.line, textStyle: { color: p.text, fontSize: 12 } },
      xAxis: {
        type: 'category', data: points.map((x) => x.name), boundaryGap: false,
        axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false }, axisLabel: { color: p.text2, fontSize: 11 },
      },
      yAxis: {
        type: 'value', min: low, max: 100, interval,
        splitLine: { lineStyle: { color: p.line } }, axisLabel: { color: p.text2, fontSize: 11 },
      },
      series: [{
        type: 'line', connectNulls: true, symbol: 'circle', showSymbol: points.length < 20, symbolSize: 5,
        lineStyle: { color: p.accent, width: 2 }, itemStyle: { color: p.accent },
        data: points.map((x, i) => ({
          value: x.value,
          label: { show: i === last, position: 'top', color: p.text, fontSize: 12 },
        })),
      }],
    };
  };
}

/** Dimensions as a radar; a dimension without rules is drawn full and named without number. */
export function radarOption(clockwise: { title: string; score: number | null }[], floor: number) {
  const dims = [...clockwise.slice(0, 1), ...clockwise.slice(1).reverse()]; // ECharts goes the other way round
  return (p: Paint) => ({
    textStyle: { fontFamily: p.font },
    radar: {
      center: ['50%', '52%'], radius: '62%', splitNumber: 2, shape: 'polygon',
      indicator: dims.map((d) => ({ name: d.title, max: 100, min: floor, color: d.score !== null && d.score < 90 ? p.danger : p.text2 })),
      axisName: { fontSize: 12, fontFamily: p.font },
      axisNameGap: 8,
      splitArea: { show: false }, splitLine: { lineStyle: { color: p.line } }, axisLine: { lineStyle: { color: p.line } },
    },
    series: [{
      type: 'radar', symbolSize: 4,
      data: [{
        value: dims.map((d) => d.score ?? 100),
        lineStyle: { color: p.accent, width: 1.5 }, itemStyle: { color: p.accent }, areaStyle: { color: p.accent, opacity: 0.14 },
      }],
    }],
  });
}

/** Calls of each day: those answered, and on top of them those refused. */
export function callsOption(days: { name: string; calls: number; refused: number }[], answered: string, refused: string) {
  return (p: Paint) => ({
    textStyle: { fontFamily: p.font },
    grid: { left: 44, right: 8, top: 12, bottom: 24 },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, renderMode: 'richText', backgroundColor: p.surface, borderColor: p.line, textStyle: { color: p.text, fontSize: 12 } },
    xAxis: {
      type: 'category', data: days.map((d) => d.name), axisLine: { lineStyle: { color: p.line } }, axisTick: { show: false }, axisLabel: { color: p.text2, fontSize: 11 },
    },
    yAxis: { type: 'value', minInterval: 1, splitLine: { lineStyle: { color: p.line } }, axisLabel: { color: p.text2, fontSize: 11 } },
    series: [
      { name: answered, type: 'bar', stack: 'n', barMaxWidth: 28, itemStyle: { color: p.accent }, data: days.map((d) => d.calls - d.refused) },
      { name: refused, type: 'bar', stack: 'n', barMaxWidth: 28, itemStyle: { color: p.danger }, data: days.map((d) => d.refused) },
    ],
  });
}
