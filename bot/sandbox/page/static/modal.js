// The app's forms. What was typed survives when the app changes the open form.

import { blocks } from "./blocks.js";
import { el } from "./dom.js";
import { words } from "./elements.js";
import { inputBlock } from "./inputs.js";

const FIRST = "[autofocus], .field input, .field textarea, .field select";

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
    const same = this.view?.id === view.id;
    const typed = same ? this.read() : {};
    const at = same ? document.activeElement?.id : null;
    this.view = view;
    this.draw(typed);
    if (!this.dialog.open) this.dialog.showModal();
    this.focus(at);
  }

  // The field where the person was, else the first one.
  focus(at) {
    const place = (at && document.getElementById(at)) || this.dialog.querySelector(FIRST) || this.dialog.querySelector("footer button:last-child");
    place?.focus();
  }

  draw(typed) {
    const { view, here } = this;
    this.fields.clear();
    this.alert = el("p", { class: "problems", role: "alert", hidden: true });
    const use = (element, value) => here.act("clicks", { what: element.action_id, ...(value === null ? {} : { value }) });
    const drawn = blocks(view.blocks, here, { values: view.state.values, use, input: (block) => this.input(block, typed, use) });
    const under = Boolean(view.previous_view_id);
    this.form = el("form", { novalidate: true, method: "dialog" },
      el("header", {},
        el("h2", { id: "modal-title" }, words(view.title)),
        el("button", { type: "button", class: "plain", "aria-label": under ? "Back to the form before" : "Close the form", on: { click: () => this.close() } }, under ? "←" : "✕")),
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
    const state = this.view.state.values[block.block_id]?.[element.action_id];
    const acts = block.dispatch_action ? (value) => use(element, value) : undefined;
    const made = inputBlock(block, state, this.here, { scope: "form", typed: typed[block.block_id], use: acts });
    this.fields.set(block.block_id, made);
    return made.node;
  }

  read() {
    return Object.fromEntries([...this.fields].map(([id, made]) => [id, made.read()]));
  }

  async submit() {
    const button = this.form.querySelector('[type="submit"]');
    if (!button || button.disabled) return;
    const form = this.form;
    button.disabled = true;
    form.setAttribute("aria-busy", "true");
    const done = await this.here.act("submits", { values: this.read() });
    button.disabled = false;
    form.removeAttribute("aria-busy");
    if (done && this.view && form === this.form) this.problems(done.answer.errors ?? {});
  }

  // Each sentence at its field, which has the focus then; above all of them how many there are.
  problems(errors) {
    for (const [id, { input, error }] of this.fields) {
      error.textContent = errors[id] ?? "";
      error.hidden = !errors[id];
      input.setAttribute("aria-invalid", String(Boolean(errors[id])));
    }
    const wrong = [...this.fields].filter(([id]) => errors[id]);
    const other = Object.entries(errors).filter(([id]) => !this.fields.has(id)).map(([, words]) => words);
    const named = wrong.length > 1 ? [`${wrong.length} fields need another look: ${wrong.map(([, each]) => each.label).join(", ")}.`] : [];
    this.alert.textContent = [...other, ...named].join(" ");
    this.alert.hidden = !this.alert.textContent;
    wrong[0]?.[1].focus();
    wrong[0]?.[1].error.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.here.act("closes_modal");
  }
}
