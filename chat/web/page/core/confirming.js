// Says to the server what has arrived here. Until then it would come again: a tab that dies loses nothing.

import { whereOf } from "./names.js";
import { storedCount } from "./rows.js";

const PACE = 300;

/** @param {{store: object, wire: object, timers: object, before: () => void}} parts `before` keeps what a guest has */
export function createConfirming({ store, wire, timers, before }) {
  const told = new Map();
  let timer = null;

  // What a guest is told in a conversation comes without a cursor, and in order.
  function arrivedTo(place, me) {
    if (place.kind !== "direct" || me.isAccount) {
      return place.cursor;
    }
    const count = storedCount(place.rows);
    return Math.max(place.cursor, count > 0 ? place.rows[count - 1].seq : 0);
  }
  function flush() {
    timer = null;
    before();
    const { places, me } = store.state;
    if (me === null || !wire.isOpen) {
      return;
    }
    for (const place of places.values()) {
      const seq = arrivedTo(place, me);
      const isWanted = place.kind === "direct" || (place.kind === "room" && me.isAccount);
      if (isWanted && seq > (told.get(place.key) ?? place.delivered)) {
        told.set(place.key, seq);
        wire.request({ type: "delivered", ...whereOf(place), seq }).catch(() => told.delete(place.key));
      }
    }
  }
  return {
    /** Something came. */
    heard() {
      timer ??= timers.set(flush, PACE);
    },
  };
}
