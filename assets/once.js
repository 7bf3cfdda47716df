/* What must not be done twice: a new channel, a test, a new token. A second press is no press while the first is under way, and the
   request is sent once, whatever becomes of it: the server may have done it although no answer came. The stores that ask for such work
   have names that begin with "once-". */
(() => {
  "use strict";

  const SETTLE_MS = 30; /* Dash drops an answer that it has not shown yet when it asks again */
  const CHANGED = /"changedPropIds":\["(once-[a-z]+)\.data"\]/; /* a quote within a text has a backslash before it */

  /* Where it is told that no answer came, and what to do about it. */
  const LOST = {
    "once-channel": ["channel-said", "Look whether the channel is in the table before you add it again."],
    "once-test": ["channel-said", "The test may have been sent: look whether it has arrived before you send another."],
    "once-token": ["token-made", "If there is a new token in the table, nobody knows its secret: revoke it, and make another."],
  };

  const underWay = new Set();
  let presses = 0;

  /** What a press asks for in the store `name`; nothing while the press before is under way. */
  function ask(name, button) {
    if (!button || underWay.has(name)) {
      return window.dash_clientside.no_update;
    }
    underWay.add(name);
    presses += 1;
    return { ...(typeof button === "object" ? button : {}), n: presses };
  }

  /** The store that a callback's body was sent because of, if that is one of these. */
  function asks(body) {
    const found = CHANGED.exec(body || "");
    return found ? found[1] : "";
  }

  function ended(name) {
    window.setTimeout(() => underWay.delete(name), SETTLE_MS);
  }

  /** No answer came: say so where the answer would stand, and have the tables drawn as they are now. */
  function lost(name) {
    const { set_props: setProps } = window.dash_clientside;
    const [holder, advice] = LOST[name];
    const of = (type, props) => ({ namespace: "dash_html_components", type, props });
    const mark = of("Span", { className: "icon icon-exclamation-triangle", "aria-hidden": "true" });
    setProps(holder, { children: of("P", { className: "settings-said is-bad", children: [mark, `No answer came. ${advice}`] }) });
    setProps("settings-changed", { data: { value: Date.now() } });
  }

  window.wattsup = { ...window.wattsup, once: { ask, asks, ended, lost } };
})();
