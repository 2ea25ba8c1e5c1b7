// What the page shows of what a command led to: a card with lines, a dialog, or nothing, because it can be seen anyway.

import { entryLine, titleOfEntries } from "./entries.js";
import { spanOf } from "./sentences.js";

/**
 * @typedef {{title: string, lines: string[], copy: string?}} Card - `copy`: a text that people want to have
 * @typedef {{dialog: string, props: object}} Shown - a dialog of view/parts.js
 * @typedef {{seq: number}} Jump - a message to go to
 */

/** Dialogs that stand for what the page shows of its own. */
const SHOWS = {
  people: () => ({ dialog: "who", props: {} }),
  help: (query) => ({ dialog: "help", props: { query } }),
  search: (query) => ({ dialog: "search", props: { query } }),
  pins: () => ({ dialog: "pins", props: {} }),
  rooms: (query) => ({ dialog: "rooms", props: { query } }),
  password: () => ({ dialog: "settings", props: {} }),
  tokens: () => ({ dialog: "settings", props: {} }),
  devices: () => ({ dialog: "settings", props: {} }),
  unregister: () => ({ dialog: "settings", props: {} }),
  message: (query) => ({ seq: Number(query) }),
  history: (query) => {
    const seq = /(?:around|before)\s+#?(\d{1,15})$/u.exec(query)?.[1];
    const lines = ["Scroll up: older messages come by themselves."];
    return seq === undefined ? { title: "History", lines, copy: null } : { seq: Number(seq) };
  },
};

const card = (title, lines, copy = null) => ({ title, lines, copy });
const listed = (names, nobody) => (names.length > 0 ? [names.join(", ")] : [nobody]);

/** Cards for the answers to requests, by type. What is not here changes what is on the screen, and says so there. */
const ANSWERS = {
  whois: ({ request }) => ({ dialog: "person", props: { name: request.name } }),
  ignored: ({ pushes }) => card("People whom you ignore", listed(pushes[0]?.names ?? [], "You ignore nobody.")),
  ignore: ({ request }) => card(`You ignore ${request.name}`, ["You hear nothing more of them. They are not told."]),
  unignore: ({ request }) => card(`You hear ${request.name} again`, []),
  topic: ({ request, ack }) =>
    request.text === undefined ? card("Topic", [ack.text || "There is no topic."]) : null,
  settings: ({ request }) => (request.settings === undefined ? { dialog: "room", props: {} } : null),
  bans: ({ pushes }) => card("Banned from this room", bansOf(pushes)),
  away: () => card("You are away", ["People who write to you are told. /back ends it."]),
  back: () => card("You are back", []),
  notify: ({ request }) => card("What counts for you", [LEVELS[request.level]]),
  profile: () => card("Your profile is changed", []),
  seen: ({ request }) => card("Reading", [request.on ? "Others are told what you have read." : "Nobody is told what you have read."]),
  unsend: ({ ack }) => card("Taken back", [`${ack.count ?? 0} of your messages`]),
  report: () => card("Reported", ["The operators of this server will look at it."]),
  invite: ({ request, ack }) => (request.link ? linkCard(ack) : card(`${request.name} is invited`, [])),
  group: () => null,
  close: ({ request }) => (request.how === "delete" ? card("The room is deleted", []) : null),
  reports: ({ request, pushes }) =>
    request.close === undefined ? entriesCard(pushes) : card(`Report ${request.close} is closed`, []),
  audit: ({ pushes }) => entriesCard(pushes),
  held: ({ pushes }) => entriesCard(pushes),
  "server-bans": ({ pushes }) => entriesCard(pushes),
  release: () => card("The message is said now", []),
  discard: () => card("The message is dropped", ["Its author is told."]),
  announce: () => card("Announced", []),
  "server-kick": ({ request }) => card(`${request.name} has no connection any more`, []),
  "server-ban": ({ request }) => card(`${request.name} is kept out`, []),
  "server-unban": ({ request }) => card(`${request.name} may come in again`, []),
  lockdown: ({ request }) => card(request.on ? "Only accounts may come in" : "Everybody may come in again", []),
  "close-room": ({ request }) => card(`#${request.room} is closed`, []),
};
const LEVELS = { all: "Every message counts.", mentions: "Only mentions count.", none: "Nothing counts: it is muted." };

function entriesCard(pushes) {
  const found = pushes.find((push) => push.type === "entries") ?? { request: "", entries: [] };
  const lines = found.entries.map((entry) => `${entry.number}. ${entryLine(entry)}`);
  return card(titleOfEntries(found.request), lines.length > 0 ? lines : ["There are none."]);
}

function bansOf(pushes) {
  const bans = pushes.find((push) => push.type === "bans")?.bans ?? [];
  const lines = bans.map(({ name, by, reason }) => `${name}, by ${by}${reason ? `: ${reason}` : ""}`);
  return lines.length > 0 ? lines : ["Nobody."];
}

function linkCard({ url, code, room, uses, seconds }) {
  const who = uses ? `Up to ${uses} people` : "Whoever has it";
  const time = seconds ? ` for ${spanOf(seconds)}` : "";
  return card("An invitation link", [`${who} can come in${time}. It is shown only this once.`], url ?? `#join=${room}.${code}`);
}

/**
 * @param {import("./commands.js").Outcome} [outcome]
 * @returns {Card|Shown|Jump|null}
 */
export function shownOf(outcome) {
  if (outcome?.type === "show") {
    return SHOWS[outcome.what]?.(outcome.query) ?? null;
  }
  return outcome?.type === "answer" ? (ANSWERS[outcome.request.type]?.(outcome) ?? null) : null;
}
