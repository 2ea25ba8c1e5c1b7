// The way of one file to the server: asked for over the wire, sent by tus 1.0, and going on after every loss.

import { createBackoff } from "./backoff.js";

const VERSION = "1.0.0";
/** Milliseconds without a byte after which a connection is dead. The server waits as long. */
const STALL = 60_000;
/** So many failures in a row, without a byte more, and the person is told. */
const TRIES = 8;
/** Refusals that pass by themselves. */
const PASSING = new Set([
  "network", "busy", "internal", "store_failed", "too_fast", "too_many_a_minute", "too_many_uploads", "address_full",
  "wrong_offset", "wrong_sum", "sent_elsewhere", "upload_gone",
]);
/** What a status means where there is no body to say it: an answer to HEAD has none. */
const CODES = { 404: "upload_gone", 409: "wrong_offset", 429: "too_fast", 503: "busy" };
const NETWORK = { code: "network", message: "The connection was lost." };
const GIVEN_UP = { code: "given_up", message: "" };

/**
 * What an upload needs of the world.
 * @typedef {object} World
 * @property {(request: object) => Promise<{ack: object}>} ask - over the wire
 * @property {() => boolean} isConnected
 * @property {() => Promise<void>} connected - kept as soon as there is a connection
 * @property {() => XMLHttpRequest} xhr - a new one
 * @property {(path: string) => string} addressOf - of a path that the server told
 * @property {{set: Function, clear: Function}} timers
 * @property {(count: number) => Uint8Array} random
 *
 * @param {World} world
 * @param {{id: string, where: object, name: string, blob: Blob}} file - `where` is the place as requests name it. The
 *   same `id` finds on the server what is there of the file already
 * @param {(sent: number) => void} told - is called with the bytes that are on their way or there; they may become fewer
 */
export function createUpload(world, { id, where, name, blob }, told) {
  const backoff = createBackoff(world.random);
  let file = null;
  let address = null;
  let current = null;
  let isGivenUp = false;
  let tries = 0;
  let most = 0;

  function send(method, headers = {}, body = null, onSent = () => {}) {
    return new Promise((resolve, reject) => {
      const xhr = world.xhr();
      let watch = null;
      const end = (act, value) => {
        world.timers.clear(watch);
        current = null;
        act(value);
      };
      const lost = () => end(reject, NETWORK);
      const alive = () => {
        world.timers.clear(watch);
        watch = world.timers.set(() => xhr.abort(), STALL);
      };
      xhr.open(method, address);
      for (const [key, value] of Object.entries({ "Tus-Resumable": VERSION, ...headers })) {
        xhr.setRequestHeader(key, value);
      }
      xhr.upload.onprogress = (event) => {
        alive();
        onSent(event.loaded);
      };
      xhr.onerror = xhr.onabort = lost;
      xhr.onload = () => (xhr.status < 300 ? end(resolve, xhr) : end(reject, refusalOf(xhr)));
      current = xhr;
      alive();
      xhr.send(body);
    });
  }
  const offsetIn = (xhr) => Number(xhr.getResponseHeader("Upload-Offset"));
  async function begin() {
    const { ack } = await world.ask({ type: "upload", id, ...where, name, size: blob.size });
    file = ack.file;
    address = world.addressOf(ack.upload);
    if (isGivenUp) {
      remove();
      throw GIVEN_UP;
    }
    // HEAD makes a file whole of which all bytes are there.
    return ack.offset < blob.size ? ack.offset : head();
  }
  async function head() {
    return offsetIn(await send("HEAD"));
  }
  async function patch(offset) {
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
    return offsetIn(await send("PATCH", headers, blob.slice(offset), (sent) => advance(offset + sent)));
  }
  function advance(sent) {
    if (sent > most) {
      most = sent;
      tries = 0;
      backoff.reset();
    }
    told(sent);
  }
  async function step() {
    const offset = address === null ? await begin() : await head();
    if (isGivenUp) {
      throw GIVEN_UP;
    }
    advance(offset);
    return offset === blob.size || (await patch(offset)) === blob.size;
  }
  async function recover(failure) {
    const { code, wait = 0 } = failure;
    if (code === "lost" || code === "offline" || (code === "network" && !world.isConnected())) {
      return world.connected();
    }
    if (code === "network" && !(await isReadable(blob))) {
      throw { code: "unreadable", message: "This file cannot be read any more." };
    }
    if (code === "upload_gone") {
      address = null;
    }
    // Others of the same person may send for as long as they like.
    tries += code === "too_many_uploads" ? 0 : 1;
    if (!PASSING.has(code) || tries > TRIES) {
      throw failure;
    }
    return pause(Math.max(backoff.next(), wait));
  }
  const pause = (ms) => new Promise((done) => world.timers.set(done, ms));

  // What is there of it counts for the one who sent it, until the server hears of this.
  async function remove() {
    for (let left = TRIES; left > 0 && address !== null; left -= 1) {
      try {
        await send("DELETE");
        return;
      } catch ({ code }) {
        if (code !== "network" && code !== "busy") {
          return;
        }
        await (world.isConnected() ? pause(backoff.next()) : world.connected());
      }
    }
  }

  return {
    /** Send it. @returns {Promise<string>} the id for the message; rejected with `{code, message}`, also `given_up` */
    async run() {
      tries = 0;
      for (;;) {
        try {
          if (await step()) {
            return file;
          }
        } catch (failure) {
          if (isGivenUp) {
            throw GIVEN_UP;
          }
          await recover(failure);
        }
        if (isGivenUp) {
          throw GIVEN_UP;
        }
      }
    },
    /** Send it no more; what is there of it goes. */
    giveUp() {
      isGivenUp = true;
      current?.abort();
      return remove();
    },
  };
}

function refusalOf(xhr) {
  const wait = 1000 * Number(xhr.getResponseHeader("Retry-After") ?? 0) || 0;
  try {
    const { code, message } = JSON.parse(xhr.responseText);
    return { code, message, wait };
  } catch {
    const code = CODES[xhr.status] ?? (xhr.status >= 500 ? "internal" : "unknown");
    return { code, message: `The server answered with ${xhr.status}.`, wait };
  }
}

/** Whether the bytes are still there: a file may be changed or deleted while it is being sent. */
async function isReadable(blob) {
  try {
    await blob.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
