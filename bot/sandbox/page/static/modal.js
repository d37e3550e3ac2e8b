// The app's forms. What was typed survives when the app changes the open form.

import { blocks } from "./blocks.js";
import { el } from "./dom.js";
import { field, words } from "./elements.js";

export class Modal {
  constructor(here) {
    this.here = here;
    this.view = null;
    this.fields = new Map();
    this.dialog = el("dialog", { class: "modal", "aria-labelledby": "modal-title" });
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    document.body.append(this.dialog);
  }

  show(view) {
    if (view === null) {
      this.view = null;
      if (this.dialog.open) this.dialog.close();
      return;
    }
    if (this.view?.id === view.id && this.view.hash === view.hash) return;
    const typed = this.view?.id === view.id ? this.read() : {};
    this.view = view;
    this.draw(typed);
    if (!this.dialog.open) this.dialog.showModal();
    (this.dialog.querySelector("[autofocus]") ?? this.dialog.querySelector("input, textarea, select"))?.focus();
  }

  draw(typed) {
    const { view, here } = this;
    this.fields.clear();
    this.alert = el("p", { class: "problem", role: "alert", hidden: true });
    const use = (element, value) => here.act("clicks", { what: element.action_id, ...(value === null ? {} : { value }) });
    const drawn = blocks(view.blocks, here, { values: view.state.values, use, input: (block) => this.input(block, typed, use) });
    this.form = el("form", { novalidate: true, method: "dialog" },
      el("header", {},
        el("h2", { id: "modal-title" }, words(view.title)),
        el("button", { type: "button", class: "plain", "aria-label": "Close the form", on: { click: () => this.close() } }, "✕")),
      el("div", { class: "fields" }, this.alert, drawn),
      el("footer", {},
        el("button", { type: "button", class: "button", on: { click: () => this.close() } }, words(view.close) || "Cancel"),
        view.submit && el("button", { type: "submit", class: "button primary", disabled: view.submit_disabled }, words(view.submit))));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) this.submit();
    });
    this.dialog.replaceChildren(this.form);
  }

  input(block, typed, use) {
    const { element } = block;
    const id = `field-${block.block_id}`;
    const state = this.view.state.values[block.block_id]?.[element.action_id];
    const acts = block.dispatch_action ? (value) => use(element, value) : undefined;
    const made = field(element, state, this.here, { id, described: `${id}-hint ${id}-error`, use: acts });
    if (block.block_id in typed && "value" in made.node) made.node.value = typed[block.block_id] ?? "";
    const error = el("p", { id: `${id}-error`, class: "problem", hidden: true });
    this.fields.set(block.block_id, { ...made, error });
    const label = [words(block.label), block.optional && el("span", { class: "optional" }, " (optional)")];
    const grouped = made.node.getAttribute("role")?.endsWith("group");
    if (grouped) made.node.setAttribute("aria-labelledby", `${id}-label`);
    return el("div", { class: "field" },
      grouped ? el("span", { class: "label", id: `${id}-label` }, label) : el("label", { for: id }, label),
      made.node,
      el("p", { id: `${id}-hint`, class: "hint" }, words(block.hint)),
      error);
  }

  read() {
    return Object.fromEntries([...this.fields].map(([id, made]) => [id, made.read()]));
  }

  async submit() {
    const button = this.form.querySelector('[type="submit"]');
    if (!button || button.disabled) return;
    button.disabled = true;
    const done = await this.here.act("submits", { values: this.read() });
    button.disabled = false;
    if (done) this.problems(done.answer.errors ?? {});
  }

  problems(errors) {
    for (const [id, { node, error }] of this.fields) {
      error.textContent = errors[id] ?? "";
      error.hidden = !errors[id];
      node.setAttribute("aria-invalid", String(Boolean(errors[id])));
    }
    const other = Object.entries(errors).filter(([id]) => !this.fields.has(id)).map(([, words]) => words);
    this.alert.textContent = other.join(" ");
    this.alert.hidden = other.length === 0;
    const first = [...this.fields].find(([id]) => errors[id]);
    first?.[1].node.focus();
  }

  close() {
    this.here.act("closes_modal");
  }
}
