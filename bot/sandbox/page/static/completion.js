// What could be meant by what is being typed: commands after a slash at the start, people after @, channels after #.

import { el } from "./dom.js";
import { emojiNamed, emojiOrCode } from "./emoji.js";

const MOST = 30;
const FEW = 8;

// The offers for `text` with the caret at `at`: {from, list: [{insert, name, about}], entered}. `entered`: Enter takes
// one; it does not where a whole command stands already and Enter should send it (Tab always takes).
export function offers(text, at, here, commands) {
  const before = text.slice(0, at);
  if (before.startsWith("/") && !before.includes("\n")) {
    const list = commands
      .filter((each) => each.text.startsWith(before.toLowerCase()) && each.text.trim() !== before.trim())
      .map((each) => ({ insert: each.text.endsWith(" ") ? each.text : `${each.text} `, name: each.text, about: each.about }));
    const whole = commands.some((each) => each.text.split(" ")[0] === before.trim());
    if (list.length) return { from: 0, list: list.slice(0, MOST), entered: !whole && !before.includes(" ") };
  }
  const code = /(?:^|[\s(]):([a-z0-9_+-]{2,})$/.exec(before);
  if (code) return emojiOffers(code[1], at);
  const found = /(?:^|[\s(])([@#])([\p{L}\p{N}_.-]*)$/u.exec(before);
  if (!found) return null;
  const list = (found[1] === "@" ? peopleOf(here) : channelsOf(here)).filter(({ name, about }) =>
    name.slice(1).startsWith(found[2].toLowerCase()) || (found[2] && about.toLowerCase().includes(found[2].toLowerCase())));
  const exact = list.length === 1 && list[0].name === found[1] + found[2];
  return list.length && !exact ? { from: at - found[2].length - 1, list: list.slice(0, MOST), entered: true } : null;
}

function emojiOffers(part, at) {
  const list = emojiNamed(part).map((name) => ({ name: `${emojiOrCode(name)} :${name}:`, about: "", insert: `:${name}: ` }));
  return list.length ? { from: at - part.length - 1, list: list.slice(0, FEW), entered: true } : null;
}

const peopleOf = (here) => [
  ...[...here.users.values()].filter((each) => !each.deleted).map((each) => ({ name: `@${each.name}`, about: each.real_name })),
  ...[...here.groups.values()].map((each) => ({ name: `@${each.handle}`, about: "group" })),
  { name: "@channel", about: "everybody in this channel" },
].map((each) => ({ ...each, insert: `${each.name} ` }));

const channelsOf = (here) =>
  [...here.channels.values()]
    .filter((each) => !each.is_im && !each.is_archived)
    .map((each) => ({ name: `#${each.name}`, about: "", insert: `#${each.name} ` }));

let count = 0;

export class Popup {
  constructor(area, choose) {
    count += 1;
    Object.assign(this, { area, choose, found: null, index: 0, id: `offers-${count}` });
    this.node = el("ul", { class: "offers", id: this.id, role: "listbox", "aria-label": "Suggestions", hidden: true });
    area.setAttribute("aria-controls", this.id);
    area.setAttribute("aria-autocomplete", "list");
  }

  get open() {
    return this.found !== null;
  }

  show(found) {
    this.found = found;
    this.index = 0;
    this.draw();
  }

  draw() {
    const { found, area } = this;
    this.node.hidden = !found;
    if (area.role === "combobox") area.setAttribute("aria-expanded", String(Boolean(found)));
    this.node.replaceChildren(...(found?.list ?? []).map((each, index) =>
      el("li", {
        id: `${this.id}-${index}`,
        role: "option",
        "aria-selected": String(index === this.index),
        on: { pointerdown: (event) => this.pointed(event, index) },
      }, el("b", {}, each.name), el("span", {}, each.about))));
    if (found) {
      area.setAttribute("aria-activedescendant", `${this.id}-${this.index}`);
      this.node.children[this.index].scrollIntoView({ block: "nearest" });
    }
    else area.removeAttribute("aria-activedescendant");
  }

  pointed(event, index) {
    event.preventDefault();
    this.index = index;
    this.take();
  }

  take() {
    const { from, list } = this.found;
    const taken = list[this.index];
    this.show(null);
    this.choose(taken.from ?? from, taken.insert);
  }

  // True when the key was for the popup.
  key(event) {
    if (!this.open) return false;
    const { length } = this.found.list;
    if (event.key === "ArrowDown") this.index = (this.index + 1) % length;
    else if (event.key === "ArrowUp") this.index = (this.index + length - 1) % length;
    else if (event.key === "Escape") this.found = null;
    else if (event.key === "Tab" || (event.key === "Enter" && this.found.entered)) {
      this.take();
      return true;
    } else return false;
    this.draw();
    return true;
  }
}
