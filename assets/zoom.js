/* The window that the chart shows. Whatever moves it (drag, wheel, strip, double click, buttons, keys, Back, a shared link) ends
   as a range of Plotly's x axis; from there one path, debounced, writes the address and asks the server for the points.
   Times are local wall-clock times; as numbers they are milliseconds of that clock. */
(() => {
  "use strict";

  const MINUTE = 60_000;
  const SHORTEST = 30 * MINUTE;
  const DEBOUNCE_MS = 150;
  const SAME_GESTURE_MS = 1500;

  let home = null; /* what the server last drew: {range, limits, events: {id: window}, …} */
  let asked = null; /* the window whose points are here or on their way */
  let isStale = false; /* the points are to be asked for though the window is the same */
  let isAhead = true; /* the days ahead are shown after the range */
  let timer = null;
  let lastGesture = 0;

  const chart = () => document.querySelector("#chart .js-plotly-plot");
  const toTime = (text) => {
    const [day, clock = "00:00"] = String(text).split(/[T ]/);
    return Date.parse(`${day}T${clock.slice(0, 8)}Z`);
  };
  const toText = (time) => new Date(time).toISOString().slice(0, 16);
  const toWindow = (pair) => pair.map(toTime);
  const toTexts = (pair) => [toText(Math.floor(pair[0] / MINUTE) * MINUTE), toText(Math.ceil(pair[1] / MINUTE) * MINUTE)];
  const isSame = (one, other) => Boolean(one && other) && one.every((time, at) => Math.abs(time - other[at]) <= MINUTE);

  function isReady() {
    return Boolean(home && chart() && chart().layout && chart().layout.xaxis && chart().layout.xaxis.range);
  }

  function shown() {
    return toWindow(chart().layout.xaxis.range);
  }

  /** The range, with some of the days ahead where it ends with the readings and they are shown. */
  function whole() {
    return isAhead && home.ahead ? [home.range[0], home.ahead] : home.range;
  }

  /** Show the days ahead or not; a chart that shows the whole range goes on doing so. */
  function lookAhead(isOn) {
    if (isOn === isAhead) {
      return;
    }
    const isWhole = isReady() && isSame(shown(), toWindow(whole()));
    isAhead = isOn;
    if (isWhole && !isSame(shown(), toWindow(whole()))) {
      window.setTimeout(() => move(toWindow(whole())), 0); /* once the layers are redrawn */
    }
  }

  /** The window of the address without its zoom: the selected event, else the range. */
  function unzoomed() {
    const event = window.wattsup.address.read().event;
    return toWindow((event && home.events[event]) || whole());
  }

  /** The window that the address asks for. */
  function wanted() {
    const zoom = (window.wattsup.address.read().zoom || "").split(",");
    const given = zoom.length === 2 ? toWindow(zoom) : null;
    return given && given[0] < given[1] ? given : unzoomed();
  }

  /** Move the chart; what follows is as if it had been dragged there. */
  function move(target) {
    const middle = (target[0] + target[1]) / 2;
    const half = Math.max(target[1] - target[0], SHORTEST) / 2;
    const range = [middle - half, middle + half].map((time) => new Date(time).toISOString().slice(0, 19));
    window.Plotly.relayout(chart(), { "xaxis.range": range, "xaxis.autorange": false });
  }

  /** Inside the meter's data, no longer than them, unless they are shorter than a window may be. */
  function clamp(target) {
    const [first, last] = toWindow([home.limits[0], home.foretold && home.foretold > home.limits[1] ? home.foretold : home.limits[1]]);
    const length = Math.max(Math.min(target[1] - target[0], last - first), SHORTEST);
    const start = Math.min(Math.max(target[0], first), last - length);
    return [start, start + length];
  }

  function settle() {
    if (!isReady()) {
      return;
    }
    const now = shown();
    if (now[1] - now[0] < SHORTEST - MINUTE) {
      move(now);
      return;
    }
    if (!isSame(now, clamp(now))) {
      move(clamp(now));
      return;
    }
    writeAddress(now);
    if (isStale || !isSame(now, asked)) {
      asked = now;
      isStale = false;
      window.dash_clientside.set_props("chart-window", { data: toTexts(now) });
    }
  }

  /** A gesture of many steps, such as a wheel's, is one entry of the history. */
  function writeAddress(now) {
    if (isSame(now, wanted())) {
      return;
    }
    const replace = performance.now() - lastGesture < SAME_GESTURE_MS && Boolean(window.wattsup.address.read().zoom);
    lastGesture = performance.now();
    window.wattsup.address.go({ zoom: isSame(now, unzoomed()) ? null : toTexts(now).join(",") }, { replace });
  }

  function settleSoon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(settle, DEBOUNCE_MS);
  }

  /** Plotly says that its layout changed. */
  function moved(change) {
    if (change && Object.keys(change).some((name) => name.startsWith("xaxis"))) {
      settleSoon();
    }
  }

  /** The address changed: move the chart to where it asks, or ask for the same window with another selection or resolution. */
  function follow({ redraw }) {
    isStale = isStale || redraw;
    if (!isReady()) {
      return;
    }
    if (!isSame(shown(), wanted())) {
      move(wanted());
    }
    if (isStale) {
      settleSoon();
    }
  }

  /** The server has drawn a new view; the address may have moved on since it was asked. */
  function arrived(drawn) {
    home = drawn && drawn.range ? drawn : null; /* of a meter without readings there is nothing to look at */
    asked = home && toWindow(home.drawn);
    isStale = false;
    if (home) {
      listen(100);
    }
  }

  /** Listen to the chart once Plotly, which loads late, has drawn it. */
  function listen(tries) {
    const plot = chart();
    if (!plot || !plot.on) {
      window.setTimeout(() => tries && listen(tries - 1), 100);
      return;
    }
    if (!plot.dataset.listens) {
      plot.dataset.listens = "true";
      plot.on("plotly_relayout", moved);
      plot.on("plotly_doubleclick", reset);
    }
    follow({ redraw: false });
  }

  function reset() {
    if (isReady()) {
      move(toWindow(whole()));
    }
  }

  /** Scale the window about its middle and shift it by a share of its length. */
  function step(scale, shift) {
    if (!isReady()) {
      return;
    }
    const [start, end] = shown();
    const middle = (start + end) / 2 + shift * (end - start);
    const half = Math.max(scale * (end - start), SHORTEST) / 2;
    move(clamp([middle - half, middle + half]));
  }

  /** The window of the chart as the address writes it. */
  function text() {
    return isReady() ? toTexts(shown()).join(",") : null;
  }

  /** The window as texts, without the days ahead that it may show after the last reading. */
  function measured() {
    if (!isReady()) {
      return null;
    }
    const [from, to] = toTexts(shown());
    const end = home.ahead ? toText(toTime(home.range[1])) : to;
    return [from, from < end && end < to ? end : to];
  }

  window.wattsup = { ...window.wattsup, zoom: { arrived, follow, lookAhead, measured, reset, step, text } };
})();
