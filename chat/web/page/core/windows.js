// The stretch of a place that is here: loads what comes before, after and around it.

import { whereOf } from "./names.js";
import { merged, rowAt, storedCount, trimmed } from "./rows.js";
import { rowsOf } from "./reading_pushes.js";
import { changePlace } from "./state.js";

/** How many messages are asked for at once; the server gives up to 100. */
const PAGE = 50;
const MOST = 100;

/**
 * @param {{store: object, wire: object, life: () => string?}} parts
 */
export function createWindows({ store, wire, life }) {
  // For each place, what is being loaded now: a word, and the promise.
  const under = new Map();

  function change(key, act) {
    store.update((state) => changePlace(state, key, act));
  }
  function placeAt(key) {
    return store.state.places.get(key);
  }
  async function ask(place, bounds) {
    const request = { type: "history", ...whereOf(place), limit: PAGE, ...bounds };
    const { ack, pushes } = await wire.request(request);
    return { rows: rowsOf(pushes, store.state.me), ack };
  }
  /** Only one thing is loaded of a place at a time; asking for the same again waits for the same. */
  function once(key, word, load) {
    const now = under.get(key);
    if (now?.word === word) {
      return now.promise;
    }
    const promise = (now?.promise ?? Promise.resolve())
      .then(() => {
        change(key, (place) => ({ ...place, loading: word, ahead: [] }));
        return load();
      })
      .catch((refusal) => {
        if (!("code" in refusal)) {
          throw refusal;
        }
      })
      .finally(() => {
        if (under.get(key)?.promise === promise) {
          under.delete(key);
        }
        change(key, (place) => ({ ...place, loading: "none", ahead: [] }));
      });
    under.set(key, { word, promise });
    return promise;
  }
  async function loadOlder(key) {
    let place = placeAt(key);
    if (place === undefined || (place.isLoaded && !place.hasOlder)) {
      return;
    }
    const first = storedCount(place.rows) > 0 ? { before: place.rows[0].seq } : {};
    const isFirst = !place.isLoaded;
    const wanted = isFirst ? Math.min(MOST, Math.max(PAGE, place.unread + 20)) : PAGE;
    let { rows, ack } = await ask(place, isFirst ? { limit: wanted } : first);
    while (rows.length === 0 && ack.more && ack.next) {
      ({ rows, ack } = await ask(place, { before: ack.next }));
    }
    change(key, (now) => {
      const next = { ...now, rows: merged(now.rows, rows), hasOlder: ack.more === true, isLoaded: true };
      return trimmed(next, isFirst ? null : (rows[0]?.seq ?? null));
    });
  }
  async function loadNewer(key) {
    const place = placeAt(key);
    if (place === undefined || !place.hasNewer) {
      return;
    }
    const count = storedCount(place.rows);
    const since = count > 0 ? place.rows[count - 1].seq : 0;
    const { rows, ack } = await ask(place, { since, ...(life() ? { life: life() } : {}) });
    change(key, (now) => {
      const isEnd = ack.more !== true;
      const all = merged(now.rows, isEnd ? [...rows, ...(now.ahead ?? [])] : rows);
      return trimmed({ ...now, rows: all, hasNewer: !isEnd }, isEnd ? null : (rows[rows.length - 1]?.seq ?? null));
    });
  }
  async function loadAround(key, seq) {
    const place = placeAt(key);
    const { rows, ack } = await ask(place, { around: seq });
    change(key, (now) => {
      const isEnd = ack.newer !== true;
      const waiting = now.rows.slice(storedCount(now.rows));
      const all = merged(waiting, isEnd ? [...rows, ...(now.ahead ?? [])] : rows);
      return { ...now, rows: all, hasOlder: ack.more === true, hasNewer: !isEnd, isLoaded: true };
    });
  }
  async function loadLatest(key) {
    const place = placeAt(key);
    const { rows, ack } = await ask(place, {});
    change(key, (now) => {
      const waiting = now.rows.slice(storedCount(now.rows));
      const all = merged(waiting, [...rows, ...(now.ahead ?? [])]);
      return { ...now, rows: all, hasOlder: ack.more === true, hasNewer: false, isLoaded: true };
    });
  }
  function canAsk(key) {
    const place = placeAt(key);
    return wire.isOpen && place !== undefined && (place.kind !== "direct" || store.state.me?.isAccount === true);
  }
  function ifPossible(key, word, load) {
    return canAsk(key) ? once(key, word, () => load(key)) : Promise.resolve();
  }

  return {
    /** Load the end of a place that was never looked at. */
    first: (key) => (placeAt(key)?.isLoaded === false ? ifPossible(key, "older", loadOlder) : Promise.resolve()),
    older: (key) => (placeAt(key)?.hasOlder ? ifPossible(key, "older", loadOlder) : Promise.resolve()),
    newer: (key) => (placeAt(key)?.hasNewer ? ifPossible(key, "newer", loadNewer) : Promise.resolve()),
    /** Have the message `seq`, with what stands around it. @returns {Promise<boolean>} whether it is there */
    async around(key, seq) {
      if (rowAt(placeAt(key)?.rows ?? [], seq) === undefined && canAsk(key)) {
        await once(key, "around", () => loadAround(key, seq));
      }
      const row = rowAt(placeAt(key)?.rows ?? [], seq);
      return row !== undefined && !row.isDeleted;
    },
    latest: (key) => (placeAt(key)?.hasNewer ? ifPossible(key, "newer", loadLatest) : Promise.resolve()),
  };
}
