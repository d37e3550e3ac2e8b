// The people API of the small Slack (documented in bot/sandbox/server.py).

export class Refused extends Error {}

async function answered(response) {
  let body;
  try {
    body = await response.json();
  } catch {
    throw new Refused(`The sandbox answered with ${response.status}.`);
  }
  if (!response.ok || body.ok === false) throw new Refused(body.error || `The sandbox answered with ${response.status}.`);
  return body;
}

async function sent(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Refused("The sandbox does not answer. Is it still running?");
  }
}

async function post(path, body) {
  const options = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return answered(await sent(path, options));
}

export const act = (person, verb, body = {}) => post(`/people/${encodeURIComponent(person)}/${verb}`, body);
export const forward = (seconds) => post("/clock", { forward: seconds });
export const steer = (what) => post("/play", what);
export const addPerson = (body) => post("/people", body);
export const hint = async () => answered(await sent("/hint"));
export const people = async () => answered(await sent("/people"));

// What `person` sees of `channel` (an id): its newest `most` messages, and the thread of the message `thread`. With
// `since` it waits up to `wait` seconds for something newer.
export async function state({ person, channel, thread, most, since, wait }) {
  const asked = new URLSearchParams();
  if (person) asked.set("person", person);
  if (channel) asked.set("channel", channel);
  if (thread) asked.set("thread", thread);
  if (most) asked.set("most", most);
  if (since !== undefined) asked.set("since", since);
  if (wait) asked.set("wait", wait);
  return answered(await sent(`/state?${asked}`));
}
