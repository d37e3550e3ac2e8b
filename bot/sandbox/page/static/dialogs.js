// The page's own small dialogs, and the notes that come and go.

import { Refused } from "./api.js";
import { byId, el } from "./dom.js";

const LASTS = 7000; // milliseconds

export function toast(words) {
  const note = el("div", { class: "toast" }, el("p", {}, words),
    el("button", { type: "button", class: "plain", "aria-label": "Dismiss", on: { click: () => note.remove() } }, "✕"));
  byId("toasts").append(note);
  setTimeout(() => note.remove(), LASTS);
}

// What the sandbox refuses is said in a note; everything else is a mistake of this page.
export async function guarded(run) {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message);
    return false;
  }
}

// A short word that something worked.
export function say(words) {
  byId("said").textContent = words;
  byId("said").hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { byId("said").hidden = true; }, LASTS / 2);
}

export async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
    say(words);
  } catch {
    toast("The browser does not let this page copy anything.");
  }
}

function dialog(title, body, buttons, cancelled = () => null) {
  const close = (run) => {
    made.remove();
    run();
  };
  const made = el("dialog", { class: "confirm", "aria-label": title, on: { cancel: () => close(cancelled) } },
    el("h2", {}, title), body,
    el("footer", {},
      el("button", { type: "button", class: "button", on: { click: () => close(cancelled) } }, "Cancel"),
      buttons(close)));
  document.body.append(made);
  made.showModal();
}

export function sure(question, run) {
  dialog(question, null, (close) =>
    el("button", { type: "button", class: "button danger", autofocus: true, on: { click: () => close(run) } }, "Delete"));
}

export function askForPerson(run, cancelled) {
  const name = el("input", { id: "new-name", type: "text", required: true, pattern: "[a-z0-9._-]+", autofocus: true, autocomplete: "off" });
  const zones = Intl.supportedValuesOf?.("timeZone") ?? ["UTC"];
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = el("select", { id: "new-zone" }, [...new Set([own, "UTC", ...zones])].map((each) => el("option", { value: each }, each)));
  const body = el("div", { class: "fields" },
    el("div", { class: "field" }, el("label", { for: "new-name" }, "Name (small letters)"), name),
    el("div", { class: "field" }, el("label", { for: "new-zone" }, "Time zone"), zone));
  dialog("Somebody new", body, (close) => {
    const add = () => name.reportValidity() && close(() => run({ name: name.value, tz: zone.value }));
    name.addEventListener("keydown", (event) => event.key === "Enter" && add());
    return el("button", { type: "button", class: "button primary", on: { click: add } }, "Add");
  }, cancelled);
}
