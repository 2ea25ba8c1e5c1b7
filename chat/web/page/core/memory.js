// What is remembered of somebody from one visit to the next. The names of the entries say nothing of anybody.

/** @param {import("./storage.js").Storage} storage */
export function createMemory(storage) {
  const { local, session } = storage;
  const entry = (store, name, empty) => ({
    get: () => store.get(name) ?? empty,
    set: (value) => store.set(name, value),
  });
  const entries = {
    /** `{name, isAccount, token}` of whoever is to come back without typing. */
    who: entry(local, "chat.who", null),
    /** The folded name of whoever all of this belongs to. */
    owner: entry(local, "chat.owner", null),
    /** The names of the rooms that a guest is in. */
    rooms: entry(local, "chat.rooms", []),
    /** By their keys: the codes of the links by which a guest came into private rooms. */
    codes: entry(local, "chat.codes", {}),
    /** `{life, seqs}`: up to where places were read of which the server does not keep that. */
    reads: entry(local, "chat.reads", { life: null, seqs: {} }),
    drafts: entry(local, "chat.drafts", {}),
    settings: entry(local, "chat.settings", {}),
    /** The emoji that were used last. */
    emoji: entry(local, "chat.emoji", []),
    /** What is on its way. */
    outbox: entry(session, "chat.outbox", []),
    /** `{key: {seq, offset}}`: where each place is looked at; null for its end. */
    spots: entry(session, "chat.spots", {}),
    open: entry(session, "chat.open", null),
    /** `{life, places}`: what a guest was told in conversations, which the server does not tell again. */
    direct: entry(session, "chat.direct", { life: null, places: [] }),
  };
  return {
    ...entries,
    listen: (listener) => storage.listen(listener),
    /** Somebody leaves for good: the next person at this browser learns nothing of them. */
    forget() {
      for (const name of Object.keys(entries).filter((each) => each !== "settings")) {
        entries[name].set(null);
      }
    },
  };
}
