// `@name` and `#room` in a text, by the rules of the server (chat/mentions.py).

import { lastCharOf, UNSPACED } from "./chars.js";

/** No name is longer. */
const LONGEST = 64;
const NAME = /[\p{L}\p{N}\p{M}_\-\u200c\u200d]{1,128}/uy;
const WORD = /[\p{L}\p{N}]/u;

/**
 * The person or room that is named at `at`, where a sign stands; null where none is.
 * @param {string} line
 * @param {number} at
 * @param {import("./text.js").Known} known
 */
export function nameAt(line, at, known) {
  if (at > 0 && (WORD.test(lastCharOf(line, at)) || line[at - 1] === "/")) {
    return null;
  }
  NAME.lastIndex = at + 1;
  const found = NAME.exec(line);
  if (found === null || line[at + 1 + found[0].length] === "@") {
    return null;
  }
  const sign = line[at];
  const isKnown = sign === "@" ? known.isPerson : known.isRoom;
  const name = spellings(found[0]).find((each) => isKnown(each));
  if (name !== undefined) {
    return { type: sign === "@" ? "mention" : "room", name, text: sign + name };
  }
  return sign === "#" && /^\d{1,15}$/.test(found[0])
    ? { type: "number", seq: Number(found[0]), text: sign + found[0] }
    : null;
}

// The names that begin a word, the longest first: without the signs at its end, and in parts where words have no spaces.
function spellings(word) {
  const names = [word];
  const bare = word.replace(/[-_]+$/, "");
  if (bare !== word) {
    names.push(bare);
  }
  if (UNSPACED.test(word)) {
    const chars = [...bare];
    for (let size = Math.min(chars.length - 1, LONGEST); size > 0; size -= 1) {
      names.push(chars.slice(0, size).join(""));
    }
  }
  return names.filter((name) => WORD.test(name));
}
