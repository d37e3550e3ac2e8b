// Elements are made here and nowhere else. Text only ever becomes a text node: nothing that people or the app
// wrote is read as HTML.

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") made.className = value;
    else if (name === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name in PROPERTIES) made[name] = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const PROPERTIES = { value: 1, checked: 1, disabled: 1, selected: 1, multiple: 1, hidden: 1, textContent: 1 };

export function fragment(...children) {
  const made = document.createDocumentFragment();
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const byId = (id) => document.getElementById(id);

// An address that may be followed: people can write javascript: too.
export function safeAddress(address) {
  try {
    const found = new URL(address, location.href);
    return ["http:", "https:", "mailto:", "tel:"].includes(found.protocol) ? found.href : null;
  } catch {
    return null;
  }
}

export function outward(address, label) {
  const safe = safeAddress(address);
  if (safe === null) return document.createTextNode(label);
  return el("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, label);
}

const HUES = 8;

export function avatar(name, isApp = false) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = [...words.slice(0, 2)].map((word) => [...word][0]).join("").toUpperCase() || "?";
  let sum = 0;
  for (const char of name) sum = (sum * 31 + char.codePointAt(0)) % 9973;
  const hue = isApp ? "app" : `hue-${sum % HUES}`;
  return el("span", { class: `avatar ${hue}`, "aria-hidden": "true" }, letters);
}
