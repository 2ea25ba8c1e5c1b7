// What is pasted: a text stays one message, and a long one is offered as a file.

import { bytesOf } from "./sizes.js";

const MOST_LINES = 40;
const MOST_BYTES = 12_000;

/**
 * @param {string} text
 * @returns {{text: string, isFile: boolean}} with line feeds only; `isFile`: it is so long that a file is better
 */
export function pasted(text) {
  const clean = text.replace(/\r\n?/g, "\n");
  const lines = clean.replace(/\n$/, "").split("\n").length;
  return { text: clean, isFile: lines > MOST_LINES || bytesOf(clean) > MOST_BYTES };
}
