// What can be done to a message: one bar, which moves to the message that is pointed at or focused; a menu with the
// rest, the app's shortcuts among it; and keys for whoever stands on a message.

import { el } from "./dom.js";
import { emojiOrCode, QUICK } from "./emoji.js";
import { icon } from "./icons.js";
import { isMine } from "./message.js";
import { bare, decoded } from "./mrkdwn.js";
import { pickEmoji } from "./picker.js";
import { menuButton, openMenu } from "./popup.js";

export function toolbar(here, messageOf) {
  const bar = el("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" });
  return (node, inThread) => {
    const message = messageOf(node.dataset.ts);
    if (!message || message.ephemeral || message.subtype === "tombstone" || node.querySelector(".editor")) return bar.remove();
    if (bar.parentElement === node) return undefined; // moved again, it would lose a click that is under way
    bar.replaceChildren(...buttons(message, here, inThread));
    node.append(bar);
    return undefined;
  };
}

// ---- the bar

function buttons(message, here, inThread) {
  const found = quick(here).slice(0, 3).map((name) => reaction(name, message, here));
  found.push(el("button", {
    type: "button", class: "add-reaction", title: "Add reaction", "aria-label": "Add reaction", "aria-haspopup": "dialog", "aria-expanded": "false",
    on: { click: (event) => pickEmoji(event.currentTarget, quick(here), (name) => react(name, message, here)) },
  }, icon("smile")));
  if (!inThread) {
    found.push(el("button", { type: "button", title: "Reply in thread", "aria-label": "Reply in thread", on: { click: () => reply(message, here) } }, icon("thread")));
  }
  found.push(menuButton({
    class: "more", title: "More actions", "aria-label": "More actions",
    on: { click: (event) => openMenu(event.currentTarget, "More actions", entries(message, here, inThread)) },
  }, icon("more")));
  return found;
}

// The emoji that mean something to the app stand first.
const quick = (here) => [...new Set([...here.told.marks.map((each) => each.name), ...QUICK])];

function reaction(name, message, here) {
  const about = here.told.marks.find((each) => each.name === name)?.about;
  const words = `React with ${name.replaceAll("_", " ")}${about ? `: ${about}` : ""}`;
  return el("button", { type: "button", class: "quick", title: words, "aria-label": words, on: { click: () => react(name, message, here) } }, emojiOrCode(name));
}

function react(name, message, here) {
  const given = message.reactions?.find((each) => each.name === name)?.users.includes(here.me?.id);
  return here.act(given ? "unreacts" : "reacts", { ts: message.ts, emoji: name, channel: message.channel });
}

const reply = (message, here) => here.openThread(message.is_reply ? message.thread_ts : message.ts);

// ---- the menu

function entries(message, here, inThread) {
  const about = { ts: message.ts, channel: message.channel };
  const pinned = here.pins().has(message.ts);
  const mine = isMine(message, here);
  const shortcuts = here.told.shortcuts.filter((each) => each.kind === "message");
  return [
    !inThread && { label: "Reply in thread", hint: "T", run: () => reply(message, here) },
    { label: "Copy link", run: () => here.copy(permalink(message, here), "The link is copied.") },
    { label: "Copy text", run: () => here.copy(plainText(message, here), "The text is copied.") },
    pinned
      ? { label: "Unpin from channel", hint: "P", run: () => here.act("unpins", about) }
      : { label: "Pin to channel", hint: "P", run: () => here.act("pins", about) },
    mine && { label: "Edit message", hint: "E", run: () => here.edit(message.ts) },
    mine && { label: "Delete message …", danger: true, run: () => remove(message, here) },
    shortcuts.length > 0 && { heading: here.bot.real_name },
    ...shortcuts.map((each) => ({ label: each.name, run: () => here.act("shortcut", { callback_id: each.callback_id, ...about }) })),
  ];
}

const remove = (message, here) =>
  here.confirm("Delete this message?", () => here.act("deletes", { ts: message.ts, channel: message.channel }));

// As Slack's own links look: here they lead within this page, and the app understands them.
function permalink(message, here) {
  const link = `${here.told.archives}${message.channel}/p${message.ts.replace(".", "")}`;
  return message.is_reply ? `${link}?thread_ts=${message.thread_ts}&cid=${message.channel}` : link;
}

const plainText = (message, here) => decoded(bare(message.by_app ? message.words : message.text, here));

// ---- keys, for whoever stands on a message

const KEYS = {
  t: (message, here, node, inThread) => inThread || reply(message, here),
  r: (message, here, node) => pickEmoji(node.querySelector(".add-reaction"), quick(here), (name) => react(name, message, here)),
  e: (message, here) => isMine(message, here) && here.edit(message.ts),
  p: (message, here) => here.act(here.pins().has(message.ts) ? "unpins" : "pins", { ts: message.ts, channel: message.channel }),
  m: (message, here, node) => node.querySelector(".toolbar .more")?.click(),
  Enter: (message, here, node) => node.querySelector(".toolbar .more")?.click(),
  Delete: (message, here) => isMine(message, here) && remove(message, here),
};

export function keyOnMessage(event, message, here, inThread) {
  if (event.ctrlKey || event.metaKey || event.altKey || !message || message.ephemeral || message.subtype === "tombstone") return;
  if (!Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key](message, here, event.target, inThread);
}
