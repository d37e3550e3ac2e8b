// Slack's mrkdwn (docs.slack.dev: formatting message text) as elements. The text comes in Slack's encoding: & < >
// are escaped, and <…> is a link, a mention or a date.
//
// `here` is who looks and what they know: users, channels, groups (Maps by id), me, tz, now(), go(channel, ts).

import { el, fragment, outward } from "./dom.js";
import { emoji } from "./emoji.js";
import { dated, exact } from "./times.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
export const decoded = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);

export function mrkdwn(text, here) {
  const pieces = text.split("```");
  const closed = pieces.length % 2 === 1;
  return fragment(pieces.map((piece, index) => {
    if (index % 2 === 0) return lines(piece, here);
    if (!closed && index === pieces.length - 1) return lines("```" + piece, here);
    return el("pre", {}, el("code", {}, decoded(bare(piece, here).replace(/^\n|\n$/g, ""))));
  }));
}

// One line without paragraphs, quotes and lists: topics, labels.
export const oneLine = (text, here) => fragment(inline(text.replace(/\s*\n\s*/g, " "), here));

// ---- lines: quotes, lists, paragraphs

const QUOTE = /^(?:&gt;|>) ?(?!&gt;|>)/; // apps write it as it is, or encoded
const BULLET = /^\s*[•◦▪] /;

const kindOf = (line) => (QUOTE.test(line) ? "quote" : BULLET.test(line) ? "list" : line.trim() ? "text" : "gap");

function lines(text, here) {
  const rest = text.replace(/^\n|\n$/g, "");
  if (!rest) return [];
  const long = rest.indexOf("&gt;&gt;&gt;");
  if (long === 0) return [el("blockquote", {}, paragraph(rest.slice(12).replace(/^ /, "").split("\n"), here))];
  const groups = [];
  for (const line of rest.split("\n")) {
    const kind = kindOf(line);
    const last = groups.at(-1);
    if (last && last.kind === kind) last.lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.map((group) => drawn(group, here));
}

function drawn({ kind, lines: all }, here) {
  if (kind === "gap") return el("div", { class: "gap" });
  if (kind === "quote") return el("blockquote", {}, paragraph(all.map((line) => line.replace(QUOTE, "")), here));
  if (kind === "list") return el("ul", {}, all.map((line) => el("li", {}, inline(line.replace(BULLET, ""), here))));
  return el("div", { class: "line" }, paragraph(all, here));
}

const paragraph = (all, here) =>
  all.flatMap((line, index) => (index ? [el("br"), ...inline(line, here)] : inline(line, here)));

// ---- one line: atoms (code, <…>, emoji) are put aside first, so that no mark can open in one and close in another

const ATOM = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+):|[\uE000-\uF8FF]/g;
const FIRST = 0xe000;
const MOST = 0xf8ff - FIRST;
const MARKS = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;

function inline(text, here) {
  const atoms = [];
  const coded = text.replace(ATOM, (whole, code, angle, name) => {
    const node = atoms.length < MOST ? atom(whole, code, angle, name, here) : null;
    if (node === null) return whole;
    atoms.push(node);
    return String.fromCharCode(FIRST + atoms.length - 1);
  });
  return marked(coded, atoms);
}

function atom(whole, code, angle, name, here) {
  if (code !== undefined) return el("code", {}, decoded(bare(code, here)));
  if (angle !== undefined) return angled(angle, here);
  if (name === undefined) return document.createTextNode(whole);
  const char = emoji(name);
  return char === null ? null : el("span", { class: "emoji", title: `:${name}:`, role: "img", "aria-label": name }, char);
}

const DEEPEST = 6;
const FARTHEST = 2000;

function marked(coded, atoms, depth = 0) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    nodes.push(...filled(plain, atoms));
    plain = "";
  };
  for (let at = 0; at < coded.length; at += 1) {
    const end = depth < DEEPEST && coded[at] in MARKS ? closing(coded, at) : -1;
    if (end < 0) {
      plain += coded[at];
      continue;
    }
    flush();
    nodes.push(el(MARKS[coded[at]], {}, marked(coded.slice(at + 1, end), atoms, depth + 1)));
    at = end;
  }
  flush();
  return nodes;
}

