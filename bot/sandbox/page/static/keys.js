// Keys of the page as a whole, and the list of them.

import { el } from "./dom.js";

const MOD = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";
const LIST = [
  ["Anywhere", [
    [`${MOD}+K`, "Jump to a channel, the app or a person"],
    ["Alt+↑ · Alt+↓", "The channel above or below"],
    ["Alt+Shift+↑ · Alt+Shift+↓", "The next one with something unread"],
    ["Esc", "Close what is open; else mark the channel as read"],
    [`? · ${MOD}+/`, "This list"],
  ]],
  ["In the message box", [
    ["Enter · Shift+Enter", "Send · a new line"],
    ["/ · @ · # · :", "Commands, people, channels, emoji: arrow keys choose, Tab or Enter takes"],
    ["↑ in an empty box", "Edit your last message"],
    ["Shift+Tab", "To the messages"],
  ]],
  ["On a message", [
    ["↑ · ↓", "The message before or after"],
    ["T · R · P", "Reply in thread · add a reaction · pin or unpin"],
    ["E · Delete", "Edit or delete your own"],
    ["Enter · M", "More actions, the app's shortcuts among them"],
  ]],
  ["In a form", [[`${MOD}+Enter · Esc`, "Submit · cancel"]]],
];

export function showKeys() {
  const dialog = el("dialog", { class: "keys-list", "aria-label": "Keyboard shortcuts" });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(
    el("header", {}, el("h2", {}, "Keyboard shortcuts"),
      el("button", { type: "button", class: "plain", "aria-label": "Close the list", on: { click: () => dialog.close() } }, "✕")),
    el("div", { class: "columns", tabindex: 0 }, LIST.map(([title, rows]) => el("section", {}, el("h3", {}, title),
      el("dl", {}, rows.map(([keys, words]) => [el("dt", {}, keys.split(" · ").flatMap((each, index) => [index ? " " : "", el("kbd", {}, each)])), el("dd", {}, words)]))))));
  document.body.append(dialog);
  dialog.showModal();
}

const writing = (node) => node.matches?.("input, textarea, select, [contenteditable]");

// `run` has what the keys do: jump(), step(by, unreadOnly), escape(event), write().
export function followKeys(run) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const mod = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (mod && key === "k") run.jump();
    else if ((mod && key === "/") || (key === "?" && !writing(event.target))) showKeys();
    else if (event.altKey && key === "arrowup") run.step(-1, event.shiftKey);
    else if (event.altKey && key === "arrowdown") run.step(1, event.shiftKey);
    else if (key === "escape") {
      run.escape(event);
      return;
    } else {
      // what is typed where nothing is chosen is meant for the message box, as in Slack
      if (event.target === document.body && !mod && !event.altKey && /^\S$/u.test(event.key)) run.write();
      return;
    }
    event.preventDefault();
  });
}

// The next of `order` after `from`, in the direction of `by`, that is wanted; round the end to the beginning.
export function stepped(order, from, by, wanted) {
  const turned = by > 0 ? order : order.toReversed();
  const at = turned.indexOf(from);
  return [...turned.slice(at + 1), ...turned.slice(0, Math.max(at, 0))].find(wanted);
}
