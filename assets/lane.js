/* Keeps the risk lane on the x axis of the chart above it: it follows every zoom and pan, and dragging it pans the chart. */
(() => {
  "use strict";

  const plot = (id) => document.querySelector(`#${id} .js-plotly-plot`);
  const range = (graph) => (graph && graph.layout && graph.layout.xaxis ? graph.layout.xaxis.range : null);
  const toTime = (clock) => Date.parse(`${String(clock).replace(" ", "T").slice(0, 19)}Z`.replace(/^(.{10})Z$/, "$1T00:00Z"));
  const isSame = (one, other) => one.every((clock, at) => Math.abs(toTime(clock) - toTime(other[at])) < 1000);

  /** Give `to` the x range of `from`, when both are drawn and differ. */
  function align(from, to) {
    const [wanted, shown] = [range(from), range(to)];
    if (wanted && shown && !isSame(wanted, shown)) {
      window.Plotly.relayout(to, { "xaxis.range": [...wanted] });
    }
  }

  function listen(chart, lane) {
    ["plotly_afterplot", "plotly_relayouting"].forEach((name) => chart.on(name, () => align(chart, lane)));
    lane.on("plotly_relayout", () => align(lane, chart));
    lane.on("plotly_react", () => align(chart, lane));
    chart.dataset.lane = "true";
    align(chart, lane);
  }

  /* Plotly loads late and Dash may draw a graph anew. */
  new MutationObserver(() => {
    const [chart, lane] = [plot("chart"), plot("risk-lane")];
    if (chart && lane && chart.on && lane.on && !chart.dataset.lane) {
      listen(chart, lane);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
