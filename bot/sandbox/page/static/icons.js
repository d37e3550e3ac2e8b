// Small line drawings for buttons that bear no words; each button has a name of its own beside them.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  smile: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M7 12c.8 1.2 1.8 1.8 3 1.8s2.2-.6 3-1.8M7.5 8h.01M12.5 8h.01",
  thread: "M3 4.5h14v9H9l-3.5 3v-3H3zM6.5 8h7M6.5 10.5h4.5",
  more: "M10 4.5h.01M10 10h.01M10 15.5h.01",
  plus: "M10 4v12M4 10h12",
  gear: "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4",
  people: "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2.5 16.5c.3-3 2.2-4.5 5-4.5s4.7 1.5 5 4.5M13 4a2.7 2.7 0 0 1 0 5.3M14.5 12.3c1.9.5 2.9 1.9 3.1 4.2",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: "icon", viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
