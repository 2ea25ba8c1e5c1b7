// Tells whoever wants to know what others say: notifications, and screen readers.

import { placeOf, rowOf } from "./reading_pushes.js";
import { rowAt } from "./rows.js";

/** @param {{store: object}} parts */
export function createHearing({ store }) {
  // Each with what it wants to hear of the time while the line was broken.
  const hearers = new Map();

  return {
    /** See `chat.hear`. */
    hear(hear, missed = () => null) {
      hearers.set(hear, missed);
      return () => hearers.delete(hear);
    },
    /** A push came, and the state has it. */
    heard(push) {
      if (push.type === "message" && push.past !== true && hearers.size > 0) {
        const place = store.state.places.get(placeOf(store.state, push)?.key);
        const row = rowAt(place?.rows ?? [], push.seq) ?? rowOf(push, store.state.me);
        if (place !== undefined && !row.isMine) {
          [...hearers.keys()].forEach((hear) => hear(place, row));
        }
      }
    },
    /** Everything is there that was said in a place while the line was broken, after the seq `since`. */
    caught(place, since) {
      for (const [hear, missed] of hearers) {
        const row = missed(place, since);
        if (row !== null) {
          hear(place, row);
        }
      }
    },
  };
}