function closing(coded, at) {
  const mark = coded[at];
  const before = coded[at - 1] ?? " ";
  if (WORD.test(before) || before === mark || !/\S/.test(coded[at + 1] ?? " ") || coded[at + 1] === mark) return -1;
  for (let end = coded.indexOf(mark, at + 2); end > 0 && end < at + FARTHEST; end = coded.indexOf(mark, end + 1)) {
    if (/\S/.test(coded[end - 1]) && !WORD.test(coded[end + 1] ?? " ")) return end;
  }
  return -1;
}

function filled(plain, atoms) {
  const nodes = [];
  let words = "";
  for (const char of plain) {
    const number = char.charCodeAt(0) - FIRST;
    if (char.length === 1 && number >= 0 && number < atoms.length) {
      if (words) nodes.push(document.createTextNode(decoded(words)));
      words = "";
      nodes.push(atoms[number]);
    } else words += char;
  }
  if (words) nodes.push(document.createTextNode(decoded(words)));
  return nodes;
}

// ---- <…>

const cut = (text, at) => {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
};

function angled(inside, here) {
  const [code, label] = cut(inside, "|");
  if (code.startsWith("@")) return userMention(code.slice(1), here, label);
  if (code.startsWith("#")) return channelMention(code.slice(1), here, label);
  if (code.startsWith("!date^")) return moment(code, label, here);
  if (code.startsWith("!")) return special(code.slice(1), label, here);
  return linked(decoded(code), decoded(label), here);
}

export function userMention(id, here, label = "") {
  const user = here.users.get(id);
  const mine = id === here.me?.id;
  const name = user ? user.name : decoded(label) || id;
  return el("span", { class: mine ? "mention mine" : "mention", title: user?.real_name, data: { who: id } }, `@${name}`);
}

export function channelMention(id, here, label = "") {
  const channel = here.channels.get(id);
  if (!channel) return el("span", { class: "mention" }, label ? `#${decoded(label)}` : "#private-channel");
  return el("button", { type: "button", class: "mention link", on: { click: () => here.go(id) } }, `#${channel.name}`);
}

function moment(code, label, here) {
  const [, stamp, format] = code.split("^");
  const at = Number(stamp);
  if (!Number.isFinite(at) || !format) return document.createTextNode(decoded(label));
  const shown = dated(at, decoded(format), here.now(), here.tz);
  return el("time", { datetime: new Date(at * 1000).toISOString(), title: exact(at, here.tz) }, shown);
}

export function special(code, label, here) {
  if (!code.startsWith("subteam^")) return el("span", { class: "mention mine" }, `@${decoded(label) || code}`);
  const group = here.groups.get(code.slice("subteam^".length));
  const mine = group?.users.includes(here.me?.id);
  const name = group ? `@${group.handle}` : decoded(label) || "@group";
  return el("span", { class: mine ? "mention mine" : "mention" }, name);
}

const PERMALINK = /^https:\/\/[\w-]+\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})(?:\?(?:thread_ts=(\d+\.\d+))?|$)/;

export function linked(address, label, here) {
  const found = PERMALINK.exec(address);
  if (!found || !here.channels.has(found[1])) return outward(address, label || address.replace(/^mailto:/, ""));
  const words = label || `#${here.channels.get(found[1]).name}`;
  const ts = `${found[2]}.${found[3]}`;
  const click = () => here.go(found[1], ts, found[4] && found[4] !== ts ? found[4] : null);
  return el("button", { type: "button", class: "mention link", on: { click } }, words);
}

// The codes of a text as people would type them: inside of code, and when a message is edited. Still escaped.
export function bare(text, here) {
  return text.replace(/<([^<>\n]+)>/g, (whole, inside) => {
    const [code, label] = cut(inside, "|");
    if (code.startsWith("@")) return `@${here.users.get(code.slice(1))?.name ?? (label || code.slice(1))}`;
    if (code.startsWith("#")) return `#${here.channels.get(code.slice(1))?.name ?? label}`;
    if (code.startsWith("!subteam^")) return `@${here.groups.get(code.slice(9))?.handle ?? label.replace(/^@/, "")}`;
    if (code.startsWith("!date^")) return label;
    if (code.startsWith("!")) return `@${code.slice(1)}`;
    return label && label !== code ? `${label} (${code})` : code;
  });
}
