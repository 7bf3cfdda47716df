/* A server that restarts or a connection that breaks is waited for, and told; nothing on the page spins for ever.
   Dash sends its callbacks with fetch and shows nothing when one fails, so they pass through here. They may be sent twice: what
   changes the store is a job, and doing one again changes nothing. */
(() => {
  "use strict";

  const CALLBACKS = "_dash-update-component";
  const PAUSES_MS = [500, 1000, 2000, 4000, ...Array(7).fill(8000)]; /* a minute: a new release takes half of that to start */
  const GATEWAY = new Set([502, 503, 504]);
  const send = window.fetch.bind(window);
  const wait = (time) => new Promise((resolve) => window.setTimeout(resolve, time));

  function say(header, text) {
    const word = { header, children: text, is_open: true, dismissable: true, duration: 12000, class_name: "word" };
    const children = { namespace: "dash_bootstrap_components", type: "Toast", props: word };
    window.dash_clientside.set_props("toasts", { children });
  }

  async function sendPatiently(target, options) {
    for (const [tries, pause] of PAUSES_MS.entries()) {
      try {
        const answer = await send(target, options);
        if (!GATEWAY.has(answer.status)) {
          return answer;
        }
      } catch {
        /* no answer at all: as a gateway without a server behind it */
      }
      if (tries === 1) {
        say("The server does not answer", "Trying again.");
      }
      await wait(pause);
    }
    say("The server does not answer", "Reload the page in a moment.");
    return send(target, options);
  }

  window.fetch = async (target, options) => {
    if (!String(target).includes(CALLBACKS)) {
      return send(target, options);
    }
    const answer = await sendPatiently(target, options);
    if (answer.status === 400) {
      say("This page is out of date", "Reload it to go on.");
    } else if (!answer.ok) {
      say("Something went wrong", "Nothing was lost. Reload the page to go on.");
    }
    return answer;
  };
})();
