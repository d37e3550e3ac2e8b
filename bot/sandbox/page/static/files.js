// Files of a message: pictures are shown, texts can be unfolded, all else opens in a tab of its own.

import { el } from "./dom.js";

const TO_READ = /\.(md|markdown)$/i;
const AS_TEXT = /\.(md|markdown|txt|log|csv|json|toml|ya?ml|diff|patch|sql|sh|py|js)$/i;
const PICTURE = /^image\/(png|jpeg|gif|webp|svg\+xml|bmp)$/;
const LONGEST = 200_000; // bytes of a text that is unfolded here
const MOST = 8_000; // characters of it that are shown

const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

function address(file, folder) {
  const name = new URL(file.url_private, location.href).pathname.split("/").pop();
  return `/${folder}/${encodeURIComponent(file.id)}/${name}`;
}

// What was chosen for the page holds for the pages that it opens, too.
export function themed(path) {
  const { theme } = document.documentElement.dataset;
  return theme ? `${path}?theme=${theme}` : path;
}

export function files(message) {
  if (!message.files?.length) return null;
  return el("ul", { class: "files" }, message.files.map((file) => {
    if (file.mode === "tombstone") return el("li", { class: "gone" }, "This file was deleted.");
    return el("li", {}, PICTURE.test(file.mimetype) ? picture(file, message.alts?.[file.id]) : [card(file), AS_TEXT.test(file.name) && file.size <= LONGEST && unfolding(file)]);
  }));
}

function picture(file, alt) {
  const href = address(file, "files");
  return el("figure", {},
    el("a", { href, target: "_blank", rel: "noopener", title: `${file.title || file.name}: opens in a new tab` },
      el("img", { src: href, alt: alt || file.title || file.name, loading: "lazy" })),
    el("figcaption", {}, `${file.title || file.name} · ${size(file.size)}`));
}

function card(file) {
  const reads = TO_READ.test(file.name);
  const href = reads ? themed(address(file, "read")) : address(file, "files");
  return el("a", { class: "file", href, target: "_blank", rel: "noopener" },
    el("span", { class: "file-icon", "aria-hidden": "true" }, "📄"),
    el("span", {},
      el("b", {}, file.title || file.name),
      el("small", {}, `${file.title && file.title !== file.name ? `${file.name} · ` : ""}${size(file.size)} · opens in a new tab`)));
}

function unfolding(file) {
  const shown = el("pre", { tabindex: 0, "aria-label": `The text of ${file.name}` });
  const details = el("details", { class: "unfolding" }, el("summary", {}, "Show the text here"), shown);
  details.addEventListener("toggle", async () => {
    if (!details.open || shown.textContent) return;
    const answer = await fetch(address(file, "files"));
    const text = answer.ok ? await answer.text() : "The file is not there any more.";
    shown.textContent = text.length > MOST ? `${text.slice(0, MOST)}\n… (${size(file.size)} in all)` : text;
  });
  return details;
}
