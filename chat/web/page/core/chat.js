// The chat as the views see it: a state to draw, and what one can do.

import { createCatchUp } from "./catching_up.js";
import { createConfirming } from "./confirming.js";
import { createDrafts } from "./drafts.js";
import { withDirect } from "./entering.js";
import { createGuestPlaces } from "./guests.js";
import { createHearing } from "./hearing.js";
import { newId } from "./ids.js";
import { commandIn, saidBy } from "./lines.js";
import { createLists } from "./lists.js";
import { createMemory } from "./memory.js";
import { personKey, roomKey } from "./names.js";
import { createOutbox } from "./outbox.js";
import { createPassing } from "./passing.js";
import { after } from "./pushes.js";
import { createRecentEmoji } from "./recent_emoji.js";
import { createReading } from "./reading.js";
import { dismissed } from "./room_changes.js";
import { createSession } from "./session.js";
import { spaceFor } from "./sizes.js";
import { changePlace, firstState, withoutPlace } from "./state.js";
import { createStore } from "./store.js";
import { createTypists } from "./typists.js";
import { createVisits } from "./visits.js";
import { createWindows } from "./windows.js";
import { createWire } from "./wire.js";

/**
 * @param {object} world - everything that is not here
 * @param {() => WebSocket} world.connect - begins a connection to /ws
 * @param {import("./storage.js").Storage} world.storage
 * @param {() => number} world.now - milliseconds since the epoch
 * @param {(count: number) => Uint8Array} world.random - from crypto.getRandomValues
 * @param {{set: (act: () => void, ms: number) => any, clear: (timer: any) => void}} world.timers
 */
