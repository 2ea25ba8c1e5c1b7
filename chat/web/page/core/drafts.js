// What somebody began to write, in each place. It is kept, and the same in all tabs.

import { changePlace } from "./state.js";

/** @param {{store: object, memory: object}} parts */
export function createDrafts({ store, memory }) {
  let drafts = memory.drafts.get();

  function show() {
    store.update((state) =>
      [...state.places.values()].reduce(
        (next, { key }) => changePlace(next, key, (place) => withDraft(place, drafts[key] ?? "")),
        state,
      ),
    );
  }
  return {
    /** What stands in the composer of a place now. */
    write(key, text) {
      const { [key]: before = "", ...others } = drafts;
      if (before !== text) {
        drafts = text === "" ? others : { ...others, [key]: text };
        memory.drafts.set(drafts);
        store.update((state) => changePlace(state, key, (place) => withDraft(place, text)));
      }
    },
    /** Places may be new: they get what was begun there. */
    fill() {
      const isMissing = ([key, text]) => store.state.places.get(key)?.draft === "" && text !== "";
      if (Object.entries(drafts).some(isMissing)) {
        show();
      }
    },
    changedElsewhere(name, value) {
      if (name === "chat.drafts") {
        drafts = value ?? {};
        show();
      }
    },
    forget() {
      drafts = {};
    },
  };
}

function withDraft(place, draft) {
  return place.draft === draft ? place : { ...place, draft };
}
