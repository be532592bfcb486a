// Charts of figures: drawn from the table that stands under them, which is also what a screen reader and a printer get.
// ECharts by parts, as SVG. Only pages with figures load this.
import { init, use } from 'echarts/core';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
import './chart.css';

use([BarChart, LineChart, GridComponent, TooltipComponent, SVGRenderer]);

const INK = '#1d2733';
const LINE = '#d5dbe2';
const ACCENT = '#1f5f8b';
const ROW = 26; // pixels for the bar of a place
const FONT = '"Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif';

const rowsOf = (box) =>
  [...document.getElementById(box.dataset.table).querySelectorAll('tr[data-label]')].map((row) => ({
    label: row.dataset.label,
    // A text with more digits than a float holds is drawn a hair off; the table has it exactly.
    value: row.dataset.value === '' ? null : Number(row.dataset.value),
    told: row.querySelector('td').textContent.trim(),
  }));

const common = (rows, unit) => ({
  animation: false,
  textStyle: { fontFamily: FONT, color: INK },
  tooltip: {
    renderMode: 'richText', // markup of its own would be refused by the content policy
    trigger: 'axis',
    formatter: (points) => `${points[0].name}\n${rows[points[0].dataIndex].told} ${unit}`,
  },
});

const line = (rows, unit) => ({
  ...common(rows, unit),
  grid: { left: 8, right: 24, top: 24, bottom: 8, containLabel: true },
  xAxis: { type: 'category', data: rows.map((row) => row.label), axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: INK } },
  yAxis: { type: 'value', name: unit, nameTextStyle: { color: INK }, scale: true, splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: INK } },
  series: [{ type: 'line', data: rows.map((row) => row.value), connectNulls: false, symbolSize: 7, lineStyle: { color: ACCENT, width: 2 }, itemStyle: { color: ACCENT } }],
});

const bar = (rows, unit) => ({
  ...common(rows, unit),
  grid: { left: 8, right: 24, top: 8, bottom: 24, containLabel: true },
  xAxis: { type: 'value', name: unit, splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: INK, hideOverlap: true } },
  yAxis: { type: 'category', inverse: true, data: rows.map((row) => row.label), axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false }, axisLabel: { color: INK, interval: 0, width: 120, overflow: 'truncate' } },
  series: [{ type: 'bar', data: rows.map((row) => row.value), barMaxWidth: 16, itemStyle: { color: ACCENT } }],
});

for (const box of document.querySelectorAll('[data-chart]')) {
  const rows = rowsOf(box);
  if (!rows.some((row) => row.value !== null)) continue;
  box.hidden = false;
  const bars = box.dataset.chart === 'bar';
  if (bars) box.style.height = `${rows.length * ROW + 60}px`;
  const chart = init(box, null, { renderer: 'svg' });
  chart.setOption((bars ? bar : line)(rows, box.dataset.unit));
  new ResizeObserver(() => chart.resize()).observe(box);
}
