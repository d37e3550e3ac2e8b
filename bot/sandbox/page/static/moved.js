// What moving the clock brought: a newcomer sees at a glance that a reminder came here and a notice there.

import { byId, el } from "./dom.js";

const LATEST = 60000; // milliseconds of the browser's time that later news still count as brought by the move

const spelled = (seconds) => (seconds % 60 ? `${seconds} s` : `${seconds / 60} min`);

export class Moved {
  constructor(go) {
    this.go = go;
    this.before = null;
    byId("moved-close").addEventListener("click", () => this.done());
  }

  // Before the clock moves: what each channel ended with.
  start(seconds, channels) {
    const going = this.before && Date.now() - this.at < LATEST && !byId("moved").hidden;
    this.seconds = (going ? this.seconds : 0) + seconds;
    this.before = going ? this.before : new Map(channels.map((each) => [each.id, each.last_ts ?? "0"]));
    this.at = Date.now();
    this.drawn = null;
    if (!going) this.draw([]);
  }

  show(channels) {
    if (!this.before || Date.now() - this.at > LATEST) return;
    const fresh = channels.filter((each) => (each.last_ts ?? "0") > (this.before.get(each.id) ?? "0") && (each.is_member || each.is_im));
    const drawn = JSON.stringify([this.seconds, fresh.map((each) => each.id)]);
    if (drawn !== this.drawn) this.draw(fresh);
    this.drawn = drawn;
  }

  draw(fresh) {
    byId("moved").hidden = false;
    const words = `The clock moved on by ${spelled(this.seconds)}. `;
    if (!fresh.length) {
      byId("moved-words").replaceChildren(`${words}Whatever fell due meanwhile comes now; with no open incident that is nothing.`);
      return;
    }
    byId("moved-words").replaceChildren(`${words}New since then in `, ...fresh.flatMap((each, index) => [
      index ? ", " : "",
      el("button", { type: "button", class: "mention link", on: { click: () => this.go(each.id) } }, each.is_im ? "the messages of the app" : `#${each.name}`),
    ]), ".");
  }

  done() {
    this.before = null;
    byId("moved").hidden = true;
  }
}
