// What we change ourselves: the server only acknowledges it, so the push that others get is made of request and answer.

import { isSame } from "./names.js";
import { placeOf } from "./reading_pushes.js";
import { rowAt } from "./rows.js";

/** What a room is after `close`. */
const CLOSED = { open: "", archive: "archived", delete: "deleted" };

const OWN = {
  edit: ({ seq, text }) => ({ type: "edited", of: seq, text }),
  delete: ({ seq }) => ({ type: "deleted", of: seq }),
  react: (request, state) => ({
    type: "reacted",
    of: request.seq,
    emoji: request.emoji ?? lastEmoji(request, state),
    undo: request.undo === true,
  }),
  pin: ({ seq }) => ({ type: "pinned", of: seq }),
  unpin: ({ seq }) => ({ type: "unpinned", of: seq }),
  topic: ({ text }) => (text === undefined ? null : { type: "topic", text }),
  settings: ({ settings }) => (settings === undefined ? null : { type: "settings", settings: known(settings) }),
  close: ({ how }) => ({ type: "settings", settings: { closed: CLOSED[how.toLowerCase()] } }),
  rename: ({ name }) => ({ type: "renamed", name }),
  role: ({ name, role }) => ({ type: "role", name, role }),
  owner: ({ name }) => ({ type: "role", name, role: "owner" }),
  kick: ({ name, reason }) => ({ type: "kicked", name, reason }),
  ban: ({ name, seconds, reason }) => ({ type: "banned", name, seconds, reason }),
  unban: ({ name }) => ({ type: "unbanned", name }),
  mute: ({ name, seconds, reason }) => ({ type: "muted", name, seconds, reason }),
  unmute: ({ name }) => ({ type: "unmuted", name }),
  invite: ({ name, link }) => (link ? { type: "link" } : { type: "invited", name }),
  uninvite: ({ name }) => ({ type: "uninvited", name }),
};

// Empty values mean the same as null.
function known(settings) {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value === "" ? null : value]));
}

function lastEmoji(request, state) {
  const row = rowAt(state.places.get(placeOf(state, request)?.key)?.rows ?? [], request.seq);
  const mine = (row?.reactions ?? []).filter(([, names]) => names.some((name) => isSame(name, state.me.name)));
  return mine.length > 0 ? mine[mine.length - 1][0] : "";
}

/**
 * @param {import("./shapes.js").State} state
 * @param {object} request - one of ours
 * @param {object} ack - its answer
 * @returns {object?} the push that tells others of the change; null where the request changed nothing that has a seq
 */
export function ownChange(state, request, ack) {
  const make = OWN[request.type];
  if (make === undefined || ack.seq === undefined) {
    return null;
  }
  const change = make(request, state);
  const where = request.to ? { to: request.to } : { room: ack.room ?? request.room };
  const said = { ...where, seq: ack.seq, from: state.me.name, timestamp: ack.timestamp, isOwn: true };
  return change === null ? null : { ...change, ...said };
}
