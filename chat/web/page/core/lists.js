// Lists of a room that are asked for when somebody looks at them.

import { rowsOf } from "./reading_pushes.js";
import { changePlace } from "./state.js";

/** How many answers for the members of one room are asked for: more people than anybody looks through. */
const MOST_PAGES = 25;

/** @param {{store: object, wire: object}} parts */
export function createLists({ store, wire }) {
  return {
    async members(key) {
      const place = store.state.places.get(key);
      if (place === undefined || place.kind === "direct") {
        return;
      }
      let after;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const { pushes } = await wire.request({ type: "members", room: place.name, ...(after ? { after } : {}) });
        const [found] = pushes.filter((push) => push.type === "members");
        after = found?.members.at(-1)?.name;
        if (!found?.left || after === undefined) {
          return;
        }
      }
    },
    async pins(key) {
      const { name } = store.state.places.get(key);
      const { pushes } = await wire.request({ type: "pins", room: name });
      const rows = rowsOf(pushes, store.state.me).filter((row) => row.kind === "message");
      store.update((state) => changePlace(state, key, (place) => ({ ...place, pins: rows.map((row) => row.seq) })));
      return rows;
    },
  };
}
