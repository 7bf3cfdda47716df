/* Changes the theme at once and in place: the page through its variables, the figures by exchanging their colours. */
(() => {
  "use strict";

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

  function toggle() {
    const theme = shown() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try {
      window.localStorage.setItem("wattsup-theme", theme);
    } catch {
      /* storage is forbidden: the choice holds until the page is left */
    }
    return theme;
  }

  window.wattsup = { ...window.wattsup, theme: { recolour, shown, toggle } };
})();
