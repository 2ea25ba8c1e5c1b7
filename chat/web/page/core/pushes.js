// All that the server may tell, and how each changes the state.

import { readTo } from "./counting.js";
import { inRoom } from "./entering.js";
import { hearing, ignoring } from "./ignoring.js";
import { deleted, edited, message, reacted } from "./messages.js";
import { ownChange } from "./own_changes.js";
import { joined, left, members, presence, typing, who } from "./people.js";
import { roomKey } from "./names.js";
import { withoutStale } from "./passing.js";
import { placeOf, timeOf } from "./reading_pushes.js";
import { renamed, roomChange, withNotice } from "./room_changes.js";
import { CHANGES } from "./sentences.js";
import { changeAll, changePlace, withoutPlace } from "./state.js";

/**
 * What reducers need to know that the state does not say.
 * @typedef {object} Facts
 * @property {boolean} isLooking - somebody looks at the page
 * @property {(key: string) => number?} lookedAt - the seq that is looked at in a place; null for its end
 */

function read(state, push) {
  return changePlace(state, placeOf(state, push)?.key, (place) => readTo(place, push.seq));
}

function seen(state, push) {
  return changePlace(state, placeOf(state, push)?.key, (place) =>
    place.kind === "direct" && push.seq > place.otherRead ? { ...place, otherRead: push.seq } : place,
  );
}

function notice(state, push) {
  if (push.code === "shutting_down" || push.code === "missed") {
    return state;
  }
  const { code, message: text, from = null, room = null, to = null, seq = null, name = null, number = null } = push;
  return withNotice(state, {
    code,
    text: push.code === "announcement" ? push.text : text,
    from,
    room,
    to,
    seq,
    name,
    number,
  });
}

function invitation(state, push) {
  const { from, room } = push;
  return withNotice(state, { code: "invitation", text: `${from} invites you to ${room}.`, from, room });
}

/** A device as the page knows it. */
function deviceOf({ device, since, wire = "", address = "", used, ...more }) {
  return {
    handle: device,
    since: timeOf(since),
    used: timeOf(used),
    wire,
    address,
    isThis: more.this === true,
    isProgram: more.program === true,
  };
}

const REDUCERS = {
  message,
  edited,
  deleted,
  reacted,
  joined,
  left,
  presence,
  who,
  members,
  typing,
  read,
  seen,
  notice,
  invitation,
  renamed,
  devices: (state, push) => ({ ...state, devices: push.devices.map(deviceOf) }),
  ignored: (state, push) => ({ ...state, ignored: push.names }),
};

const AFTER_ACK = {
  join: (state, request, ack) => (request.room ? inRoom(state, ack) : state),
  group: (state, request, ack) => (state.places.has(roomKey(ack.room)) ? state : inRoom(state, ack)),
  leave: (state, request, ack) => withoutPlace(state, roomKey(ack.room ?? request.room)),
  topic: (state, request, { room, text }) =>
    text === undefined ? state : changePlace(state, roomKey(room), (place) => ({ ...place, topic: text })),
  settings: (state, request, { room, settings }) =>
    settings === undefined
      ? state
      : changePlace(state, roomKey(room), (place) => ({ ...place, isPrivate: settings.private === true })),
  ignore: (state, { name }) => ignoring(state, name),
  unignore: (state, { name }) => hearing(state, name),
  notify: (state, { level, room }) =>
    room ? changePlace(state, roomKey(room), (place) => ({ ...place, level })) : withLevelElsewhere(state, level),
};

// Conversations have no level of their own: what they have holds for all rooms without one. The server does not tell
// which those are, so that a room with the same level counts as one of them.
function withLevelElsewhere(state, level) {
  const before = [...state.places.values()].find((place) => place.kind === "direct")?.level ?? "all";
  return changeAll(state, (place) => (place.level === before ? { ...place, level } : place));
}

/**
 * The state after a push. `request` is the one that it answers, if any. Pushes of types that change nothing, such as
 * those that only whoever asked wants, leave the state as it is.
 * @param {import("./shapes.js").State} state
 * @param {object} push
 * @param {Facts} facts
 * @param {object} [request]
 */
export function after(state, push, facts, request) {
  if (state.me === null) {
    return state;
  }
  const next = reduced(state, push, facts, request);
  return next.places === state.places ? next : withoutStale(next);
}

function reduced(state, push, facts, request) {
  if (push.type === "ack") {
    return request === undefined ? state : afterAck(state, push, facts, request);
  }
  const reduce = REDUCERS[push.type] ?? (CHANGES.has(push.type) ? roomChange : undefined);
  return reduce === undefined ? state : reduce(state, push, facts, request);
}

function afterAck(state, ack, facts, request) {
  const change = ownChange(state, request, ack);
  if (change !== null) {
    return after(state, change, facts);
  }
  return AFTER_ACK[request.type]?.(state, request, ack) ?? state;
}
