// The page: who looks, at which channel, and the loop that keeps it up to date.
//
// The address says both (#name/channel/thread), so each tab can be somebody else, and Back goes back.

import { act, addPerson, forward, hint, people, Refused, state, steer } from "./api.js";
import { blocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { askForPerson, sure, toast } from "./dialogs.js";
import { byId } from "./dom.js";
import { Clock, showChannel, showPins, showProgress } from "./header.js";
import { foldHint, showHint } from "./hint.js";
import { Modal } from "./modal.js";
import { Play } from "./play.js";
import { Reading, Sidebar } from "./sidebar.js";
import { Rows } from "./rows.js";

const WAIT = 25; // seconds that one question about news may take
const PAUSE = 120; // milliseconds between two of them
const AGAIN = 1500; // milliseconds until the sandbox is asked again after it was away
const HIDDEN = 4000; // milliseconds between two questions of a tab that nobody looks at

const view = { person: null, channel: null, thread: null, home: false, unreadFrom: null };
let seen = null; // the last state
let told = { workspace: "Sandbox", hint: "", commands: [] };

// ---- what every part may use

const here = {
  users: new Map(),
  channels: new Map(),
  groups: new Map(),
  me: null,
  tz: "UTC",
  now: () => clock.now(),
  pins: () => new Set(seen?.channel?.pins ?? []),
  go: (channel, ts = null) => go({ channel, thread: null }, ts),
  openThread: (thread) => go({ thread }),
  confirm: (question, run) => sure(question, run),
  edit(ts) {
    rows.editing = threadRows.editing = ts;
    render();
  },
  // Does something as the person; false when it was refused, and says why.
  async act(verb, body = {}) {
    return guarded(async () => {
      const done = await act(view.person, verb, body);
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

const clock = new Clock((seconds) => guarded(async () => {
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
const reading = new Reading();
const modal = new Modal(here);
const sidebar = new Sidebar({
  go: here.go,
  become: (person) => go({ person, thread: null }),
  add: () => askForPerson((body) => guarded(async () => go({ person: (await addPerson(body)).name, thread: null })), render),
});
const rows = new Rows(byId("messages"), here, { more: byId("newer") });
const threadRows = new Rows(byId("thread-messages"), here, { inThread: true });
const editLast = (list) => () => {
  const mine = [...list.messages.values()].filter((each) => each.user === here.me?.id && !each.ephemeral && each.client_msg_id);
  if (mine.length) here.edit(mine.at(-1).ts);
};
const sent = (text) => {
  rows.toEnd();
  if (text.startsWith("/")) foldHint();
};
const composer = new Composer(here, { label: "Message", place: () => ({ channel: view.channel }), editLast: editLast(rows), sent });
const threadComposer = new Composer(here, {
  label: "Reply in the thread", inThread: true, place: () => ({ channel: view.channel, thread: view.thread }), editLast: editLast(threadRows),
  sent: () => threadRows.toEnd(),
});
byId("composer").append(composer.form);
byId("thread-composer").append(threadComposer.form);

// ---- where we are

function fromAddress() {
  const [person, channel, thread] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { person: person || null, channel: channel || null, thread: thread || null };
}

const address = () => "#" + [view.person, view.channel, view.thread].filter(Boolean).map(encodeURIComponent).join("/");

let jumpTo = null;

async function go(change, ts = null) {
  jumpTo = ts;
  const target = { person: view.person, channel: view.channel, thread: view.thread, ...change };
  document.body.classList.remove("menu-open");
  byId("menu").setAttribute("aria-expanded", "false");
  if (target.person !== view.person || target.channel !== view.channel) view.home = false;
  arrive(target);
  if (location.hash !== address()) history.pushState(null, "", address());
  await guarded(refresh);
  if (ts === null && matchMedia("(hover: hover)").matches) (view.thread ? threadComposer : composer).area.focus({ preventScroll: true });
}

function arrive({ person, channel, thread }) {
  const moved = person !== view.person || channel !== view.channel;
  Object.assign(view, { person, channel, thread });
  if (!moved) return;
  rows.clear();
  threadRows.clear();
  rows.editing = threadRows.editing = null;
  view.unreadFrom = undefined;
}

window.addEventListener("popstate", () => {
  arrive({ ...fromAddress() });
  guarded(refresh);
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
  await accept(answer);
  return true;
}

async function accept(answer) {
  const place = answer.channel ? answer.channel.id : firstChannel(answer);
  if (place !== view.channel) {
    arrive({ person: view.person, channel: place, thread: null });
    history.replaceState(null, "", address());
    return refresh();
  }
  seen = answer;
  trouble("");
  render();
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

// ---- drawing

function learn(answer) {
  here.users = new Map([...answer.people, answer.bot].map((each) => [each.id, each]));
  here.channels = new Map(answer.channels.map((each) => [each.id, each]));
  here.groups = new Map(answer.groups.map((each) => [each.id, each]));
  here.me = answer.me;
  here.tz = answer.me.tz;
}

function render() {
  const answer = seen;
  learn(answer);
  clock.set(answer.clock, here.tz, answer.play?.playing);
  play.show(answer.play, answer.channel?.id);
  reading.meet(answer);
  const { channel } = answer;
  if (view.unreadFrom === undefined) view.unreadFrom = channel && reading.unread(here.me.id, channel) ? reading.of(here.me.id, channel.id) : null;
  if (!document.hidden) reading.mark(here.me.id, channel?.id, channel?.last_ts);
  const unread = sidebar.show(answer, channel?.id, reading, told.workspace);
  document.title = `${unread ? `(${unread}) ` : ""}${channel ? `${channel.is_im ? "" : "#"}${channel.name} · ` : ""}${told.workspace}`;
  showChannel(channel, here);
  showPins(channel, here, (message) => (message.is_reply ? here.openThread(message.thread_ts) : rows.jump(message.ts)));
  showProgress(answer.progress);
  if (!answer.connected) trouble(answer.starting ? "The app is starting. What you send now is answered as soon as it is there." : "The app is not connected: commands and buttons reach nobody.");
  showHome(answer);
  showMessages(channel);
  showThread(channel);
  modal.show(answer.modal);
}

const EMPTY = "Nothing was said here yet.";

function showMessages(channel) {
  const shown = (channel?.messages ?? []).filter((each) => !each.is_reply || each.broadcast);
  rows.show(shown, { unreadFrom: view.unreadFrom, empty: Object.assign(document.createElement("p"), { className: "empty", textContent: EMPTY }) });
  if (jumpTo && rows.known.has(jumpTo)) {
    rows.jump(jumpTo);
    jumpTo = null;
  }
  const name = channel ? (channel.is_im ? channel.name : `#${channel.name}`) : "";
  const away = channel && !channel.is_member;
  composer.moved(channel?.is_archived ? `${name} is archived` : away ? `You are not in ${name}` : `Message ${name}`);
  composer.area.disabled = composer.button.disabled = Boolean(!channel || channel.is_archived);
  joining.hidden = !away || channel.is_archived;
  composer.form.hidden = !joining.hidden;
}

const joining = document.createElement("div");
joining.className = "joining";
joining.hidden = true;
const join = document.createElement("button");
Object.assign(join, { type: "button", className: "button primary", textContent: "Join this channel" });
join.addEventListener("click", () => here.act("joins", { channel: view.channel }));
joining.append(join);
byId("composer").append(joining);

function showThread(channel) {
  const root = view.thread && channel?.messages.find((each) => each.ts === view.thread);
  byId("thread").hidden = !root;
  document.body.classList.toggle("with-thread", Boolean(root));
  if (!root) return threadRows.clear();
  if (threadRows.root !== root.ts) threadRows.clear();
  threadRows.root = root.ts;
  threadRows.show([root, ...channel.messages.filter((each) => each.is_reply && each.thread_ts === root.ts)]);
  threadComposer.moved("Reply …");
  return undefined;
}

function showHome({ channel, home }) {
  const there = Boolean(channel?.is_im && home);
  byId("tabs").hidden = !there;
  const open = there && view.home;
  byId("tab-home").setAttribute("aria-selected", String(open));
  byId("tab-messages").setAttribute("aria-selected", String(!open));
  byId("home").hidden = !open;
  byId("main").classList.toggle("at-home", open);
  if (!open || byId("home").dataset.hash === home.hash) return;
  byId("home").dataset.hash = home.hash;
  const use = (element, value) => here.act("clicks", { what: element.action_id, channel: "home", ...(value === null ? {} : { value }) });
  byId("home").replaceChildren(...blocks(home.blocks, here, { values: home.state.values, use }));
}

// ---- beginning

byId("thread-close").addEventListener("click", () => go({ thread: null }));
byId("veil").addEventListener("click", () => document.body.classList.remove("menu-open"));
byId("menu").addEventListener("click", () => {
  const open = document.body.classList.toggle("menu-open");
  byId("menu").setAttribute("aria-expanded", String(open));
});
for (const [id, home] of [["tab-home", true], ["tab-messages", false]]) {
  byId(id).addEventListener("click", () => {
    view.home = home;
    if (home) here.act("opens_home");
    render();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]") || event.defaultPrevented) return;
  if (document.body.classList.contains("menu-open")) document.body.classList.remove("menu-open");
  else if (view.thread && !event.target.closest(".editor")) go({ thread: null });
});
document.addEventListener("visibilitychange", () => !document.hidden && seen && guarded(refresh));

// Who is there, and what a newcomer is told. The first person is the one to be.
async function meet() {
  told = await hint();
  composer.commands = told.commands.length ? told.commands : [{ text: "/incident", about: "the app's command" }];
  const humans = (await people()).filter((each) => !each.is_bot && !each.deleted);
  if (!humans.length) throw new Refused("Nobody is in this workspace yet.");
  if (!humans.some((each) => each.name === view.person)) view.person = humans[0].name;
  if (seen) seen.version = undefined;
  showHint(told, here, (text) => composer.write(text));
}

Object.assign(view, fromAddress(), { unreadFrom: undefined });
await guarded(meet);
follow();
