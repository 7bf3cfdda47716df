/* A server that restarts or a connection that breaks is waited for, and told; nothing on the page spins for ever.
   Dash sends its callbacks with fetch and shows nothing when one fails, so they pass through here. They may be sent twice: what one
   writes says what is to hold from now on, and a job that is done again changes nothing. Those of once.js are sent once. */
(() => {
  "use strict";

  const CALLBACKS = "_dash-update-component";
  const PAUSES_MS = [500, 1000, 2000, 4000, ...Array(7).fill(8000)]; /* a minute: a new release takes half of that to start */
  const GATEWAY = new Set([502, 503, 504]);
  const NO_ANSWER = 504;
  const send = window.fetch.bind(window);
  const wait = (time) => new Promise((resolve) => window.setTimeout(resolve, time));

  function say(header, text) {
    const word = { header, children: text, is_open: true, dismissable: true, duration: 12000, class_name: "word" };
    const children = { namespace: "dash_bootstrap_components", type: "Toast", props: word };
    window.dash_clientside.set_props("toasts", { children });
  }

  /** The answer; that of a gateway without a server behind it when there is none at all, as Dash ends what is running on an answer alone. */
  async function sendNow(target, options) {
    try {
      return await send(target, options);
    } catch {
      return new Response(null, { status: NO_ANSWER });
    }
  }

  async function sendPatiently(target, options) {
    for (const [tries, pause] of PAUSES_MS.entries()) {
      const answer = await sendNow(target, options);
      if (!GATEWAY.has(answer.status)) {
        return answer;
      }
      if (tries === 1) {
        say("The server does not answer", "Trying again.");
      }
      await wait(pause);
    }
    return sendNow(target, options);
  }

  async function sendOnce(name, target, options) {
    const answer = await sendNow(target, options);
    await answer.clone().text().catch(() => ""); /* all of it is there */
    window.wattsup.once.ended(name);
    return answer;
  }

  function tellOf(answer, name) {
    if (GATEWAY.has(answer.status) && name) {
      window.wattsup.once.lost(name);
    } else if (GATEWAY.has(answer.status)) {
      say("The server does not answer", "Reload the page in a moment.");
    } else if (answer.status === 400) {
      say("This page is out of date", "Reload it to go on.");
    } else if (!answer.ok) {
      say("Something went wrong", "Nothing was lost. Reload the page to go on.");
    }
  }

  window.fetch = async (target, options) => {
    if (!String(target).includes(CALLBACKS)) {
      return send(target, options);
    }
    const name = window.wattsup.once.asks(options && options.body);
    const answer = await (name ? sendOnce(name, target, options) : sendPatiently(target, options));
    tellOf(answer, name);
    return answer;
  };
})();
