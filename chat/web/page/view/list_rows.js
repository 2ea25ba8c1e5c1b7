// What the list asks of the rows of its place.

import { indexOf, storedCount } from "../core/rows.js";

/** Whether a message with this seq would be among these rows. */
export function hasSeq(rows, seq) {
  const index = indexOf(rows, seq);
  return rows[index]?.seq === seq || (index > 0 && index < storedCount(rows));
}

/** The row with this seq; else the next one that is drawn, or the one before. */
export function shownNear(rows, seq) {
  const index = Math.min(indexOf(rows, seq), rows.length - 1);
  const isDrawn = (row) => row.kind === "message" || row.kind === "change";
  return rows.slice(index).find(isDrawn) ?? rows.slice(0, Math.max(0, index)).findLast(isDrawn);
}

/** Whether this page has sent it: it keeps the key of when it waited. */
const isSentHere = (row) => row.isMine && row.key !== `s${row.seq}`;

/** Whether something that this page has sent came after the last one of the rows before. It may be stored already. */
export function hasSentMore(before, rows) {
  const known = before.at(-1)?.key;
  const index = rows.findLastIndex((row) => row.key === known);
  return (index < 0 && before.length ? rows.slice(-1) : rows.slice(index + 1)).some(isSentHere);
}

/** How many messages by others have come after the one with the seq `readTo`. */
export function countNew(rows, readTo) {
  let count = 0;
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const row = rows[index];
    if (row.seq !== null && row.seq <= readTo) break;
    if (row.kind === "message" && !row.isMine) count += 1;
  }
  return count;
}

/** Where a place is opened that was left at `kept`, or at its end (null): `{seq, offset}` of its
 * text, `{isNew}` or `{isEnd}`. */
export function opening(place, kept) {
  if (kept) return { seq: kept.seq, offset: kept.offset, isText: true };
  return place.newFrom ? { isNew: true } : { isEnd: true };
}
