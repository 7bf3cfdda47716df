/* The meter picker where the meters are too many for a list: a field that finds them on the server by name or id. It is an editable
   combobox with a list, after the WAI-ARIA Authoring Practices: the focus stays in the field, the arrows move through the list. */
(() => {
  "use strict";

  const HOLDER = "meter-find";
  const FIELD = "meter-find-field";
  const LIST = "meter-find-list";
  const WAIT_MS = 150;
  const TAKES_TOO_LONG_MS = 10_000;

  let shown = null; /* {meter, name, count} of the page */
  let found = []; /* the matches in the list */
  let active = -1; /* the one the arrows are at */
  let waiting = 0;
  let question = null; /* what stops the question that is on its way */
  let isAsked = false; /* what is in the list is not yet what was typed */
  let isEntered = false; /* Enter was pressed meanwhile: it means the answer */

  const part = (id) => document.getElementById(id);
  const popup = () => document.querySelector(".finder-popup");
  const isOpen = () => Boolean(popup()) && !popup().hidden;

  function element(name, attributes, children = []) {
    const made = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...children);
    return made;
  }

  /** The field and its list, made when they are first needed: Dash has no field that can be a combobox. */
  function make() {
    const field = element("input", {
      id: FIELD,
      class: "finder-input",
      type: "text",
      role: "combobox",
      "aria-label": "Meter",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": LIST,
      autocomplete: "off",
      spellcheck: "false",
      maxlength: "100",
    });
    const list = element("ul", { id: LIST, class: "finder-list", role: "listbox", "aria-label": "Meters" });
    const more = element("p", { class: "finder-more", role: "status" });
    const holder = element("div", { class: "finder-popup", hidden: "" }, [list, more]);
    field.addEventListener("input", () => ask(field.value, WAIT_MS));
    field.addEventListener("focus", () => field.select());
    field.addEventListener("click", () => isOpen() || ask("", 0));
    field.addEventListener("keydown", pressed);
    field.addEventListener("blur", close);
    holder.addEventListener("mousedown", (event) => event.preventDefault()); /* the focus stays in the field */
    list.addEventListener("click", (event) => pick([...list.children].indexOf(event.target.closest("li"))));
    part(HOLDER).replaceChildren(field, holder);
  }

  /** The page is of this meter, one of so many; none when there are few. */
  function show(many) {
    shown = many;
    if (many && !part(FIELD)) {
      make();
    }
    if (many && !isOpen() && !isAsked) {
      name();
    }
  }

  /** The page is of this meter now. */
  function follow(page) {
    if (shown && shown.meter !== page.meter) {
      show({ ...shown, ...page });
    }
  }

  function name() {
    const { name: text } = shown || { name: "" };
    part(FIELD).value = text;
    part(FIELD).title = text;
  }

  const KEYS = {
    ArrowDown: () => move(active + 1),
    ArrowUp: () => move(active < 0 ? found.length - 1 : active - 1),
    Enter: () => {
      isEntered = isAsked;
      return isAsked || pick(active);
    },
    Escape: () => {
      close();
      part(FIELD).select();
    },
  };

  function pressed(event) {
    if (!event.isComposing && !event.ctrlKey && !event.metaKey && Object.hasOwn(KEYS, event.key)) {
      event.preventDefault();
      if (isOpen() || isAsked || event.key === "Escape") {
        KEYS[event.key]();
      } else {
        ask("", 0);
      }
    }
  }

  /** Ask for what was typed, once nothing more was for a moment; an answer that a later question has overtaken is dropped. */
  function ask(typed, wait) {
    drop();
    isAsked = true;
    waiting = window.setTimeout(async () => {
      question = new AbortController();
      const { signal } = question;
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(TAKES_TOO_LONG_MS)]);
        const answer = await window.fetch(`/meters/find?${new URLSearchParams({ typed })}`, { signal: limit });
        if (!answer.ok) {
          throw new Error(answer.status);
        }
        list(await answer.json(), typed.trim() !== "");
      } catch {
        if (!signal.aborted) {
          list({ meters: [], more: 0 }, false);
          tell("The meters could not be asked for. Type again.");
        }
      }
    }, wait);
  }

  function drop() {
    window.clearTimeout(waiting);
    isAsked = false;
    isEntered = false;
    if (question) {
      question.abort();
    }
  }

  /** Show the matches; Enter takes the best one for what was typed, and changes nothing where nothing was. */
  function list({ meters, more }, isTyped) {
    const isWanted = isEntered && isTyped;
    isAsked = false;
    isEntered = false;
    found = meters;
    part(LIST).replaceChildren(...meters.map(option));
    popup().hidden = false;
    part(FIELD).setAttribute("aria-expanded", "true");
    tell(words(meters.length, more, isTyped));
    mark(isTyped ? 0 : meters.findIndex((meter) => meter.meter_id === shown.meter));
    if (isWanted) {
      pick(active);
    }
  }

  function option(meter, at) {
    const id = meter.tells_id ? [element("span", { class: "finder-id" }, [meter.meter_id])] : [];
    const isShown = meter.meter_id === shown.meter;
    const attributes = { id: `${LIST}-${at}`, role: "option", "aria-selected": "false", ...(isShown ? { "data-shown": "" } : {}) };
    return element("li", attributes, [element("span", { class: "finder-name" }, [meter.name]), ...id]);
  }

  function words(count, more, isTyped) {
    if (!count) {
      return "No meter has that in its name or id.";
    }
    if (more) {
      return `… and ${more.toLocaleString("en-GB")} more. Type ${isTyped ? "more " : ""}to narrow.`;
    }
    return count === 1 ? "1 meter" : `${count} meters`;
  }

  function tell(text) {
    document.querySelector(".finder-more").textContent = text;
  }

  /** Go to a match, from the last to the first and back. */
  function move(to) {
    if (found.length) {
      mark((to + found.length) % found.length);
    }
  }

  function mark(at) {
    const options = [...part(LIST).children];
    active = at;
    options.forEach((one, place) => one.setAttribute("aria-selected", String(place === active)));
    if (options[active]) {
      part(FIELD).setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    } else {
      part(FIELD).removeAttribute("aria-activedescendant");
    }
  }

  function pick(at) {
    const meter = found[at];
    if (!meter) {
      return;
    }
    shown = { ...shown, meter: meter.meter_id, name: meter.name };
    close();
    part(FIELD).select();
    window.wattsup.address.go({ meter: meter.meter_id, from: null, to: null, zoom: null, event: null });
  }

  function close() {
    drop();
    popup().hidden = true;
    active = -1;
    part(FIELD).setAttribute("aria-expanded", "false");
    part(FIELD).removeAttribute("aria-activedescendant");
    name();
  }

  window.wattsup = { ...window.wattsup, meters: { show, follow } };
})();
