// The page: who looks, at which channel, and the loop that keeps it up to date.
//
// The address says both (#name/channel/thread), so each tab can be somebody else, and Back goes back.

import { act, addPerson, forward, hint, people, Refused, state, steer } from "./api.js";
import { askForPerson, copy, say, sure, toast } from "./dialogs.js";
import { byId } from "./dom.js";
import { Clock, membersButton, showChannel, showPins, showProgress } from "./header.js";
import { foldHint, showHint } from "./hint.js";
import { Home, HOME } from "./home.js";
import { jump } from "./jump.js";
import { followKeys, showKeys } from "./keys.js";
import { Modal } from "./modal.js";
import { Moved } from "./moved.js";
import { Play } from "./play.js";
import { closePopup } from "./popup.js";
import { hoursOf, preferences } from "./prefs.js";
import { Room } from "./room.js";
import { Sidebar } from "./sidebar.js";
import { setHours } from "./times.js";

const WAIT = 25; // seconds that one question about news may take
const PAUSE = 120; // milliseconds between two of them
const AGAIN = 1500; // milliseconds until the sandbox is asked again after it was away
const HIDDEN = 4000; // milliseconds between two questions of a tab that nobody looks at
const APP = "@tocsin"; // the direct message with the app, wherever it is

// `unreadFrom`: the ts after which the line "New" stands; null: there is none; undefined: to be found out.
const view = { person: null, channel: null, thread: null, unreadFrom: undefined };
let seen = null; // the last state

// ---- what every part may use

let knows = null;
const here = {
  known: new Promise((done) => { knows = done; }),
  users: new Map(),
  channels: new Map(),
  groups: new Map(),
  me: null,
  bot: { name: "tocsin", real_name: "The app" },
  tz: "UTC",
  hours: 24,
  told: { workspace: "Sandbox", archives: "", hint: "", commands: [], shortcuts: [], marks: [] },
  now: () => clock.now(),
  pins: () => new Set(seen?.channel?.pins ?? []),
  go: (channel, ts = null, thread = null) => go({ channel, thread }, ts),
  openThread: (thread) => go({ thread }),
  confirm: (question, run) => sure(question, run),
  copy,
  say,
  edit(ts) {
    room.edit(ts);
    render();
  },
  // Does something as the person; false when it was refused, and says why.
  async act(verb, body = {}) {
    return guarded(async () => {
      const done = await act(view.person, verb, body);
      const { answer } = done;
      if (["clicks", "shortcut"].includes(verb) && answer.status !== 0 && !answer.ok) toast(`${here.bot.real_name} did not take that. Try again in a moment.`);
      await refresh();
      return done;
    });
  },
};

// What the sandbox refuses is said in a note; everything else is a mistake of this page.
async function guarded(run) {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message);
    return false;
  }
}

const moved = new Moved(here.go);
const clock = new Clock((seconds) => guarded(async () => {
  moved.start(seconds, seen.channels);
  await forward(seconds);
  await refresh();
}));
const play = new Play({
  go: here.go,
  began: foldHint,
  ask: (what) => guarded(async () => {
    await steer(what);
    await refresh();
    return true;
  }),
});
const modal = new Modal(here);
const room = new Room(here, view, { read: () => { view.unreadFrom = null; } });
const home = new Home(here, (change) => (change.thread === HOME ? openHome() : go(change)));
const sidebar = new Sidebar({
  go: here.go,
  openApp,
  become,
  add: () => askForPerson((body) => guarded(async () => become((await addPerson(body)).name)), render),
});

// ---- where we are

function fromAddress() {
  const [person, channel, thread] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { person: person || null, channel: channel || null, thread: thread || null };
}

const address = () => "#" + [view.person, view.channel, view.thread].filter(Boolean).map(encodeURIComponent).join("/");

let jumpTo = null;

async function go(change, ts = null) {
  jumpTo = ts;
  closePopup();
  const target = { person: view.person, channel: view.channel, thread: view.thread, ...change };
  showMenu(false);
  arrive(target);
  if (location.hash !== address()) history.pushState(null, "", address());
  await guarded(refresh);
  if (ts === null && view.thread !== HOME && matchMedia("(hover: hover)").matches) room.focus();
}

function arrive({ person, channel, thread }) {
  const changed = person !== view.person || channel !== view.channel;
  Object.assign(view, { person, channel, thread });
  if (!changed) return;
  room.clear();
  view.unreadFrom = undefined;
}

// The app hears that its home is opened, and publishes it.
async function openHome(person = view.person) {
  await guarded(() => act(person, "opens_home"));
  return go({ person, channel: APP, thread: HOME });
}

function openApp(toMessages) {
  return toMessages ? go({ channel: APP, thread: null }) : openHome();
}

// Another person sees the same place, where they may; each has messages with the app, and a home, of their own.
function become(person) {
  if (!here.channels.get(view.channel)?.is_im) return go({ person, thread: null });
  return view.thread === HOME ? openHome(person) : go({ person, channel: APP, thread: null });
}

window.addEventListener("popstate", () => {
  arrive(fromAddress());
  if (view.thread === HOME) openHome();
  else guarded(refresh);
});

// ---- keeping up to date

let asked = 0;

// One answer for what is looked at now. An older answer never replaces a newer one.
async function refresh(options = {}) {
  asked += 1;
  const number = asked;
  const { person, channel } = view;
  const answer = await state({ person, channel, ...options });
  if (person !== view.person || channel !== view.channel) return false;
  if (answer.changed === false) return true;
  if (seen && answer.version < seen.version && seen.me?.name === person && number < asked) return false;
  return accept(answer);
}

