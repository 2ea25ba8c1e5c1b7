// Where a place is opened.

/** More rows than this are never less than two screens: then nothing is measured. */
const TOO_MANY = 150;

/** The row that the "New" line stands before: the first message by others from `newFrom` on. */
export function newRowOf(place) {
  if (place.newFrom === null || place.newFrom === undefined) return undefined;
  const { rows } = place;
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].seq !== null && rows[middle].seq < place.newFrom) low = middle + 1;
    else high = middle;
  }
  // What is asked for is not here, if rows begin after it.
  if (low === 0 && place.hasOlder && rows[0]?.seq !== place.newFrom) return undefined;
  for (let index = low; index < rows.length; index += 1)
    if (rows[index].kind === "message" && !rows[index].isMine) return rows[index];
  return undefined;
}

/**
 * The plan for opening a place that was left at `kept`, or at its end (null): `{seq, offset}`, `{isNew}` or `{isEnd}`.
 */
export function opening(place, kept) {
  if (kept) return { seq: kept.seq, offset: kept.offset };
  return place.newFrom ? { isNew: true } : { isEnd: true };
}

/** Whether there is so much that is new that it need not be measured. */
export const isTooMuch = (place) => place.unread > TOO_MANY;
