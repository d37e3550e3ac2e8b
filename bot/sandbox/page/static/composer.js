// Where people write: Enter sends, Shift+Enter makes a line. What could not be sent comes back.

import { builtin, builtinOffers } from "./builtins.js";
import { offers, Popup } from "./completion.js";
import { dropped, pasted } from "./dropping.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { menuButton, openMenu } from "./popup.js";

const PATIENT = 800; // milliseconds until whoever waits is told so

export class Composer {
  // `place()` is {person, channel, thread}; in a thread there are no slash commands, as in Slack.
  constructor(here, { label, place, inThread = false, editLast = null, sent = () => null }) {
    Object.assign(this, { here, place, inThread, editLast, sent, drafts: new Map(), attached: [], commands: [] });
    this.area = el("textarea", { rows: 1, "aria-label": label, autocomplete: "off", spellcheck: "true" });
    this.popup = new Popup(this.area, (from, text) => this.insert(from, text));
    this.notice = el("p", { class: "notice", role: "status", hidden: true });
    this.chips = el("ul", { class: "chips" });
    this.picker = el("input", { type: "file", multiple: true, hidden: true, "aria-label": "Attach files" });
    this.button = el("button", { type: "submit", class: "button primary send", "aria-label": "Send" }, "Send");
    this.plus = menuButton({ class: "plain round", title: "Files and shortcuts", "aria-label": "Files and shortcuts", on: { click: () => this.menu() } }, icon("plus"));
    this.also = el("input", { type: "checkbox" });
    this.form = el("form", { class: "composer", on: { submit: (event) => this.submitted(event) } },
      this.popup.node,
      el("div", { class: "box" }, this.area,
        el("div", { class: "tools" },
          this.plus, this.picker, this.chips, el("span", { class: "keys", "aria-hidden": "true" }, "Enter sends · Shift+Enter: new line"), this.button)),
      inThread && el("label", { class: "also" }, this.also, el("span", {}, "Also send to the channel")),
      this.notice);
    this.area.addEventListener("input", () => this.typed());
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.addEventListener("blur", () => this.popup.show(null));
    this.picker.addEventListener("change", () => this.attach(this.picker.files));
    pasted(this.area, (files) => this.attach(files));
  }

  // Files may be dropped anywhere on `pane`.
  takesFrom(pane) {
    dropped(pane, (files) => this.form.hidden || this.area.disabled || this.attach(files));
  }

  menu() {
    const { shortcuts } = this.here.told;
    openMenu(this.plus, "Files and shortcuts", [
      { label: "Attach files …", run: () => this.picker.click() },
      { heading: `Shortcuts of ${this.here.bot.real_name}` },
      ...shortcuts.filter((each) => each.kind === "global")
        .map((each) => ({ label: each.name, run: () => this.here.act("shortcut", { callback_id: each.callback_id }) })),
      !this.inThread && { label: "Commands", hint: "/", run: () => this.write("/") },
    ]);
  }

  get draftKey() {
    const { person, channel, thread } = this.place();
    return `${person}/${channel}/${thread ?? ""}`;
  }

  // Another channel, thread or person: each has a draft of its own.
  moved(placeholder) {
    this.area.placeholder = placeholder;
    if (this.shown === this.draftKey) return;
    const first = !this.shown; // what was typed before anything was shown belongs here
    if (!first) this.drafts.set(this.shown, this.area.value);
    this.shown = this.draftKey;
    if (!first) this.fill(this.drafts.get(this.shown) ?? "");
    this.popup.show(null);
  }

  fill(text) {
    this.area.value = text;
    this.typed(false);
  }

  write(text) {
    this.area.value = text;
    this.area.focus();
    this.typed(text === "/");
  }

  typed(offering = true) {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(this.area.scrollHeight, 200)}px`;
    this.tell(this.inThread && this.area.value.startsWith("/") ? this.withoutSlash() : "");
    const commands = this.inThread ? [] : [...this.commands, ...builtinOffers];
    this.popup.show(offering ? offers(this.area.value, this.area.selectionStart, this.here, commands) : null);
  }

  // In a thread the app is spoken to by its name.
  withoutSlash() {
    const said = this.area.value.replace(/^\S+\s*/, "").trim() || "…";
    return `Slack has no slash commands in threads. Write @${this.here.bot.name} ${said} here, or type it in the channel.`;
  }

  tell(words) {
    this.notice.textContent = words;
    this.notice.hidden = !words;
  }

  insert(from, text) {
    const { area } = this;
    area.setRangeText(text, from, area.selectionStart, "end");
    this.typed();
  }

  key(event) {
    if (event.isComposing || event.altKey) return;
    if (this.popup.key(event)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && !this.area.value && this.editLast) {
      event.preventDefault();
      this.editLast();
    }
  }

  submitted(event) {
    event.preventDefault();
    this.send();
  }

  async send() {
    const text = this.area.value.trim();
    const files = this.attached;
    if (!text && !files.length) return;
    const key = this.draftKey;
    this.fill("");
    this.attach([], true);
    const waiting = setTimeout(() => this.tell("Sent. Waiting for the answer …"), PATIENT);
    const taken = await this.sending(text, files);
    clearTimeout(waiting);
    this.tell("");
    if (taken) {
      this.sent(text);
      return;
    }
    this.drafts.set(key, text);
    if (this.draftKey === key && !this.area.value) this.fill(text);
    if (files.length) this.attach(files, true);
  }

  async sending(text, files) {
    await this.here.known; // sent in the first moment, it waits until it is known by whom, and where
    const { channel, thread } = this.place();
    const own = text.startsWith("/") && !this.inThread ? builtin(text) : null;
    if (own) return own.run(own.rest, this.here, channel);
    if (text.startsWith("/") && !this.inThread) return this.here.act("commands", { text, channel });
    const body = { text, channel };
    if (thread) body.thread = thread;
    if (thread && this.also.checked) body.broadcast = true;
    this.also.checked = false;
    if (files.length) body.files = files;
    return this.here.act("says", body);
  }

  // ---- files

  async attach(files, replace = false) {
    const read = replace ? [...files] : [...this.attached, ...(await Promise.all([...files].map(content)))];
    this.attached = read;
    this.picker.value = "";
    this.chips.replaceChildren(...read.map((file) =>
      el("li", {}, file.name, el("button", { type: "button", class: "plain", "aria-label": `Leave ${file.name} out`,
        on: { click: () => this.attach(read.filter((each) => each !== file), true) } }, "✕"))));
  }
}

function content(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done({ name: file.name, base64: reader.result.slice(reader.result.indexOf(",") + 1) });
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}
