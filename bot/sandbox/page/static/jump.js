// Ctrl+K: to a channel, to the app or to somebody's place, by a few letters of the name.

import { el } from "./dom.js";
import { Popup } from "./completion.js";

const MOST = 12;

export function jump(here, { go, openApp, become }) {
  const places = all(here, { go, openApp, become });
  const area = el("input", { type: "text", role: "combobox", "aria-label": "Jump to", placeholder: "A channel, the app, a person", autocomplete: "off", autofocus: true });
  const dialog = el("dialog", { class: "jump", "aria-label": "Jump to" });
  const leave = (run) => {
    dialog.remove();
    run?.();
  };
  const popup = new Popup(area, (index) => leave(places[index].run));
  const show = () => {
    const asked = area.value.trim().toLowerCase().replace(/^[#@]/, "");
    const found = places.map((each, index) => ({ ...each, from: index })).filter((each) => each.name.toLowerCase().includes(asked));
    found.sort((one, other) => begins(other, asked) - begins(one, asked));
    popup.show(found.length ? { entered: true, list: found.slice(0, MOST).map((each) => ({ name: each.name, about: each.about, insert: "", from: each.from })) } : null);
  };
  area.addEventListener("input", show);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape" || !popup.key(event)) return;
    event.preventDefault();
  });
  dialog.addEventListener("cancel", () => leave());
  dialog.append(area, popup.node);
  document.body.append(dialog);
  dialog.showModal();
  show();
}

const begins = (each, asked) => Number(each.name.toLowerCase().replace(/^[#@]/, "").startsWith(asked));

function all(here, { go, openApp, become }) {
  const channels = [...here.channels.values()].filter((each) => !each.is_im);
  const order = (each) => (each.is_archived ? 3 : each.is_member ? (each.unread ? 0 : 1) : 2);
  channels.sort((one, other) => order(one) - order(other));
  const people = [...here.users.values()].filter((each) => !each.is_bot && !each.deleted && each.id !== here.me?.id);
  return [
    ...channels.map((each) => ({ name: `#${each.name}`, about: ["unread", "", "you are not in it", "archived"][order(each)], run: () => go(each.id) })),
    { name: here.bot.real_name, about: "app", run: () => openApp(false) },
    ...people.map((each) => ({ name: `@${each.name}`, about: `be ${each.real_name}`, run: () => become(each.name) })),
  ];
}
