// What floats over the page: dialogs, one menu, short notes. Any component puts things there; <Layers> draws them.

import { createContext, useContext, useEffect, useState } from "../vendor/preact.js";
import { subscribePaced } from "./pacing.js";

const NOTE_MS = 8000;

/**
 * Makes the layers of one page.
 *
 * - `dialog(Component, props)`: Component gets `props` and `onClose`, which takes it away again.
 * - `menu({label, items, at, opener})`: see menu.js. The one before it goes.
 * - `note(text, {label, run})`: a line at the bottom for 8 s, with an action if there is one; screen readers hear it.
 * - `put({down, isNewer})`: what the banner says besides the state of the connection; see surroundings.js.
 * - `close()`: takes away what lies uppermost; false if there was nothing.
 */
export function createLayers({ setTimeout, clearTimeout }) {
  let content = { dialogs: [], menu: null, note: null, down: null, isNewer: false };
  let next = 1;
  let timer = null;
  const listeners = new Set();

  const change = (part) => {
    content = { ...content, ...part };
    for (const listener of [...listeners]) listener();
  };
  const drop = (id) => change({ dialogs: content.dialogs.filter((dialog) => dialog.id !== id) });
  const layers = {
    get content() {
      return content;
    },
    put: change,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dialog(Component, props = {}) {
      const id = next++;
      change({ menu: null, dialogs: [...content.dialogs, { id, Component, props, onClose: () => drop(id) }] });
    },
    menu(menu) {
      change({ menu: { ...menu, id: next++ } });
    },
    closeMenu() {
      if (content.menu) change({ menu: null });
    },
    note(text, action = null) {
      clearTimeout(timer);
      change({ note: { id: next++, text, action } });
      timer = setTimeout(() => change({ note: null }), NOTE_MS);
    },
    close() {
      if (content.menu) change({ menu: null });
      else if (content.dialogs.length) content.dialogs.at(-1).onClose();
      else return false;
      return true;
    },
    clear() {
      change({ dialogs: [], menu: null });
    },
  };
  return layers;
}

export const Page = createContext(null);

/** What App gives to all below it: `{chat, layers}`. */
export const usePage = () => useContext(Page);

/**
 * A part of something that has `subscribe`; the component is drawn again when that part is another (by ===), once a
 * frame at most where much happens.
 * @param {{subscribe: function}} source
 * @param {function} select - called without arguments
 */
export function useSelected(source, select) {
  const value = select();
  const [, again] = useState(0);
  useEffect(() => {
    let seen = value;
    const look = () => {
      const now = select();
      if (now === seen) return;
      seen = now;
      again((count) => count + 1);
    };
    // Something may have changed between drawing and now.
    look();
    return subscribePaced(source, look);
  });
  return value;
}

/** The state of the chat, or a part of it. */
export function useChat(select = (state) => state) {
  const { chat } = usePage();
  return useSelected(chat, () => select(chat.state));
}

/** Whether a media query holds, now and later. */
export function useMedia(query) {
  const [holds, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = () => set(list.matches);
    look();
    list.addEventListener("change", look);
    return () => list.removeEventListener("change", look);
  }, [query]);
  return holds;
}

/** One pane at a time. The same width stands in the style sheets. */
export const usePhone = () => useMedia("(max-width: 699px)");
