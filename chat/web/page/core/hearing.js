// Tells whoever wants to know what others say: notifications, and screen readers.

import { missedCall } from "./alerts.js";
import { placeOf, rowOf } from "./reading_pushes.js";
import { rowAt } from "./rows.js";

/** @param {{store: object}} parts */
export function createHearing({ store }) {
  const hearers = new Set();

  return {
    /** See `chat.hear`. */
    hear(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    /** A push came, and the state has it. */
    heard(push) {
      if (push.type === "message" && push.past !== true && hearers.size > 0) {
        const place = store.state.places.get(placeOf(store.state, push)?.key);
        const row = rowAt(place?.rows ?? [], push.seq) ?? rowOf(push, store.state.me);
        if (place !== undefined && !row.isMine) {
          hearers.forEach((hear) => hear(place, row));
        }
      }
    },
    /** Everything is there that was said while the line was broken: the last message of a place that calls is told. */
    caught(place, since) {
      const row = missedCall(place, since);
      if (row !== null) {
        hearers.forEach((hear) => hear(place, row));
      }
    },
  };
}
