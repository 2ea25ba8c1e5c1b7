// How well a name fits what somebody typed.

import { fold } from "./names.js";

/** Scores, the best first; 0 means that it does not fit. */
export const WHOLE = 4;
const BEGINS = 3;
const WORD_BEGINS = 2;
const WITHIN = 1;

/**
 * @param {string} name - folded
 * @param {string} typed - folded
 * @returns {number} 0 to 4
 */
export function score(name, typed) {
  if (name === typed) {
    return WHOLE;
  }
  const index = name.indexOf(typed);
  if (index <= 0) {
    return index === 0 ? BEGINS : 0;
  }
  for (let at = index; at > 0; at = name.indexOf(typed, at + 1)) {
    if ("-_ ".includes(name[at - 1])) {
      return WORD_BEGINS;
    }
  }
  return WITHIN;
}

/**
 * Those of `options` that fit, the best first; among equals the order stays.
 * @template T
 * @param {T[]} options
 * @param {string} typed
 * @param {(option: T) => string} textOf
 * @param {number} most
 * @returns {T[]}
 */
export function ranked(options, typed, textOf, most) {
  const folded = fold(typed);
  const found = options
    .map((option, index) => ({ option, index, score: score(fold(textOf(option)), folded) }))
    .filter((each) => each.score > 0);
  found.sort((one, other) => other.score - one.score || one.index - other.index);
  return found.slice(0, most).map((each) => each.option);
}
