// Characters of a text.

const SCRIPTS = ["Han", "Hiragana", "Katakana", "Hangul", "Bopomofo", "Thai", "Lao", "Khmer", "Myanmar", "Yi", "Tibetan"];

/** A character of a script without spaces between words, or of Korean, where particles follow a name. */
export const UNSPACED = new RegExp(`[${SCRIPTS.map((script) => `\\p{Script=${script}}`).join("")}]`, "u");

/** The character before `index`, which may be of two units. */
export function lastCharOf(line, index) {
  const low = line.charCodeAt(index - 1);
  const isPair = low >= 0xdc00 && low <= 0xdfff && index > 1;
  return isPair ? line.slice(index - 2, index) : line[index - 1];
}
