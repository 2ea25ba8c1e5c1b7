// How coming into the chat, and into rooms, changes the state.

import { readTo } from "./counting.js";
import { withPeople } from "./people.js";
import { fold, isSame, personKey, roomKey } from "./names.js";
import { timeOf } from "./reading_pushes.js";
import { changeAll, firstKey, newPlace, withPlace } from "./state.js";

/** A place that was longer away than this number of events is loaded anew, instead of being told all of them. */
const LONG = 1000;

/** The next state, in which the line is broken: what comes from now on is not all. Cursors stay until `caughtUp`. */
export function broken(state) {
  return changeAll(state, (place) => (place.isCatchingUp ? place : { ...place, isCatchingUp: true, typing: [] }));
}

/** The place, when everything after its cursor has come. */
export function caughtUp(place) {
  return { ...place, isCatchingUp: false, cursor: Math.max(place.cursor, place.seq) };
}

/**
 * The next state, when the server has let us in; `ack` is its answer. Another life of the server is dealt with before.
 * `joining` are the keys of the rooms that are joined next.
 */
export function entered(state, ack, joining = new Set()) {
  const me = { name: ack.nickname, isAccount: ack.account === true, isOperator: ack.operator === true };
  let next = withPeople({ ...state, me }, ack.online ?? []);
  if (ack.lobby) {
    const known = { seq: ack.seq, count: ack.count ?? ack.online?.length ?? 0 };
    next = withHead(next, newPlace("lobby", ack.lobby), known);
  }
  for (const head of ack.rooms ?? []) {
    next = withHead(next, headPlace(head), headFacts(head, me));
  }
  next = changeAll(me.isAccount ? withoutOthers(next, ack, joining) : next, (place) =>
    canCatchUp(place, me) ? place : whole(place),
  );
  const version = ack.version ?? state.version;
  const isOutdated = state.isOutdated || (state.version !== null && version !== state.version);
  return { ...next, version, isOutdated, open: next.places.has(next.open) ? next.open : firstKey(next.places) };
}

function headPlace(head) {
  return head.to ? newPlace("direct", head.to) : newPlace("room", head.room);
}

function headFacts(head, me) {
  const facts = {
    name: head.to ?? head.room,
    seq: head.seq,
    topic: head.topic ?? "",
    isPrivate: head.private === true,
    role: head.role ?? (me.isAccount ? "member" : "guest"),
    level: head.level ?? "all",
    delivered: head.delivered ?? 0,
  };
  const counts = me.isAccount
    ? { read: head.read, unread: head.unread ?? 0, mentions: mentionsOf(head), countedTo: head.seq }
    : {};
  const last = head.last
    ? { last: { from: head.last.from, text: head.last.text, at: timeOf(head.last.timestamp) } }
    : {};
  return { ...facts, ...counts, ...last, ...(head.count === undefined ? {} : { count: head.count }) };
}

function mentionsOf(head) {
  return head.to ? (head.unread ?? 0) : (head.mentions ?? 0);
}

/** A place that we come into: anew, or after a loss. Its cursor stays, unless so much was missed that it is loaded anew. */
function withHead(state, fresh, facts) {
  const before = state.places.get(fresh.key);
  if (before === undefined || before.cursor === 0) {
    // Rows that we said ourselves, before we heard anything, may have others between them.
    return withPlace(state, forgotten({ ...(before ?? fresh), read: facts.seq, ...facts }));
  }
  const told = { ...before, ...facts, seq: Math.max(before.seq, facts.seq) };
  // What we read last may not have reached the server.
  const place = readTo(told, before.read);
  if (facts.seq - before.cursor > LONG) {
    return withPlace(state, forgotten({ ...place, seq: facts.seq, countedTo: facts.seq }));
  }
  return withPlace(state, { ...place, isCatchingUp: facts.seq > before.cursor, cursor: before.cursor });
}

/** The place without its rows, except for those that wait: they are to be loaded anew. */
export function forgotten(place) {
  return {
    ...place,
    rows: place.rows.filter((row) => row.seq === null),
    hasOlder: place.seq > 0,
    hasNewer: false,
    isLoaded: false,
    loading: "none",
    cursor: place.seq,
    isCatchingUp: false,
  };
}

// A guest cannot ask for what was said in a conversation: it comes by itself, or not at all. Of a place in which nothing
// was heard nothing is missing.
function canCatchUp(place, me) {
  return place.cursor > 0 && (place.kind !== "direct" || me.isAccount);
}

function whole(place) {
  return place.isCatchingUp ? { ...place, isCatchingUp: false } : place;
}

// An account is told all rooms that it is in: it left the others on another device.
function withoutOthers(state, ack, joining) {
  const rooms = new Set((ack.rooms ?? []).filter((head) => head.room).map((head) => roomKey(head.room)));
  const isOurs = (key) => rooms.has(key) || joining.has(key);
  const places = [...state.places].filter(([key, place]) => place.kind !== "room" || isOurs(key));
  return places.length === state.places.size ? state : { ...state, places: new Map(places) };
}

/** The next state, when we are in a room; `ack` is the answer. */
export function inRoom(state, ack) {
  const members = ack.members ?? [];
  const facts = {
    name: ack.room,
    seq: ack.seq,
    count: ack.count ?? members.length,
    topic: ack.topic ?? "",
    isPrivate: ack.private === true,
    role: ack.role ?? (state.me.isAccount ? "member" : "guest"),
  };
  return withHead(state, newPlace("room", ack.room), facts);
}

/** The next state, when the server has another life: all seqs mean something else now. Only what waits, and drafts, stay. */
export function reborn(state) {
  return changeAll(state, (place) => ({
    ...newPlace(place.kind, place.name),
    rows: place.rows.filter((row) => row.seq === null),
    draft: place.draft,
    level: place.level,
    role: place.role,
    isPrivate: place.isPrivate,
    topic: place.topic,
  }));
}

/** The next state, in which there is the conversation with a person. */
export function withDirect(state, name) {
  const key = personKey(name);
  if (state.places.has(key) || isSame(name, state.me.name)) {
    return state;
  }
  const shown = state.people.get(fold(name))?.name ?? name;
  // Whether there was one before is found out when it is loaded.
  return withPlace(state, newPlace("direct", shown, { hasOlder: state.me.isAccount }));
}
