// What is on the screen has been read; the sandbox keeps that, for each person.

import { act } from "./api.js";
import { guarded } from "./dialogs.js";

export function read(channel, person) {
  if (document.hidden || !channel?.is_member || !channel.last_ts || channel.last_ts <= channel.last_read) return;
  guarded(() => act(person, "reads", { channel: channel.id, ts: channel.last_ts }));
}

// The ts after which the line "New" stands. Whoever was never here finds everything new, and needs no line.
export const newFrom = (channel) => (channel?.unread && channel.last_read !== "0" ? channel.last_read : null);
