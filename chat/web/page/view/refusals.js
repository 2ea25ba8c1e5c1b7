// What was refused at a message: the server's sentence stands there, for a while, or until something else is done to it.

const SHOWN_MS = 12_000;

/** The sentences, by the keys of rows; listeners get the key of the row that has another one. */
export function createRefusals({ setTimeout, clearTimeout }) {
  const texts = new Map();
  const timers = new Map();
  const listeners = new Set();
  const put = (key, text) => {
    clearTimeout(timers.get(key));
    timers.delete(key);
    if (text === null && !texts.delete(key)) return;
    if (text !== null) {
      texts.set(key, text);
      timers.set(key, setTimeout(() => put(key, null), SHOWN_MS));
    }
    for (const listener of [...listeners]) listener(key);
  };
  return {
    /** Show a sentence at a row; null takes it away. */
    put,
    of: (key) => texts.get(key) ?? "",
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
