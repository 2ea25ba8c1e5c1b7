// Whether a line is a command or a message. This much is needed before the table of commands is.

/**
 * @param {string} line - what stands in the composer
 * @returns {{word: string, rest: string}?} null where it is a message. `//x` is one, and says `/x` (see `saidBy`)
 */
export function commandIn(line) {
  const found = /^(?:[/／](?![/／])|server[:：]\s*)(\S*)\s*([^]*)$/i.exec(line);
  return found === null ? null : { word: found[1].toLowerCase(), rest: found[2].trim() };
}

/** What a line that is no command says. */
export function saidBy(line) {
  return line.replace(/^([/／])[/／]/, "$1");
}
