/* Dash's date picker says of a plain box that it is expanded, which no box can be: screen readers may then skip what is in it.
   The attribute is taken away as often as it is set; the fields inside and the calendar tell their state themselves. */
(() => {
  "use strict";

  const WRAPPER = "date-range-wrapper";

  function correct() {
    const wrapper = document.getElementById(WRAPPER);
    if (wrapper && wrapper.hasAttribute("aria-expanded")) {
      wrapper.removeAttribute("aria-expanded");
    }
  }

  new MutationObserver(correct).observe(document.documentElement, {
    attributeFilter: ["aria-expanded"],
    childList: true,
    subtree: true,
  });
})();
