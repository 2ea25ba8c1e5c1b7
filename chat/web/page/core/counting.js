// What has been read, what has not, and the numbers that the list and the title show.

import { indexOf, storedCount } from "./rows.js";

/** Whether a row is one that somebody may have to read. */
export function isToRead(row) {
  return row.kind === "message" && !row.isMine && !row.isDeleted && row.seq !== null;
}

/** The place, in which one more row was heard; comings and goings, and what we said, never count. */
export function counted(place, row) {
  if (!isToRead(row) || row.seq <= place.read || row.seq <= place.countedTo) {
    return place;
  }
  const names = place.kind === "direct" || row.mentionsMe ? 1 : 0;
  return { ...place, unread: place.unread + 1, mentions: place.mentions + names };
}

/** The place, of which a row that was not read is gone. */
export function uncounted(place, row) {
  if (!isToRead(row) || row.seq <= place.read) {
    return place;
  }
  const names = place.kind === "direct" || row.mentionsMe ? 1 : 0;
  return { ...place, unread: Math.max(0, place.unread - 1), mentions: Math.max(0, place.mentions - names) };
}

/** The place, read up to `seq`, here or on another device; the same one if that is no news. */
export function readTo(place, seq) {
  const read = Math.min(seq, Math.max(place.seq, place.read));
  if (read <= place.read) {
    return place;
  }
  if (read >= place.seq) {
    return { ...place, read, unread: 0, mentions: 0 };
  }
  const passed = place.rows.slice(indexOf(place.rows, place.read + 1), indexOf(place.rows, read + 1)).filter(isToRead);
  const names = place.kind === "direct" ? passed.length : passed.filter((row) => row.mentionsMe).length;
  return {
    ...place,
    read,
    unread: Math.max(0, place.unread - passed.length),
    mentions: Math.max(0, place.mentions - names),
  };
}

/** The place, unread from the message `seq` on, and read up to there. What is behind our rows stays counted as it was. */
export function unreadFrom(before, seq) {
  const place = readTo(before, seq - 1);
  const rows = place.rows.slice(indexOf(place.rows, seq), storedCount(place.rows));
  const again = rows.filter((row) => isToRead(row) && row.seq <= place.read);
  const names = place.kind === "direct" ? again.length : again.filter((row) => row.mentionsMe).length;
  const read = Math.min(place.read, seq - 1);
  return { ...place, read, newFrom: seq, unread: place.unread + again.length, mentions: place.mentions + names };
}

/**
 * What the list shows beside a place.
 * @param {import("./shapes.js").Place} place
 * @returns {{count: number, isLoud: boolean}} the count is 0 where nothing is shown; mentions, and what is said to us
 *   alone, are loud
 */
export function badgeOf(place) {
  if (place.level === "none") {
    return { count: 0, isLoud: false };
  }
  if (place.mentions > 0) {
    return { count: place.mentions, isLoud: true };
  }
  return { count: place.level === "mentions" ? 0 : place.unread, isLoud: false };
}
