// What every part of the page may know of the workspace: people, channels, who looks, and what the app has to offer.

import { hoursOf } from "./prefs.js";
import { clockFor, setHours } from "./times.js";

export const nothingKnown = () => ({
  users: new Map(),
  channels: new Map(),
  groups: new Map(),
  me: null,
  bot: { name: "tocsin", real_name: "The app" },
  tz: "UTC",
  hours: 24,
  told: { workspace: "Sandbox", archives: "", hint: "", commands: [], shortcuts: [], marks: [] },
});

// Pointing at a name (`data-who`) tells what time it is there, now and not when it was drawn.
export function tellTimes(here) {
  document.addEventListener("pointerover", (event) => {
    const name = event.target.closest?.("[data-who]");
    if (name) name.title = about(here.users.get(name.dataset.who), here);
  });
}

function about(user, here) {
  if (!user || user.is_bot) return user?.real_name ?? "";
  return `${user.real_name} (@${user.name}), ${clockFor(here.now(), user.tz, hoursOf(user))} there, ${user.tz}`;
}

const byIds = (list) => new Map(list.map((each) => [each.id, each]));

export function learn(here, answer) {
  here.users = byIds([...answer.people, answer.bot]);
  here.channels = byIds(answer.channels);
  here.groups = byIds(answer.groups);
  here.me = answer.me;
  here.bot = answer.bot;
  here.tz = answer.me.tz;
  here.hours = hoursOf(answer.me);
  setHours(here.hours);
}
