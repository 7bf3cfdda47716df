/* The address bar is the page's state. It is written here, by what a person does, and read by dashboard/address.py. */
(() => {
  "use strict";

  const NAMES = ["meter", "range", "from", "to", "zoom", "event", "res"];
  const VIEW_NAMES = ["meter", "range", "from", "to"];

  /** The parameters of the address as an object of texts. */
  function read() {
    const given = new URLSearchParams(window.location.search);
    return Object.fromEntries(NAMES.filter((name) => given.get(name)).map((name) => [name, given.get(name)]));
  }

  /** The query part for those fields, in a fixed order and readable. */
  function write(fields, names = NAMES) {
    const query = new URLSearchParams();
    names.filter((name) => fields[name]).forEach((name) => query.set(name, fields[name]));
    return `?${query}`.replaceAll("%2C", ",").replaceAll("%3A", ":");
  }

  /** What of the address decides the page but not the chart's window: meter and range. */
  function view() {
    return write(read(), VIEW_NAMES);
  }

  /** Whether `view` is what the address says now; where one names no meter it means the one that is shown at `home`. */
  function isSameView(view, home) {
    const meter = home ? home.meter : null;
    const before = Object.fromEntries(new URLSearchParams(view));
    return write({ meter, ...before }, VIEW_NAMES) === write({ meter, ...read() }, VIEW_NAMES);
  }

  /** Change fields of the address (null takes one away) and tell the page, which listens as it does to Back; whether it changed. */
  function go(changes, { replace = false } = {}) {
    const before = write(read());
    const after = write({ ...read(), ...changes });
    if (after === before) {
      return false;
    }
    const target = after === "?" ? window.location.pathname : after;
    window.history[replace ? "replaceState" : "pushState"]({}, "", target);
    window.dispatchEvent(new PopStateEvent("popstate"));
    return true;
  }

  window.wattsup = { ...window.wattsup, address: { read, view, isSameView, go } };
})();
