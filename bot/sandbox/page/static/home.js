// The app's home: a tab beside its messages, which shows what the app has published for this person.

import { blocks } from "./blocks.js";
import { byId, el } from "./dom.js";
import { inputBlock } from "./inputs.js";

export const HOME = "home"; // where an address names a thread, it may name this tab

export class Home {
  constructor(here, go) {
    this.here = here;
    this.drawn = "";
    const tabs = [byId("tab-home"), byId("tab-messages")];
    tabs[0].addEventListener("click", () => go({ thread: HOME }));
    tabs[1].addEventListener("click", () => go({ thread: null }));
    byId("tabs").addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      const other = tabs[1 - tabs.indexOf(event.target)];
      other.focus();
      other.click();
    });
  }

  show({ channel, home, me }, open) {
    byId("tabs").hidden = !channel?.is_im;
    byId("home").hidden = !open;
    byId("main").classList.toggle("at-home", open);
    for (const [id, selected] of [["tab-home", open], ["tab-messages", !open]]) {
      byId(id).setAttribute("aria-selected", String(selected));
      byId(id).tabIndex = selected ? 0 : -1;
    }
    if (open) this.draw(home, me);
  }

  draw(home, me) {
    const drawn = JSON.stringify([me.id, home?.id, home?.hash, this.here.hours]);
    if (drawn === this.drawn) return;
    const at = byId("home").contains(document.activeElement) ? document.activeElement.textContent : null;
    const top = byId("home").scrollTop;
    this.drawn = drawn;
    byId("home").replaceChildren(...this.content(home));
    byId("home").scrollTop = top;
    if (at) ([...byId("home").querySelectorAll("button")].find((each) => each.textContent === at) ?? byId("home")).focus();
  }

  content(home) {
    if (!home?.blocks.length) return [el("p", { class: "empty" }, "The app has put nothing here for you yet.")];
    const { here } = this;
    const values = home.state.values;
    const use = (element, value) => here.act("clicks", { what: element.action_id, channel: "home", ...(value === null ? {} : { value }) });
    const input = (block) => {
      const state = values[block.block_id]?.[block.element.action_id];
      return inputBlock(block, state, here, { scope: "home", use: (value) => use(block.element, value) }).node;
    };
    return blocks(home.blocks, here, { values, use, input });
  }
}
