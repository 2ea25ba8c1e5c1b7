// Names of files: as the server will have them, so that the address of what one has sent is known at once.

const MOST = 120;
const UNWANTED = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u;

/**
 * @param {string} raw - a name as the system gives it
 * @returns {string} 1 to 120 characters without controls and marks of direction; of a long one the ending is kept
 */
export function fileName(raw) {
  const last = raw.replace(/[/\\\0]+$/, "").split(/[/\\\0]/).at(-1).normalize("NFC");
  const clean = [...last].filter((char) => !UNWANTED.test(char)).join("").replace(/\s+/gu, " ").trim();
  const name = cut(clean).trim();
  return /[^.]/.test(name) ? name : "file";
}

function cut(name) {
  const chars = [...name];
  if (chars.length <= MOST) {
    return name;
  }
  const ending = /\.[^.\s]{1,15}$/.exec(name)?.[0] ?? "";
  return chars.slice(0, MOST - [...ending].length).join("").trimEnd() + ending;
}

/** The name with another ending. */
export const withEnding = (name, ending) => fileName(`${name.replace(/\.[^.\s]{1,15}$/, "")}.${ending}`);

/** The path at which a file is read. */
export const pathOf = (id, name) => `/files/${id}/${encodeURIComponent(name)}`;
