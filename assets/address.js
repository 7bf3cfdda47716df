/* The address bar is the page's state. It is written here, by what a person does, and read by dashboard/address.py. */
(() => {
  "use strict";

  const OVERVIEW = "/";
  /* What each page keeps in its address, and what of it decides the whole page; dashboard/pages.py has the same paths. */
  const FIELDS = {
    [OVERVIEW]: ["meter", "range", "from", "to", "zoom", "event", "res"],
    "/live": ["meter", "span"],
    "/forecast": ["meter", "days", "method"],
    "/settings": ["meter"],
  };
  const VIEW_FIELDS = { ...FIELDS, [OVERVIEW]: ["meter", "range", "from", "to"] };
  const left = {}; /* the fields with which each page was left */

  function page() {
    return Object.hasOwn(FIELDS, window.location.pathname) ? window.location.pathname : OVERVIEW;
  }

  /** The parameters of the address as an object of texts. */
  function read(names = FIELDS[page()]) {
    const given = new URLSearchParams(window.location.search);
    return Object.fromEntries(names.filter((name) => given.get(name)).map((name) => [name, given.get(name)]));
  }

  /** The query part for those fields, in a fixed order and readable. */
  function write(fields, names = FIELDS[page()]) {
    const query = new URLSearchParams();
    names.filter((name) => fields[name]).forEach((name) => query.set(name, fields[name]));
    return `?${query}`.replaceAll("%2C", ",").replaceAll("%3A", ":");
  }

  /** What of the address decides the page: on the Overview meter and range, but not the chart's window. */
  function view() {
    return write(read(), VIEW_FIELDS[page()]);
  }

  /** Whether `view` is what the address says now; where one names no meter it means the one that is shown at `home`. */
  function isSameView(view, home) {
    const meter = home ? home.meter : null;
    const before = Object.fromEntries(new URLSearchParams(view));
    const names = VIEW_FIELDS[page()];
    return write({ meter, ...before }, names) === write({ meter, ...read() }, names);
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

  /** The address of a page for the meter that is shown, as it was left when that was the same meter. */
  function addressOf(path) {
    const { meter } = read();
    const kept = path === page() ? read() : left[path];
    const query = write(kept && (!meter || kept.meter === meter) ? kept : { meter }, FIELDS[path]);
    return query === "?" ? path : path + query;
  }

  /** Go to another page, as it was left or with these fields; its part of the document is there already. */
  function visit(path, fields = null) {
    if (path === page()) {
      return;
    }
    const target = fields ? path + write(fields, FIELDS[path]) : addressOf(path);
    left[page()] = read();
    window.history.pushState({}, "", target);
    window.dispatchEvent(new PopStateEvent("popstate"));
    window.scrollTo(0, 0);
  }

  /* Links between pages; with a key held down they open as any other link. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest ? event.target.closest("a[data-path]") : null;
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    visit(link.dataset.path);
  });

  window.wattsup = { ...window.wattsup, address: { read, view, isSameView, go, page, visit, addressOf, OVERVIEW } };
})();
