// Addresses in a text: only these schemes, and never more of the text than belongs to the address.

// What must follow is looked for at once: nothing long is read that turns out to be no address.
const SCHEMES = /(?:https?:\/\/(?=[\p{L}\p{N}[])|mailto:(?=[\p{L}\p{N}][^\s@/<>"`]{0,63}@[\p{L}\p{N}[]))/iuy;
// What ends an address: space, what cannot stand in one, and brackets and quotes of East Asian texts.
const BODY =
  /[^\s<>"`\u0000-\u001f\u007f\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u2018-\u201f\u00ab\u00bb]+/uy;
const TRAILING = new Set([".", ",", ";", ":", "!", "?", "'", "*", "~", "_", "…", "|"]);
const BRACKETS = { ")": "(", "]": "[", "}": "{" };

/**
 * The link that begins at `at`, or null.
 * @param {string} line
 * @param {number} at
 * @returns {{type: "link", href: string, text: string}?}
 */
export function linkAt(line, at) {
  SCHEMES.lastIndex = at;
  const scheme = SCHEMES.exec(line);
  if (scheme === null) {
    return null;
  }
  const begin = at + scheme[0].length;
  BODY.lastIndex = begin;
  const found = BODY.exec(line);
  if (found === null) {
    return null;
  }
  const body = withoutTrailing(found[0]);
  const text = scheme[0] + body;
  return { type: "link", href: text, text };
}

// Signs at the end belong to the sentence, and so do brackets that were opened before the address.
function withoutTrailing(body) {
  const open = countBrackets(body);
  let end = body.length;
  for (;;) {
    const char = body[end - 1];
    if (TRAILING.has(char)) {
      end -= 1;
    } else if (char in BRACKETS && open[char] > open[BRACKETS[char]]) {
      open[char] -= 1;
      end -= 1;
    } else {
      return body.slice(0, end);
    }
  }
}

function countBrackets(body) {
  const count = { "(": 0, ")": 0, "[": 0, "]": 0, "{": 0, "}": 0 };
  for (const char of body) {
    if (char in count) {
      count[char] += 1;
    }
  }
  return count;
}
