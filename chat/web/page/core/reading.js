// Says what was read: here at once, to the server once a second.

import { isToRead, readTo, unreadFrom } from "./counting.js";
import { whereOf } from "./names.js";
import { indexOf, storedCount } from "./rows.js";
import { changePlace } from "./state.js";

const PACE = 1_000;
/** Milliseconds in which "all read" can be taken back; the server is told after them. */
export const UNDO = 6_000;

/**
 * @param {{store: object, wire: object, memory: object, timers: object, life: () => string?}} parts
 */
export function createReading({ store, wire, memory, timers, life }) {
  const due = new Map();
  let timer = null;

  function isKept(place) {
    return place.kind !== "lobby" && (store.state.me?.isAccount === true || place.kind === "direct");
  }
  function flush() {
    timer = null;
    const here = memory.reads.get();
    const seqs = here.life === life() ? { ...here.seqs } : {};
    let hasOwn = false;
    for (const [key, seq] of due) {
      const place = store.state.places.get(key);
      if (place === undefined) {
        due.delete(key);
      } else if (!isKept(place)) {
        seqs[key] = seq;
        hasOwn = true;
        due.delete(key);
      } else if (wire.isOpen) {
        wire.tell({ type: "read", ...whereOf(place), seq });
        due.delete(key);
      }
    }
    if (hasOwn) {
      memory.reads.set({ life: life(), seqs });
    }
  }
  function tell(key, seq) {
    due.set(key, seq);
    timer ??= timers.set(flush, PACE);
  }
  // Comings and goings behind the last message are read with it.
  function endOr(place, seq) {
    const later = place.rows.slice(indexOf(place.rows, seq + 1), storedCount(place.rows));
    return place.hasNewer || later.some(isToRead) ? seq : Math.max(seq, place.seq);
  }
  function saw(key, seq) {
    const place = store.state.places.get(key);
    if (place === undefined) {
      return;
    }
    const end = endOr(place, seq);
    if (end > place.read) {
      store.update((state) => changePlace(state, key, (each) => readTo(each, end)));
      tell(key, end);
    }
  }

  return {
    saw,
    /** All of a place is read. */
    sawAll(key) {
      saw(key, store.state.places.get(key)?.seq ?? 0);
    },
    /** From here on it is unread. The server does not go back: this device alone knows it. */
    markUnread(key, seq) {
      due.delete(key);
      store.update((state) => changePlace(state, key, (place) => unreadFrom(place, seq)));
    },
    /** Everything is read. @returns {() => void} takes that back, for some seconds */
    readAll() {
      const before = [...store.state.places.values()].filter((place) => place.unread > 0 || place.mentions > 0);
      const read = (place) => readTo(place, place.seq);
      store.update((state) => before.reduce((next, { key }) => changePlace(next, key, read), state));
      const telling = timers.set(() => before.forEach(({ key, seq }) => tell(key, seq)), UNDO);
      return () => {
        timers.clear(telling);
        store.update((state) => before.reduce(takeBack, state));
      };
    },
    /** Called when we are in: tells what could not be told, and finds where a guest was. */
    arrived() {
      if (due.size > 0) {
        timer ??= timers.set(flush, 0);
      }
    },
    /** Up to where a place was read of which the server does not keep that; null if it is not known. */
    rememberedOf(key) {
      const { life: then, seqs } = memory.reads.get();
      return then === life() ? (seqs[key] ?? null) : null;
    },
  };
}

function takeBack(state, before) {
  return changePlace(state, before.key, (place) => ({
    ...place,
    read: before.read,
    unread: place.unread + before.unread,
    mentions: place.mentions + before.mentions,
  }));
}
