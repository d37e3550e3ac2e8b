// Keeping up: one answer of the sandbox for what is looked at now, again and again.

import { Refused, state } from "./api.js";
import { byId } from "./dom.js";

const WAIT = 25; // seconds that one question about news may take
const PAUSE = 120; // milliseconds between two of them
const AGAIN = 1500; // milliseconds until the sandbox is asked again after it was away
const HIDDEN = 4000; // milliseconds between two questions of a tab that nobody looks at

export function trouble(words, calm = false) {
  byId("trouble").classList.toggle("calm", calm);
  byId("trouble").textContent = words;
  byId("trouble").hidden = !words;
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export class Following {
  // `question()` is what is looked at; `accept(answer)` shows an answer; `meet()` finds out anew who is there.
  constructor({ question, accept, meet }) {
    Object.assign(this, { question, accept, meet, seen: null, asked: 0 });
  }

  // An answer to what is looked at no more is left; an older one never replaces a newer one.
  async refresh(options = {}) {
    this.asked += 1;
    const number = this.asked;
    const question = this.question();
    const answer = await state({ ...question, ...options });
    const now = this.question();
    if (["person", "channel", "thread"].some((each) => question[each] !== now[each])) return false;
    if (answer.changed === false) return true;
    const { seen } = this;
    if (seen && answer.version < seen.version && seen.me?.name === question.person && number < this.asked) return false;
    return this.accept(answer);
  }

  // The next question is asked at once, whatever the version.
  forget() {
    if (this.seen) this.seen.version = undefined;
  }

  async run() {
    for (;;) {
      try {
        const patient = document.hidden ? {} : { since: this.seen?.version, wait: this.seen ? WAIT : undefined };
        await this.refresh(patient);
        await pause(document.hidden ? HIDDEN : PAUSE);
      } catch (error) {
        if (!(error instanceof Refused)) console.error(error);
        trouble(error instanceof Refused ? error.message : `This page made a mistake: ${error.message}. Reload it, please.`);
        await pause(AGAIN);
        await this.meet();
      }
    }
  }
}
