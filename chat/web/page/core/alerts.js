// Which messages call somebody who is not looking, and what they are told of them.

import { fragmentOf } from "./router.js";
import { parse, plain } from "./text.js";

const MOST = 200;

/**
 * @typedef {{title: string, body: string, tag: string, seq: number, fragment: string}} Alert - one place has one `tag`;
 *   `fragment` is the address of the message
 *
 * @param {import("./shapes.js").Place} place
 * @param {import("./shapes.js").Row} row - a message of somebody else
 * @returns {Alert?} null where nobody is to be called: nothing names them, or they want to hear nothing of the place
 */
export function alertFor(place, row) {
  const isDirect = place.kind === "direct";
  if (row.kind !== "message" || row.isDeleted || place.level === "none" || !(isDirect || row.mentionsMe)) {
    return null;
  }
  return {
    title: isDirect ? isolated(row.from) : `${isolated(row.from)} in ${isolated(`#${place.name}`)}`,
    body: shortened(plain(parse(row.text).blocks).trim() || (row.file?.name ?? "")),
    tag: place.key,
    seq: row.seq,
    fragment: fragmentOf(place, row.seq),
  };
}

/**
 * @param {import("./shapes.js").Place} place
 * @param {number} since - what came up to this seq was told before
 * @returns {import("./shapes.js").Row?} the last row since then that calls and was not read; null if there is none
 */
export function missedCall(place, since) {
  const calls = (row) => row.seq > Math.max(since, place.read) && !row.isMine && alertFor(place, row) !== null;
  return place.rows.filter(calls).at(-1) ?? null;
}

/**
 * @param {import("./shapes.js").State} state
 * @returns {number} how many messages call: for the badge of the installed page
 */
export function callCount({ places }) {
  return [...places.values()].reduce((sum, { level, mentions }) => sum + (level === "none" ? 0 : mentions), 0);
}

// A name may be in a script that runs the other way.
const isolated = (name) => `\u2068${name}\u2069`;

function shortened(text) {
  const chars = [...text.slice(0, 4 * MOST)];
  return chars.length > MOST ? `${chars.slice(0, MOST).join("")}…` : text;
}
