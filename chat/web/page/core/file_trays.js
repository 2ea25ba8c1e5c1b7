// What stands over the composer of each place until it is said: files, and whether Send waits for them.

import { commandIn, saidBy } from "./commands.js";
import { pathOf } from "./file_names.js";

/**
 * @param {object} parts
 * @param {object} parts.chat
 * @param {object} parts.uploads - of uploads.js; call `moved` whenever it has changed
 * @param {() => void} parts.changed - is called whenever something waits, or waits no longer
 * @param {(item: import("./uploads.js").Item, info: object) => void} [parts.saying] - is called for each file that is said
 */
export function createFileTrays({ chat, uploads, changed, saying = () => {} }) {
  // For each place where Send waits: the files that it waits for, and what is to be said with the first of them.
  const waits = new Map();

  function end(key, isSent) {
    const wait = waits.get(key);
    waits.delete(key);
    wait.resolve(isSent);
    changed();
  }
  /** Say what is there, up to the first file that is not. */
  function go(key) {
    const wait = waits.get(key);
    // What is said here changes the uploads and the chat, which brings us here again.
    if (wait.isGoing) return;
    wait.isGoing = true;
    const isOver = sayAll(key, wait);
    wait.isGoing = false;
    if (isOver && waits.get(key) === wait) end(key, wait.isSaid);
  }
  function sayAll(key, wait) {
    for (const item of uploads.of(key)) {
      if (!wait.ids.has(item.id) || item.state === "failed") continue;
      if (item.state !== "done") return false;
      if (!sayFile(key, wait, item)) return true;
    }
    return true;
  }
  function sayFile(key, wait, item) {
    const { name, size, type, about } = item;
    const info = { url: pathOf(item.file, name), name, size, type, until: null, width: null, height: null, ...about.size };
    const text = wait.isSaid ? "" : textOf(key);
    saying(item, info);
    const more = { ...(wait.isSaid ? {} : wait.more), file: item.file, info, keepsDraft: text === "" };
    if (chat.say(key, text, more) === null) return false;
    wait.isSaid = true;
    uploads.said(item.id);
    return true;
  }
  // The draft is what stands in the composer, also while another place is open. A command is nothing to say.
  function textOf(key) {
    const draft = (chat.state.places.get(key)?.draft ?? "").trimEnd();
    return commandIn(draft) === null ? saidBy(draft) : "";
  }
  const canBeSaid = (item) => item.state !== "failed";

  return {
    /** Whether there is nothing in a tray that could be said. */
    isEmpty: (key) => !uploads.of(key).some(canBeSaid),
    isWaiting: (key) => waits.has(key),
    /**
     * Say the draft of a place with the files of its tray, one message for each, in their order, as soon as they are
     * there; the draft and `more` (see `chat.say`) go with the first one.
     * @returns {Promise<boolean>} whether anything was said; false at once if it waits already
     */
    send(key, more = {}) {
      if (waits.has(key)) return Promise.resolve(false);
      return new Promise((resolve) => {
        const ids = new Set(uploads.of(key).filter(canBeSaid).map(({ id }) => id));
        waits.set(key, { ids, more, resolve, isSaid: false, isGoing: false });
        changed();
        go(key);
      });
    },
    /** Wait no longer; everything stays where it is. */
    stay(key) {
      if (waits.has(key)) end(key, false);
    },
    /** Say the draft alone; the files stay. */
    sendWithout(key) {
      const more = waits.get(key)?.more ?? {};
      const text = textOf(key);
      if (waits.has(key)) end(key, text !== "");
      return text !== "" && chat.say(key, text, more) !== null;
    },
    /** The uploads have changed, or the places. */
    moved() {
      const isGone = ({ key }) => !chat.state.places.has(key);
      uploads.items.filter(isGone).forEach(({ id }) => uploads.cancel(id));
      [...waits.keys()].forEach((key) => waits.has(key) && go(key));
    },
  };
}
