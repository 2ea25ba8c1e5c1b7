// Comes into the chat, and comes back after each loss of the line: the name, the rooms, what waits, what was missed.

import { broken, entered, reborn } from "./entering.js";
import { fold, isSame, roomKey } from "./names.js";
import { withNotice } from "./room_changes.js";
import { withoutPlace } from "./state.js";

/** Refusals that pass by themselves: the server is busy, or full. */
const PASSING = new Set(["busy", "store_failed", "disk_full", "server_full", "address_full", "internal", "lost"]);
/** Errors, without a request, with which the server ends the line for good. */
const ENDINGS = new Set(["replaced", "logged_out", "kicked", "banned"]);
/** Refusals that make a token worthless. */
const LOST_TOKEN = new Set(["bad_token", "logged_out"]);

/**
 * @param {object} parts - `store`, `wire`, `memory`, `outbox`, `catchUp`, `clientId`, and `arrived`, which is called
 *   each time when we are in and everything was asked for; `forget` forgets what the person before had begun
 */
export function createSession({ store, wire, memory, outbox, catchUp, clientId, arrived, forget }) {
  let wanted = null;
  let life = null;
  let isReady = false;
  let entering = null;
  let limits = null;
  let lastName = "";

  function setLink(change) {
    store.update((state) => ({ ...state, link: { ...state.link, ...change } }));
  }
  function start(credentials) {
    wanted = credentials;
    setLink({ refused: null });
    wire.start();
    return new Promise((resolve, reject) => {
      entering?.reject({ code: "given_up", message: "You tried again." });
      entering = { resolve, reject };
    });
  }
  function opened() {
    wire.request(joinRequest(wanted, clientId)).catch(refusedEntry);
  }
  function refusedEntry(refusal) {
    if (refusal.code === "lost" || refusal.code === "offline") {
      return;
    }
    if (PASSING.has(refusal.code)) {
      wire.retry(true);
    } else if (refusal.code === "bad_token" && !wanted.isAccount) {
      // The server does not know a guest's token any more: the name may be free all the same.
      wanted = { ...wanted, token: null };
      opened();
    } else {
      end(refusal);
    }
  }
  function end({ code, message }) {
    isReady = false;
    wire.stop();
    if (LOST_TOKEN.has(code)) {
      memory.who.set(null);
    }
    const isHere = code === "replaced";
    store.update((state) => ({
      ...state,
      me: isHere ? state.me : null,
      link: { ...state.link, refused: { code, message } },
    }));
    entering?.reject({ code, message });
    entering = null;
  }
  // Called before anything else that comes is looked at: it needs to know who we are.
  async function accepted(ack) {
    wire.settled();
    const isOther = store.state.places.size > 0 && !isSame(lastName, ack.nickname);
    lastName = ack.nickname;
    const rooms = wanted.rooms ?? (ack.account === true ? [] : memory.rooms.get());
    remember(ack);
    const isReborn = life !== null && ack.life !== undefined && ack.life !== life;
    life = ack.life ?? null;
    limits = ack.limits ?? null;
    store.update((state) => {
      const before = isOther ? { ...state, places: new Map(), open: null } : isReborn ? restored(state) : state;
      return entered(before, ack, new Set(rooms.map(roomKey)));
    });
    const joins = rejoin(ack, rooms);
    isReady = true;
    outbox.restore();
    // What waits goes first: then what was missed brings it along, and it is dropped by its seq.
    outbox.flush();
    setLink({ state: "open", retryAt: null, since: null, refused: null });
    await joins;
    entering?.resolve();
    entering = null;
    arrived(ack);
    await catchUp.begin();
  }
  function restored(state) {
    const text = "The server was restored: what it does not know any more is gone here, too.";
    return withNotice(reborn(state), { code: "other_life", text });
  }
  function remember(ack) {
    const isAccount = ack.account === true;
    const owner = memory.owner.get();
    if (owner !== null && owner !== fold(ack.nickname)) {
      memory.forget();
      forget();
    }
    memory.owner.set(fold(ack.nickname));
    wanted = { name: ack.nickname, isAccount, token: ack.token ?? null };
    memory.who.set(wanted);
  }
  // Guests are in no room after a loss; accounts are where they were, unless they became one just now.
  async function rejoin(ack, rooms) {
    const here = new Set((ack.rooms ?? []).map((head) => roomKey(head.room ?? "")));
    const others = rooms.filter((room) => !here.has(roomKey(room)));
    await Promise.all(others.map((room) => join(room).catch((refusal) => lostRoom(room, refusal))));
  }
  function lostRoom(room, { code, message }) {
    if (code !== "lost" && code !== "offline" && code !== "already_in_room") {
      const text = code === "bad_code" ? usedUp(room) : message;
      store.update((state) => withNotice(withoutPlace(state, roomKey(room)), { code, text, room }));
    }
  }
  // After a restart the server knows no guest: the code of the link lets them into a private room again.
  async function join(room, code = memory.codes.get()[roomKey(room)]) {
    const { ack } = await wire.request({ type: "join", room, replay: 0, ...(code ? { code } : {}) });
    if (code && !store.state.me.isAccount) {
      memory.codes.set({ ...memory.codes.get(), [roomKey(room)]: code });
    }
    return ack;
  }

  return {
    get life() {
      return life;
    },
    get limits() {
      return limits;
    },
    get isReady() {
      return isReady;
    },
    start,
    join,
    opened,
    accepted,
    /** The line broke. The cursors are taken now. */
    broken() {
      isReady = false;
      outbox.broken();
      catchUp.broken();
      store.update(broken);
    },
    /** The line says how it is. */
    link(link, now) {
      const isLost = link.state === "waiting" && store.state.link.since === null;
      setLink({ ...link, ...(isLost ? { since: now } : {}) });
    },
    /** An error that belongs to no request. */
    error(push) {
      if (ENDINGS.has(push.code)) {
        end(push);
      }
    },
    /** The name has another password: its tokens are worth nothing. Come in anew with it, into the same rooms. */
    renew(password) {
      const rooms = [...store.state.places.values()]
        .filter((place) => place.kind === "room")
        .map((place) => place.name);
      return start({ name: wanted.name, isAccount: true, token: null, password, rooms });
    },
    /** Come back after `replaced`, or after the person was asked. */
    again() {
      return wanted === null ? Promise.reject({ code: "unknown", message: "" }) : start(wanted);
    },
    end() {
      wanted = null;
      isReady = false;
    },
  };
}

const usedUp = (room) => `The link by which you came into ${room} does not hold any more. Ask somebody there for another one.`;

function joinRequest({ name, password, token, invitation, ticket }, clientId) {
  return {
    type: "join",
    // A ticket says by itself who comes.
    ...(ticket ? { ticket } : { nickname: name }),
    client_id: clientId,
    remember: true,
    confirms: true,
    typing: true,
    ...(token ? { token } : {}),
    ...(!token && password ? { password } : {}),
    ...(!token && invitation ? { invitation } : {}),
  };
}
