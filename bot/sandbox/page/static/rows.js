// A list of messages that keeps its place: rows that did not change stay the same elements, and a reader who is at
// the end stays at the end.

import { el } from "./dom.js";
import { isNote, row } from "./message.js";
import { dayName, sameDay } from "./times.js";
import { keyOnMessage, toolbar } from "./toolbar.js";

const SAME_BREATH = 300; // seconds within which one person's messages stand together
const NEAR = 60; // pixels

export class Rows {
  // `more`: a button that leads to the end; `back()` asks for earlier messages.
  constructor(list, here, { inThread = false, more = null, back = null } = {}) {
    Object.assign(this, { list, here, inThread, more, back, known: new Map(), messages: new Map(), editing: null });
    const place = toolbar(here, (ts) => this.messages.get(ts));
    const point = (event) => {
      const node = event.target.closest?.("article.message");
      if (node) place(node, inThread);
    };
    list.addEventListener("pointerover", point);
    list.addEventListener("focusin", point);
    list.addEventListener("keydown", (event) => this.walk(event));
    this.stuck = true;
    list.addEventListener("scroll", () => {
      this.stuck = this.atEnd;
      if (this.stuck) this.noticed();
    });
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(list);
    more?.addEventListener("click", () => this.toEnd());
  }

  get atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
  }

  toEnd() {
    this.stuck = true;
    this.list.scrollTop = this.list.scrollHeight;
    this.noticed();
  }

  noticed() {
    if (this.more) this.more.hidden = true;
  }

  clear() {
    this.known.clear();
    this.messages.clear();
    this.list.replaceChildren();
    this.stuck = true;
    this.noticed();
  }

  // `unreadFrom`: the ts after which a "New" line stands, or null.
  show(messages, { unreadFrom = null, earlier = 0, empty = null } = {}) {
    const wasAtEnd = this.atEnd;
    const { scrollHeight, scrollTop } = this.list;
    const older = this.messages.size > 0 && messages.length > 0 && !this.messages.has(messages[0].ts);
    const before = this.messages.size;
    const fresh = messages.filter((message) => !this.messages.has(message.ts)).length;
    this.messages = new Map(messages.map((message) => [message.ts, message]));
    const wanted = this.rows(messages, unreadFrom);
    if (earlier) wanted.unshift(["earlier", String(earlier), () => this.before(earlier)]);
    if (!messages.length && empty) wanted.push(["empty", "", () => empty]);
    this.put(wanted);
    if (older) this.list.scrollTop = scrollTop + this.list.scrollHeight - scrollHeight;
    else if (wasAtEnd) this.toEnd();
    else if (before && fresh && this.more) this.more.hidden = false;
    const last = this.list.querySelector("article.message:last-of-type");
    if (last && !this.list.querySelector('article[tabindex="0"]')) last.tabIndex = 0;
  }

  before(count) {
    const button = el("button", { type: "button", class: "button small", on: { click: () => this.back() } }, "Earlier messages");
    return el("div", { class: "earlier" }, button, el("span", {}, `${count} more`));
  }

  rows(messages, unreadFrom) {
    const { here, inThread } = this;
    const wanted = [];
    let former = null;
    let marked = unreadFrom === null;
    for (const message of messages) {
      const at = Number(message.ts);
      if (!former || !sameDay(at, Number(former.ts), here.tz)) {
        const name = dayName(at, here.now(), here.tz);
        wanted.push([`day:${message.ts}`, name, () => el("div", { class: "day", role: "separator" }, el("span", {}, name))]);
        former = null;
      }
      if (!marked && message.ts > unreadFrom && message.user !== here.me?.id) {
        wanted.push(["new", unreadFrom, () => el("div", { class: "new-line", role: "separator" }, el("span", {}, "New"))]);
        [marked, former] = [true, null];
      }
      if (inThread && message === messages[1]) {
        const replies = messages.slice(1).filter((each) => !each.ephemeral).length; // as the channel counts them
        const count = replies === 1 ? "1 reply" : `${replies} replies`;
        wanted.push(["replies", count, () => el("div", { class: "day", role: "separator" }, el("span", {}, count))]);
        former = null;
      }
      const options = {
        compact: together(former, message),
        pinned: here.pins().has(message.ts),
        editing: this.editing === message.ts,
        inThread,
      };
      const sign = options.editing ? "editing" : JSON.stringify([message, options, here.hours]);
      wanted.push([message.ts, sign, () => row(message, here, options)]);
      former = message;
    }
    return wanted;
  }

  put(wanted) {
    const keys = new Set(wanted.map(([key]) => key));
    for (const [key, { node }] of this.known) if (!keys.has(key)) node.remove();
    const kept = new Map();
    let place = this.list.firstChild;
    for (const [key, sign, make] of wanted) {
      const old = this.known.get(key);
      const node = old?.sign === sign ? old.node : make();
      kept.set(key, { sign, node });
      if (old && old.node !== node) {
        if (place === old.node) place = node;
        replace(old.node, node);
      }
      if (place === node) place = node.nextSibling;
      else this.list.insertBefore(node, place);
    }
    this.known = kept;
  }

  jump(ts) {
    const node = this.known.get(ts)?.node;
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.classList.remove("found");
    requestAnimationFrame(() => node.classList.add("found"));
    node.focus({ preventScroll: true });
  }

  // Arrow keys walk from message to message.
  walk(event) {
    if (!event.target.matches("article.message")) return;
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || event.altKey) {
      keyOnMessage(event, this.messages.get(event.target.dataset.ts), this.here, this.inThread);
      return;
    }
    const rows = [...this.list.querySelectorAll("article.message")];
    const next = rows[rows.indexOf(event.target) + (event.key === "ArrowUp" ? -1 : 1)];
    if (!next) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

function replace(old, node) {
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(node);
  if (hadFocus && !node.contains(document.activeElement)) node.focus({ preventScroll: true });
}

function together(former, message) {
  return Boolean(former) && !isNote(former) && !isNote(message) && former.author === message.author &&
    former.ephemeral === message.ephemeral && !message.broadcast && former.by_app === message.by_app &&
    Number(message.ts) - Number(former.ts) < SAME_BREATH;
}
