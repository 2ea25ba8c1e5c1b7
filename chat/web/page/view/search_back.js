// The way back to what a search found: the entry of the browser's history that one leaves by a hit says that there was
// one.

import { openLater } from "./parts.js";

const MOST = 10;
const kept = new Map();
let last = 0;

/** Remember what is shown, for when somebody comes back to this entry of the history. */
export function keepSearch(shown) {
  last += 1;
  kept.set(last, shown);
  kept.delete(last - MOST);
  history.replaceState({ ...history.state, search: last }, "");
}

/** Opens the search again when the browser goes back to it. @returns {() => void} ends that */
export function followBack(layers) {
  const look = ({ state }) => {
    const before = kept.get(state?.search);
    if (before) openLater(layers, "search", { before });
  };
  addEventListener("popstate", look);
  return () => removeEventListener("popstate", look);
}
