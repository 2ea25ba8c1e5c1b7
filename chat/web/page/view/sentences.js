// The server's sentences, as the page shows them.

/**
 * What people read of a refusal. The server's sentence begins small and has no full stop, and may end with what one
 * would type on another wire.
 * @param {{code: string, message: string}} refusal
 * @returns {string}
 */
export function sentence({ message = "" } = {}) {
  const text = message.trim().replace(/[,;] type \S*server:.*$/u, "");
  return text && `${text[0].toLocaleUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? "" : "."}`;
}

/** "1 person", "7 people". */
export function counted(count, one, many) {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

/** The name of a place with its sign, as people write it. */
export function titleOf({ kind, name }) {
  return kind === "direct" ? name : `#${name}`;
}
