// The page: who looks, at which channel, and the loop that keeps it up to date.
//
// The address says both (#name/channel/thread), so each tab can be somebody else, and Back goes back.

import { act, addPerson, forward, hint, people, Refused, steer } from "./api.js";
import { askForPerson, copy, guarded, say, sure, toast } from "./dialogs.js";
import { byId } from "./dom.js";
import { Following, trouble } from "./following.js";
import { Clock, membersButton, menuButton, showChannel, showMenu, showPins, showProgress } from "./header.js";
import { foldHint, showHint } from "./hint.js";
import { Home, HOME } from "./home.js";
import { jump } from "./jump.js";
import { followKeys, showKeys, stepped } from "./keys.js";
import { learn, nothingKnown, tellTimes } from "./knowledge.js";
import { Modal } from "./modal.js";
import { Moved } from "./moved.js";
import { Play } from "./play.js";
import { closePopup } from "./popup.js";
import { address, firstChannel, fromAddress } from "./place.js";
import { preferences } from "./prefs.js";
import { newFrom, read } from "./reading.js";
import { Room } from "./room.js";
import { Sidebar } from "./sidebar.js";

const PAGE = 200; // messages of a channel that are shown, and how many more at a time
const STARTING = "The app is starting. What you send now is answered as soon as it is there.";
const AWAY = "The app is not connected: commands and buttons reach nobody.";
const SPEAKS = new Set(["says", "commands", "clicks", "submits", "shortcut"]); // what people do that the app answers
const APP = "@tocsin"; // the direct message with the app, wherever it is

// `unreadFrom`: the ts after which the line "New" stands; null: there is none; undefined: to be found out.
const view = { person: null, channel: null, thread: null, most: PAGE, unreadFrom: undefined };
let seen = null; // the last answer of the sandbox

// ---- what every part may use

let knows = null;
const here = {
  known: new Promise((done) => { knows = done; }),
  ...nothingKnown(),
  now: () => clock.now(),
  pins: () => new Set(seen?.channel?.pins ?? []),
  go: (channel, ts = null, thread = null) => go({ channel, thread }, ts),
  openThread: (thread) => (foldHint(), go({ thread })),
  confirm: (question, run) => sure(question, run),
  copy,
  say,
  edit(ts) {
    room.edit(ts);
    render();
  },
  // Does something as the person; false when it was refused, and says why.
  async act(verb, body = {}) {
    if (SPEAKS.has(verb)) moved.done(); // what comes from here on is not the clock's doing
    if (verb !== "says" && SPEAKS.has(verb)) foldHint();
    return guarded(async () => {
      const done = await act(view.person, verb, body);
      const { answer } = done;
      if (["clicks", "shortcut"].includes(verb) && answer.status !== 0 && !answer.ok) toast(`${here.bot.real_name} did not take that. Try again in a moment.`);
      await refresh();
      return done;
    });
  },
};

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
const room = new Room(here, view, {
  read: () => { view.unreadFrom = null; },
  earlier() {
    view.most += PAGE;
    guarded(refresh);
  },
});
const home = new Home(here, (change) => (change.thread === HOME ? openHome() : go(change)));
const sidebar = new Sidebar({
  go: here.go,
  openApp,
  become,
  add: () => askForPerson((body) => guarded(async () => become((await addPerson(body)).name)), render),
});

// ---- where we are

let jumpTo = null;

async function go(change, ts = null) {
  jumpTo = ts;
  closePopup();
  const target = { person: view.person, channel: view.channel, thread: view.thread, ...change };
  showMenu(false);
  const near = !arrive(target) && seen; // what is to be shown is there already
  if (location.hash !== address(view)) history.pushState(null, "", address(view));
  const writing = ts === null && view.thread !== HOME && matchMedia("(hover: hover)").matches;
  if (near) render();
  if (near && writing) room.focus();
  await guarded(refresh);
  if (!near && writing) room.focus();
}

function arrive({ person, channel, thread }) {
  const changed = person !== view.person || channel !== view.channel;
  Object.assign(view, { person, channel, thread });
  if (!changed) return false;
  room.clear();
  view.unreadFrom = undefined;
  view.most = PAGE;
  return true;
}

