/* Choosing and sending a file: the button, the file picker, and a drop anywhere on the page. The file is streamed as it is, so its
   size does not matter to the browser; what becomes of it is a job of the server, which the page watches. */
(() => {
  "use strict";

  const FAILED = "The file could not be sent.";
  const AGAIN = "Check the connection and try again.";
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);

  let phase = "choose";
  let request = null; /* while a file is being sent */
  let drags = 0;

  function mostBytes() {
    return Number(document.querySelector('meta[name="wattsup-max-upload-mb"]').content) * 1024 * 1024;
  }

  /** Show a part of the dialog. While a file is worked on that is its progress, whatever is asked for. */
  function open(part) {
    if (phase !== "work") {
      show(part);
    }
    setProps("upload-dialog", { is_open: true });
  }

  function show(part) {
    phase = part;
    setProps("upload-phase", { "data-phase": part });
  }

  /** The server has moved the dialog on. */
  function setPhase(part) {
    phase = part;
  }

  function close() {
    setProps("upload-dialog", { is_open: false });
  }

  /** A result that was seen is not shown again; one that comes while the dialog is closed waits in it. */
  function dialogMoved(isOpen) {
    if (!isOpen && (phase === "result" || phase === "cancelled")) {
      show("choose");
    }
  }

  function choose() {
    const picker = document.createElement("input");
    picker.type = "file";
    picker.hidden = true;
    picker.tabIndex = -1;
    picker.addEventListener("change", () => {
      if (picker.files.length) {
        send(picker.files[0]);
      }
      picker.remove();
    });
    document.getElementById("upload-file").replaceChildren(picker);
    picker.click();
  }

  function send(file) {
    if (phase === "work") {
      setProps("upload-dialog", { is_open: true });
      return;
    }
    if (file.size > mostBytes()) {
      const most = (mostBytes() / 1024 / 1024).toLocaleString();
      refuse(file.name, `This file is larger than ${most} MB.`, "Upload a shorter period.");
      return;
    }
    setProps("upload-work-name", { children: file.name });
    setProps("upload-sent", { value: 0 });
    show("work");
    setProps("upload-dialog", { is_open: true });
    request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => setProps("upload-sent", { value: (100 * event.loaded) / event.total }));
    request.addEventListener("load", () => arrived(file.name));
    request.addEventListener("error", () => lost(file.name));
    request.open("POST", `/api/v1/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.send(file);
  }

  function arrived(name) {
    const { status, response } = request;
    request = null;
    if (status === 201 && response) {
      setProps("upload-sent", { value: 100 });
      const options = { browser_timezone: Intl.DateTimeFormat().resolvedOptions().timeZone };
      setProps("upload-ticket", { data: { upload: response.upload, name, options } });
    } else {
      const { message = FAILED, hint = AGAIN } = (response && response.error) || {};
      refuse(name, message, hint);
    }
  }

  function lost(name) {
    request = null;
    refuse(name, FAILED, AGAIN);
  }

  /** Nothing has reached the server: tell it as the outcome of a job. */
  function refuse(name, message, hint) {
    setProps("upload-work-name", { children: name });
    setProps("upload-dialog", { is_open: true });
    setProps("upload-result", { data: { refused: { message, hint } } });
  }

  /** Stop the sending and say so, which needs no server; a job that runs is stopped, and its end told, by the server. */
  function cancel() {
    if (request) {
      request.abort();
      request = null;
      show("cancelled");
    }
  }

  /** How to go on from a file's summary: a choice that differs from how the file was read takes effect only when it is read again. */
  function offerToRead(choicesAndAsRead) {
    const choices = choicesAndAsRead.slice(0, -1);
    const asRead = JSON.parse(choicesAndAsRead.at(-1));
    const [first, second] = ["button button-primary", "button button-plain"];
    const isChanged = asRead.some((value, place) => value !== choices[place]);
    return isChanged
      ? [first, "Read again with these settings", second, "Show as it was read"]
      : [second, "Read again", first, "Show my data"];
  }

  const hasFile = (event) => Boolean(event.dataTransfer) && [...event.dataTransfer.types].includes("Files");

  function setDragging(isOver) {
    document.body.toggleAttribute("data-dragging", isOver);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-upload]");
    if (button && button.dataset.upload === "open") {
      open(phase === "result" ? "result" : "choose");
    } else if (button) {
      choose();
    }
  });
  document.addEventListener("dragenter", (event) => {
    if (hasFile(event)) {
      drags += 1;
      setDragging(true);
    }
  });
  document.addEventListener("dragleave", (event) => {
    if (hasFile(event)) {
      drags = Math.max(0, drags - 1);
      setDragging(drags > 0);
    }
  });
  document.addEventListener("dragover", (event) => {
    if (hasFile(event)) {
      event.preventDefault();
    }
  });
  document.addEventListener("drop", (event) => {
    if (hasFile(event)) {
      event.preventDefault();
      drags = 0;
      setDragging(false);
      send(event.dataTransfer.files[0]);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (request) {
      event.preventDefault();
    }
  });

  window.wattsup = { ...window.wattsup, upload: { cancel, close, dialogMoved, offerToRead, setPhase } };
})();
