// Notices that go by themselves: that we are in a room no more.

import { roomKey } from "./names.js";

/** The codes of those notices. */
const PASSING = new Set(["kicked", "banned", "deleted"]);
/** Milliseconds for which one is shown to somebody who looks at the page. */
const SHOWN = 10_000;

/** The next state, without the notices about rooms that we are in again. */
export function withoutStale(state) {
  const isStale = ({ code, room }) => PASSING.has(code) && room !== null && state.places.has(roomKey(room));
  return state.notices.some(isStale) ? { ...state, notices: state.notices.filter((each) => !isStale(each)) } : state;
}

/**
 * Takes such notices away after a while. While nobody looks they stay.
 * @param {{store: object, timers: object, isLooking: () => boolean}} parts
 */
export function createPassing({ store, timers, isLooking }) {
  // Their keys may come again, the notices themselves do not.
  const known = new WeakSet();
  function wait(notice) {
    timers.set(() => (isLooking() ? end(notice) : wait(notice)), SHOWN);
  }
  function end(notice) {
    store.update((state) =>
      state.notices.includes(notice) ? { ...state, notices: state.notices.filter((each) => each !== notice) } : state,
    );
  }
  store.subscribe(() => {
    for (const notice of store.state.notices.filter((each) => PASSING.has(each.code) && !known.has(each))) {
      known.add(notice);
      wait(notice);
    }
  });
}
