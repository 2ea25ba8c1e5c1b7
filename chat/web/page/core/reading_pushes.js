// What a push is about, and the row that it makes.

import { fold, isSame, personKey, roomKey } from "./names.js";
import { CHANGES, sentenceOf } from "./sentences.js";
import { newRow } from "./state.js";

/** @returns {number?} a time of the server in milliseconds */
export function timeOf(text) {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

/**
 * Where a push belongs.
 * @returns {{key: string, kind: "direct"|"room", name: string}?} null where that is the lobby, and there is none
 */
export function placeOf(state, push) {
  if (push.to !== undefined && push.to !== null) {
    const name = push.from !== undefined && !isSame(push.from, state.me.name) ? push.from : push.to;
    return { key: personKey(name), kind: "direct", name };
  }
  if (push.room !== undefined && push.room !== null) {
    return { key: roomKey(push.room), kind: "room", name: push.room };
  }
  for (const place of state.places.values()) {
    return place.kind === "lobby" ? place : null;
  }
  return null;
}

/** The row of a message. */
export function rowOf(push, me) {
  return newRow({
    key: `s${push.seq}`,
    seq: push.seq,
    at: timeOf(push.timestamp),
    from: push.from,
    text: push.text ?? "",
    isMine: isSame(push.from, me.name),
    mentionsMe: namesMe(push, me),
    file: fileOf(push.file),
    answers: push.answers ?? null,
    answered: push.answered ?? null,
    isEdited: push.edited === true,
    reactions: Object.entries(push.reactions ?? {}),
  });
}

/** Whether a message, or its new text, names us. */
export function namesMe(push, me) {
  return push.mentions?.includes(fold(me.name)) ?? false;
}

/** What the server says of a file, with its times as numbers; null where there is none. */
export function fileOf(file) {
  if (file === undefined || file === null) {
    return null;
  }
  const { url, name, size, type, until, width, height } = file;
  return { url, name, size, type, until: timeOf(until), width: width ?? null, height: height ?? null };
}

/** The row of somebody who came or left. */
export function comingRow(push, me) {
  return newRow({
    key: `s${push.seq}`,
    seq: push.seq,
    at: timeOf(push.timestamp),
    kind: push.type,
    from: push.nickname,
    isMine: isSame(push.nickname, me.name),
  });
}

/** The row of a change of a room. */
export function changeRow(push, me) {
  return newRow({
    key: `s${push.seq}`,
    seq: push.seq,
    at: timeOf(push.timestamp),
    kind: "change",
    from: push.from,
    text: sentenceOf(push),
    isMine: isSame(push.from, me.name),
  });
}

/** The row of anything that has one, or null. */
export function anyRow(push, me) {
  if (push.type === "message") {
    return rowOf(push, me);
  }
  return CHANGES.has(push.type) ? changeRow(push, me) : null;
}

/** A message as the list of rooms shows it. */
export function lastOf(row) {
  return { from: row.from, text: row.text.slice(0, 120) || (row.file?.name ?? ""), at: row.at };
}

/** The rows of a page of history. */
export function rowsOf(pushes, me) {
  return pushes.map((push) => anyRow(push, me)).filter((row) => row !== null);
}
