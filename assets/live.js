/* Asks once a second for the news of the meter that is shown, tells on every page whether readings come in, and hands news to the Live
   page when it is ready for more. While readings wait for their first look it asks a few times sooner, for the look takes less than a
   second. A tab that nobody sees asks nothing; after a minute without news it asks every five seconds. Then the page's interval is as
   slow, for each of its ticks goes through all of Dash and takes hundredths of a second. */
(() => {
  "use strict";

  const CALM_MS = 60_000;
  const PACE_MS = 1000; /* of the page's interval, as the server sets it */
  const CALM_PACE_MS = 5000;
  const SOON_MS = 200;
  const MOST_SOON = 6; /* a scorer that is behind is not asked more often than that */
  const PATIENCE_MS = 10_000;
  const ALERT_PACE_MS = 5000;
  const ANSWER_MS = 10_000; /* a server that takes longer is asked again */
  const LIVE = "/live";

  let news = null; /* the last answer, for the meter `of` */
  let of = "";
  let receivedAt = 0;
  let newsAt = performance.now();
  let askedAt = 0;
  let pace = PACE_MS;
  let soonCount = 0; /* how often it was asked sooner since the last state */
  let isAsking = false;
  let isPaused = false;
  let isWanted = false; /* this browser has asked for the demo and goes there once it plays */
  let wantedAt = 0; /* when the server had heard of that: what it was asked before tells of the time before */
  let drawn = null; /* what the Live page shows */
  let handed = null; /* the state of the news that it was handed last */
  let busySince = 0; /* when it was handed them, 0 when it has drawn them */
  let overview = null; /* meter and state that the Overview shows */
  let count = 0;
  let alerted = { meter: "", news: "", at: 0, event: "", isAsking: false }; /* the alert that was asked for last, and for which news */
  let liveOf = ""; /* the meter whose readings were coming in */

  const part = (id, selector = "") => document.querySelector(`#${id} ${selector}`.trim());
  const isLivePage = () => window.location.pathname === LIVE;
  const seqOf = (state) => Number.parseInt(state, 10) || 0;

  function meter() {
    const shown = isLivePage() ? drawn : overview;
    return window.wattsup.address.read().meter || (shown && shown.meter) || "";
  }

  function tick() {
    tell();
    askAlert();
    hand();
    keepPace();
    if (!document.hidden) {
      ask();
    }
  }

  /** Have the interval tick as often as there is something to ask for. */
  function keepPace() {
    const isCalm = performance.now() - newsAt > CALM_MS && !isWanted;
    const wanted = isCalm || document.hidden ? CALM_PACE_MS : PACE_MS;
    if (wanted !== pace) {
      pace = wanted;
      window.dash_clientside.set_props("live-tick", { interval: pace });
    }
  }

  async function ask() {
    if (isAsking) {
      return;
    }
    const asked = meter();
    if (asked !== of) {
      [of, news, handed] = [asked, null, null];
      tellAlert(null);
    }
    isAsking = true;
    askedAt = performance.now();
    try {
      const cursor = news ? news.cursor : "";
      const answer = await fetch(`/live/news?${new URLSearchParams({ meter: asked, cursor })}`, { signal: AbortSignal.timeout(ANSWER_MS) });
      if (answer.status === 200) {
        hear(asked, await answer.json());
      } else if (answer.status === 204) {
        followDemo();
      }
    } catch {
      /* no server just now: the next second asks again */
    } finally {
      isAsking = false;
    }
    askSoon();
  }

  function askSoon() {
    if (news && news.is_waiting && soonCount < MOST_SOON && !document.hidden) {
      soonCount += 1;
      window.setTimeout(ask, SOON_MS);
    }
  }

  function hear(asked, told) {
    if (asked !== of) {
      return;
    }
    if (!news || told.state !== news.state) {
      soonCount = 0;
    }
    news = told;
    receivedAt = newsAt = performance.now();
    keepPace();
    tell();
    askAlert();
    hand();
    followDemo();
  }

  /** Hand the newest news to the page: the Live page draws them when it is done with those before, the Overview says that there are any. */
  function hand() {
    if (!news) {
      return;
    }
    if (isLivePage()) {
      const isBusy = busySince && performance.now() - busySince < PATIENCE_MS;
      if (drawn && drawn.meter === of && news.state && news.state !== handed && !isPaused && !isBusy) {
        handed = news.state;
        busySince = performance.now();
        count += 1;
        window.dash_clientside.set_props("live-news", { data: { n: count } });
      }
    } else {
      const hasMore = Boolean(overview && overview.meter === of && seqOf(news.state) > seqOf(overview.state));
      part("news-note").hidden = !hasMore;
    }
  }

  /** The Live page has drawn; what it was handed, or the store's state it was drawn from, is shown. */
  function arrived(shown) {
    drawn = shown;
    busySince = 0;
    if (shown) {
      handed = shown.state;
      look();
    }
  }

  /** Ask for an alert when there were news since it was last asked for, and not all the time while readings stream in. */
  async function askAlert() {
    const asked = news ? `${of}|${news.cursor}` : "";
    const isSoon = alerted.meter === of && performance.now() - alerted.at < ALERT_PACE_MS;
    if (!of || !asked || asked === alerted.news || isSoon || alerted.isAsking) {
      return;
    }
    alerted = { ...alerted, meter: of, news: asked, at: performance.now(), isAsking: true };
    try {
      const answer = await fetch(`/live/alert?${new URLSearchParams({ meter: of })}`, { signal: AbortSignal.timeout(ANSWER_MS) });
      if (!answer.ok) {
        throw new Error(`The server answers ${answer.status}`);
      }
      tellAlert((await answer.json()).alert);
    } catch {
      alerted.news = ""; /* no answer just now: what stands there stays, and is asked for again */
    } finally {
      alerted.isAsking = false;
    }
  }

  /** An anomaly that a person has asked to be told of stands on every page until it is answered. */
  function tellAlert(alert) {
    const note = part("alert-note");
    const text = alert && alerted.meter === of ? alert.text : "";
    alerted.event = text ? alert.event : "";
    note.hidden = !text;
    if (note.children[1].textContent !== text) {
      note.children[1].textContent = text;
    }
  }

  /** Go to the anomaly of the alert. */
  function showAlert() {
    const { address } = window.wattsup;
    const { event, meter: shown } = alerted;
    if (event && address.page() === address.OVERVIEW) {
      address.go({ event, zoom: null });
    } else if (event) {
      address.visit(address.OVERVIEW, { meter: shown, event });
    }
  }

  function overviewArrived(shown) {
    overview = shown;
    hand();
  }

  function look() {
    tell();
    keepPace();
    ask();
  }

  /** In words how long something was: 12 s, 4 min, 3 h, 2 days. */
  function lasted(seconds) {
    const steps = [
      [90, 1, "s"],
      [5400, 60, "min"],
      [172_800, 3600, "h"],
    ];
    const [, size, unit] = steps.find(([limit]) => seconds < limit) || [0, 86_400, "days"];
    return `${Math.max(Math.round(seconds / size), 0)} ${unit}`;
  }

  const digits = (value) => (value < 9.95 ? value.toFixed(1) : Math.round(value).toString());

  function age() {
    return news && news.looked_ago !== null ? news.looked_ago + (performance.now() - receivedAt) / 1000 : null;
  }

  const isOfDemo = () => Boolean(news && of && of === news.demo.meter);

  /** Write the pill of the top bar and the status of the Live page. */
  function tell() {
    const old = age();
    const isOn = old !== null && old < news.quiet_after && !(isOfDemo() && news.demo.phase !== "on");
    write("live-pill", isOn, isOn ? ["Live", ` · ${lasted(old)} ago`] : ["No live data", ""]);
    if (isLivePage()) {
      write("live-status", isOn, isOn ? receiving(old) : silent());
      tellDemo();
      fallSilent(isOn);
    }
  }

  /** Have the figures drawn once more when readings stop to come: "right now" was true until then. */
  function fallSilent(isOn) {
    if (isOn) {
      liveOf = of;
    } else if (liveOf && liveOf === of && drawn && drawn.meter === of && !isPaused && !busySince) {
      liveOf = "";
      count += 1;
      window.dash_clientside.set_props("live-news", { data: { n: count } });
    }
  }

  function receiving(old) {
    const facts = [`last reading ${lasted(old)} ago`];
    if (news.lag !== null) {
      facts.push(`scored in ${digits(news.lag)} s`);
    }
    if (news.rate !== null) {
      facts.push(news.rate >= 0.05 ? `${digits(news.rate)} rows/s` : `${digits(news.rate * 60)} rows/min`);
    }
    return [isPaused ? "Paused" : "Receiving", ` · ${facts.join(" · ")}`];
  }

  /** Since when nothing has come: by when it arrived, as the readings of a replay bear other times; by their own time if nobody saw them come. */
  function silent() {
    if (isOfDemo() && news.demo.phase !== "on") {
      return [news.demo.phase === "off" ? "Demo stopped" : "Demo starting", ""];
    }
    const quiet = age() ?? (drawn && drawn.end && Date.now() / 1000 - drawn.end);
    return quiet > 0 ? [`No data for ${lasted(quiet)}`, `; usually every ${drawn.every}`] : ["No live data", ""];
  }

  function write(id, isOn, [name, more]) {
    const holder = part(id);
    const said = `${isOn}|${name}|${more}`;
    if (!holder || holder.dataset.said === said) {
      return;
    }
    holder.dataset.said = said;
    holder.dataset.on = String(isOn);
    const [strong, quiet] = [document.createElement("span"), document.createElement("span")];
    strong.textContent = name;
    quiet.textContent = more;
    quiet.className = "live-more";
    holder.lastElementChild.replaceChildren(strong, quiet);
  }

  function face(id, icon, word) {
    const button = part(id);
    button.firstElementChild.className = `icon icon-${icon}`;
    button.lastElementChild.textContent = word;
    return button;
  }

  function pause(clicks) {
    if (clicks) {
      isPaused = !isPaused;
      face("live-pause", isPaused ? "play-fill" : "pause-fill", isPaused ? "Resume" : "Pause").setAttribute("aria-pressed", isPaused);
      look();
      hand();
    }
  }

  function tellDemo() {
    const demo = news ? news.demo : null;
    const isOff = !demo || demo.phase === "off";
    face("live-demo", isOff ? "play-fill" : "stop-fill", isOff ? "Demo stream" : "Stop demo stream");
    const isAbout = !isOff && (demo.phase === "preparing" || of === demo.meter);
    const note = part("live-demo-note");
    const text = isAbout ? demo.note : "";
    if (note.textContent !== text) {
      note.textContent = text;
    }
  }

  /** Start the demo that all browsers share, or stop it. */
  async function demo(clicks) {
    if (!clicks) {
      return;
    }
    const isOff = !news || news.demo.phase === "off";
    [isWanted, wantedAt] = [isOff, Infinity];
    part("live-demo").disabled = true;
    try {
      const answer = await fetch(`/live/demo?action=${isOff ? "start" : "stop"}`, { method: "POST", signal: AbortSignal.timeout(ANSWER_MS) });
      isWanted = isOff && answer.ok;
    } catch {
      isWanted = false;
    } finally {
      part("live-demo").disabled = false;
    }
    wantedAt = performance.now();
    keepPace();
    ask();
  }

  /** Once the demo plays, whoever asked for it is taken there; when it is off again, stopped by whomever, they are not waiting any more. */
  function followDemo() {
    if (!isWanted || !news || askedAt < wantedAt) {
      return;
    }
    isWanted = news.demo.phase === "preparing";
    if (news.demo.phase === "on" && isLivePage()) {
      window.wattsup.address.go({ meter: news.demo.meter, span: null });
    }
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      look();
    }
  });

  window.wattsup = { ...window.wattsup, live: { tick, look, showAlert, arrived, overviewArrived, pause, demo } };
})();
