// Input blocks: a label, a field, a hint, and what is wrong with it. Forms have them, and the app's home and messages.

import { el } from "./dom.js";
import { field, words } from "./elements.js";

// `typed`: what stood in the field before the app changed the view; `use(value)` runs for fields that act at once.
export function inputBlock(block, state, here, { scope, typed, use }) {
  const { element } = block;
  const id = `field-${scope}-${block.block_id}`;
  const made = field(element, state, here, { id, described: `${id}-hint ${id}-error`, use });
  if (typed !== undefined) made.write?.(typed);
  if (!block.optional && made.node.getAttribute("role") !== "group") made.node.setAttribute("aria-required", "true");
  const error = el("p", { id: `${id}-error`, class: "problem", hidden: true });
  const label = [words(block.label), block.optional && el("span", { class: "optional" }, " (optional)")];
  const grouped = made.node.getAttribute("role")?.endsWith("group");
  if (grouped) made.node.setAttribute("aria-labelledby", `${id}-label`);
  const node = el("div", { class: "field" },
    grouped ? el("span", { class: "label", id: `${id}-label` }, label) : el("label", { for: id }, label),
    made.node,
    el("p", { id: `${id}-hint`, class: "hint" }, words(block.hint)),
    error);
  return { ...made, node, input: made.node, error, label: words(block.label) };
}
