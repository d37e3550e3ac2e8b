// The left column: who I am, channels with their unread marks, messages from the app.

import { el, byId } from "./dom.js";
import { clock } from "./times.js";

// ---- what was read, kept by this browser: person -> channel -> ts

const KEY = "sandbox-read";

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export class Reading {
  constructor() {
    this.marks = load();
  }

  // Whoever comes for the first time has read what was there.
  meet(state) {
    const me = state.me.id;
    if (this.marks[me]) return;
    this.marks[me] = Object.fromEntries(state.channels.map((each) => [each.id, each.last_ts ?? "0"]));
    this.keep();
  }

  of(person, channel) {
    return this.marks[person]?.[channel] ?? "0";
  }

  mark(person, channel, ts) {
    if (!ts || this.of(person, channel) === ts) return;
    (this.marks[person] ??= {})[channel] = ts;
    this.keep();
  }

  unread(person, line) {
    return Boolean(line.is_member && !line.is_archived && line.last_ts && line.last_ts > this.of(person, line.id));
  }

  keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.marks));
    } catch {
      // a browser that keeps nothing: marks last as long as the page
    }
  }
}

// ---- the column

const GROUPS = [
  ["Channels", (each) => !each.is_im && each.is_member && !each.is_archived],
  ["Messages from apps", (each) => each.is_im],
  ["More channels", (each) => !each.is_im && !each.is_member && !each.is_archived],
  ["Archived", (each) => !each.is_im && each.is_archived],
];

const sign = (each) => (each.is_im ? "●" : each.is_private ? "🔒" : "#");

export class Sidebar {
  constructor({ go, become, add }) {
    Object.assign(this, { go, become, add, drawn: "" });
    byId("who").addEventListener("change", (event) => this.chosen(event.target));
  }

  show(state, current, reading, workspace) {
    const lines = state.channels.map((each) => ({ ...each, unread: each.id !== current && reading.unread(state.me.id, each) }));
    this.people(state);
    byId("workspace").textContent = workspace;
    const sign = JSON.stringify([lines.map(({ id, name, unread, is_member, is_archived }) => [id, name, unread, is_member, is_archived]), current]);
    if (sign !== this.drawn) this.draw(lines, current);
    this.drawn = sign;
    return lines.filter((each) => each.unread).length;
  }

  people(state) {
    const box = byId("who");
    const people = state.people.filter((each) => !each.is_bot && !each.deleted);
    const sign = JSON.stringify([people, state.me.id]);
    if (box.dataset.sign !== sign) {
      box.dataset.sign = sign;
      box.replaceChildren(
        ...people.map((each) => el("option", { value: each.name, selected: each.id === state.me.id }, each.real_name)),
        el("option", { value: "" }, "Somebody new …"));
    }
    byId("zone").textContent = `@${state.me.name} · ${state.me.tz} · ${clock(state.clock.now, state.me.tz)}`;
  }

  chosen(box) {
    if (box.value) this.become(box.value);
    else {
      delete box.dataset.sign;
      this.add();
    }
  }

  draw(lines, current) {
    const focused = document.activeElement?.dataset?.channel;
    byId("channels").replaceChildren(...GROUPS.map(([title, wanted]) => {
      const found = lines.filter(wanted);
      if (!found.length) return "";
      const list = el("ul", {}, found.map((each) => this.line(each, current)));
      if (title !== "Archived") return el("section", {}, el("h2", {}, title), list);
      return el("details", { open: found.some((each) => each.id === current) }, el("summary", {}, `${title} (${found.length})`), list);
    }).filter(Boolean));
    if (focused) byId("channels").querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
  }

  line(each, current) {
    const attributes = {
      type: "button",
      class: each.unread ? "channel unread" : "channel",
      data: { channel: each.id },
      "aria-current": each.id === current ? "page" : null,
      title: each.name,
      on: { click: () => this.go(each.id) },
    };
    return el("li", {}, el("button", attributes,
      el("span", { class: "sign", "aria-hidden": "true" }, sign(each)),
      el("span", { class: "name" }, each.name),
      each.unread && el("span", { class: "dot" }, el("span", { class: "spoken" }, "unread"))));
  }
}
