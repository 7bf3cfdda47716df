/* Files of what is seen: asked for with fetch, so that a refusal is told on the page and not in place of it. One at a time; asking for
   another gives up the first. Where the server has no Chrome, this browser makes the picture from the chart that it shows. */
(() => {
  "use strict";

  const CHART = ["meter", "range", "from", "to", "event", "res"];
  const TABLE = ["meter", "range", "from", "to"];
  const AHEAD = ["meter", "days", "method"];
  const AHEAD_LAYERS = { "forecast-narrow-band": "80", "forecast-wide-band": "95", "forecast-earlier": "earlier" };
  const LAYERS = { "switch-anomalies": "anomalies", "switch-band": "band", "switch-average": "average", "switch-forecast": "forecast" };
  const FILES = {
    "download-png": { path: "chart.png", name: "the chart as PNG" },
    "download-svg": { path: "chart.svg", name: "the chart as SVG" },
    "download-pdf": { path: "chart.pdf", name: "the chart as PDF" },
    "download-points": { path: "chart.csv", name: "the chart's points as CSV" },
    "forecast-png": { path: "forecast.png", name: "the forecast as PNG" },
    "forecast-svg": { path: "forecast.svg", name: "the forecast as SVG" },
    "forecast-pdf": { path: "forecast.pdf", name: "the forecast as PDF" },
    "download-report": { path: "report.pdf", name: "the report as PDF" },
    "download-report-page": { path: "report.html", name: "the report as HTML" },
    "download-table": { path: "anomalies.csv", name: "the anomalies as CSV" },
    "download-sheet": { path: "anomalies.xlsx", name: "the anomalies as Excel" },
  };
  /* What can be had without a Chrome on the server: a picture made here, or the report as HTML. */
  const INSTEAD = { "report.pdf": "report" };
  ["chart", "forecast"].forEach((drawn) => ["png", "svg", "pdf"].forEach((form) => (INSTEAD[`${drawn}.${form}`] = "picture")));
  const NOT_MADE = "The file could not be prepared.";
  const AGAIN = "Check the connection and try again.";
  const SHOWN_MS = 6000;
  const ANSWER_MS = { "report.pdf": 120_000, "report.html": 120_000, other: 30_000 }; /* a report holds a dozen pictures */
  const SIZE = { width: 1200, height: 600 };

  let asked = null; /* the file that was asked for last */
  let request = null; /* while it is on its way */
  let timer = null;

  const setProps = (id, props) => window.dash_clientside.set_props(id, props);

  function show(state, extra = {}) {
    window.clearTimeout(timer);
    setProps("file-note", { "data-state": state, ...extra });
  }

  function query(file) {
    const address = window.wattsup.address.read();
    const [names, words] = { chart: [CHART, chartWords], forecast: [AHEAD, aheadWords] }[kind(file)] || [TABLE, tableWords];
    const fields = new URLSearchParams();
    names.filter((name) => address[name]).forEach((name) => fields.set(name, address[name]));
    Object.entries(words()).forEach(([name, value]) => fields.set(name, value));
    return fields;
  }

  const kind = (file) => file.path.split(".")[0];
  const switched = (layers) => Object.keys(layers).filter((id) => document.getElementById(id).checked).map((id) => layers[id]).join(",");

  function aheadWords() {
    return { layers: switched(AHEAD_LAYERS), theme: window.wattsup.theme.shown() };
  }

  function chartWords() {
    const zoom = window.wattsup.zoom.text();
    return { ...(zoom ? { zoom } : {}), layers: switched(LAYERS), theme: window.wattsup.theme.shown() };
  }

  function tableWords() {
    const sorted = document.querySelector("#events th[aria-sort]:not([aria-sort='none'])");
    const column = sorted && [...sorted.classList].find((name) => name.startsWith("col-"));
    const order = sorted && sorted.getAttribute("aria-sort") === "ascending" ? "asc" : "desc";
    const hidden = document.getElementById("events-expected").checked ? {} : { expected: "hide" };
    return { find: document.getElementById("events-filter").value, ...hidden, ...(column ? { sort: column.slice(4), order } : {}) };
  }

  async function ask(file) {
    cancel();
    asked = file;
    const mine = new AbortController();
    request = mine;
    setProps("file-name", { children: file.name });
    show("work");
    let outcome;
    try {
      outcome = await fetched(file, AbortSignal.any([mine.signal, AbortSignal.timeout(ANSWER_MS[file.path] || ANSWER_MS.other)]));
    } catch {
      outcome = { message: NOT_MADE, hint: AGAIN };
    }
    if (request !== mine) {
      return; /* cancelled, or another was asked for */
    }
    request = null;
    if (outcome.content) {
      save(outcome);
    } else {
      fail(outcome);
    }
  }

  /** The file, or why there is none. */
  async function fetched(file, signal) {
    const answer = await window.fetch(`/download/${file.path}?${query(file)}`, { signal });
    if (answer.ok) {
      const [, name = file.path] = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition")) || [];
      return { content: await answer.blob(), name };
    }
    const { error = {} } = await answer.json();
    return { message: error.message || NOT_MADE, hint: error.hint || "" };
  }

  function save({ content, name }) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    saved(name);
  }

  function saved(name) {
    setProps("file-saved", { children: `Saved as ${name}` });
    show("done");
    timer = window.setTimeout(() => show("idle"), SHOWN_MS);
  }

  function fail({ message, hint }) {
    setProps("file-message", { children: message });
    setProps("file-hint", { children: hint });
    show("failed", { "data-instead": INSTEAD[asked.path] || "no" });
  }

  function cancel() {
    if (request) {
      request.abort();
      request = null;
    }
    show("idle");
  }

  /** The chart that is shown, as a picture made here: SVG when that was asked for, else PNG. */
  async function makeHere() {
    const [graph, summary] = kind(asked) === "forecast" ? ["forecast-chart", "forecast-summary"] : ["chart", "chart-summary"];
    const chart = document.querySelector(`#${graph} .js-plotly-plot`);
    const format = asked.path.endsWith(".svg") ? "svg" : "png";
    const filename = `wattsup-${kind(asked)}-${chart.layout.xaxis.range.map((text) => String(text).slice(0, 10)).join("-to-")}`;
    const [told] = document.getElementById(summary).textContent.split(". ");
    const title = { text: told.replaceAll("&", "&amp;").replaceAll("<", "&lt;"), x: 0.05, font: { size: 15 } };
    const layout = { ...chart.layout, title, margin: { ...chart.layout.margin, t: 56 } };
    try {
      await window.Plotly.downloadImage({ data: chart.data, layout }, { format, filename, ...SIZE, scale: format === "png" ? 2 : 1 });
      saved(`${filename}.${format}`);
    } catch {
      fail({ message: "This browser cannot make the picture either.", hint: "Take a picture of the screen instead." });
    }
  }

  const ACTS = { cancel, close: cancel, again: () => ask(asked), picture: makeHere, report: () => ask(FILES["download-report-page"]) };

  document.addEventListener("click", (event) => {
    const item = event.target.closest(".dropdown-item");
    const button = event.target.closest("[data-file]");
    if (item && FILES[item.id]) {
      ask(FILES[item.id]);
    } else if (item && item.hasAttribute("download")) {
      window.setTimeout(() => document.body.click(), 0); /* the menu closes on a click beside it, and knows of no links */
    } else if (button) {
      ACTS[button.dataset.file]();
    }
  });
})();
