// One thing at a time that opens at a button: a menu, the choice of emoji, the list of members. Escape and a click
// elsewhere close it; whoever used the keyboard is back at the button then.

import { el } from "./dom.js";

const GAP = 6; // pixels
let open = null;

export function closePopup({ back = false } = {}) {
  if (!open) return;
  const { anchor, node, row } = open;
  open = null;
  node.remove();
  row?.classList.remove("acting");
  anchor.setAttribute("aria-expanded", "false");
  if (back && anchor.isConnected) anchor.focus({ preventScroll: true });
}

export const isOpenAt = (anchor) => open?.anchor === anchor;

// Shows `node` at `anchor`, which a second use closes again.
export function openPopup(anchor, node) {
  const again = isOpenAt(anchor);
  closePopup();
  if (again) return;
  node.classList.add("popup");
  const row = anchor.closest("article.message");
  row?.classList.add("acting");
  open = { anchor, node, row };
  anchor.setAttribute("aria-expanded", "true");
  (anchor.closest("main, header, aside, section") ?? document.body).append(node);
  place(anchor.getBoundingClientRect(), node);
}

function place(at, node) {
  const { offsetWidth: width, offsetHeight: height } = node;
  const left = Math.max(GAP, Math.min(at.right - width, innerWidth - width - GAP));
  const under = at.bottom + GAP + height <= innerHeight || at.top < height + GAP;
  const top = under ? Math.min(at.bottom + GAP, innerHeight - height - GAP) : at.top - GAP - height;
  Object.assign(node.style, { left: `${left}px`, top: `${Math.max(GAP, top)}px` });
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.node.contains(event.target) && !open.anchor.contains(event.target)) closePopup();
});
document.addEventListener("keydown", (event) => {
  if (!open || event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  closePopup({ back: true });
}, { capture: true });
addEventListener("resize", () => closePopup());

// ---- menus

// `items`: {label, run, hint?, danger?, checked?}, or {heading}; null ones are left out.
export function openMenu(anchor, label, items) {
  const node = el("div", { class: "menu", role: "menu", "aria-label": label, on: { keydown: (event) => walk(event, node) } },
    items.filter(Boolean).map(entry));
  openPopup(anchor, node);
  if (node.isConnected) node.querySelector("button").focus({ preventScroll: true });
}

function entry(item) {
  if (item.heading) return el("p", { class: "menu-heading", role: "presentation" }, item.heading);
  const choice = item.checked !== undefined;
  const run = () => {
    closePopup({ back: true });
    item.run();
  };
  const attributes = {
    type: "button",
    role: choice ? "menuitemradio" : "menuitem",
    "aria-checked": choice ? String(item.checked) : null,
    class: item.danger ? "danger" : null,
    tabindex: -1,
    on: { click: run },
  };
  return el("button", attributes, el("span", {}, item.label), item.hint && el("kbd", { "aria-hidden": "true" }, item.hint));
}

const STEPS = {
  ArrowDown: (index, count) => (index + 1) % count,
  ArrowUp: (index, count) => (index + count - 1) % count,
  Home: () => 0,
  End: (index, count) => count - 1,
};

function walk(event, node) {
  const entries = [...node.querySelectorAll("button")];
  const index = entries.indexOf(document.activeElement);
  if (event.key === "Tab") return closePopup({ back: true });
  let next = STEPS[event.key]?.(index, entries.length);
  if (next === undefined && /^\p{L}$/u.test(event.key) && !event.ctrlKey && !event.metaKey) {
    const begins = (each) => each.textContent.toLowerCase().startsWith(event.key.toLowerCase());
    const order = [...entries.slice(index + 1), ...entries.slice(0, index + 1)];
    next = entries.indexOf(order.find(begins));
  }
  if (next === undefined || next < 0) return undefined;
  event.preventDefault();
  event.stopPropagation();
  entries[next].focus({ preventScroll: true });
  return undefined;
}

export const menuButton = (attributes, ...children) =>
  el("button", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", ...attributes }, ...children);
