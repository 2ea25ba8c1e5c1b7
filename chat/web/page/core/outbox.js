// What people said, until the server has it. It is kept for this tab, so that a reload loses nothing.

import { changeWaiting, stored, withoutWaiting, withWaiting } from "./messages.js";
import { newId } from "./ids.js";
import { fold, whereOf } from "./names.js";
import { fileOf, timeOf } from "./reading_pushes.js";
import { withNotice } from "./room_changes.js";
import { changed } from "./rows.js";
import { changePlace, newPlace, newRow, withPlace } from "./state.js";

/** Answers that mean: there was no line, or it broke. What was said stays, and is sent again under its id. */
const UNSENT = new Set(["lost", "offline"]);

/** Characters of a message that are shown where its place is gone. */
const SHOWN = 60;

/**
 * @typedef {{id: string, from: string, key: string, kind: string, name: string, text: string, answers: number?, answered: string?,
 *   file: string?, info: object?, refusal: object?}} Item
 *
 * @param {{store: object, wire: object, memory: object, random: Function, isReady: () => boolean}} parts
 */
export function createOutbox({ store, wire, memory, random, isReady }) {
  let items = memory.outbox.get();
  // Ids that are on the line now.
  const sent = new Set();

  function keep(next) {
    items = next;
    memory.outbox.set(items.length > 0 ? items : null);
  }
  function change(item, act) {
    store.update((state) => changePlace(state, item.key, act));
  }
  function send(item) {
    if (sent.has(item.id)) {
      return;
    }
    sent.add(item.id);
    const { id, text, answers, file } = item;
    const request = { type: "message", id, ...whereOf(item), text, ...(answers ? { answers } : {}), ...(file ? { file } : {}) };
    wire.request(request).then(
      ({ ack }) => arrived(item, ack),
      (refusal) => refused(item, refusal),
    );
  }
  function arrived(item, ack) {
    sent.delete(item.id);
    keep(items.filter((each) => each.id !== item.id));
    change(item, (place) => {
      const row = place.rows.find((each) => each.seq === null && each.key === item.id);
      return row ? stored(place, { ...row, isQueued: ack.queued === true }, ack.seq, timeOf(ack.timestamp)) : place;
    });
    if (item.file) {
      learnFile(item, ack.seq);
    }
  }
  // What the server says of our file, which the `ack` does not have: until when it is kept, and what it is.
  function learnFile(item, seq) {
    wire.request({ type: "history", ...whereOf(item), around: seq, limit: 2 }).then(({ pushes }) => {
      const file = fileOf(pushes.find((push) => push.seq === seq)?.file);
      if (file !== null) {
        change(item, (place) => ({ ...place, rows: changed(place.rows, seq, (row) => ({ ...row, file })) }));
      }
    }, () => {});
  }
  function refused(item, refusal) {
    sent.delete(item.id);
    if (UNSENT.has(refusal.code)) {
      return;
    }
    if (refusal.code === "held") {
      // It was taken: a moderator decides whether it is said.
      keep(items.filter((each) => each.id !== item.id));
      change(item, (place) => withoutWaiting(place, item.id));
      store.update((state) => withNotice(state, { code: "held", text: refusal.message, room: item.name }));
      return;
    }
    fail(item, { code: refusal.code, message: refusal.message });
  }
  function fail(item, refusal) {
    if (!store.state.places.has(item.key)) {
      keep(items.filter((each) => each.id !== item.id));
      const text = `Not sent to ${item.name}: ${item.text.slice(0, SHOWN)}`;
      store.update((state) => withNotice(state, { code: "not_sent", text }));
      return;
    }
    keep(items.map((each) => (each.id === item.id ? { ...each, refusal } : each)));
    change(item, (place) => changeWaiting(place, item.id, (row) => ({ ...row, state: "failed", refusal })));
  }
  function rowFor(item, me) {
    const { id, text, answers, answered, info, refusal } = item;
    const state = refusal ? "failed" : "waiting";
    const more = { answers: answers ?? null, answered: answered ?? null, file: info ?? null };
    return newRow({ key: id, from: me?.name ?? "", text, isMine: true, state, refusal: refusal ?? null, ...more });
  }

  return {
    /** How many messages the server does not have. */
    get size() {
      return items.length;
    },
    /** Say something in a place. Its row waits there from now on; the key of the row comes back. */
    add(place, text, { answers = null, answered = null, file = null, info = null } = {}) {
      const { key, kind, name } = place;
      const from = fold(store.state.me.name);
      const item = { id: newId(random), from, key, kind, name, text, answers, answered, file, info, refusal: null };
      keep([...items, item]);
      change(item, (each) => withWaiting(each, rowFor(item, store.state.me)));
      if (isReady()) {
        send(item);
      }
      return item.id;
    },
    /** Send everything that waits, in the order in which it was said. */
    flush() {
      for (const item of items.filter((each) => each.refusal === null)) {
        send(item);
      }
    },
    /** The line broke: what was on it may have arrived, or not. */
    broken() {
      sent.clear();
    },
    /** Say once more what was refused. It goes to the end, where people see it. */
    retry(key) {
      const item = items.find((each) => each.id === key);
      if (item === undefined || sent.has(key)) {
        return;
      }
      const again = { ...item, refusal: null };
      keep([...items.filter((each) => each.id !== key), again]);
      change(item, (place) => withWaiting(withoutWaiting(place, key), rowFor(again, store.state.me)));
      if (isReady()) {
        send(again);
      }
    },
    /** Say it no more. What is on the line already cannot be held back. */
    discard(key) {
      const item = items.find((each) => each.id === key);
      if (item !== undefined && !sent.has(key)) {
        keep(items.filter((each) => each.id !== key));
        change(item, (place) => withoutWaiting(place, key));
      }
    },
    /** Whoever wrote this is gone for good. */
    forget() {
      keep([]);
      sent.clear();
    },
    /** After a reload: the rows of what waits, in their places. What somebody else wrote in this tab is gone. */
    restore() {
      const me = fold(store.state.me.name);
      if (items.some((item) => item.from !== me)) {
        keep(items.filter((item) => item.from === me));
      }
      store.update((state) => items.reduce((next, item) => withItem(next, item, rowFor(item, state.me)), state));
    },
  };
}

function withItem(state, item, row) {
  if (item.kind === "direct" && !state.places.has(item.key)) {
    return withPlace(state, newPlace("direct", item.name, { hasOlder: true, rows: [row] }));
  }
  return changePlace(state, item.key, (place) =>
    place.rows.some((each) => each.key === row.key) ? place : withWaiting(place, row),
  );
}