export function createChat({ connect, storage, now, random, timers }) {
  const memory = createMemory(storage);
  const store = createStore(firstState(memory.settings.get()));
  const facts = { isLooking: true, lookedAt: (key) => spots[key]?.seq ?? null };
  let spots = memory.spots.get();

  const wire = createWire({
    connect,
    timers,
    now,
    random,
    events: {
      opened: () => session.opened(),
      broken: () => session.broken(),
      link: (link) => session.link(link, now()),
      pushed,
    },
  });
  const life = () => session.life;
  const windows = createWindows({ store, wire, life });
  const hearing = createHearing({ store });
  const reload = (key) => store.state.open === key && show(key);
  const catchUp = createCatchUp({ store, wire, timers, life, reload, caught: hearing.caught });
  const outbox = createOutbox({ store, wire, memory, random, isReady: () => session.isReady });
  const reading = createReading({ store, wire, memory, timers, life });
  const confirming = createConfirming({ store, wire, timers, before: () => guests.save() });
  const typists = createTypists({ store, wire, timers, now });
  const drafts = createDrafts({ store, memory });
  const guests = createGuestPlaces({ store, wire, memory, reading, life });
  const clientId = random(4).reduce((sum, byte) => sum * 256 + byte, 0);
  const session = createSession({ store, wire, memory, outbox, catchUp, clientId, arrived, forget });
  const lists = createLists({ store, wire });
  const emoji = createRecentEmoji({ memory });
  createPassing({ store, timers, isLooking: () => facts.isLooking });

  function pushed(push, request) {
    if (push.type === "error" && push.id === undefined) {
      session.error(push);
    }
    if (push.type === "error") {
      return;
    }
    if (push.type === "ack" && (request?.nickname ?? (request?.type === "join" ? request.ticket : undefined))) {
      session.accepted(push);
    }
    store.update((state) => after(state, push, facts, request));
    if (push.past) {
      catchUp.heard(push.to ? personKey(push.from) : roomKey(push.room ?? ""), push.seq);
    }
    if (push.type === "ack" && request?.type === "unignore") {
      reload(store.state.open);
    }
    typists.heard(push);
    hearing.heard(push);
    confirming.heard();
    drafts.fill();
  }
  // Somebody else comes in: nothing of the one before is theirs.
  function forget() {
    outbox.forget();
    drafts.forget();
    guests.forget();
    spots = {};
  }
  function arrived() {
    drafts.fill();
    reading.arrived();
    guests.arrived();
    confirming.heard();
    wire.tell({ type: "who" });
    if (store.state.me?.isAccount) {
      wire.tell({ type: "ignored" });
      wire.tell({ type: "device.list" });
    }
    const wanted = memory.open.get();
    open(store.state.places.has(wanted) ? wanted : store.state.open);
  }
  function open(key) {
    store.update((state) => {
      if (state.open === key && state.places.get(key)?.isLoaded) {
        return state;
      }
      const closed =
        state.open === key ? state : changePlace(state, state.open, (place) => ({ ...place, newFrom: null }));
      return changePlace({ ...closed, open: key }, key, (place) => ({
        ...place,
        newFrom: place.unread > 0 ? place.read + 1 : place.newFrom,
      }));
    });
    memory.open.set(key);
    return show(key);
  }
  function show(key) {
    const place = store.state.places.get(key);
    const spot = spots[key]?.seq;
    return place !== undefined && !place.isLoaded && spot ? windows.around(key, spot) : windows.first(key);
  }

  const chat = {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    /**
     * `hear` is called with the place and the row of each message that somebody else says while we are here.
     * When everything of a place has come that was said while the line was broken, it is called with the row that
     * `missed` chooses, if that gives one; `missed` is called with the place and the last seq from before.
     * @returns {() => void} ends that
     */
    hear: hearing.hear,
    /** The limits that the server told, by their names; empty until then. */
    get limits() {
      return session.limits ?? store.state.about?.limits ?? {};
    },

    /** The name under which this browser comes back by itself, or null. */
    get remembered() {
      return memory.who.get()?.name ?? null;
    },
    ...createVisits({ store, wire, memory, session, forget, join: (room, code) => chat.join(room, code) }),
    /** Try again now. */
    retryNow: () => (store.state.link.state === "idle" ? session.again().catch(() => {}) : wire.wake()),
    /** The network came back, or the page became visible. */
    wake: () => wire.wake(),
    /** Says whether the page can be seen, and whether somebody looks at it (it has the focus, too). */
    looking(isVisible, isFocused) {
      facts.isLooking = isVisible && isFocused;
      wire.visible(isVisible);
    },

    open,
    /** Go into a room. @returns {Promise<string>} the key of its place */
    async join(room, code) {
      const key = roomKey(room);
      if (!store.state.places.has(key)) {
        await session.join(room, code);
      }
      open(key);
      return key;
    },
    /** Leave a room; of a conversation only the list forgets it. */
    part(key) {
      const place = store.state.places.get(key);
      if (place?.kind === "room") {
        return chat.ask({ type: "leave", room: place.name });
      }
      store.update((state) => (place?.kind === "direct" ? withoutPlace(state, key) : state));
      return Promise.resolve();
    },
    /** Open the conversation with a person. @returns {string} its key */
    direct(name) {
      store.update((state) => withDirect(state, name));
      open(personKey(name));
      return personKey(name);
    },

    /**
     * Say something, and with `keepsDraft` leave what stands in the composer.
     * @returns {string?} the key of its row; null where it is too long, or the place is gone
     */
    say(key, text, { answers = null, answered = null, file = null, info = null, keepsDraft = false } = {}) {
      const place = store.state.places.get(key);
      if (place === undefined || spaceFor(text, chat.limits).isOver) {
        return null;
      }
      if (!keepsDraft) {
        drafts.write(key, "");
      }
      const id = outbox.add(place, text, { answers, answered, file, info });
      windows.latest(key);
      return id;
    },
    retry: (row) => outbox.retry(row.key),
    discard: (row) => outbox.discard(row.key),
    /** How many messages the server does not have: whoever closes the page is asked. */
    get unsent() {
      return outbox.size;
    },

    older: windows.older,
    newer: windows.newer,
    /** Have the message `seq` and what stands around it. @returns {Promise<boolean>} whether it is there */
    around: windows.around,
    latest: windows.latest,
    /** Remember where a place is looked at: `{seq, offset}`, or null for its end. */
    keepSpot(key, spot) {
      spots = { ...spots, [key]: spot };
      memory.spots.set(spots);
    },
    spotOf: (key) => spots[key] ?? null,

    saw: reading.saw,
    sawAll: reading.sawAll,
    markUnread: reading.markUnread,
    readAll: reading.readAll,

    /** Ask who is in a room; `members` of its place has them all then. */
    members: lists.members,
    /** Ask for the pinned messages of a room. @returns {Promise<import("./shapes.js").Row[]>} */
    pins: lists.pins,

    emoji,
    draft: drafts.write,
    typing: typists.write,
    /** Do what a line says that begins with a slash (see commands.js); rejected with `{code, message}`. */
    async command(key, line) {
      // Nobody types one at the door, so the table is loaded with what is behind it.
      const { run } = await import("./commands.js");
      return run(chat, key, line);
    },
    /**
     * What Enter does with a line: a command, or a message.
     * @returns {Promise<import("./commands.js").Outcome>} rejected with `{code, message}`: then the line stays
     */
    async enterLine(key, line, more) {
      const { commandIn, saidBy } = await import("./commands.js");
      if (commandIn(line) !== null) {
        return chat.command(key, line);
      }
      if (chat.say(key, saidBy(line), more) === null) {
        throw { code: "too_long", message: "That is too long for one message." };
      }
      return { type: "done" };
    },
    /** Anything of the protocol. @returns {Promise<{ack: object, pushes: object[]}>} rejected with `{code, message}` */
    ask: (request) => wire.request(request),
    about(about) {
      store.update((state) => ({ ...state, about }));
    },
    set(settings) {
      store.update((state) => ({ ...state, settings: { ...state.settings, ...settings } }));
      memory.settings.set(store.state.settings);
    },
    dismiss: (key) => store.update((state) => dismissed(state, key)),
    newId: () => newId(random),
  };
  memory.listen((name, value) => {
    drafts.changedElsewhere(name, value);
    if (name === "chat.settings" && value !== null) {
      store.update((state) => ({ ...state, settings: { ...state.settings, ...value } }));
    }
  });
  return chat;
}
