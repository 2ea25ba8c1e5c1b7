// What a page does with files: those on their way, those in its trays, and how it reads those of others.

import { createFileTrays } from "../core/file_trays.js";
import { createUploads } from "../core/uploads.js";
import { createCookie } from "./cookie.js";

/** How many of one's own pictures are shown as they are on this machine. */
const PREVIEWS = 30;
const made = new WeakMap();

/** The address of a path that the server told: the page may be served below another one. */
export function addressOf(path) {
  return /^\/(files|uploads|session)\b/.test(path) ? new URL(path.slice(1), document.baseURI).href : path;
}

/** What there is of files for `chat`; the same object each time. */
export function filesOf(chat) {
  if (!made.has(chat)) made.set(chat, createFiles(chat));
  return made.get(chat);
}

function createFiles(chat) {
  const listeners = new Set();
  let revision = 0;
  const changed = () => {
    revision += 1;
    // What stands before the composer is drawn once for many bytes.
    for (const listener of [...listeners]) listener();
  };
  const uploads = createUploads({
    world: worldOf(chat),
    newId: chat.newId ?? (() => `${performance.now()}`),
    limits: () => chat.limits,
    changed() {
      changed();
      trays?.moved();
    },
  });
  const previews = createPreviews();
  const saying = (item, info) => previews.take(info.url, item.about.preview);
  const trays = createFileTrays({ chat, uploads, changed, saying });
  let owner = chat.state.me?.name;
  let { places } = chat.state;
  chat.subscribe(() => {
    const { me } = chat.state;
    if ((me === null && chat.state.link.state === "idle") || (me && owner && me.name !== owner)) uploads.forget();
    owner = me?.name ?? owner;
    if (chat.state.places !== places && uploads.items.length > 0) trays.moved();
    places = chat.state.places;
  });
  addEventListener("beforeunload", (event) => uploads.items.length > 0 && event.preventDefault());
  return {
    uploads,
    trays,
    previews,
    cookie: createCookie(chat, addressOf),
    get revision() {
      return revision;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function worldOf(chat) {
  const isConnected = () => chat.state.link.state === "open" && chat.state.me !== null;
  return {
    ask: (request) => chat.ask(request),
    isConnected,
    connected: () =>
      new Promise((done) => {
        if (isConnected()) return void setTimeout(done);
        const end = chat.subscribe(() => {
          if (!isConnected()) return;
          end();
          done();
        });
      }),
    xhr: () => new XMLHttpRequest(),
    addressOf,
    timers: { set: (act, ms) => setTimeout(act, ms), clear: (timer) => clearTimeout(timer) },
    random: (count) => crypto.getRandomValues(new Uint8Array(count)),
  };
}

/** Pictures that were sent from here, by the path at which others read them: they need not be fetched. */
function createPreviews() {
  const known = new Map();
  return {
    take(path, address) {
      if (!address) return;
      known.set(path, address);
      for (const [first, old] of known) {
        if (known.size <= PREVIEWS) break;
        known.delete(first);
        URL.revokeObjectURL(old);
      }
    },
    of: (path) => known.get(path) ?? null,
  };
}
