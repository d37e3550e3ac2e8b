// One message as a row. `here` (see mrkdwn.js) also does things: act(verb, body), openThread(ts), edit(ts or null).

import { blocks } from "./blocks.js";
import { avatar, el } from "./dom.js";
import { emojiOrCode } from "./emoji.js";
import { files } from "./files.js";
import { inputBlock } from "./inputs.js";
import { bare, decoded, mrkdwn } from "./mrkdwn.js";
import { clock, clockFace, exact } from "./times.js";

const NOTES = new Set([
  "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive",
  "channel_unarchive", "group_join", "group_leave", "group_topic", "pinned_item", "bot_add",
]);

export const isNote = (message) => NOTES.has(message.subtype);
export const isMine = (message, here) => !message.by_app && !isNote(message) && message.user === here.me?.id;

// `options`: compact (the same person as just before), inThread, editing.
export function row(message, here, options) {
  if (isNote(message)) return note(message, here);
  const tombstone = message.subtype === "tombstone";
  const classes = ["message", options.compact && "compact", message.ephemeral && "ephemeral", options.pinned && "pinned"];
  return el("article",
    {
      class: classes.filter(Boolean).join(" "),
      data: { ts: message.ts },
      tabindex: -1,
      "aria-label": `${message.author_name}, ${clock(Number(message.ts), here.tz)}`,
    },
    el("div", { class: "gutter" }, options.compact ? time(message, here, clockFace) : avatar(message.author_name, message.by_app)),
    el("div", { class: "content" },
      message.ephemeral && el("p", { class: "only-you" }, "Only visible to you"),
      options.pinned && el("p", { class: "pin-mark" }, "📌 Pinned"),
      !options.compact && byline(message, here),
      message.broadcast && !options.inThread && threadLink(message.thread_ts, "replied to a thread", here),
      options.editing ? editor(message, here) : body(message, here, tombstone),
      files(message),
      reactions(message, here),
      !options.inThread && message.reply_count && replies(message, here)));
}

function note(message, here) {
  return el("div", { class: "note", data: { ts: message.ts } }, time(message, here, clockFace), el("div", {}, mrkdwn(message.text, here)));
}

const time = (message, here, shown = clock) =>
  el("time", { datetime: new Date(Number(message.ts) * 1000).toISOString(), title: exact(Number(message.ts), here.tz) },
    shown(Number(message.ts), here.tz));

const byline = (message, here) =>
  el("p", { class: "byline" },
    el("b", { data: { who: message.user } }, message.author_name),
    message.by_app && el("span", { class: "tag" }, "App"),
    time(message, here));

// What people typed comes back with rich text that says the same: their own marks are in the text.
function body(message, here, tombstone) {
  const drawn = message.by_app && message.blocks?.length ? appBlocks(message, here) : mrkdwn(message.text, here);
  const edited = message.edited && !tombstone && el("span", { class: "edited", title: exact(Number(message.edited.ts), here.tz) }, "(edited)");
  return el("div", { class: tombstone ? "text gone" : "text" }, drawn, edited);
}

function appBlocks(message, here) {
  const acts = (element, value) => use(message, element, value, here);
  const input = (block) => {
    const state = message.chosen?.[block.block_id]?.[block.element.action_id];
    return inputBlock(block, state, here, { scope: message.ts, use: (value) => acts(block.element, value) }).node;
  };
  return blocks(message.blocks, here, { values: message.chosen, use: acts, input });
}

function use(message, element, value, here) {
  const body = { what: element.action_id, message: message.ts, channel: message.channel };
  if (value !== null && value !== undefined) body.value = value;
  return here.act("clicks", body);
}

function editor(message, here) {
  const area = el("textarea", { rows: 3, "aria-label": "Edit your message", value: decoded(bare(message.text, here)) });
  const save = async () => {
    if (await here.act("edits", { ts: message.ts, text: area.value, channel: message.channel })) here.edit(null);
  };
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") here.edit(null);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  });
  queueMicrotask(() => area.isConnected && area.focus());
  return el("div", { class: "editor" }, area,
    el("div", { class: "actions" },
      el("button", { type: "button", class: "button primary", on: { click: save } }, "Save"),
      el("button", { type: "button", class: "button", on: { click: () => here.edit(null) } }, "Cancel")));
}

// ---- reactions, threads

function reactions(message, here) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "reactions" }, message.reactions.map((each) => {
    const mine = each.users.includes(here.me?.id);
    const names = each.users.map((id) => here.users.get(id)?.name ?? id).join(", ");
    const click = () => here.act(mine ? "unreacts" : "reacts", { ts: message.ts, emoji: each.name, channel: message.channel });
    return el("button",
      { type: "button", class: "reaction", "aria-pressed": String(mine), title: `:${each.name}: ${names}`,
        "aria-label": `${each.name.replaceAll("_", " ")}, ${each.count}`, on: { click } },
      el("span", { "aria-hidden": "true" }, emojiOrCode(each.name)), ` ${each.count}`);
  }));
}

function replies(message, here) {
  const label = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return el("p", { class: "thread-line" }, threadLink(message.ts, label, here),
    message.latest_reply && el("span", {}, "last at ", time({ ts: message.latest_reply }, here)));
}

const threadLink = (ts, label, here) =>
  el("button", { type: "button", class: "replies", on: { click: () => here.openThread(ts) } }, `↳ ${label}`);
