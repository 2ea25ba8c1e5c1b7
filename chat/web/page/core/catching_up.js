// Brings what was said while the line was broken.

import { caughtUp, forgotten } from "./entering.js";
import { changePlace } from "./state.js";

/** Milliseconds after which what failed is tried again. */
const AGAIN = 2_000;
const TRIES = 5;

/**
 * Asks for everything after the cursors, which stand still from the moment when the line breaks until it is all there.
 * If the line breaks again before that, they stay, and it is asked for again.
 * `caught` is called with each place, when everything is there, and the last seq from before.
 * @param {{store: object, wire: object, timers: object, life: () => string?, reload: (key: string) => void,
 *   caught: (place: import("./shapes.js").Place, since: number) => void}} parts
 */
export function createCatchUp({ store, wire, timers, life, reload, caught }) {
  // For each place that is asked for: the last seq of the past that came, and whether they came in order.
  const asked = new Map();

  function missing() {
    const { places, me } = store.state;
    return [...places.values()].filter(
      (place) => place.isCatchingUp && place.cursor > 0 && (place.kind !== "direct" || me.isAccount),
    );
  }
  async function ask(places) {
    const seqs = (isDirect) =>
      Object.fromEntries(
        places
          .filter((place) => (place.kind === "direct") === isDirect)
          .map((place) => [place.name, asked.get(place.key)?.last ?? place.cursor]),
      );
    for (const place of places) {
      asked.set(place.key, { last: asked.get(place.key)?.last ?? place.cursor, inOrder: true });
    }
    const [rooms, direct] = [seqs(false), seqs(true)];
    const request = {
      type: "resume",
      rooms,
      ...(Object.keys(direct).length > 0 ? { direct } : {}),
      ...(life() ? { life: life() } : {}),
    };
    return (await wire.request(request)).ack.more === true;
  }
  async function bring(places, tries) {
    try {
      while (await ask(places)) {
        const moved = places.some((place) => asked.get(place.key).last > place.cursor);
        if (!moved || !places.every((place) => asked.get(place.key).inOrder)) {
          places.forEach((place) => anew(place.key));
          return;
        }
      }
      finish(places);
    } catch (refusal) {
      await failed(places, refusal, tries);
    }
  }
  function finish(places) {
    for (const { key } of places) {
      asked.delete(key);
    }
    store.update((state) => places.reduce((next, { key }) => changePlace(next, key, caughtUp), state));
    for (const { key, cursor } of places) {
      if (store.state.places.has(key)) {
        caught(store.state.places.get(key), cursor);
      }
    }
  }
  function anew(key) {
    asked.delete(key);
    store.update((state) => changePlace(state, key, forgotten));
    reload(key);
  }
  async function failed(places, refusal, tries) {
    places.forEach(({ key }) => asked.delete(key));
    if (refusal.code === "lost" || refusal.code === "offline") {
      return;
    }
    if (places.length > 1) {
      await Promise.all(places.map((place) => bring([place], tries)));
    } else if (refusal.code === "other_life" || tries === 0) {
      anew(places[0].key);
    } else {
      timers.set(() => again(places[0].key, tries - 1), AGAIN);
    }
  }
  function again(key, tries) {
    const place = missing().find((each) => each.key === key);
    if (place !== undefined && wire.isOpen) {
      bring([place], tries);
    }
  }

  return {
    /** Ask for what is missing. The promise ends when it is there, or cannot be had. */
    async begin() {
      const places = missing();
      if (places.length > 0) {
        await bring(places, TRIES);
      }
    },
    /** Something of the past came, which may belong to an answer. */
    heard(key, seq) {
      const place = asked.get(key);
      if (place !== undefined) {
        asked.set(key, { last: seq, inOrder: place.inOrder && seq > place.last });
      }
    },
    broken() {
      asked.clear();
    },
  };
}
