// A State with the people, rooms and messages of a working day, and a chat that answers from it. No server is needed.

import { newPlace, newRow } from "/page/core/state.js";

const DAY = "2026-11-27T";
const at = (time, day = DAY) => Date.parse(`${day}${time}:00`);

const LAST = {
  lobby: ["Ben", "Coffee is ready", at("08:01")],
  "field-notes": ["Carol", "photos of the new mounts are in the shared folder", at("16:10", "2026-11-25T")],
  harbour: ["Zoë", "The office wants the plot in metres, not in feet", at("09:05")],
  instruments: ["Mikkel", "@Ann which firmware is on 7?", at("08:58")],
  tides: ["Zoë", "@Ann can you check the axis on the summary plot?", at("09:06")],
  weather: ["Omar", "wind picks up from two o’clock", at("07:44")],
  Ben: ["Ben", "See you at the pier then", at("15:00", "2026-11-26T")],
  Carol: ["Carol", "Did you keep the raw files?", at("09:02")],
  田中: ["田中", "ありがとう、明日見ます", at("11:00", "2026-11-23T")],
};
const TOPIC = "Eleven stations, 48 hours. Plots go to the harbour office at noon.";
const ZOE = "@Ann can you check the axis on the summary plot? I would like to send it to the harbour office by noon, see https://plots.example/summary";
const ROWS = [
  ["message", "Ben", "08:17", "The clock of station 7 drifts by 0.7 s an hour. This mends it:\n```\nfixed = raw.index[0] + (raw.index - raw.index[0]) * 0.99981\n```\nAfter that, 7 agrees with its neighbours to within `40 ms`."],
  ["message", "Ann", "08:20", "That is lovely. Does it hold on the second day too?"],
  ["joined", "Carol", "08:22", ""],
  ["joined", "Omar", "08:23", ""],
  ["message", "Ben", "08:34", "Both days. This is the evening one, from the pier: the light was so good that I stayed until it was gone, and walked home along the harbour wall."],
  ["message", "Carol", "08:52", "Beautiful. I put the corrected series next to the raw one, same columns:"],
  ["message", "Omar", "09:03", "شكرًا! سأراجع المحطة 7 قبل الظهر."],
  ["message", "Zoë", "09:06", ZOE],
];

function place(kind, name, known = {}) {
  const last = LAST[name];
  return newPlace(kind, name, { ...(last && { last: { from: last[0], text: last[1], at: last[2] } }), seq: 50, read: 50, ...known });
}

function member([name, role = "member", known = {}]) {
  return { name, role, isHere: true, isAway: false, isMuted: false, ...known };
}

const MEMBERS = [
  ["Ann", "owner"],
  ["Ben", "moderator"],
  ["Carol"],
  ["Omar", "guest"],
  ["Zoë"],
  ["Mikkel", "member", { isAway: true }],
  ["田中", "member", { isAway: true }],
].map(member);

/** The rows of #tides, as the store would have them. */
export function rows() {
  return ROWS.map(([kind, from, time, text], index) =>
    newRow({ key: `r${index}`, seq: 41 + index, kind, from, text, at: at(time), isMine: from === "Ann", mentionsMe: from === "Zoë" }),
  );
}

/** What everything is drawn from. */
export function state() {
  const tides = { topic: TOPIC, count: 7, members: MEMBERS, rows: rows(), newFrom: 47, role: "owner", isLoaded: true, seq: 48, read: 48 };
  const places = [
    place("lobby", "lobby", { count: 7 }),
    place("room", "field-notes"),
    place("room", "harbour", { unread: 12 }),
    place("room", "instruments", { unread: 5, mentions: 3 }),
    place("room", "tides", tides),
    place("room", "weather", { draft: "I would wait" }),
    place("direct", "Ben"),
    place("direct", "Carol", { unread: 2, mentions: 2 }),
    place("direct", "田中"),
  ];
  const people = MEMBERS.map(({ name, isAway }) => [name.toLowerCase(), { name, away: isAway }]);
  return {
    link: { state: "open", retryAt: null, since: null, refused: null },
    me: { name: "Ann", isAccount: true, isOperator: false },
    about: { name: "chat.fieldlab.example", version: "1", guests: true, accounts: "optional", registration: "open", limits: {} },
    places: new Map(places.map((one) => [one.key, one])),
    open: "#tides",
    people: new Map(people.filter(([name]) => name !== "田中")),
    ignored: [],
    notices: [],
    settings: { theme: "system", size: 100, sounds: false, notify: false, reduced: false },
  };
}

const ROOMS = [
  { room: "harbour", topic: "Berths, tugs, the office", count: 12, seq: 900, joined: true },
  { room: "library", topic: "Who has the tide tables of 1952?", count: 4, seq: 80 },
  { room: "moderators", topic: "", count: 2, seq: 12, private: true },
];

/** A chat that answers from `first`. `change` makes another state of it, as a push would. */
export function fakeChat(first = state()) {
  let now = first;
  const listeners = new Set();
  const change = (part) => {
    now = { ...now, ...part };
    for (const listener of [...listeners]) listener(now);
  };
  const changePlace = (key, part) => change({ places: new Map(now.places).set(key, { ...now.places.get(key), ...part }) });
  const nothing = () => undefined;
  const kept = () => Promise.resolve(true);
  const answers = {
    rooms: () => [{ type: "rooms", rooms: ROOMS, count: ROOMS.length, left: 0 }],
    whois: ({ name }) => [{ type: "whois", name, account: true, since: "2025-03-01T10:00:00Z", here: true, rooms: ["tides", "harbour"] }],
  };
  const asked = [];
  return {
    asked,
    change,
    changePlace,
    get state() {
      return now;
    },
    subscribe: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
    limits: {},
    unsent: 0,
    enter: () => Promise.reject({ code: "name_claimed", message: "the name Ann belongs to somebody, type server:login Ann <password>" }),
    leave: () => (change({ me: null }), kept()),
    open: (key) => (change({ open: key }), kept()),
    join: kept,
    part: kept,
    direct: (name) => `@${name.toLowerCase()}`,
    say: nothing,
    retry: nothing,
    discard: nothing,
    older: kept,
    newer: kept,
    around: kept,
    latest: kept,
    keepSpot: nothing,
    spotOf: () => null,
    saw: (key, seq) => changePlace(key, { read: seq, unread: 0, mentions: 0 }),
    sawAll: nothing,
    markUnread: nothing,
    readAll: () => nothing,
    draft: (key, draft) => changePlace(key, { draft }),
    typing: nothing,
    command: kept,
    ask: async (request) => {
      asked.push(request);
      return { ack: { type: "ack", request: request.type }, pushes: answers[request.type]?.(request) ?? [] };
    },
    set: (settings) => change({ settings: { ...now.settings, ...settings } }),
    retryNow: nothing,
    dismiss: nothing,
    wake: nothing,
    looking: nothing,
  };
}
