// For each command, the request that it makes, or what the page does instead.

import { whereOf, withoutSign } from "./names.js";

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** The words of a command, and ways to take them one after another. */
export function argumentsOf(rest) {
  let left = rest;
  const take = () => {
    const found = /^(\S+)\s*([^]*)$/.exec(left);
    left = found === null ? "" : found[2];
    return found === null ? null : found[1];
  };
  return {
    word: take,
    name: () => {
      const word = take();
      return word === null ? null : withoutSign(word);
    },
    /** A whole number, perhaps behind a "#"; null where none follows, and then nothing is taken. */
    number() {
      const found = /^#?(\d{1,15})(?:\s+([^]*))?$/.exec(left);
      left = found === null ? left : (found[2] ?? "");
      return found === null ? null : Number(found[1]);
    },
    /** A time such as 10m, in seconds; null where none follows, and then nothing is taken. */
    seconds() {
      const found = /^(\d+)([smhdw])(?:\s+([^]*))?$/.exec(left);
      left = found === null ? left : (found[3] ?? "");
      return found === null ? null : Number(found[1]) * SECONDS[found[2]];
    },
    rest: () => {
      const all = left;
      left = "";
      return all === "" ? null : all;
    },
    get isEmpty() {
      return left === "";
    },
  };
}

/** Where a command is typed: `here` names the place in a request, `room` only a room. */
export function placeOf(place) {
  if (place === undefined) {
    return { here: {}, room: {}, kind: null };
  }
  const here = whereOf(place);
  return { here, room: place.kind === "direct" ? {} : here, kind: place.kind };
}

// `needed` is null where something is missing: then people are told how to type it.
function needing(needed, make) {
  return needed.some((each) => each === null) ? null : make(...needed);
}

