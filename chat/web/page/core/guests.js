// What the server does not keep for guests: their rooms, what they have read, and what was said to them alone.

import { counted } from "./counting.js";
import { roomKey } from "./names.js";
import { rowsOf } from "./reading_pushes.js";
import { changePlace, newPlace, withPlace } from "./state.js";
import { storedCount } from "./rows.js";

/** How many rows of each conversation of a guest outlive a reload. */
const KEPT = 200;
/** How many messages are looked at to count what is unread. */
const LOOKED = 100;

/** @param {{store: object, wire: object, memory: object, reading: object, life: () => string?}} parts */
export function createGuestPlaces({ store, wire, memory, reading, life }) {
  let hasArrived = false;
  let saved = null;

  function isGuest() {
    return store.state.me !== null && !store.state.me.isAccount;
  }
  async function count(place) {
    const since = reading.rememberedOf(place.key);
    if (since === null || since >= place.seq || place.isLoaded) {
      return;
    }
    const where = { room: place.name, since, limit: LOOKED, ...(life() ? { life: life() } : {}) };
    const { pushes } = await wire.request({ type: "history", ...where });
    const rows = rowsOf(pushes, store.state.me);
    store.update((state) =>
      changePlace(state, place.key, (now) => {
        const begun = { ...now, read: since, unread: 0, mentions: 0, countedTo: 0 };
        const all = [...rows, ...now.rows.filter((row) => row.seq > (rows[rows.length - 1]?.seq ?? 0))];
        return all.reduce(counted, begun);
      }),
    );
  }
  function restoreDirect() {
    const kept = memory.direct.get();
    if (kept.life !== life()) {
      return;
    }
    for (const { name, rows, read } of kept.places) {
      store.update((state) => {
        const place = newPlace("direct", name, { rows, read, seq: rows[rows.length - 1]?.seq ?? 0, isLoaded: true });
        return state.places.has(place.key) ? state : withPlace(state, { ...place, cursor: place.seq });
      });
    }
  }
  function keep() {
    const places = [...store.state.places.values()];
    const rooms = places.filter((place) => place.kind === "room").map((place) => place.name);
    if (JSON.stringify(rooms) !== JSON.stringify(memory.rooms.get())) {
      memory.rooms.set(rooms);
      keepCodesOf(new Set(rooms.map(roomKey)));
    }
    const direct = places
      .filter((place) => place.kind === "direct")
      .map(({ name, read, rows }) => ({ name, read, rows: rows.slice(0, storedCount(rows)).slice(-KEPT) }));
    if (direct.length > 0) {
      memory.direct.set({ life: life(), places: direct });
    }
  }

  function keepCodesOf(rooms) {
    const kept = Object.entries(memory.codes.get()).filter(([key]) => rooms.has(key));
    memory.codes.set(Object.fromEntries(kept));
  }

  return {
    /** We are in, and in our rooms. */
    arrived() {
      if (isGuest()) {
        restoreDirect();
      }
      hasArrived = true;
      for (const place of store.state.places.values()) {
        if (place.kind === "lobby" || (isGuest() && place.kind === "room")) {
          count(place).catch(() => {});
        }
      }
    },
    /** Keep what the next visit needs, if that has changed. */
    save() {
      if (hasArrived && isGuest() && store.state.places !== saved) {
        saved = store.state.places;
        keep();
      }
    },
    forget() {
      hasArrived = false;
    },
  };
}
