// The card that a newcomer meets. A command in it can be clicked: it goes into the composer, to be looked at and sent.

import { byId, el } from "./dom.js";
import { keep, kept } from "./kept.js";
import { mrkdwn } from "./mrkdwn.js";

const KEY = "sandbox-hint-dismissed";

// Who has sent a command needs the card less: one line of it stays.
export function foldHint() {
  const card = byId("hint").querySelector("details");
  if (card) card.open = false;
}

export function showHint({ hint }, here, write) {
  const card = byId("hint");
  card.hidden = !hint || kept(KEY) === hint;
  if (card.hidden) return;
  const text = el("div", {}, mrkdwn(hint, here));
  for (const code of text.querySelectorAll("code")) {
    const command = code.textContent;
    if (!command.startsWith("/")) continue;
    code.replaceWith(el("button", { type: "button", class: "try", title: "Put this into the message box", on: { click: () => write(command) } }, command));
  }
  const dismiss = () => {
    card.hidden = true;
    keep(KEY, hint);
  };
  const folded = matchMedia("(max-width: 760px)").matches;
  card.replaceChildren(el("details", { open: !folded }, el("summary", {}, "Welcome: how to begin"), text),
    el("button", { type: "button", class: "plain", "aria-label": "Dismiss this card", on: { click: dismiss } }, "✕"));
}
