// The choice of emoji: by eye, or by a few letters of its name and Enter.

import { el } from "./dom.js";
import { CHOICE, emojiOrCode, emojiNamed } from "./emoji.js";
import { closePopup, openPopup } from "./popup.js";

const MOST = 48;

export function pickEmoji(anchor, first, pick) {
  const grid = el("div", { class: "emoji-grid", role: "group", "aria-label": "Emoji" });
  const input = el("input", { type: "search", placeholder: "Name, such as eyes", "aria-label": "Find an emoji", autocomplete: "off" });
  const node = el("div", { class: "emoji-picker", role: "dialog", "aria-label": "Emoji" }, input, grid);
  const choose = (name) => {
    closePopup({ back: true });
    pick(name);
  };
  const show = () => {
    const asked = input.value.trim().replaceAll(":", "").toLowerCase();
    const names = asked ? emojiNamed(asked) : [...new Set([...first, ...CHOICE])];
    grid.replaceChildren(...names.slice(0, MOST).map((name) =>
      el("button", { type: "button", title: `:${name}:`, "aria-label": name.replaceAll("_", " "), on: { click: () => choose(name) } }, emojiOrCode(name))));
    if (!names.length) grid.append(el("p", {}, "No emoji is called that."));
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    grid.querySelector("button")?.click();
  });
  show();
  openPopup(anchor, node);
  if (node.isConnected) input.focus({ preventScroll: true });
}
