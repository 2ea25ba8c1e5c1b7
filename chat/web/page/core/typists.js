// Who is writing: others, for some seconds after we last heard of it, and we ourselves.

import { fold, whereOf } from "./names.js";
import { stoppedTyping } from "./people.js";
import { placeOf } from "./reading_pushes.js";

const FORGOTTEN = 5_000;
const PACE = 3_000;

/** @param {{store: object, wire: object, timers: object, now: () => number}} parts */
export function createTypists({ store, wire, timers, now }) {
  const running = new Map();
  const toldAt = new Map();
  return {
    heard(push) {
      const where = push.type === "typing" && store.state.me !== null ? placeOf(store.state, push) : null;
      if (where === null) {
        return;
      }
      const id = `${where.key} ${fold(push.from)}`;
      timers.clear(running.get(id));
      const forget = () => {
        running.delete(id);
        store.update((state) => stoppedTyping(state, where.key, push.from));
      };
      running.set(id, timers.set(forget, FORGOTTEN));
    },
    /** We are writing in a place. Called with each key; told at most every three seconds. */
    write(key) {
      const place = store.state.places.get(key);
      if (place === undefined || !wire.isOpen || now() - (toldAt.get(key) ?? -PACE) < PACE) {
        return;
      }
      toldAt.set(key, now());
      wire.tell({ type: "typing", ...whereOf(place) });
    },
  };
}
