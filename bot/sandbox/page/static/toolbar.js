// What can be done to a message: one bar, which moves to the message that is pointed at or focused.

import { el } from "./dom.js";
import { CHOICE, emojiOrCode, QUICK } from "./emoji.js";
import { isMine } from "./message.js";

export function toolbar(here, messageOf) {
  const bar = el("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" });
  return (node, inThread) => {
    const message = messageOf(node.dataset.ts);
    if (!message || message.ephemeral || message.subtype === "tombstone" || node.querySelector(".editor")) return bar.remove();
    if (bar.parentElement === node) return undefined; // moved again, it would lose a click that is under way
    bar.replaceChildren(...buttons(message, here, inThread, bar));
    node.append(bar);
    return undefined;
  };
}

function buttons(message, here, inThread, bar) {
  const about = { ts: message.ts, channel: message.channel };
  const pinned = here.pins().has(message.ts);
  const found = QUICK.map((name) => reaction(name, message, here));
  found.push(button("☺", "More reactions", () => bar.append(more(message, here))));
  if (!inThread) found.push(button("↳", "Reply in thread", () => here.openThread(message.is_reply ? message.thread_ts : message.ts)));
  found.push(pinned
    ? button("Unpin", "Take the pin off", () => here.act("unpins", about))
    : button("Pin", "Pin to the channel", () => here.act("pins", about)));
  if (isMine(message, here)) {
    found.push(button("Edit", "Edit message", () => here.edit(message.ts)));
    found.push(button("Delete", "Delete message", () => here.confirm("Delete this message?", () => here.act("deletes", about))));
  }
  return found;
}

const HINTS = { pushpin: "React with 📌: puts it on the timeline" };

function reaction(name, message, here) {
  const words = HINTS[name] ?? `React with ${name.replaceAll("_", " ")}`;
  return button(emojiOrCode(name), words, () => {
    const given = message.reactions?.find((each) => each.name === name)?.users.includes(here.me?.id);
    return here.act(given ? "unreacts" : "reacts", { ts: message.ts, emoji: name, channel: message.channel });
  });
}

function more(message, here) {
  return el("div", { class: "more", role: "group", "aria-label": "Reactions" },
    CHOICE.filter((name) => !QUICK.includes(name)).map((name) => reaction(name, message, here)));
}

const button = (sign, label, click) =>
  el("button", { type: "button", title: label, "aria-label": label, on: { click } }, sign);
