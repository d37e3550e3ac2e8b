// Block Kit's buttons and fields. `made` has the element to show, `read()`, the value as Person.submits and
// Person.clicks take it (a text, an option's value, a user's id, or a list of those), `write(value)`, which puts such a
// value in, and `focus()`.

import { el, outward, safeAddress } from "./dom.js";
import { emojiOrCode } from "./emoji.js";
import { decoded, mrkdwn } from "./mrkdwn.js";
import { epochOf, wallOf } from "./times.js";

export function words(text) {
  const plain = decoded(text?.text ?? "");
  return text?.emoji === false ? plain : plain.replace(/:([a-z0-9_+'-]+):/g, (_, name) => emojiOrCode(name));
}

export const rich = (text, here) =>
  text?.type === "mrkdwn" ? mrkdwn(text.text, here) : document.createTextNode(words(text));

// `use(value)` is run when the person uses the element at once (a button, a select of a message).
export function field(element, state, here, { id, described, use } = {}) {
  const attributes = { id, "aria-describedby": described };
  const make = FIELDS[element.type];
  if (!make) return { node: el("span", { class: "unknown" }, `[${element.type}]`), read: () => null };
  const made = make(element, state ?? {}, here, attributes, use);
  return { write: (value) => { made.node.value = value ?? ""; }, focus: () => made.node.focus(), ...made };
}

const changed = (use, read) => (use ? { change: () => use(read()) } : {});

// ---- writing

function input(type) {
  return (element, state, here, attributes, use) => {
    const node = el("input", {
      ...attributes,
      type,
      value: state.value ?? "",
      step: type === "number" && element.is_decimal_allowed ? "any" : null,
      min: element.min_value,
      max: element.max_value,
      inputmode: type === "number" ? "decimal" : null,
      maxlength: element.max_length,
      placeholder: words(element.placeholder) || null,
      autofocus: element.focus_on_load,
      on: changed(use, () => node.value),
    });
    return { node, read: () => node.value };
  };
}

function textInput(element, state, here, attributes, use) {
  if (!element.multiline) return input("text")(element, state, here, attributes, use);
  const node = el("textarea", {
    ...attributes,
    rows: 5,
    value: state.value ?? "",
    maxlength: element.max_length,
    placeholder: words(element.placeholder) || null,
    autofocus: element.focus_on_load,
    on: changed(use, () => node.value),
  });
  return { node, read: () => node.value };
}

// ---- choosing one

const optionOf = (option, chosen) =>
  el("option", { value: option.value, selected: option.value === chosen }, words(option.text));

export const optionsOf = (element) =>
  [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];

function selectOf(children, element, attributes, use, chosen) {
  const first = el("option", { value: "", selected: !chosen }, words(element.placeholder) || "Choose …");
  const label = attributes.id ? null : words(element.placeholder) || "Choose";
  const node = el("select", { ...attributes, "aria-label": label, on: changed(use, () => node.value) }, first, children);
  return { node, read: () => node.value };
}

function staticSelect(element, state, here, attributes, use) {
  const chosen = state.selected_option?.value;
  const children = element.option_groups
    ? element.option_groups.map((group) =>
        el("optgroup", { label: words(group.label) }, group.options.map((each) => optionOf(each, chosen))))
    : (element.options ?? []).map((each) => optionOf(each, chosen));
  return selectOf(children, element, attributes, use, chosen);
}

const usersOf = (here) =>
  [...here.users.values()]
    .filter((user) => !user.deleted)
    .map((user) => ({ text: { text: user.is_bot ? `${user.real_name} (app)` : user.real_name }, value: user.id }));
const channelsOf = (here) =>
  [...here.channels.values()]
    .filter((each) => !each.is_im && !each.is_archived)
    .sort((one, other) => one.name.localeCompare(other.name))
    .map((each) => ({ text: { text: `#${each.name}` }, value: each.id }));

const pick = (key, options) => (element, state, here, attributes, use) =>
  selectOf(options(here).map((each) => optionOf(each, state[key])), element, attributes, use, state[key]);

function overflow(element, state, here, attributes, use) {
  const made = selectOf((element.options ?? []).map((each) => optionOf(each)), element, attributes, null);
  made.node.options[0].textContent = "⋯";
  made.node.setAttribute("aria-label", "More actions");
  made.node.classList.add("overflow");
  made.node.addEventListener("change", () => {
    const { value } = made.node;
    made.node.value = "";
    if (value) use?.(value);
  });
  return made;
}

// ---- choosing several

let groups = 0;

const LONG = 8;

function boxes(type, options, chosen, here, attributes, use, most = Infinity) {
  groups += 1;
  const name = `group-${groups}`;
  const inputs = options.map((option) =>
    el("input", { type, name, value: option.value, checked: chosen.includes(option.value) }));
  const rows = options.map((option, index) =>
    el("label", { class: "option" }, inputs[index], el("span", {}, rich(option.text, here),
      option.description && el("small", {}, rich(option.description, here)))));
  const read = () => inputs.filter((each) => each.checked).map((each) => each.value);
  const role = type === "radio" ? "radiogroup" : "group";
  const sift = options.length > LONG ? sifter(rows, inputs) : null;
  const node = el("div", { ...attributes, role, tabindex: -1, class: "options", on: changed(use, () => result.read()) },
    sift, sift ? el("div", { class: "sifted" }, rows) : rows);
  const full = () => {
    const count = read().length;
    for (const each of inputs) each.disabled = !each.checked && count >= most;
  };
  if (most < Infinity) node.addEventListener("change", full);
  const write = (value) => {
    const wanted = [value].flat();
    for (const each of inputs) each.checked = wanted.includes(each.value);
  };
  const focus = () => (inputs.find((each) => each.checked) ?? inputs[0] ?? node).focus();
  const result = { node, read: type === "radio" ? () => read()[0] ?? null : read, write, focus };
  return result;
}

// A long list is sifted by a few letters; what is chosen stays in sight.
function sifter(rows, inputs) {
  const input = el("input", { type: "search", placeholder: "Find in the list", "aria-label": "Find in the list", autocomplete: "off" });
  input.addEventListener("input", () => {
    const asked = input.value.trim().toLowerCase();
    rows.forEach((row, index) => { row.hidden = !inputs[index].checked && !row.textContent.toLowerCase().includes(asked); });
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  return input;
}

const checkboxes = (element, state, here, attributes, use) =>
  boxes("checkbox", element.options, (state.selected_options ?? []).map((each) => each.value), here, attributes, use);
const radios = (element, state, here, attributes, use) =>
  boxes("radio", element.options, [state.selected_option?.value], here, attributes, use);
const many = (key, options) => (element, state, here, attributes, use) =>
  boxes("checkbox", options(here), state[key] ?? [], here, attributes, use, element.max_selected_items);
const manyOptions = (element, state, here, attributes, use) =>
  boxes("checkbox", optionsOf(element), (state.selected_options ?? []).map((each) => each.value), here, attributes, use, element.max_selected_items);

// ---- when

const picker = (type, key) => (element, state, here, attributes, use) => {
  const node = el("input", { ...attributes, type, value: state[key] ?? "", on: changed(use, () => node.value) });
  return { node, read: () => node.value };
};

function moment(element, state, here, attributes, use) {
  const at = state.selected_date_time;
  const read = () => (node.value ? epochOf(node.value, here.tz) : null);
  const node = el("input", { ...attributes, type: "datetime-local", value: at ? wallOf(at, here.tz) : "", on: changed(use, read) });
  return { node, read, write: (value) => { node.value = value ? wallOf(value, here.tz) : ""; } };
}

// ---- buttons

function button(element, state, here, attributes, use) {
  const style = element.style ? ` ${element.style}` : "";
  const press = async () => {
    if (node.ariaBusy === "true") return; // pressed twice; disabled, it would lose the focus
    if (element.url && safeAddress(element.url)) window.open(safeAddress(element.url), "_blank", "noopener,noreferrer");
    node.ariaBusy = "true";
    try {
      await use?.(element.value ?? null);
    } finally {
      node.ariaBusy = null;
    }
  };
  const node = el("button", {
    ...attributes,
    type: "button",
    class: `button${style}`,
    "aria-label": element.accessibility_label,
    on: { click: press },
  }, words(element.text));
  return { node, read: () => null };
}

const image = (element) => ({ node: outward(element.image_url ?? "", element.alt_text || "picture"), read: () => null });

const FIELDS = {
  button,
  image,
  overflow,
  checkboxes,
  plain_text_input: textInput,
  rich_text_input: (element, ...more) => textInput({ ...element, multiline: true }, ...more),
  number_input: input("number"),
  email_text_input: input("email"),
  url_text_input: input("url"),
  static_select: staticSelect,
  external_select: (element, state, ...more) => input("text")(element, { value: state.selected_option?.value }, ...more),
  radio_buttons: radios,
  multi_static_select: manyOptions,
  users_select: pick("selected_user", usersOf),
  multi_users_select: many("selected_users", usersOf),
  channels_select: pick("selected_channel", channelsOf),
  multi_channels_select: many("selected_channels", channelsOf),
  conversations_select: pick("selected_conversation", channelsOf),
  multi_conversations_select: many("selected_conversations", channelsOf),
  datepicker: picker("date", "selected_date"),
  timepicker: picker("time", "selected_time"),
  datetimepicker: moment,
};
