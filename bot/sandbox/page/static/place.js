// Where we are, as it stands in the address: #person/channel/thread.

export function fromAddress() {
  const [person, channel, thread] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return { person: person || null, channel: channel || null, thread: thread || null };
}

export const address = ({ person, channel, thread }) => "#" + [person, channel, thread].filter(Boolean).map(encodeURIComponent).join("/");

// Whoever comes without an address goes where incidents are announced, else to a channel of their own.
export function firstChannel(answer) {
  const mine = answer.channels.filter((each) => each.is_member && !each.is_archived && !each.is_im);
  return (mine.find((each) => each.name === "incidents") ?? mine[0] ?? answer.channels[0])?.id ?? null;
}
