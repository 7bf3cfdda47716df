/* The sum of a window of the chart. While its panel is open, dragging over the chart chooses a window instead of zooming; wheel and
   buttons zoom and pan as ever. Without a pointer: two fields for times, and a button for what is shown.
   Times are local wall-clock times of the meter, as in assets/zoom.js. */
(() => {
  "use strict";

  const HOLDERS = { from: "sums-from", to: "sums-to" };
  const SAID_MS = 3000;
  const MINUTE = 60_000;
  const FAR = 1e6;

  let isOpen = false;
  let picked = null; /* [from, to] as texts to the minute */
  let of = null; /* the meter that it was picked for */

  const chart = () => document.querySelector("#chart .js-plotly-plot");
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const toTime = (text) => Date.parse(`${String(text).replace(" ", "T").padEnd(16, "T00:00").slice(0, 19)}Z`);
  const toText = (time) => new Date(Math.round(time / MINUTE) * MINUTE).toISOString().slice(0, 16);

  function field(name) {
    return document.querySelector(`#${HOLDERS[name]} input`);
  }

  /** The two fields, made when they are first needed: Dash has none for a date with a time. */
  function makeFields() {
    Object.values(HOLDERS).forEach((id) => {
      if (!document.querySelector(`#${id} input`)) {
        const input = document.createElement("input");
        input.type = "datetime-local";
        input.className = "form-control";
        input.addEventListener("change", typed);
        document.getElementById(id).replaceChildren(input);
      }
    });
  }

  function typed() {
    const [from, to] = [field("from").value, field("to").value].map((text) => text.slice(0, 16));
    if (from && to) {
      pick([from, to]);
    }
  }

  /** Sum up a window: fields, chart and server get it. */
  function pick(pair) {
    if (picked && pair[0] === picked[0] && pair[1] === picked[1]) {
      return;
    }
    picked = pair;
    [field("from").value, field("to").value] = pair;
    setProps("sums-ask", { data: { window: pair } });
    mark();
  }

  const shown = () => window.wattsup.zoom.measured();

  /** The chart as the panel wants it: what a drag does, and the window marked. A redraw by the server knows of neither. */
  function mark() {
    const plot = chart();
    if (!plot || !plot.layout || !plot.layout.xaxis) {
      return;
    }
    const mode = isOpen ? "select" : "zoom";
    const drawn = (plot.layout.selections || []).map((one) => [one.x0, one.x1].map(toTime).map(toText).join());
    const wanted = isOpen && picked && picked[0] < picked[1] ? [picked.join()] : [];
    const isDrawn = drawn.length === wanted.length && drawn.every((one, at) => one === wanted[at]);
    const changes = {
      ...(plot.layout.dragmode === mode ? {} : { dragmode: mode, selectdirection: "h" }),
      ...(isDrawn ? {} : { selections: wanted.length ? [box(picked)] : [] }),
    };
    if (Object.keys(changes).length) {
      window.Plotly.relayout(plot, changes);
    }
  }

  /** The window as Plotly's selection, which has values for edges: so far out that none is seen, whatever is drawn next. */
  function box([x0, x1]) {
    return { type: "rect", xref: "x", yref: "y", x0, x1, y0: -FAR, y1: FAR };
  }

  /** A drag over the chart has ended, or the box of an earlier one was moved. */
  function selected(event) {
    const range = event && event.range && event.range.x;
    if (!isOpen || !range) {
      return;
    }
    const [from, to] = range.map(toTime).sort((one, other) => one - other);
    if (to - from >= MINUTE) {
      pick([toText(from), toText(to)]);
    }
  }

  function listen() {
    const plot = chart();
    if (plot && plot.on && !plot.dataset.sums) {
      plot.dataset.sums = "true";
      plot.on("plotly_selected", selected);
      plot.on("plotly_afterplot", mark);
    }
  }

  function open() {
    isOpen = true;
    setProps("sums-panel", { hidden: false });
    setProps("sums-button", { "aria-expanded": "true" });
    makeFields();
    listen();
    const now = picked || shown();
    picked = null;
    if (now) {
      pick(now);
    }
    mark();
  }

  /** What to ask when a page is drawn anew: under an open panel the same window, of another meter too. A closed one keeps a window for
      its own meter alone, and opens with what is shown of another. */
  function again(home) {
    const meter = home ? home.meter : null;
    if (meter !== of && !isOpen) {
      picked = null;
      setProps("sums-result", { children: null });
    }
    of = meter;
    return isOpen && picked ? { window: picked, at: Date.now() } : null;
  }

  function close() {
    isOpen = false;
    setProps("sums-panel", { hidden: true });
    setProps("sums-button", { "aria-expanded": "false" });
    mark();
    document.getElementById("sums-button").focus();
  }

  function pickShown() {
    const now = shown();
    if (now) {
      pick(now);
    }
  }

  /** Where a page may not write to the clipboard (plain HTTP), the old way over a selected field. */
  async function copy(button) {
    const { text } = button.dataset;
    let isDone = true;
    try {
      await window.navigator.clipboard.writeText(text);
    } catch {
      isDone = copyOverField(text);
    }
    const said = button.parentElement.querySelector(".sums-copied");
    said.textContent = isDone ? "Copied." : "This browser does not let a page copy.";
    window.setTimeout(() => (said.textContent = ""), SAID_MS);
  }

  function copyOverField(text) {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    return isDone;
  }

  window.wattsup = { ...window.wattsup, sums: { again } };

  const ACTS = { shown: pickShown, close, copy };

  document.addEventListener("click", (event) => {
    if (event.target.closest("#sums-button")) {
      (isOpen ? close : open)();
      return;
    }
    const button = event.target.closest("[data-sums]");
    if (button) {
      ACTS[button.dataset.sums](button);
    }
  });
})();
