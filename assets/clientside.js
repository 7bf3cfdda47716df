/* The callbacks that run in the browser: each reads properties of components and calls one module of this folder. */
(() => {
  "use strict";

  const LIVE = "/live";
  const FORECAST = "/forecast";
  const SETTINGS = "/settings";
  const PREFIXES = { [LIVE]: "Live · ", [FORECAST]: "Forecast · " };

  /* Which switch shows a trace of the chart. */
  const LAYERS = {
    lower: "band",
    upper: "band",
    "moving average": "average",
    anomaly: "anomalies",
    anomalies: "anomalies",
    "long anomaly": "anomalies",
    expected: "anomalies",
    "long expected": "anomalies",
    "forecast lower": "forecast",
    "forecast upper": "forecast",
    forecast: "forecast",
  };
  const skip = () => window.dash_clientside.no_update;
  const unless = (isKnown, value) => (isKnown ? skip() : value);
  const pressed = () => {
    const { triggered, triggered_id: id } = window.dash_clientside.callback_context;
    return triggered.length === 1 && triggered[0].value ? id : null;
  };

  /** The address changed: hand each part of it to what depends on it. What belongs to a page that is not on show stays as it is. */
  function route(_search, _path, view, selected, resolution, theme, live, ahead, home, drawn, forecast) {
    const { address, theme: themes } = window.wattsup;
    const shown = unless(theme, themes.shown());
    const page = address.page();
    if (page === address.OVERVIEW) {
      return [...routeOverview(view, selected, resolution, home), shown, skip(), skip()];
    }
    if (page === SETTINGS) {
      document.title = "Settings · WattsUp";
      return [skip(), skip(), skip(), shown, skip(), skip()];
    }
    const [seen, held] = page === FORECAST ? [ahead, forecast] : [live, drawn];
    const isSameView = typeof seen === "string" && address.isSameView(seen, held);
    if (isSameView) {
      const isWordless = isTurned(page, held);
      named(held, page, PREFIXES[page]);
      if (isWordless || (page === FORECAST && isForecastStale)) {
        redraw();
      }
    }
    isForecastStale = page === FORECAST ? false : isForecastStale;
    const next = unless(isSameView, address.view());
    return [skip(), skip(), skip(), shown, ...(page === FORECAST ? [skip(), next] : [next, skip()])];
  }

  /** The Settings page is asked for when it is opened, and told when it is left. */
  function showSettings(_path, opened) {
    const isOpen = window.wattsup.address.page() === SETTINGS;
    return unless(isOpen === Boolean(opened), isOpen ? Date.now() : null);
  }

  let isStale = false; /* the store has changed while the Overview was not on show */
  let isForecastStale = false; /* and while the Forecast page was not */
  let onShow = { place: "", isBlank: false }; /* the page and meter, and whether it says why there is nothing to show */

  const placeOf = (page, { meter }) => `${page} ${meter}`;

  /** Whether a page comes back that has no words of its own just now: all pages say in one place why there is nothing to show. */
  function isTurned(page, held) {
    return Boolean(held) && placeOf(page, held) !== onShow.place && (onShow.isBlank || held.has === false);
  }

  function routeOverview(view, selected, resolution, home) {
    const { address, zoom } = window.wattsup;
    const fields = address.read();
    const event = fields.event || "";
    const res = fields.res || "auto";
    const isSameView = typeof view === "string" && address.isSameView(view, home);
    if (isSameView) {
      const isWordless = isTurned(address.OVERVIEW, home);
      named(home, address.OVERVIEW, "");
      zoom.follow({ redraw: event !== selected || res !== resolution });
      if (isStale || isWordless) {
        redraw();
      }
    }
    isStale = false;
    return [unless(isSameView, address.view()), unless(event === selected, event), unless(res === resolution, res)];
  }

  /* Dash takes a page that is drawn because of what its own drawing started for a circle and leaves it out: hence not as an output. */
  function redraw() {
    window.setTimeout(() => window.dash_clientside.set_props("refresh", { data: Date.now() }), 0);
  }

  /** Show the section of the path, mark its link, and let the links carry the meter. */
  function showPage(path, _search, sections, links) {
    const { address } = window.wattsup;
    const shown = address.page();
    document.documentElement.dataset.page = shown;
    return [
      sections.map((section) => section.path !== shown),
      links.map((link) => address.addressOf(link.path)),
      links.map((link) => (link.path === shown ? "page" : null)),
    ];
  }

  function pickMeter(meter, home, drawn, forecast) {
    const { address } = window.wattsup;
    const shown = { [address.OVERVIEW]: home, [FORECAST]: forecast }[address.page()] || drawn;
    if (meter && shown && meter !== shown.meter) {
      address.go({ meter, from: null, to: null, zoom: null, event: null });
    }
  }

  /** Many meters have a field that finds them in place of the list. */
  function showMeters(many) {
    window.wattsup.meters.show(many);
    return !many;
  }

  /* The server sets these controls too, to what it shows; only what differs from that is a person's choice. */
  function pickPreset(range, home) {
    if (range && home && range !== home.preset) {
      window.wattsup.address.go({ range, from: null, to: null, zoom: null, event: null });
    }
  }

  function pickDays(from, to, home) {
    if (from && to && home && home.days && (from !== home.days[0] || to !== home.days[1])) {
      window.wattsup.address.go({ from, to, range: null, zoom: null, event: null });
    }
  }

  function pickResolution(resolution) {
    const { address, zoom } = window.wattsup;
    if (address.go({ res: resolution === "auto" ? null : resolution })) {
      zoom.follow({ redraw: true });
    }
  }

  function pickRow() {
    const row = pressed();
    if (row) {
      window.wattsup.address.go({ event: row.event, zoom: null });
    }
  }

  let presses = 0;

  /** A button of the table was pressed; that buttons are drawn anew is none of the server's business. */
  function press() {
    const button = pressed();
    presses += 1;
    return button ? { button, n: presses } : skip();
  }

  /** What is to hold of the event from now on: what was pressed, or that nothing was said when it was pressed already. What was mended and
      is not was a problem. The event goes into the address, so that the panel stays with it. */
  function pressAnswer(_clicks, isPressed, buttons) {
    const button = pressed();
    if (!button) {
      return [skip(), buttons.map(skip), buttons.map(skip)];
    }
    const { event, answer } = button;
    const at = buttons.findIndex((each) => each.event === event && each.answer === answer);
    const undone = answer === "mended" ? "problem" : "";
    const { address, zoom } = window.wattsup;
    if (address.read().event !== event) {
      address.go({ event, zoom: zoom.text() }, { replace: true });
    }
    presses += 1;
    const wanted = isPressed[at] === "true" ? undone : answer;
    const isOn = buttons.map((each) => each.answer === wanted); /* at once; the server's answer follows */
    return [
      { event, answer: wanted, n: presses },
      isOn.map(String),
      isOn.map((yes) => `button button-${yes ? "primary" : "plain"}`),
    ];
  }

  function showAlert(clicks) {
    if (clicks) {
      window.wattsup.live.showAlert();
    }
  }

  /* A mark on the chart selects its event and leaves the window where it is. */
  function pickMark(click) {
    const mark = click && click.points.find((point) => typeof point.customdata === "string");
    if (mark) {
      window.wattsup.address.go({ event: mark.customdata, zoom: window.wattsup.zoom.text() });
    }
  }

  /* A day's cell or button shows the day, and explains its worst event when it has one. */
  function goToDay(day, home) {
    const next = new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    const { limits = [`${day}T00:00`, `${next}T00:00`], worst = {} } = home || {};
    const start = limits[0] > day ? limits[0] : `${day}T00:00`;
    const end = limits[1] < next ? limits[1] : `${next}T00:00`;
    window.wattsup.address.go({ zoom: `${start},${end}`, ...(worst[day] ? { event: worst[day] } : {}) });
  }

  function pickCell(click, home) {
    const day = click && click.points[0] && click.points[0].customdata;
    if (day) {
      goToDay(day, home);
    }
  }

  function pickDay(_clicks, home) {
    const button = pressed();
    if (button) {
      goToDay(button.day, home);
    }
  }

  /** The tables beside the chart: opened, closed, turned a page, or of another window since the chart was drawn anew. */
  function tabulate(_clicks, _steps, _summary, ask) {
    const button = pressed();
    const isDrawn = button === "chart-summary";
    const { no_update: same } = window.dash_clientside;
    if (!button || (isDrawn && !ask)) {
      return [same, same, same];
    }
    if (button === "chart-table-button" && ask) {
      return [null, "Show as table", "false"];
    }
    const page = button.type ? ask.page + button.step : 0;
    return [{ page, window: (window.wattsup.zoom.text() || "").split(",") }, "Hide the table", "true"];
  }

  const STEPS = {
    "zoom-in": [0.5, 0],
    "zoom-out": [2, 0],
    "pan-left": [1, -0.5],
    "pan-right": [1, 0.5],
  };

  function step() {
    const button = pressed();
    if (button === "zoom-reset") {
      window.wattsup.zoom.reset();
    } else if (button) {
      window.wattsup.zoom.step(...STEPS[button]);
    }
  }

  function refresh(outcome) {
    if (outcome && outcome.value) {
      redraw();
    }
  }

  /** The store has changed: the page that is not on show is drawn anew when it comes back. */
  function refreshed() {
    const { address, live } = window.wattsup;
    isStale = address.page() !== address.OVERVIEW;
    isForecastStale = address.page() !== FORECAST;
    live.look();
  }

  /** Show and hide the layers of the chart that is there; one that was off when its points were sent is asked for. */
  function layers(anomalies, band, average, forecast, figure) {
    window.wattsup.zoom.lookAhead(Boolean(forecast));
    if (!figure || !figure.data || !figure.data.length) {
      return skip();
    }
    const isShown = { anomalies, band, average, forecast };
    const there = new Set(figure.data.map((trace) => LAYERS[trace.name]));
    if (["anomalies", "band", "average"].some((layer) => isShown[layer] && !there.has(layer))) {
      window.wattsup.zoom.follow({ redraw: true });
    }
    return {
      ...figure,
      data: figure.data.map((trace) => (LAYERS[trace.name] ? { ...trace, visible: Boolean(isShown[LAYERS[trace.name]]) } : trace)),
      layout: {
        ...figure.layout,
        shapes: (figure.layout.shapes || []).map((shape) => (shape.name === "now" ? { ...shape, visible: Boolean(forecast) } : shape)),
        annotations: (figure.layout.annotations || []).map((label) => ({ ...label, visible: Boolean(anomalies) })),
      },
    };
  }

  function toggleTheme(_clicks, maps, chart, risk, live, ahead, trial, parts, closeUp) {
    const { recolour, toggle } = window.wattsup.theme;
    const theme = toggle();
    if (closeUp) {
      window.dash_clientside.set_props("close-up", { figure: recolour(closeUp, maps[theme]) });
    }
    return [theme, ...[chart, risk, live, ahead, trial, parts].map((figure) => recolour(figure, maps[theme]))];
  }

  /** Mark the row whose event the panel explains. */
  function markRow(selected, home, rows, looks) {
    const shown = selected || (home && home.top);
    const isShown = rows.map((row) => row.event === shown);
    const others = looks.map((look) => look.split(" ").filter((name) => name !== "is-selected"));
    return [
      isShown.map((yes, at) => (yes ? [...others[at], "is-selected"] : others[at]).join(" ")),
      isShown.map((yes) => (yes ? "true" : "false")),
    ];
  }

  /** The page was drawn. An address that names no meter, or one that is not there, gets the one that is shown. */
  function arrived(home) {
    window.wattsup.zoom.arrived(home);
    window.wattsup.live.overviewArrived(home);
    follow(home);
    named(home, window.wattsup.address.OVERVIEW, "");
  }

  /** The event of the address was found anew since, under another id. */
  function follow(home) {
    const { address } = window.wattsup;
    if (home && home.moved && address.read().event === home.moved[0]) {
      address.go({ event: home.moved[1] }, { replace: true });
    }
  }

  function liveArrived(drawn) {
    window.wattsup.live.arrived(drawn);
    named(drawn, LIVE, PREFIXES[LIVE]);
  }

  function forecastArrived(drawn) {
    named(drawn, FORECAST, PREFIXES[FORECAST]);
  }

  /** Name the meter in the address and the title; an answer for a page that was left meanwhile names nothing. */
  function named(shown, path, prefix) {
    const { address } = window.wattsup;
    if (address.page() !== path) {
      return;
    }
    if (shown) {
      onShow = { place: placeOf(path, shown), isBlank: shown.has === false };
      address.go({ meter: shown.meter }, { replace: true });
      pickerOf(shown);
    }
    document.title = shown ? `${prefix}${shown.name} · WattsUp` : "WattsUp";
  }

  /** Set the picker to the meter of the page: one that was drawn before comes back without the server, which sets it otherwise. */
  function pickerOf({ meter, name }) {
    const list = document.getElementById("meter-picker");
    if (list && list.value !== meter && [...list.options].some((option) => option.value === meter)) {
      window.dash_clientside.set_props("meter-picker", { value: meter });
    }
    window.wattsup.meters.follow({ meter, name });
  }

  /** The cause of an anomaly on the Live page: the Overview says why. */
  function pickLiveCause() {
    const cause = pressed();
    if (cause) {
      const { address } = window.wattsup;
      address.visit(address.OVERVIEW, { meter: address.read().meter, event: cause.event });
    }
  }

  /** Go where the days or the method are that a person has chosen; the field for other days holds a whole number or nothing of use. */
  function pickAhead(usual, other, method, drawn) {
    const id = window.dash_clientside.callback_context.triggered_id;
    const days = id === "forecast-days" ? usual : id === "forecast-other-days" ? other : drawn && drawn.days;
    if (Number.isInteger(days) && days >= 1 && days <= 90 && method && drawn && (days !== drawn.days || method !== drawn.method)) {
      window.wattsup.address.go({ days: days === 30 ? null : days, method: method === "auto" ? null : method });
    }
  }

  /** Show and hide the layers of the forecast's chart. */
  function aheadLayers(band80, band95, earlier, figure) {
    if (!figure || !figure.data || !figure.data.length) {
      return skip();
    }
    const isShown = { "80": band80, "95": band95, earlier };
    const data = figure.data.map((trace) => (trace.meta in isShown ? { ...trace, visible: Boolean(isShown[trace.meta]) } : trace));
    return { ...figure, data };
  }

  function pickSpan(span, drawn) {
    if (span && drawn && span !== drawn.span) {
      window.wattsup.address.go({ span });
    }
  }

  window.dash_clientside = {
    ...window.dash_clientside,
    wattsup: {
      route,
      showSettings,
      pickMeter,
      showMeters,
      pickPreset,
      pickDays,
      pickResolution,
      pickRow,
      press,
      pressAnswer,
      showAlert,
      pickMark,
      pickCell,
      pickDay,
      tabulate,
      step,
      layers,
      toggleTheme,
      markRow,
      refresh,
      refreshed,
      arrived,
      liveArrived,
      forecastArrived,
      pickAhead,
      sumAgain: (home) => window.wattsup.sums.again(home) || skip(),
      aheadLayers,
      showPage,
      pickSpan,
      pickLiveCause,
      askOnce: () => window.wattsup.once.ask(window.dash_clientside.callback_context.outputs_list.id, pressed()),
      showNews: (clicks) => (clicks ? redraw() : undefined),
      tick: () => window.wattsup.live.tick(),
      pause: (clicks) => window.wattsup.live.pause(clicks),
      demo: (clicks) => window.wattsup.live.demo(clicks),
      phase: (phase) => window.wattsup.upload.setPhase(phase),
      closeUpload: (clicks) => (clicks ? window.wattsup.upload.close() : undefined),
      cancelUpload: (clicks) => (clicks ? window.wattsup.upload.cancel() : undefined),
      dialogMoved: (isOpen) => window.wattsup.upload.dialogMoved(isOpen),
      offerToRead: (...choicesAndAsRead) => window.wattsup.upload.offerToRead(choicesAndAsRead),
    },
  };
})();
