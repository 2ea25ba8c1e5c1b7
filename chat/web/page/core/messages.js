// How what is said, and what is done to it, changes the state.

import { counted, uncounted } from "./counting.js";
import { isSame } from "./names.js";
import { lastOf, namesMe, placeOf, rowOf } from "./reading_pushes.js";
import { changed, indexOf, inserted, rowAt, storedCount, trimmed } from "./rows.js";
import { changePlace, newPlace, withPlace } from "./state.js";

/**
 * The place after an event with `seq`. Only live events move the cursor, and only while nothing before them is
 * missing: what we say ourselves never does (an acknowledgement may overtake what others said before).
 */
export function heardTo(place, push) {
  const isLive = push.past !== true && !place.isCatchingUp && push.isOwn !== true;
  const cursor = isLive ? Math.max(place.cursor, push.seq) : place.cursor;
  const seq = Math.max(place.seq, push.seq);
  return seq === place.seq && cursor === place.cursor ? place : { ...place, seq, cursor };
}

/** Whether a push tells something that the state does not have yet. */
export function isNews(place, push) {
  return push.past !== true || push.seq > place.cursor;
}

/**
 * The place with a new row, unless it looks at something older. If its end is being loaded, the row may have come too
 * late for that: it stands `ahead` until then.
 */
export function withRow(place, row, facts) {
  if (place.hasNewer) {
    return place.loading === "none" ? place : { ...place, ahead: [...place.ahead, row] };
  }
  if (rowAt(place.rows, row.seq) !== undefined) {
    return place;
  }
  return trimmed({ ...place, rows: inserted(place.rows, row) }, facts.lookedAt(place.key));
}

/** A message came. */
export function message(state, push, facts) {
  const where = placeOf(state, push);
  const known = where === null ? undefined : state.places.get(where.key);
  if (known === undefined && where?.kind !== "direct") {
    return state;
  }
  const place = known ?? newPlace("direct", where.name, { hasOlder: state.me.isAccount && push.seq > 1 });
  const row = rowOf(push, state.me);
  const mine = row.isMine && push.id !== undefined ? waitingRow(place, push.id) : undefined;
  if (mine !== undefined) {
    const told = row.file === null ? mine : { ...mine, file: row.file };
    return withPlace(state, heardTo(stored(place, told, push.seq, row.at), push));
  }
  if (!isNews(place, push) || rowAt(place.rows, push.seq) !== undefined) {
    return withPlace(state, heardTo(place, push));
  }
  const heard = withRow(said(counted(place, row), row, push), row, facts);
  return withPlace(state, heardTo(withNewLine(state, heard, place, row, facts), push));
}

function waitingRow(place, id) {
  return place.rows.slice(storedCount(place.rows)).find((row) => row.key === id);
}

function said(place, row, push) {
  const isLatest = (place.last?.at ?? 0) <= row.at;
  const typing = push.past ? place.typing : place.typing.filter((name) => !isSame(name, row.from));
  return { ...place, typing, last: isLatest ? lastOf(row) : place.last };
}

function withNewLine(state, place, before, row, facts) {
  const isUnseen = state.open === place.key && !facts.isLooking && place.unread > before.unread;
  return isUnseen && place.newFrom === null ? { ...place, newFrom: row.seq } : place;
}

/** The place, in which the waiting `row` was stored under `seq`. It keeps its key, so that it is not drawn anew. */
export function stored(place, row, seq, at) {
  const others = place.rows.filter((each) => each.key !== row.key && each.seq !== seq);
  const next = { ...row, seq, at, state: "stored", refusal: null };
  const index = indexOf(others, seq);
  const isInWindow = !place.hasNewer;
  const rows = isInWindow ? [...others.slice(0, index), next, ...others.slice(index)] : others;
  const isLatest = (place.last?.at ?? 0) <= at;
  return { ...place, rows, seq: Math.max(place.seq, seq), last: isLatest ? lastOf(next) : place.last };
}

/** A place, and the rows that wait in it, in the order of `items`. */
export function withWaiting(place, row) {
  return { ...place, rows: [...place.rows, row] };
}

/** The place without what waits under `key`. */
export function withoutWaiting(place, key) {
  return { ...place, rows: place.rows.filter((row) => row.seq !== null || row.key !== key) };
}

/** The place, in which `change` made another of the row that waits under `key`. */
export function changeWaiting(place, key, change) {
  return { ...place, rows: place.rows.map((row) => (row.seq === null && row.key === key ? change(row) : row)) };
}

/** The text of a message changed. */
export function edited(state, push) {
  return changeOf(state, push, (row) => ({
    ...row,
    text: push.text,
    isEdited: true,
    mentionsMe: namesMe(push, state.me),
  }));
}

/** A message is gone; its row stays, and says so. */
export function deleted(state, push) {
  const where = placeOf(state, push);
  const before = state.places.get(where?.key);
  const row = before === undefined ? undefined : rowAt(before.rows, push.of);
  const next = changeOf(state, push, (each) => ({
    ...each,
    text: "",
    file: null,
    reactions: [],
    isDeleted: true,
    deletedBy: push.from,
  }));
  return row === undefined || row.isDeleted ? next : changePlace(next, where.key, (place) => uncounted(place, row));
}

/** Somebody reacted to a message, or took that back. */
export function reacted(state, push) {
  return changeOf(state, push, (row) => ({ ...row, reactions: reactionsAfter(row.reactions, push) }));
}

function reactionsAfter(reactions, { emoji, from, undo }) {
  const others = (names) => names.filter((name) => !isSame(name, from));
  if (undo) {
    const left = reactions.map(([each, names]) => [each, each === emoji ? others(names) : names]);
    return left.filter(([, names]) => names.length > 0);
  }
  if (!reactions.some(([each]) => each === emoji)) {
    return [...reactions, [emoji, [from]]];
  }
  return reactions.map(([each, names]) => (each === emoji ? [each, [...others(names), from]] : [each, names]));
}

function changeOf(state, push, change) {
  const where = placeOf(state, push);
  return changePlace(state, where?.key, (place) => {
    const isLast = place.rows[storedCount(place.rows) - 1]?.seq === push.of;
    const rows = isNews(place, push) ? changed(place.rows, push.of, change) : place.rows;
    const row = rows === place.rows ? undefined : rowAt(rows, push.of);
    const last = isLast && row !== undefined ? lastOf(row) : place.last;
    return heardTo(rows === place.rows ? place : { ...place, rows, last }, push);
  });
}
