// The parts of ECharts our pages draw with; anything not named here stays out of the bundle.
import { BarChart, LineChart, PieChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
} from "echarts/components";
import { init, registerLocale, use } from "echarts/core";
import { LabelLayout, UniversalTransition } from "echarts/features";
// @ts-expect-error published without types
import localeZh from "echarts/lib/i18n/langZH.js";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent,
  BarChart,
  DataZoomComponent,
  DatasetComponent,
  GridComponent,
  LabelLayout,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  PieChart,
  ScatterChart,
  SVGRenderer,
  TitleComponent,
  TooltipComponent,
  UniversalTransition,
]);
registerLocale("ZH", localeZh);

// Two settings every chart needs: a description for screen readers, and a tooltip that writes no
// style attribute (the page's policy refuses one).
const everywhere = {
  aria: { enabled: true, decal: { show: true } },
  tooltip: { renderMode: "richText" },
};

/**
 * Draw an SVG chart with Chinese wording into an element.
 * @param {HTMLElement} element
 * @param {Record<string, any>} option
 */
export function drawChart(element, option) {
  const chart = init(element, null, { renderer: "svg", locale: "ZH" });
  chart.setOption({
    ...everywhere,
    ...option,
    tooltip: { ...option.tooltip, ...everywhere.tooltip },
  });
  return chart;
}
