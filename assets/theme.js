/* Changes the theme at once and in place: the page through its variables, the figures by exchanging their colours. */
(() => {
  "use strict";

  const system = window.matchMedia("(prefers-color-scheme: dark)");
  let hasChosen = false;
  let isFollowing = false; /* the next change is the system's, not a person's */

  const POINTS = new Set(["x", "y", "text", "customdata", "hovertemplate", "bdata"]);

  /** A copy of a figure's part with its colours exchanged; points are shared, not copied. */
  function recolour(part, colours) {
    if (typeof part === "string") {
      return Object.hasOwn(colours, part) ? colours[part] : part;
    }
    if (Array.isArray(part)) {
      return part.map((item) => recolour(item, colours));
    }
    if (part && typeof part === "object") {
      return Object.fromEntries(
        Object.entries(part).map(([name, value]) => [name, POINTS.has(name) ? value : recolour(value, colours)]),
      );
    }
    return part;
  }

  function shown() {
    return document.documentElement.dataset.theme === "dark" ? "dark" : "light";
  }

  function isChosen() {
    try {
      return hasChosen || ["light", "dark"].includes(window.localStorage.getItem("wattsup-theme"));
    } catch {
      return hasChosen; /* storage is forbidden */
    }
  }

  function choose(theme) {
    hasChosen = true;
    try {
      window.localStorage.setItem("wattsup-theme", theme);
    } catch {
      /* storage is forbidden: the choice holds until the page is left */
    }
  }

  /** Change to the other theme, because a person said so or because the system changed. */
  function toggle() {
    const theme = shown() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    if (isFollowing) {
      isFollowing = false;
    } else {
      choose(theme);
    }
    return theme;
  }

  /** Follow the system for as long as nobody has chosen: by the same way as a press of the button, so that the figures go along. */
  function follow() {
    const wanted = system.matches ? "dark" : "light";
    if (isChosen() || wanted === shown()) {
      return;
    }
    isFollowing = true;
    window.dash_clientside.set_props("theme-button", { n_clicks: performance.now() });
  }

  system.addEventListener("change", follow);

  window.wattsup = { ...window.wattsup, theme: { recolour, shown, toggle } };
})();
