// Characters of a text, which may be of two units.

/** The character before `index`, which may be of two units. */
export function lastCharOf(line, index) {
  const low = line.charCodeAt(index - 1);
  const isPair = low >= 0xdc00 && low <= 0xdfff && index > 1;
  return isPair ? line.slice(index - 2, index) : line[index - 1];
}