async function accept(answer) {
  const place = answer.channel ? answer.channel.id : firstChannel(answer);
  if (place !== view.channel) {
    const stays = view.channel === APP && answer.channel;
    arrive({ person: view.person, channel: place, thread: stays ? view.thread : null });
    history.replaceState(null, "", address());
    if (!stays) return refresh();
  }
  seen = answer;
  trouble("");
  render();
  knows();
  return true;
}

function firstChannel(answer) {
  const mine = answer.channels.filter((each) => each.is_member && !each.is_archived && !each.is_im);
  return (mine.find((each) => each.name === "incidents") ?? mine[0] ?? answer.channels[0])?.id ?? null;
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function follow() {
  for (;;) {
    try {
      const patient = document.hidden ? {} : { since: seen?.version, wait: seen ? WAIT : undefined };
      await refresh(patient);
      await pause(document.hidden ? HIDDEN : PAUSE);
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      trouble(error instanceof Refused ? error.message : `This page made a mistake: ${error.message}. Reload it, please.`);
      await pause(AGAIN);
      await guarded(meet);
    }
  }
}

function trouble(words) {
  byId("trouble").textContent = words;
  byId("trouble").hidden = !words;
}

// What is on the screen has been read; the sandbox keeps that, for each person.
function read(channel) {
  if (document.hidden || view.thread === HOME || !channel?.is_member || !channel.last_ts || channel.last_ts <= channel.last_read) return;
  guarded(() => act(view.person, "reads", { channel: channel.id, ts: channel.last_ts }));
}

// ---- drawing

function learn(answer) {
  here.users = new Map([...answer.people, answer.bot].map((each) => [each.id, each]));
  here.channels = new Map(answer.channels.map((each) => [each.id, each]));
  here.groups = new Map(answer.groups.map((each) => [each.id, each]));
  here.me = answer.me;
  here.bot = answer.bot;
  here.tz = answer.me.tz;
  here.hours = hoursOf(answer.me);
  setHours(here.hours);
}

function render() {
  const answer = seen;
  learn(answer);
  clock.set(answer.clock, here.tz, answer.play?.playing);
  play.show(answer.play, answer.channel?.id);
  const { channel } = answer;
  const atHome = Boolean(channel?.is_im) && view.thread === HOME;
  if (view.unreadFrom === undefined) view.unreadFrom = channel?.unread && channel.last_read !== "0" ? channel.last_read : null;
  const unread = sidebar.show(answer, atHome ? null : channel?.id, here.told.workspace);
  document.title = `${unread ? `(${unread}) ` : ""}${channel ? `${channel.is_im ? "" : "#"}${channel.name} · ` : ""}${here.told.workspace}`;
  showChannel(channel, here);
  showPins(channel, here, (message) => (message.is_reply ? here.openThread(message.thread_ts) : room.rows.jump(message.ts)));
  showProgress(answer.progress);
  if (!answer.connected) trouble(answer.starting ? "The app is starting. What you send now is answered as soon as it is there." : "The app is not connected: commands and buttons reach nobody.");
  home.show(answer, atHome);
  room.show(channel, view.unreadFrom);
  land();
  moved.show(answer.channels);
  modal.show(answer.modal);
  read(channel);
}

// The message that a link led to.
function land() {
  if (!jumpTo || !seen.channel?.messages.some((each) => each.ts === jumpTo)) return;
  const list = view.thread && view.thread !== jumpTo ? room.threadRows : room.rows;
  list.jump(jumpTo);
  jumpTo = null;
}

function showMenu(open) {
  document.body.classList.toggle("menu-open", open);
  byId("menu").setAttribute("aria-expanded", String(open));
}

// ---- beginning

byId("thread-close").addEventListener("click", () => go({ thread: null }));
byId("veil").addEventListener("click", () => showMenu(false));
byId("menu").addEventListener("click", () => showMenu(!document.body.classList.contains("menu-open")));
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !seen) return;
  if (seen.channel?.unread) view.unreadFrom = undefined;
  guarded(refresh);
});
membersButton(here, () => seen.channel);
preferences(here, { changed: () => render(), help: showKeys });
followKeys({
  jump: () => jump(here, { go: here.go, openApp, become }),
  step(by, unreadOnly) {
    const order = sidebar.order;
    const from = order.indexOf(view.channel);
    const walk = by > 0 ? [...order.slice(from + 1), ...order.slice(0, from + 1)] : [...order.slice(0, Math.max(from, 0)).reverse(), ...order.slice(from).reverse()];
    const next = walk.find((id) => id !== view.channel && (!unreadOnly || here.channels.get(id)?.unread));
    if (next) here.go(next);
  },
  escape(event) {
    if (document.body.classList.contains("menu-open")) return showMenu(false);
    if (event.target.closest(".editor")) return undefined;
    if (view.thread && view.thread !== HOME) return go({ thread: null });
    if (view.unreadFrom) here.say("Marked as read.");
    view.unreadFrom = null;
    render();
    return room.rows.toEnd();
  },
});

// Who is there, and what a newcomer is told. The first person is the one to be.
async function meet() {
  const { told } = Object.assign(here, { told: { ...here.told, ...(await hint()) } });
  room.composer.commands = told.commands.length ? told.commands : [{ text: "/incident", about: "the app's command" }];
  const humans = (await people()).filter((each) => !each.is_bot && !each.deleted);
  if (!humans.length) throw new Refused("Nobody is in this workspace yet.");
  if (!humans.some((each) => each.name === view.person)) view.person = humans[0].name;
  if (seen) seen.version = undefined;
  showHint(told, here, (text) => room.composer.write(text));
}

Object.assign(view, fromAddress(), { unreadFrom: undefined });
await guarded(meet);
if (view.thread === HOME) await openHome();
follow();
