// The emoji that somebody used last, for the table of emoji and the reactions.

/** How many are kept: one line of the table. */
const MOST = 8;
const FIRST = ["👍", "❤️", "😂", "🎉", "😮", "😢", "👀", "✅"];

/** @param {{memory: object}} parts */
export function createRecentEmoji({ memory }) {
  return {
    /** @returns {string[]} the latest first; common ones, as long as there are no others */
    list: () => [...new Set([...memory.emoji.get(), ...FIRST])].slice(0, MOST),
    /** Somebody used this one. */
    used: (emoji) => memory.emoji.set([emoji, ...memory.emoji.get().filter((each) => each !== emoji)].slice(0, MOST)),
  };
}
