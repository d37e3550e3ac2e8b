// The middle of the page: a channel's messages, a thread beside them, and where people write.

import { Composer } from "./composer.js";
import { byId, el } from "./dom.js";
import { Rows } from "./rows.js";

const EMPTY = "Nothing was said here yet.";

export class Room {
  // `view` says where we are; `read` is run when all was read, `earlier` when older messages are wanted.
  constructor(here, view, { read, earlier }) {
    Object.assign(this, { here, view });
    this.rows = new Rows(byId("messages"), here, { more: byId("newer"), back: earlier });
    this.threadRows = new Rows(byId("thread-messages"), here, { inThread: true });
    const sent = () => {
      this.rows.toEnd();
      read();
    };
    this.composer = new Composer(here, { label: "Message", place: () => ({ person: view.person, channel: view.channel }), editLast: this.editLast(this.rows), sent });
    this.threadComposer = new Composer(here, {
      label: "Reply in the thread", inThread: true, place: () => ({ person: view.person, channel: view.channel, thread: view.thread }),
      editLast: this.editLast(this.threadRows), sent: () => this.threadRows.toEnd(),
    });
    this.joining = el("div", { class: "joining", hidden: true },
      el("button", { type: "button", class: "button primary", on: { click: () => here.act("joins", { channel: view.channel }) } }, "Join this channel"));
    byId("composer").append(this.composer.form, this.joining);
    byId("thread-composer").append(this.threadComposer.form);
    this.composer.takesFrom(byId("main"));
    this.threadComposer.takesFrom(byId("thread"));
  }

  editLast(list) {
    return () => {
      const mine = [...list.messages.values()].filter((each) => each.user === this.here.me?.id && !each.ephemeral && each.client_msg_id);
      if (mine.length) this.here.edit(mine.at(-1).ts);
    };
  }

  edit(ts) {
    this.rows.editing = this.threadRows.editing = ts;
  }

  // We are elsewhere: what is typed from now on belongs there.
  clear() {
    this.edit(null);
    this.rows.clear();
    this.threadRows.clear();
    this.composer.moved("");
    this.threadComposer.moved("Reply …");
  }

  focus() {
    const { area } = this.view.thread ? this.threadComposer : this.composer;
    area.focus({ preventScroll: true });
  }

  show(channel, unreadFrom) {
    this.rows.show(channel?.messages ?? [], { unreadFrom, earlier: channel?.earlier, empty: el("p", { class: "empty" }, EMPTY) });
    this.showComposer(channel);
    this.showThread(channel);
  }

  showComposer(channel) {
    const name = channel ? (channel.is_im ? this.here.bot.real_name : `#${channel.name}`) : "";
    const away = channel && !channel.is_member;
    const { composer, joining } = this;
    composer.moved(channel?.is_archived ? `${name} is archived` : away ? `You are not in ${name}` : `Message ${name}`);
    composer.area.disabled = composer.button.disabled = composer.plus.disabled = Boolean(!channel || channel.is_archived);
    joining.hidden = !away || channel.is_archived;
    composer.form.hidden = !joining.hidden;
  }

  showThread(channel) {
    const { threadRows, view } = this;
    const known = view.thread ? [...(channel?.thread ?? []), ...(channel?.messages ?? [])] : [];
    const root = known.find((each) => each.ts === view.thread);
    byId("thread").hidden = !root;
    document.body.classList.toggle("with-thread", Boolean(root));
    if (!root) return threadRows.clear();
    if (threadRows.root !== root.ts) threadRows.clear();
    threadRows.root = root.ts;
    threadRows.show([root, ...channel.thread.filter((each) => each.is_reply && each.thread_ts === root.ts)]);
    this.threadComposer.moved("Reply …");
    return undefined;
  }
}
