// The left column: who I am, channels with what is unread in them, the app, people and their time of day.

import { el, byId } from "./dom.js";
import { hoursOf } from "./prefs.js";
import { clockFor } from "./times.js";

const GROUPS = [
  ["Channels", (each) => !each.is_im && each.is_member && !each.is_archived],
  ["More channels", (each) => !each.is_im && !each.is_member && !each.is_archived],
  ["Archived", (each) => !each.is_im && each.is_archived],
];
const MOST = 99;

const sign = (each) => (each.is_private ? "🔒" : "#");
const lead = (child) => el("span", { class: "sign", "aria-hidden": "true" }, child);

// How many are unread; the ones that name me stand on a plate of their own.
function badge({ unread, mentions }) {
  if (!unread) return null;
  const count = mentions || unread;
  return el("span", { class: mentions ? "count for-me" : "count", "aria-hidden": "true" }, count > MOST ? `${MOST}+` : String(count));
}

const spoken = (name, { unread, mentions }) =>
  [name, unread && `${unread} unread`, mentions && `${mentions} for you`].filter(Boolean).join(", ");

export class Sidebar {
  constructor({ go, openApp, become, add }) {
    Object.assign(this, { go, openApp, become, add, drawn: "" });
    byId("who").addEventListener("change", (event) => this.chosen(event.target));
  }

  // The channels in the order in which they stand, for the keys that walk through them.
  get order() {
    return [...byId("channels").querySelectorAll("button[data-channel]")].map((each) => each.dataset.channel).filter(Boolean);
  }

  // Gives how many messages are unread in other channels than the one that is looked at.
  show(state, current, { workspace, atHome }) {
    const lines = state.channels.map((each) => (each.id === current && !atHome ? { ...each, unread: 0, mentions: 0 } : each));
    byId("workspace").textContent = workspace;
    this.people(state);
    const drawn = JSON.stringify([lines.map(({ id, name, unread, mentions, is_member, is_archived }) => [id, name, unread, mentions, is_member, is_archived]), current]);
    if (drawn !== this.drawn) this.draw(lines, current, state);
    this.drawn = drawn;
    return lines.filter((each) => each.unread).length;
  }

  people(state) {
    const people = state.people.filter((each) => !each.is_bot && !each.deleted);
    const times = people.map((each) => clockFor(state.clock.now, each.tz, hoursOf(each)));
    const drawn = JSON.stringify([people, times, state.me.id]);
    if (drawn === this.peopleDrawn) return;
    this.peopleDrawn = drawn;
    byId("who").replaceChildren(
      ...people.map((each) => el("option", { value: each.name, selected: each.id === state.me.id }, each.real_name)),
      el("option", { value: "" }, "Somebody new …"));
    byId("zone").textContent = `@${state.me.name} · ${state.me.tz} · ${times[people.findIndex((each) => each.id === state.me.id)] ?? ""}`;
    const focused = document.activeElement?.dataset?.person;
    byId("people").replaceChildren(...people.map((each, index) => this.person(each, times[index], state.me.id)));
    if (focused) byId("people").querySelector(`[data-person="${CSS.escape(focused)}"]`)?.focus();
  }

  person(each, time, me) {
    const mine = each.id === me;
    const attributes = {
      type: "button", class: "channel person", data: { person: each.name }, "aria-pressed": String(mine),
      title: mine ? `This is you: ${each.tz}` : `See the page as ${each.real_name} (${each.tz})`,
      on: { click: () => mine || this.become(each.name) },
    };
    return el("li", {}, el("button", attributes,
      lead(mine ? "●" : "○"), el("span", { class: "name" }, each.real_name, mine && el("small", {}, " you")), el("time", {}, time)));
  }

  chosen(box) {
    if (box.value) this.become(box.value);
    else {
      delete this.peopleDrawn;
      this.add();
    }
  }

  draw(lines, current, state) {
    const focused = document.activeElement?.dataset?.channel;
    const sections = GROUPS.map(([title, wanted]) => this.group(title, lines.filter(wanted), current));
    sections.splice(1, 0, this.apps(lines, current, state.bot));
    byId("channels").replaceChildren(...sections.filter(Boolean));
    if (focused) byId("channels").querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
  }

  group(title, found, current) {
    if (!found.length) return null;
    const list = el("ul", {}, found.map((each) => this.line(each, current)));
    if (title !== "Archived") return el("section", {}, el("h2", {}, title), list);
    return el("details", { open: found.some((each) => each.id === current) }, el("summary", {}, `${title} (${found.length})`), list);
  }

  apps(lines, current, bot) {
    const direct = lines.find((each) => each.is_im);
    const attributes = this.attributes({ ...(direct ?? { id: "", unread: 0 }), name: bot.real_name }, current);
    attributes.on = { click: () => this.openApp(Boolean(direct?.unread)) };
    return el("section", {}, el("h2", {}, "Apps"), el("ul", {}, el("li", {},
      el("button", attributes, lead("◆"), el("span", { class: "name" }, bot.real_name), direct && badge(direct)))));
  }

  attributes(each, current) {
    return {
      type: "button",
      class: each.unread ? "channel unread" : "channel",
      data: { channel: each.id },
      "aria-current": each.id && each.id === current ? "page" : null,
      title: each.name,
      "aria-label": spoken(each.name, each),
      on: { click: () => this.go(each.id) },
    };
  }

  line(each, current) {
    return el("li", {}, el("button", this.attributes(each, current), lead(sign(each)), el("span", { class: "name" }, each.name), badge(each)));
  }
}
