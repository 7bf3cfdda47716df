/* The answer buttons are drawn anew with each answer: the keyboard stays on the one that was pressed. */
(() => {
  "use strict";

  const buttonOf = (target) => (target.closest ? target.closest("#answers button") : null);
  let held = ""; /* the id of the answer button that has the focus, "" when another element has it */

  document.addEventListener("focusin", ({ target }) => {
    const button = buttonOf(target);
    held = button ? button.id : "";
  });

  document.addEventListener("pointerdown", ({ target }) => {
    held = buttonOf(target) ? held : "";
  });

  new MutationObserver(() => {
    if (held && document.activeElement === document.body) {
      const button = document.getElementById(held);
      if (button) {
        button.focus({ preventScroll: true });
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
