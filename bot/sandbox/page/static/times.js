// Moments are epoch seconds (Slack's ts, as a number); they are shown in the zone of the person who looks.

const made = new Map();

function formatter(tz, options) {
  const key = tz + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-US", { timeZone: tz, hourCycle: "h23", ...options }));
  return made.get(key);
}

const show = (at, tz, options) => formatter(tz, options).format(new Date(at * 1000));
const CLOCKS = {
  24: { hour: "2-digit", minute: "2-digit" },
  12: { hour: "numeric", minute: "2-digit", hourCycle: "h12" },
};
let hours = 24;

// A clock of 12 or 24 hours, for everything that is shown from now on.
export const setHours = (count) => {
  hours = count;
};

const TWELVE = /^(America\/(New_York|Chicago|Denver|Phoenix|Los_Angeles|Anchorage|Toronto|Winnipeg|Edmonton|Vancouver|Halifax|St_Johns|Bogota)|US\/.*|Canada\/.*|Pacific\/(Honolulu|Auckland)|Australia\/.*|Asia\/(Kolkata|Calcutta|Karachi|Dhaka|Manila|Kuala_Lumpur)|Africa\/Cairo)$/;

// Whether people in a zone usually read a clock of 12 hours.
export const readsTwelve = (tz) => TWELVE.test(tz);

export const clockFor = (at, tz, count) => show(at, tz, CLOCKS[count]);
// Without AM and PM, where there is little room; the exact time is one pointing away.
export const clockFace = (at, tz) => clock(at, tz).replace(/\s?[AP]M$/, "");
export const clock = (at, tz) => show(at, tz, CLOCKS[hours]);
export const clockWithSeconds = (at, tz) => show(at, tz, { ...CLOCKS[hours], second: "2-digit" });
export const day = (at, tz) => show(at, tz, { weekday: "long", month: "long", day: "numeric", year: "numeric" });
export const utc = (at) => show(at, "UTC", { ...CLOCKS[24], second: "2-digit" });
export const utcMinutes = (at) => show(at, "UTC", CLOCKS[24]);
export const exact = (at, tz) =>
  `${show(at, tz, { dateStyle: "medium" })} ${clockWithSeconds(at, tz)} ${tz} · ${utc(at)} UTC`;

const dayNumber = (at, tz) => {
  const parts = Object.fromEntries(
    formatter(tz, { year: "numeric", month: "2-digit", day: "2-digit" })
      .formatToParts(new Date(at * 1000))
      .map((part) => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}`;
};

export const sameDay = (one, other, tz) => dayNumber(one, tz) === dayNumber(other, tz);

const DAY = 86400;

function pretty(at, now, tz, otherwise) {
  if (sameDay(at, now, tz)) return "today";
  if (sameDay(at, now - DAY, tz)) return "yesterday";
  if (sameDay(at, now + DAY, tz)) return "tomorrow";
  return otherwise;
}

export function dayName(at, now, tz) {
  const words = pretty(at, now, tz, day(at, tz));
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function ago(at, now) {
  const minutes = Math.round((now - at) / 60);
  const [words, unit] = Math.abs(minutes) < 60 ? [minutes, "minute"]
    : Math.abs(minutes) < 1440 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat("en").format(-words, unit);
}

const DATE_TOKENS = {
  date_num: (at, now, tz) => dayNumber(at, tz),
  date_slash: (at, now, tz) => show(at, tz, { month: "2-digit", day: "2-digit", year: "numeric" }),
  date: (at, now, tz) => show(at, tz, { month: "long", day: "numeric", year: "numeric" }),
  date_short: (at, now, tz) => show(at, tz, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (at, now, tz) => day(at, tz),
  time: (at, now, tz) => clock(at, tz),
  time_secs: (at, now, tz) => clockWithSeconds(at, tz),
  ago: (at, now) => ago(at, now),
};
for (const kind of ["date", "date_short", "date_long"]) {
  DATE_TOKENS[`${kind}_pretty`] = (at, now, tz) => pretty(at, now, tz, DATE_TOKENS[kind](at, now, tz));
}

// Slack's <!date^unix^format|fallback> (docs.slack.dev: formatting message text).
export function dated(at, format, now, tz) {
  return format.replace(/\{(\w+)\}/g, (whole, token) =>
    Object.hasOwn(DATE_TOKENS, token) ? DATE_TOKENS[token](at, now, tz) : whole);
}

// A date field and a time field hold wall time in the person's zone; Slack wants epoch seconds.
export function epochOf(wall, tz) {
  const asUtc = Date.parse(`${wall}:00Z`) / 1000;
  let guess = asUtc;
  for (let turn = 0; turn < 2; turn += 1) guess = asUtc - (wallOf(guess, tz, true) - guess);
  return Math.round(guess);
}

export function wallOf(at, tz, asNumber = false) {
  const wall = `${dayNumber(at, tz)}T${show(at, tz, CLOCKS[24])}`;
  return asNumber ? Date.parse(`${wall}:00Z`) / 1000 + (at % 60) : wall;
}
