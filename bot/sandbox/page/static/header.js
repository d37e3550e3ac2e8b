// Above the messages: the channel and its topic, pins, the clock, and how far a replay is.

import { avatar, byId, el, outward } from "./dom.js";
import { words } from "./elements.js";
import { themed } from "./files.js";
import { bare, decoded, oneLine } from "./mrkdwn.js";
import { icon } from "./icons.js";
import { openPopup } from "./popup.js";
import { hoursOf } from "./prefs.js";
import { clockFor, clockWithSeconds, exact, utcMinutes } from "./times.js";

const STEPS = [[60, "+1 min"], [300, "+5 min"], [900, "+15 min"]];

// Business time, which runs on between two answers of the sandbox.
export class Clock {
  constructor(forward) {
    this.base = { now: 0, speed: 1, movable: false, read: 0 };
    byId("steps").replaceChildren(...STEPS.map(([seconds, label]) =>
      el("button", { type: "button", class: "button small", title: `Move the clock on by ${label.slice(1)}: reminders, escalations and drafts that fall due come then`, "aria-label": label, on: { click: () => forward(seconds) } },
        label.split(" ")[0], el("span", { class: "unit" }, " min"))));
    setInterval(() => this.tick(), 500);
  }

  // While an incident is played, that moves the clock, and it stands for a moment at each step.
  set(given, tz, playing) {
    this.base = { ...given, read: performance.now() };
    this.tz = tz;
    byId("prefs").hidden = false;
    byId("steps").hidden = !given.movable || Boolean(playing);
    byId("bar").classList.toggle("held", byId("steps").hidden);
    byId("speed").textContent = given.speed === 1 || playing ? "" : `× ${given.speed}`;
    this.tick();
  }

  now() {
    return this.base.now + ((performance.now() - this.base.read) / 1000) * this.base.speed;
  }

  tick() {
    if (!this.tz) return;
    const now = this.now();
    byId("time").textContent = clockWithSeconds(now, this.tz);
    byId("time").title = exact(now, this.tz);
    byId("utc").textContent = `${utcMinutes(now)} UTC`;
  }
}

export function showChannel(channel, here) {
  byId("title").textContent = channel ? (channel.is_im ? here.bot.real_name : `${channel.is_private ? "🔒 " : "#"}${channel.name}`) : "";
  byId("topic").replaceChildren(channel ? oneLine(channel.topic, here) : "");
  byId("topic").title = channel ? decoded(bare(channel.topic, here)) : "";
  byId("canvas").hidden = !channel?.canvas;
  byId("canvas").title = channel?.canvas ? `${channel.canvas.title}: opens in a new tab` : "";
  if (channel?.canvas) byId("canvas").href = themed(`/canvas/${encodeURIComponent(channel.canvas.id)}`);
  byId("members").hidden = !channel || channel.is_im;
  byId("members-count").textContent = channel ? (channel.members.length === 1 ? "1 member" : `${channel.members.length} members`) : "";
  byId("bookmarks").replaceChildren(...(channel?.bookmarks ?? []).map((each) => el("li", {}, outward(each.link ?? "", each.title ?? each.link ?? ""))));
}

// On a narrow screen the channels are behind a button.
export function showMenu(open) {
  document.body.classList.toggle("menu-open", open);
  byId("menu").setAttribute("aria-expanded", String(open));
}

export function menuButton() {
  byId("veil").addEventListener("click", () => showMenu(false));
  byId("menu").addEventListener("click", () => showMenu(!document.body.classList.contains("menu-open")));
}

// Who is in the channel, and what time it is for them.
export function membersButton(here, channel) {
  const button = byId("members");
  button.prepend(icon("people"));
  button.addEventListener("click", () => {
    const list = channel().members.map(({ id, name }) => member(here.users.get(id) ?? { name, real_name: name }, here));
    const rows = el("ul", { tabindex: 0 }, list);
    openPopup(button, el("div", { class: "members", role: "dialog", "aria-label": "Members" }, rows));
    rows.focus({ preventScroll: true });
  });
}

function member(user, here) {
  const time = user.tz && !user.is_bot ? clockFor(here.now(), user.tz, hoursOf(user)) : "";
  return el("li", {}, avatar(user.real_name, user.is_bot),
    el("span", { class: "name" }, el("b", {}, user.real_name), el("small", {}, `@${user.name}${user.is_bot ? " · app" : ""}`)),
    time && el("span", { class: "when" }, el("time", {}, time), el("small", {}, user.tz)));
}

// A button that tells how many pins there are, and the list of them.
export function showPins(channel, here, jump) {
  const pinned = channel?.pinned ?? [];
  byId("pins").hidden = pinned.length === 0;
  byId("pins-count").textContent = `📌 ${pinned.length} pinned`;
  if (!pinned.length) byId("pins").open = false;
  const sign = JSON.stringify(pinned.map((each) => [each.ts, each.text]));
  if (byId("pins-list").dataset.sign === sign) return;
  byId("pins-list").dataset.sign = sign;
  byId("pins-list").replaceChildren(...pinned.map((each) =>
    el("li", {}, el("button", { type: "button", on: { click: () => leave(() => jump(each)) } },
      el("b", {}, each.author_name), el("span", {}, first(each, here))))));
}

function leave(run) {
  byId("pins").open = false;
  run();
}

function first(message, here) {
  const said = message.blocks?.find((each) => each.text)?.text;
  const text = message.by_app && said ? words({ text: bare(said.text, here) }) : decoded(bare(message.text, here));
  return text.replace(/[*_`~]/g, "").split("\n").filter((line) => line.trim()).slice(0, 2).join("\n").slice(0, 200);
}

const STAYS = 15000; // milliseconds that a replay which has ended stays in view
let ended = null;

export function showProgress(progress) {
  const box = byId("progress");
  const sign = JSON.stringify(progress);
  if (sign === ended) return;
  ended = null;
  box.hidden = !progress;
  if (!progress) return;
  const { label = "Replay", done = 0, total = 0 } = progress;
  byId("progress-label").textContent = `${label}: ${done} of ${total}`;
  byId("progress-bar").value = total ? Math.min(1, done / total) : 0;
  if (!total || done < total) return;
  ended = sign;
  setTimeout(() => {
    if (ended === sign) box.hidden = true;
  }, STAYS);
}
