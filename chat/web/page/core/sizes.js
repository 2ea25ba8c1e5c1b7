// How large texts and files are, and how much may be said at once.

/** What a request has besides its text: its type, id, place. */
const AROUND = 512;
const USUAL = { line_bytes: 16_384, message_lines: 100 };

/** @param {string} text @returns {number} bytes of UTF-8 */
export function bytesOf(text) {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}

/**
 * How much of a message's room is used. The server counts the bytes of a request as it is sent.
 * @param {string} text
 * @param {object} [limits] - as the server told them
 * @returns {{left: number, isNear: boolean, isOver: boolean, lines: number}} `left` is in bytes; `isNear` from 90 % on
 */
export function spaceFor(text, limits = {}) {
  const most = (limits.line_bytes ?? USUAL.line_bytes) - AROUND;
  const used = bytesOf(JSON.stringify(text)) - 2;
  const lines = text.split("\n").length;
  const mostLines = limits.message_lines ?? USUAL.message_lines;
  const isOver = used > most || lines > mostLines;
  return { left: most - used, isNear: isOver || used >= most * 0.9 || lines >= mostLines * 0.9, isOver, lines };
}

/**
 * @param {number} bytes
 * @param {string} [locale]
 * @returns {string} such as "18.4 MB"
 */
export function sizeOf(bytes, locale) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  const digits = power === 0 || value >= 100 ? 0 : 1;
  const shown = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return `${shown} ${units[power]}`;
}