function given(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

// A message of this place, or of another one that stands before its number.
function message(args, { here }) {
  const seq = args.number();
  if (seq !== null) {
    return [here, seq];
  }
  const place = args.word() ?? "";
  const isPerson = /^[@＠]/u.test(place);
  const isRoom = /^[#＃]/u.test(place);
  const other = isPerson ? { to: withoutSign(place) } : { room: withoutSign(place) };
  return [isPerson || isRoom ? other : null, args.number()];
}

const onMessage = (type) => (args, where) => needing(message(args, where), (place, seq) => ({ type, seq, ...place }));
const onName =
  (type) =>
  (args, { room }) =>
    needing([args.name()], (name) => ({ type, name, ...room }));
const onPerson = (type) => (args) => needing([args.name()], (name) => ({ type, name }));
const alone = (type) => () => ({ type });
const inRoom =
  (type) =>
  (args, { room }) => ({ type, ...room, ...given({ room: args.name() }) });
const onNumber = (type) => (args) => needing([args.number()], (number) => ({ type, number }));
const shows = (show) => (args) => ({ show, query: args.rest() ?? "" });
const elsewhere = (message) => () => () => Promise.reject({ code: "not_here", message });

function sanction(type, { isRoom }) {
  return (args, { room }) =>
    needing([args.name()], (name) => {
      const seconds = args.seconds();
      return { type, name, ...(isRoom ? room : {}), ...given({ seconds, reason: args.rest() }) };
    });
}

// A time is a number of seconds for all others who are told of it; "off" ends it.
function settingValue(text) {
  const seconds = argumentsOf(text).seconds();
  return text === "off" ? null : (seconds ?? text);
}

function setting(name) {
  return (args, { room }) =>
    needing([args.rest()], (text) => ({ type: "settings", ...room, settings: { [name]: settingValue(text) } }));
}

function invite(args, { room }) {
  const name = args.name();
  if (name !== "link") {
    return needing([name], () => ({ type: "invite", name, ...room }));
  }
  const uses = args.number();
  return { type: "invite", link: true, ...room, ...given({ uses, seconds: args.seconds() }) };
}

function settings(args, { room }) {
  const name = args.word();
  if (name === null) {
    return { type: "settings", ...room };
  }
  return needing([args.rest()], (text) => {
    const value =
      name === "private" ? text === "true" || text === "on" || text === "yes" : settingValue(text);
    return { type: "settings", ...room, settings: { [name]: value } };
  });
}

function topic(args, { room }) {
  const text = args.rest();
  return text === null ? { type: "topic", ...room } : { type: "topic", ...room, text: text === "-" ? "" : text };
}

function close(args, { room }) {
  const how = args.word();
  return how === null ? { type: "close", ...room } : { type: "close", ...room, how, ...given({ name: args.name() }) };
}

function profile(args) {
  const field = args.word();
  return field === "colour" || field === "line" ? { type: "profile", [field]: args.rest() ?? "" } : null;
}

function onOrOff(type) {
  return (args) => {
    const word = args.word();
    return word === "on" || word === "off" ? { type, on: word === "on" } : null;
  };
}

function audit(args, { room }) {
  const before = args.word();
  const name = before === "before" || before === null ? null : withoutSign(before);
  if (name !== null) {
    args.word();
  }
  return { type: "audit", ...room, ...given({ room: name, before: args.number() }) };
}

/** By the name of the command: null where something is missing, a request, what to show, or what to do. */
export const REQUESTS = {
  who: shows("people"),
  message: (args) =>
    needing(
      [args.name(), args.rest()],
      (name, text) => (chat) => void chat.say(chat.direct(name.replace(/[:：]$/, "")), text),
    ),
  join: (args) =>
    needing([args.name()], (room) => async (chat) => void (await chat.join(room, args.word() ?? undefined))),
  leave: () => async (chat, key) => void (await chat.part(key)),
  help: shows("help"),
  exit: () => async (chat) => void (await chat.leave()),
  say: (args) => needing([args.rest()], (text) => (chat, key) => void chat.say(key, text)),
  begin: elsewhere("Shift+Enter begins a new line."),
  end: elsewhere("Enter sends all lines."),
  reply: (args) =>
    needing([args.number(), args.rest()], (answers, text) => (chat, key) => void chat.say(key, text, { answers })),
  edit: (args, where) =>
    needing([...message(args, where), args.rest()], (place, seq, text) => ({ type: "edit", seq, text, ...place })),
  delete: onMessage("delete"),
  react: (args, where) =>
    needing([...message(args, where), args.rest()], (place, seq, emoji) => ({ type: "react", seq, emoji, ...place })),
  unreact: (args, where) =>
    needing(message(args, where), (place, seq) => ({
      type: "react",
      seq,
      undo: true,
      ...place,
      ...given({ emoji: args.rest() }),
    })),
  reactions: elsewhere("Reactions are always shown here."),
  unsend: (args) => ({ type: "unsend", ...given({ to: args.name() }) }),
  report: (args, where) =>
    needing(message(args, where), (place, seq) => ({
      type: "report",
      seq,
      ...place,
      ...given({ reason: args.rest() }),
    })),
  history: shows("history"),
  since: (args) => needing([args.number()], (seq) => ({ show: "message", query: String(seq) })),
  search: (args) => needing([args.rest()], (query) => ({ show: "search", query })),
  pins: shows("pins"),
  whois: onPerson("whois"),
  away: (args) => ({ type: "away", ...given({ text: args.rest() }) }),
  back: alone("back"),
  ignore: onPerson("ignore"),
  unignore: onPerson("unignore"),
  ignored: alone("ignored"),
  notify: (args) => needing([args.word()], (level) => ({ type: "notify", level, ...given({ room: args.name() }) })),
  profile,
  seen: onOrOff("seen"),
  password: () => ({ show: "password" }),
  devices: () => ({ show: "devices" }),
  token: () => ({ show: "tokens" }),
  devices: () => ({ show: "devices" }),
  logout: (args) => async (chat) => void (await chat.leave(args.word() === "all")),
  unregister: () => ({ show: "unregister" }),
  register: elsewhere("You have a name already."),
  login: elsewhere("You have a name already."),
  rooms: shows("rooms"),
  members: shows("people"),
  group: (args) =>
    needing([args.rest()], (names) => ({
      type: "group",
      names: names
        .split(/[\s,]+/)
        .filter(Boolean)
        .map(withoutSign),
    })),
  topic,
  settings,
  private: (args, { room }) => ({ type: "settings", ...room, settings: { private: true } }),
  public: (args, { room }) => ({ type: "settings", ...room, settings: { private: false } }),
  invite,
  uninvite: onName("uninvite"),
  speak: setting("speak"),
  slow: setting("slow"),
  edits: setting("edits"),
  retention: setting("retention"),
  role: (args, { room }) =>
    needing([args.name(), args.word()], (name, role) => ({ type: "role", name, role, ...room })),
  owner: onName("owner"),
  rename: onName("rename"),
  close,
  kick: (args, { room }) =>
    needing([args.name()], (name) => ({ type: "kick", name, ...room, ...given({ reason: args.rest() }) })),
  ban: sanction("ban", { isRoom: true }),
  unban: onName("unban"),
  bans: inRoom("bans"),
  mute: sanction("mute", { isRoom: true }),
  unmute: onName("unmute"),
  pin: onMessage("pin"),
  unpin: onMessage("unpin"),
  held: inRoom("held"),
  release: onNumber("release"),
  discard: onNumber("discard"),
  audit,
  reports: (args) =>
    args.word() === "close" ? needing([args.number()], (close) => ({ type: "reports", close })) : { type: "reports" },
  announce: (args) => needing([args.rest()], (text) => ({ type: "announce", text })),
  "server-kick": (args) =>
    needing([args.name()], (name) => ({ type: "server-kick", name, ...given({ reason: args.rest() }) })),
  "server-ban": sanction("server-ban", { isRoom: false }),
  "server-unban": onPerson("server-unban"),
  "server-bans": alone("server-bans"),
  lockdown: onOrOff("lockdown"),
  "close-room": (args) => needing([args.name()], (room) => ({ type: "close-room", room })),
};
