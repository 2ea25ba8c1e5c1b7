// The line to the server: a WebSocket that is opened again when it breaks, and requests that are answered by promises.

import { createBackoff } from "./backoff.js";
import { newId } from "./ids.js";
import { createPings } from "./pings.js";

/** Milliseconds that opening a connection may take. */
const OPENING = 10_000;
/** The server is full: try again later. */
const TRY_LATER = 1013;
/**
 * Requests that are answered with events of the past, which name no request. They come all at once, right before the
 * `ack`, which has their `count`; what came before them was not asked for.
 */
const ASKS_FOR_PAST = new Set(["history", "search", "pins"]);

/**
 * @typedef {object} Events what whoever uses the wire wants to be told
 * @property {() => void} opened - the socket is open, and nobody has joined yet
 * @property {(push: object) => void} pushed - everything that came, answers too
 * @property {() => void} broken - the line was open, and is not any more
 * @property {(link: {state: string, retryAt: number?}) => void} link
 *
 * @param {{connect: () => WebSocket, timers: object, now: () => number, random: Function, events: Events}} parts
 */
export function createWire({ connect, timers, now, random, events }) {
  const backoff = createBackoff(random);
  const run = newId(random);
  const pending = new Map();
  let socket = null;
  let isOpen = false;
  let isBusy = false;
  let timer = null;
  let count = 0;

  const pings = createPings({ timers, now, ask: () => request({ type: "ping" }).catch(() => {}), dead: lost });

  function open() {
    timers.clear(timer);
    events.link({ state: "connecting", retryAt: null });
    timer = timers.set(lost, OPENING);
    try {
      socket = connect();
    } catch {
      lost();
      return;
    }
    const mine = socket;
    const ifMine = (act) => (event) => mine === socket && act(event);
    socket.onopen = ifMine(opened);
    socket.onmessage = ifMine((event) => came(event.data));
    socket.onclose = ifMine((event) => {
      isBusy ||= event?.code === TRY_LATER;
      lost();
    });
    socket.onerror = () => {};
  }
  function opened() {
    timers.clear(timer);
    isOpen = true;
    pings.start();
    events.opened();
  }
  function drop() {
    timers.clear(timer);
    timer = null;
    pings.stop();
    const [old, wasOpen] = [socket, isOpen];
    socket = null;
    isOpen = false;
    try {
      old?.close();
    } catch {
      // It never opened.
    }
    if (wasOpen) {
      events.broken();
    }
    const waiting = [...pending.values()];
    pending.clear();
    for (const each of waiting) {
      each.reject({ code: "lost", message: "The connection was lost." });
    }
  }
  function lost() {
    const delay = backoff.next(isBusy);
    isBusy = false;
    drop();
    events.link({ state: "waiting", retryAt: now() + delay });
    timer = timers.set(open, delay);
  }
  function came(data) {
    pings.heard();
    let push;
    try {
      push = JSON.parse(data);
    } catch {
      return;
    }
    if (push.type === "notice" && push.code === "shutting_down") {
      isBusy = true;
    }
    const asked = pending.get(push.id);
    if (push.type === "ack" || push.type === "error") {
      // What an answer changes comes before those hear of it who asked.
      events.pushed(push, asked?.request);
      settle(push, asked);
      return;
    }
    // An event of the past may have an id, too: that with which we said it.
    (push.past ? askedForPast() : asked)?.pushes.push(push);
    events.pushed(push);
  }
  function settle(push, asked) {
    if (asked === undefined) {
      return;
    }
    pending.delete(push.id);
    if (push.type === "ack") {
      const { pushes } = asked;
      const begin = ASKS_FOR_PAST.has(asked.request.type) ? Math.max(0, pushes.length - (push.count ?? 0)) : 0;
      asked.resolve({ ack: push, pushes: pushes.slice(begin) });
    } else {
      asked.reject({ code: push.code, message: push.message, seq: push.seq });
    }
  }
  function askedForPast() {
    for (const each of pending.values()) {
      if (ASKS_FOR_PAST.has(each.request.type)) {
        return each;
      }
    }
    return undefined;
  }
  /**
   * Send a request. The promise has its `ack` and what came for it before, or is rejected with a `code` and a `message`:
   * that of the server, `offline` where there is no line, or `lost` if it broke before the answer.
   */
  function request(asked) {
    if (!isOpen) {
      return Promise.reject({ code: "offline", message: "There is no connection." });
    }
    count += 1;
    const id = asked.id ?? `${run}-${count}`;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject, pushes: [], request: asked });
      socket.send(JSON.stringify({ id, ...asked }));
    });
  }

  return {
    request,
    get isOpen() {
      return isOpen;
    },
    /** Open the line, and open it again whenever it breaks, until `stop`. */
    start() {
      drop();
      backoff.reset();
      open();
    },
    /** Let this line go, and try again after a wait. */
    retry(isLong = false) {
      isBusy ||= isLong;
      lost();
    },
    stop() {
      drop();
      events.link({ state: "idle", retryAt: null });
    },
    /** The server has let us in: the next loss begins with a short wait. */
    settled() {
      backoff.reset();
    },
    /** The page became visible, or the network came back: try at once, or see whether the line is alive. */
    wake() {
      if (isOpen) {
        pings.askNow();
      } else if (timer !== null && socket === null) {
        backoff.reset();
        open();
      }
    },
    visible(value) {
      pings.visible(value);
      if (value) {
        this.wake();
      }
    },
    /** Sends what no answer is awaited for, such as `typing`. */
    tell(asked) {
      request(asked).catch(() => {});
    },
  };
}