// The app hears that its home is opened, and publishes it.
async function openHome(person = view.person) {
  await guarded(() => act(person, "opens_home"));
  return go({ person, channel: APP, thread: HOME });
}

const hearHome = () => view.thread === HOME && act(view.person, "opens_home");

function openApp(toMessages) { return toMessages ? go({ channel: APP, thread: null }) : openHome(); }

// Another person sees the same place, where they may; each has messages with the app, and a home, of their own.
function become(person) {
  if (!here.channels.get(view.channel)?.is_im) return go({ person, thread: null });
  return view.thread === HOME ? openHome(person) : go({ person, channel: APP, thread: null });
}

window.addEventListener("popstate", () => {
  const { person, ...place } = fromAddress();
  arrive({ person: person ?? view.person, ...place });
  guarded(async () => {
    await hearHome();
    await refresh();
  });
});

// ---- keeping up to date

const following = new Following({
  question: () => ({ person: view.person, channel: view.channel, thread: view.thread === HOME ? null : view.thread, most: view.most }),
  accept,
  meet: () => guarded(meet),
});

const refresh = () => following.refresh();

async function accept(answer) {
  const place = answer.channel ? answer.channel.id : firstChannel(answer);
  if (place !== view.channel) {
    const stays = view.channel === APP && answer.channel;
    arrive({ person: view.person, channel: place, thread: stays ? view.thread : null });
    history.replaceState(null, "", address(view));
    if (!stays) return refresh();
  }
  following.seen = seen = answer;
  trouble("");
  render();
  knows();
  return true;
}

// ---- drawing

function render() {
  const answer = seen;
  learn(here, answer);
  clock.set(answer.clock, here.tz, answer.play?.playing);
  play.show(answer.play, answer.channel?.id);
  const { channel } = answer;
  const atHome = Boolean(channel?.is_im) && view.thread === HOME;
  if (view.unreadFrom === undefined) view.unreadFrom = newFrom(channel);
  const unread = sidebar.show(answer, channel?.id, { workspace: here.told.workspace, atHome });
  document.title = `${unread ? `(${unread}) ` : ""}${channel ? `${channel.is_im ? here.bot.real_name : `#${channel.name}`} · ` : ""}${here.told.workspace}`;
  showChannel(channel, here);
  showPins(channel, here, (message) => go({ thread: message.is_reply ? message.thread_ts : view.thread }, message.ts));
  showProgress(answer.progress);
  if (!answer.connected) trouble(answer.starting ? STARTING : AWAY, answer.starting);
  home.show(answer, atHome);
  room.show(channel, view.unreadFrom);
  land();
  moved.show(answer.channels);
  modal.show(answer.modal);
  if (!atHome) read(channel, view.person);
}

// The message that a link led to.
function land() {
  const list = view.thread && view.thread !== jumpTo ? room.threadRows : room.rows;
  if (!jumpTo || !seen.channel) return;
  if (list.messages.has(jumpTo)) {
    list.jump(jumpTo);
    jumpTo = null;
  } else if (seen.channel.earlier) {
    view.most += seen.channel.earlier; // it is further up
    guarded(refresh);
  }
}

// ---- beginning

byId("thread-close").addEventListener("click", () => go({ thread: null }));
menuButton();
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !seen) return;
  if (seen.channel?.unread) view.unreadFrom = undefined;
  guarded(refresh);
});
tellTimes(here);
membersButton(here, () => seen.channel);
preferences(here, { changed: () => render(), help: showKeys });
followKeys({
  write: () => room.focus(),
  jump: () => jump(here, { go: here.go, openApp, become }),
  step(by, unreadOnly) {
    const next = stepped(sidebar.order, view.channel, by, (id) => !unreadOnly || here.channels.get(id)?.unread);
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
  following.forget();
  showHint(told, here, (text) => room.composer.write(text));
}

Object.assign(view, fromAddress(), { unreadFrom: undefined });
await guarded(meet);
await guarded(hearHome);
following.run();
