// Whether Enter sends. Whoever writes Japanese, Chinese or Korean presses it to end what they compose.

/** Safari ends the composition before it tells of the key. */
const TOO_SOON = 30;
const HANGUL_SYLLABLE = /^[\uac00-\ud7a3\u3131-\u318e]$/;

/**
 * @param {object} facts - of a keydown of Enter
 * @param {boolean} facts.isComposing - of the event
 * @param {number} facts.keyCode - of the event; 229 means that an input method has the key
 * @param {number} facts.sinceEnd - milliseconds since the last compositionend; Infinity if there was none
 * @param {string} facts.composed - what is composed, or was last
 * @param {boolean} facts.isShift
 * @param {boolean} facts.isTouch - there is no keyboard but the one on the screen
 * @param {boolean} [facts.isOther] - Ctrl, Alt or ⌘ is down
 * @returns {"send"|"line"|"leave"|"after"} `leave`: the key is not ours. `after`: send as soon as the composition has
 *   ended; one syllable of Hangul leaves nothing to choose, so Enter ends it and sends
 */
export function enterMeans({ isComposing, keyCode, sinceEnd, composed, isShift, isTouch, isOther = false }) {
  const isOneSyllable = HANGUL_SYLLABLE.test(composed);
  const wanted = isShift || isOther || isTouch ? "line" : "send";
  if (isComposing || keyCode === 229) {
    return isOneSyllable && wanted === "send" ? "after" : "leave";
  }
  if (sinceEnd < TOO_SOON && !isOneSyllable) {
    return "leave";
  }
  return wanted;
}
