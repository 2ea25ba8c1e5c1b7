// The state that everything on the screen is drawn from (see shapes.js), and the ways to make the next one of it.

import { personKey, roomKey } from "./names.js";

/** @returns {import("./shapes.js").State} what there is before the server has let us in */
export function firstState(settings) {
  return {
    link: { state: "idle", retryAt: null, since: null, refused: null },
    me: null,
    about: null,
    version: null,
    isOutdated: false,
    places: new Map(),
    open: null,
    people: new Map(),
    ignored: [],
    devices: [],
    notices: [],
    settings: { theme: "system", size: 100, sounds: false, notify: false, reduced: false, ...settings },
  };
}

/** @returns {import("./shapes.js").Place} a place of which nothing is known but its name */
export function newPlace(kind, name, known = {}) {
  return {
    key: kind === "direct" ? personKey(name) : roomKey(name),
    kind,
    name,
    topic: "",
    isPrivate: false,
    isArchived: false,
    role: "member",
    level: "all",
    seq: 0,
    read: 0,
    unread: 0,
    mentions: 0,
    count: kind === "direct" ? 2 : 0,
    last: null,
    rows: [],
    hasOlder: false,
    hasNewer: false,
    isLoaded: false,
    loading: "none",
    newFrom: null,
    members: null,
    typing: [],
    draft: "",
    pins: [],
    cursor: 0,
    delivered: 0,
    countedTo: 0,
    isCatchingUp: false,
    ahead: [],
    otherRead: 0,
    ...known,
  };
}

/** @returns {import("./shapes.js").Row} */
export function newRow(known) {
  return {
    key: "",
    seq: null,
    at: null,
    kind: "message",
    from: "",
    text: "",
    isMine: false,
    mentionsMe: false,
    state: "stored",
    refusal: null,
    file: null,
    answers: null,
    answered: null,
    isEdited: false,
    isDeleted: false,
    deletedBy: "",
    reactions: [],
    isQueued: false,
    ...known,
  };
}

/** As people count: "room2" stands before "room10". */
const inOrder = new Intl.Collator(undefined, { numeric: true });
const RANKS = { lobby: 0, room: 1, direct: 2 };

function compare(one, other) {
  if (one.kind !== other.kind) {
    return RANKS[one.kind] - RANKS[other.kind];
  }
  if (one.kind === "direct") {
    const difference = (other.last?.at ?? 0) - (one.last?.at ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return inOrder.compare(one.name, other.name);
}

function needsOrder(before, after) {
  return before === undefined || before.name !== after.name || (after.kind === "direct" && before.last !== after.last);
}

/** The next state, in which `place` stands under its key. */
export function withPlace(state, place) {
  const before = state.places.get(place.key);
  if (before === place) {
    return state;
  }
  const places = new Map(state.places);
  places.set(place.key, place);
  if (!needsOrder(before, place)) {
    return { ...state, places };
  }
  return { ...state, places: new Map([...places].sort(([, one], [, other]) => compare(one, other))) };
}

/** The next state, in which `change` made another place of the one under `key`; the same where there is none. */
export function changePlace(state, key, change) {
  const place = state.places.get(key);
  return place === undefined ? state : withPlace(state, change(place));
}

/** The next state, in which `change` was done to each place. */
export function changeAll(state, change) {
  return [...state.places.values()].reduce((next, place) => withPlace(next, change(place)), state);
}

/** The next state, without the place under `key`. */
export function withoutPlace(state, key) {
  if (!state.places.has(key)) {
    return state;
  }
  const places = new Map(state.places);
  places.delete(key);
  return { ...state, places, open: state.open === key ? firstKey(places) : state.open };
}

/** @returns {string?} the key of the place that is shown when nobody has chosen one */
export function firstKey(places) {
  return places.keys().next().value ?? null;
}
