// Block Kit's blocks as elements. `use(element, value)` is run for a button or a field that acts at once;
// `input(block)` draws an input block (forms only).

import { el, outward } from "./dom.js";
import { field, rich, words } from "./elements.js";
import { emojiOrCode } from "./emoji.js";
import { channelMention, linked, special, userMention } from "./mrkdwn.js";

export function blocks(list, here, { values = {}, use, input } = {}) {
  return list.map((block) => {
    const draw = BLOCKS[block.type];
    const context = { here, input, acting: (element) => acting(block, element) };
    return draw ? draw(block, context) : el("p", { class: "unknown" }, `[${block.type}]`);
  });

  function acting(block, element) {
    const state = values[block.block_id]?.[element.action_id];
    const made = field(element, state, here, { use: (value) => ask(element.confirm, () => use?.(element, value)) });
    return made.node;
  }
}

// An element's confirm dialog.
function ask(confirm, run) {
  if (!confirm) return run();
  return new Promise((done) => {
    const finish = (sure) => {
      dialog.remove();
      done(sure ? run() : undefined);
    };
    const dialog = el("dialog", { class: "confirm", "aria-label": words(confirm.title), on: { cancel: () => finish(false) } },
      el("h2", {}, words(confirm.title)),
      el("p", {}, words(confirm.text)),
      el("footer", {},
        el("button", { type: "button", class: "button", on: { click: () => finish(false) } }, words(confirm.deny) || "Cancel"),
        el("button", { type: "button", class: `button ${confirm.style ?? "primary"}`, on: { click: () => finish(true) } },
          words(confirm.confirm) || "Yes")));
    document.body.append(dialog);
    dialog.showModal();
  });
}

function section(block, { here, acting }) {
  return el("div", { class: "section" },
    el("div", { class: "body" },
      block.text && el("div", {}, rich(block.text, here)),
      block.fields && el("div", { class: "fields" }, block.fields.map((each) => el("div", {}, rich(each, here))))),
    block.accessory && el("div", { class: "accessory" }, acting(block.accessory)));
}

const context = (block, { here }) =>
  el("div", { class: "context" }, block.elements.map((each) =>
    each.type === "image" ? outward(each.image_url ?? "", each.alt_text || "picture") : el("span", {}, rich(each, here))));

// A picture of the workspace is shown; one from elsewhere is a link, as the page loads nothing from there.
function picture(block) {
  const ours = /^F\w+$/.test(block.slack_file?.id ?? "") ? `/files/${block.slack_file.id}/picture` : null;
  const title = words(block.title);
  if (!ours) return el("p", {}, outward(block.image_url ?? "", title || block.alt_text || "picture"));
  return el("figure", {}, el("img", { src: ours, alt: block.alt_text ?? "", loading: "lazy" }), title && el("figcaption", {}, title));
}

function table(block, { here }) {
  const cell = (each) => (each.type === "rich_text" ? richText(each, { here }) : document.createTextNode(each.text ?? ""));
  const rows = block.rows.map((row, index) =>
    el("tr", {}, row.map((each) => el(index ? "td" : "th", {}, cell(each)))));
  return el("div", { class: "scrolls" }, el("table", {}, rows));
}

// ---- rich text

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function styled(node, style = {}) {
  return Object.keys(STYLES).reduce((inner, name) => (style[name] ? el(STYLES[name], {}, inner) : inner), node);
}

const INLINE = {
  text: (each) => document.createTextNode(each.text),
  link: (each, here) => linked(each.url, each.text ?? "", here),
  user: (each, here) => userMention(each.user_id, here),
  channel: (each, here) => channelMention(each.channel_id, here),
  usergroup: (each, here) => special(`subteam^${each.usergroup_id}`, "", here),
  broadcast: (each, here) => special(each.range, "", here),
  emoji: (each) => document.createTextNode(emojiOrCode(each.name)),
  color: (each) => document.createTextNode(each.value),
  date: (each) => document.createTextNode(each.fallback ?? ""),
};

const inside = (part, here) =>
  part.elements.map((each) => (INLINE[each.type] ? styled(INLINE[each.type](each, here), each.style) : ""));

const RICH = {
  rich_text_section: (part, here) => el("div", { class: "line" }, inside(part, here)),
  rich_text_quote: (part, here) => el("blockquote", {}, inside(part, here)),
  rich_text_preformatted: (part, here) => el("pre", {}, el("code", {}, inside(part, here))),
  rich_text_list: (part, here) =>
    el(part.style === "ordered" ? "ol" : "ul", {}, part.elements.map((each) => el("li", {}, inside(each, here)))),
};

const richText = (block, { here }) =>
  el("div", {}, block.elements.map((part) => (RICH[part.type] ? RICH[part.type](part, here) : "")));

const BLOCKS = {
  section,
  context,
  table,
  image: picture,
  rich_text: richText,
  header: (block) => el("h2", { class: "header-block" }, words(block.text)),
  divider: () => el("hr"),
  actions: (block, { acting }) => el("div", { class: "actions" }, block.elements.map(acting)),
  input: (block, { input }) => (input ? input(block) : ""),
  markdown: (block) => el("div", { class: "verbatim" }, block.text),
};
