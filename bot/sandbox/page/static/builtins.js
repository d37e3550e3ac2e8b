// Commands that are Slack's own: they never reach the app.

const named = (word) => word.replace(/^[@#]/, "");

export const BUILTINS = {
  "/invite": { about: "bring somebody into this channel: /invite @name", run: (rest, here, channel) => here.act("invites", { who: named(rest), channel }) },
  "/remove": { about: "take somebody out of this channel: /remove @name", run: (rest, here, channel) => here.act("removes", { who: named(rest), channel }) },
  "/join": { about: "join a channel: /join #name", run: (rest, here) => here.act("joins", { channel: named(rest) }) },
  "/leave": { about: "leave this channel", run: (rest, here, channel) => here.act("leaves", { channel }) },
  "/topic": { about: "set this channel's topic", run: (rest, here, channel) => here.act("sets_topic", { topic: rest, channel }) },
  "/archive": { about: "archive this channel", run: (rest, here, channel) => here.act("archives", { channel }) },
};

export const builtinOffers = Object.entries(BUILTINS).map(([text, { about }]) => ({ text, about }));

export function builtin(text) {
  const [name] = text.split(/\s/, 1);
  return Object.hasOwn(BUILTINS, name) ? { run: BUILTINS[name].run, rest: text.slice(name.length).trim() } : null;
}
