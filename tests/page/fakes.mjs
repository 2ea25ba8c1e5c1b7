// A clock, a server's side of the line, and a page between them.

import { createChat } from "../../chat/web/page/core/chat.js";
import { memoryStorage } from "../../chat/web/page/core/storage.js";
import { seeded } from "./seeded.mjs";

/** A clock that goes only when it is told to. */
export class Clock {
  now = 1_700_000_000_000;
  #timers = [];
  #count = 0;

  set = (act, ms) => {
    this.#count += 1;
    this.#timers.push({ at: this.now + ms, act, id: this.#count });
    return this.#count;
  };

  clear = (id) => {
    this.#timers = this.#timers.filter((timer) => timer.id !== id);
  };

  /** Let so many milliseconds pass, and everything happen that is due. */
  async pass(ms) {
    const end = this.now + ms;
    await settle();
    for (;;) {
      const [next] = this.#timers.filter((timer) => timer.at <= end).sort((one, other) => one.at - other.at);
      if (next === undefined) {
        break;
      }
      this.clear(next.id);
      this.now = next.at;
      next.act();
      await settle();
    }
    this.now = end;
  }
}

/** Let all promises that can go on do so. */
export async function settle() {
  for (let turn = 0; turn < 30; turn += 1) {
    await null;
  }
}

/** One end of a connection; the test is the server. `sent` are the requests that came. */
export class Line {
  sent = [];
  isClosed = false;

  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.isClosed = true;
  }
  open() {
    this.onopen({});
  }
  push(...objects) {
    for (const object of objects) {
      this.onmessage({ data: JSON.stringify(object) });
    }
  }
  break(code = 1006) {
    this.onclose({ code });
  }
  /** The requests of a type. */
  of(type) {
    return this.sent.filter((request) => request.type === type);
  }
  /** Answer the last request of a type, with what comes before the `ack`. */
  answer(type, ack = {}, before = []) {
    const request = this.of(type).at(-1);
    const count = before.some((push) => push.past) ? { count: before.length } : {};
    this.push(...before, { type: "ack", request: type, id: request.id, ...count, ...ack });
  }
  refuse(type, code, message = code) {
    this.push({ type: "error", code, message, id: this.of(type).at(-1).id });
  }
}

/** A page, its clock, and all lines that it opened. */
export function fakePage({ storage = memoryStorage(), seed = 1, clock = new Clock() } = {}) {
  const random = seeded(seed);
  const lines = [];
  const chat = createChat({
    connect: () => {
      const line = new Line();
      lines.push(line);
      return line;
    },
    storage,
    now: () => clock.now,
    random: (count) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
    timers: clock,
  });
  return {
    chat,
    clock,
    lines,
    storage,
    get line() {
      return lines.at(-1);
    },
  };
}

/** A page that is in the lobby and in #tides, with an account (or without), up to seq 10 in both. */
export async function pageInside({ account = true, ...rest } = {}) {
  const page = fakePage(rest);
  const entered = page.chat.enter({ name: "Ann", password: account ? "correct-horse" : undefined });
  page.line.open();
  await letIn(page, { account });
  await entered;
  return page;
}

/** Let the page in that has just opened a line. */
export async function letIn(page, { account = true, life = "one", seq = 10, rooms, token = "secret" } = {}) {
  const heads = rooms ?? [{ room: "tides", seq, delivered: seq, read: seq }];
  page.line.answer("join", {
    nickname: "Ann",
    seq,
    life,
    online: ["Ann", "Ben"],
    lobby: "lobby",
    token,
    ...(account ? { account, rooms: heads } : {}),
  });
  await settle();
  // The page asks for the end of the place that it opens.
  if (page.line.of("history").length > 0) {
    page.line.answer("history");
    await settle();
  }
}

/** A message in #tides, by Ben. */
export function message(seq, text = `text ${seq}`, more = {}) {
  return { type: "message", from: "Ben", room: "tides", seq, timestamp: stamp(seq), size: text.length, text, ...more };
}

export function stamp(seq) {
  return new Date(1_700_000_000_000 + seq * 1000).toISOString();
}
