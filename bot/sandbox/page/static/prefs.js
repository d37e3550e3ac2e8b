// What people choose for themselves: light or dark, and a clock of 12 or 24 hours. Both are kept in this browser.

import { byId } from "./dom.js";
import { icon } from "./icons.js";
import { keep, kept } from "./kept.js";
import { openMenu } from "./popup.js";
import { readsTwelve, setHours } from "./times.js";

const HOURS = "sandbox-hours";
const THEME = "sandbox-theme";
const THEMES = [["system", "As the system wishes"], ["light", "Light"], ["dark", "Dark"]];

const root = document.documentElement;
const theme = () => root.dataset.theme ?? "system";

function setTheme(name) {
  keep(THEME, name);
  if (name === "system") delete root.dataset.theme;
  else root.dataset.theme = name;
}

// Whoever has chosen nothing has the clock that is usual where they are.
export function hoursOf(person) {
  return kept(HOURS, {})[person.name] ?? (readsTwelve(person.tz) ? 12 : 24);
}

export function preferences(here, { changed, help }) {
  const button = byId("prefs");
  const hours = (count) => () => {
    keep(HOURS, { ...kept(HOURS, {}), [here.me.name]: count });
    setHours(count);
    changed();
  };
  const dress = (name) => () => {
    setTheme(name);
    changed();
  };
  button.append(icon("gear"));
  button.addEventListener("click", () => openMenu(button, "Preferences", [
    { heading: "Colours" },
    ...THEMES.map(([name, label]) => ({ label, checked: theme() === name, run: dress(name) })),
    { heading: `Clock of ${here.me?.real_name ?? ""}` },
    { label: "24 hours: 17:05", checked: hoursOf(here.me) === 24, run: hours(24) },
    { label: "12 hours: 5:05 PM", checked: hoursOf(here.me) === 12, run: hours(12) },
    { heading: "Help" },
    { label: "Keyboard shortcuts", hint: "?", run: help },
  ]));
}
