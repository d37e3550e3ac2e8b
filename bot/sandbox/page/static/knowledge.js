// What every part of the page may know of the workspace: people, channels, who looks, and what the app has to offer.

import { hoursOf } from "./prefs.js";
import { setHours } from "./times.js";

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
