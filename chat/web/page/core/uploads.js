// The files that somebody is about to send: which of them are on their way, and in which order they were added.

import { whereOf } from "./names.js";
import { sizeOf } from "./sizes.js";
import { createUpload } from "./upload.js";

/** As many as the server takes of one person at once. */
const AT_ONCE = 3;

/**
 * A file in a tray. `state`: it is looked at and made smaller (`preparing`); a person has to be asked (`asking`); it
 * waits for its turn (`waiting`); it is on its way (`sending`), there (`done`), or was refused (`failed`).
 * @typedef {object} Item
 * @property {string} id
 * @property {string} key - of the place where it is to be said
 * @property {string} name
 * @property {number} size - in bytes, of what is sent
 * @property {string} type
 * @property {"preparing"|"asking"|"waiting"|"sending"|"done"|"failed"} state
 * @property {number} sent - bytes
 * @property {string?} file - the id for the message, once it is there
 * @property {import("./shapes.js").Refusal?} refusal
 * @property {object} about - what `prepare` found besides
 *
 * @typedef {{name: string, blob: Blob, mustAsk?: boolean, about?: object}} Prepared
 *
 * @param {object} parts
 * @param {import("./upload.js").World} parts.world
 * @param {() => string} parts.newId
 * @param {() => {file_bytes?: number}} parts.limits
 * @param {() => void} parts.changed - is called whenever an item is another
 */
export function createUploads({ world, newId, limits, changed }) {
  let items = [];
  // What belongs to an item, and is not drawn: its place, how it is prepared, its bytes, its way.
  const works = new Map();

  function put(next) {
    items = next;
    changed();
  }
  function alter(id, part) {
    put(items.map((item) => (item.id === id ? { ...item, ...part } : item)));
  }
  const find = (id) => items.find((item) => item.id === id);

  async function prepare(id) {
    const work = works.get(id);
    const { prepare: make } = work;
    try {
      const prepared = await make();
      // Meanwhile it may have been taken away, or be wanted in another way.
      if (works.get(id) === work && work.prepare === make) {
        ready(id, work, prepared);
      }
    } catch {
      if (works.get(id) === work && work.prepare === make) {
        fail(id, { code: "unreadable", message: "This file cannot be read." });
      }
    }
  }
  function ready(id, work, { name, blob, mustAsk = false, about = {} }) {
    work.blob = blob;
    const refusal = refusalFor(blob.size, limits().file_bytes);
    const state = refusal ? "failed" : mustAsk ? "asking" : "waiting";
    alter(id, { name, size: blob.size, type: blob.type, sent: 0, about, state, refusal });
    next();
  }
  function fail(id, refusal) {
    alter(id, { state: "failed", refusal, sent: 0 });
    next();
  }
  /** Send the next ones, if others are done. */
  function next() {
    const free = AT_ONCE - items.filter((item) => item.state === "sending").length;
    const waiting = items.filter((item) => item.state === "waiting").slice(0, Math.max(0, free));
    waiting.forEach(({ id }) => start(id));
  }
  function start(id) {
    const work = works.get(id);
    const { name } = find(id);
    work.upload ??= createUpload(world, { id: work.request, where: work.where, name, blob: work.blob }, (sent) =>
      works.get(id) === work && find(id)?.state === "sending" ? alter(id, { sent }) : undefined,
    );
    const { upload } = work;
    const isOurs = () => works.get(id)?.upload === upload;
    alter(id, { state: "sending", refusal: null });
    upload.run().then(
      (file) => {
        if (isOurs()) {
          alter(id, { state: "done", file, sent: find(id).size });
          next();
        }
      },
      (refusal) => isOurs() && fail(id, { code: refusal.code, message: refusal.message }),
    );
  }
  function drop(id) {
    works.delete(id);
    put(items.filter((item) => item.id !== id));
    next();
  }

  return {
    get items() {
      return items;
    },
    /** The items of one place, in their order. */
    of: (key) => items.filter((item) => item.key === key),
    /**
     * Add a file that is to be said in `place`. `prepare` makes of it what is sent.
     * @param {import("./shapes.js").Place} place
     * @param {{name: string, size: number, type: string, about?: object}} file - as it is shown until it is prepared
     * @param {() => Promise<Prepared>} make
     * @returns {string} the id of its item
     */
    add(place, { name, size, type, about = {} }, make) {
      const id = newId();
      const where = whereOf(place);
      works.set(id, { where, prepare: make, request: id, blob: null, upload: null });
      put([...items, { id, key: place.key, name, size, type, state: "preparing", sent: 0, file: null, refusal: null, about }]);
      prepare(id);
      return id;
    },
    /** Send it in another way: what was sent so far goes. It keeps its place among the others. */
    replace(id, make) {
      const work = works.get(id);
      if (work === undefined) {
        return;
      }
      work.upload?.giveUp();
      works.set(id, { ...work, prepare: make, request: newId(), blob: null, upload: null });
      alter(id, { state: "preparing", sent: 0, file: null, refusal: null });
      prepare(id);
    },
    /** The person was asked, and wants it to be sent. */
    allow(id) {
      if (find(id)?.state === "asking") {
        alter(id, { state: "waiting" });
        next();
      }
    },
    /** Try once more what has failed; what is there of it already is not sent again. */
    again(id) {
      if (find(id)?.state === "failed") {
        const { blob } = works.get(id);
        alter(id, { state: blob === null ? "preparing" : "waiting", refusal: null });
        if (blob === null) {
          prepare(id);
        } else {
          next();
        }
      }
    },
    /** Send it no more. */
    cancel(id) {
      works.get(id)?.upload?.giveUp();
      drop(id);
    },
    /** It was said: it is no longer ours. */
    said: drop,
    /** The bytes of an item; null until it is prepared. */
    blobOf: (id) => works.get(id)?.blob ?? null,
    /** Whoever added them is gone. What cannot be taken back is swept by the server. */
    forget() {
      works.forEach(({ upload }) => upload?.giveUp());
      works.clear();
      put([]);
    },
  };
}

function refusalFor(size, most) {
  if (size === 0) {
    return { code: "empty", message: "There is nothing in this file." };
  }
  if (most === 0) {
    return { code: "no_files", message: "This server takes no files." };
  }
  return size > most ? { code: "file_too_large", message: `A file has up to ${sizeOf(most)}.` } : null;
}
