/* Sets the theme before the first paint: the one chosen before, else the system's. Goes into <head>, ahead of the style sheets. */
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      var kept = window.localStorage.getItem("wattsup-theme");
      return kept === "light" || kept === "dark" ? kept : null;
    } catch (error) {
      return null; /* storage is forbidden: follow the system */
    }
  }

  root.dataset.theme = chosen() || (dark.matches ? "dark" : "light");
})();
