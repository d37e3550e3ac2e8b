// An incident that plays by itself: how fast, how far, what happens just now; hold, next step, stop.

import { byId, el } from "./dom.js";

const SPEEDS = [[30, "30×"], [60, "60×"], [120, "120×"], [300, "300×"], [600, "600×"]];
const USUAL = 120;
const ABOUT = "An outage from the first alert to the postmortem draft, in about two minutes. The clock runs on by three hours.";

export class Play {
  constructor({ go, ask, began }) {
    Object.assign(this, { go, ask, began, open: false, mine: false, seen: "", dismissed: "", speed: USUAL });
    this.title = el("b", {});
    this.doing = el("p", { class: "doing" });
    this.ended = el("p", { class: "ended", role: "status" });
    this.bar = el("progress", { max: 1, value: 0, "aria-label": "How far it is" });
    this.count = el("span", { class: "count" });
    this.choice = el("select", { "aria-label": "Speed", on: { change: () => this.choose() } },
      SPEEDS.map(([value, label]) => el("option", { value }, label)));
    this.start = this.button("Start", () => this.begin(), "primary");
    this.hold = this.button("Pause", () => this.ask({ do: this.state.paused ? "resume" : "pause" }));
    this.next = this.button("Next step", () => this.ask({ do: "step" }));
    this.stop = this.button("Stop", () => this.ask({ do: "stop" }));
    this.there = this.button("Go to its channel", () => this.go(this.state.channel));
    this.close = el("button", { type: "button", class: "plain", "aria-label": "Close this bar", on: { click: () => this.fold() } }, "✕");
    byId("play").append(
      el("div", { class: "words" }, el("div", { class: "line" }, this.title, this.bar, this.count), this.doing, this.ended),
      el("div", { class: "buttons" }, this.there, this.choice, this.start, this.hold, this.next, this.stop, this.close));
    byId("play-open").addEventListener("click", () => this.unfold());
  }

  button(label, click, more = "") {
    return el("button", { type: "button", class: `button small ${more}`, on: { click } }, label);
  }

  choose() {
    this.speed = Number(this.choice.value);
    if (this.state.playing) this.ask({ do: "speed", speed: this.speed });
  }

  async begin() {
    this.mine = true; // who starts it goes where it happens
    if (await this.ask({ do: "start", speed: this.speed })) this.began();
    else this.mine = false;
  }

  unfold() {
    this.open = !this.open || this.state.playing;
    document.body.classList.remove("menu-open");
    this.show(this.state, this.here);
    if (this.open && !this.state.playing) this.start.focus();
  }

  fold() {
    this.open = false;
    this.dismissed = this.state.ended;
    this.show(this.state, this.here);
    byId("play-open").focus();
  }

  show(state, here) {
    this.state = state;
    this.here = here;
    byId("play-open").hidden = !state;
    if (!state) return;
    if (state.playing) this.dismissed = "";
    const ended = state.playing || state.ended === this.dismissed ? "" : state.ended;
    const shown = state.playing || Boolean(ended) || this.open;
    byId("play").hidden = !shown;
    byId("play-open").setAttribute("aria-expanded", String(shown));
    this.draw(state, ended);
    if (this.mine && state.channel && state.playing) {
      this.mine = false;
      this.go(state.channel);
    }
  }

  draw({ title, playing, paused, speed, done, total, doing, channel }, ended) {
    this.title.textContent = playing ? `${paused ? "Paused" : "Playing"}: ${title}` : `Play: ${title}`;
    this.bar.hidden = this.count.hidden = !playing;
    this.bar.value = total ? done / total : 0;
    this.count.textContent = total ? `${done} of ${total}` : "";
    this.doing.textContent = playing ? doing : ended ? "" : ABOUT;
    this.doing.title = this.doing.textContent;
    if (this.ended.textContent !== ended) this.ended.textContent = ended;
    if (playing) this.speed = speed;
    if (document.activeElement !== this.choice) this.choice.value = String(this.speed);
    this.start.hidden = this.close.hidden = playing;
    this.start.textContent = ended ? "Play it again" : "Start";
    this.hold.hidden = this.next.hidden = this.stop.hidden = !playing;
    this.hold.textContent = paused ? "Go on" : "Pause";
    this.there.hidden = !channel || channel === this.here || !(playing || ended);
  }
}
