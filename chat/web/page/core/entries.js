// The entries that moderators and operators ask for: reports, messages that wait, the log, bans from the server.

import { timeOf } from "./reading_pushes.js";

const TITLES = {
  reports: "Open reports",
  held: "Messages that wait for a moderator",
  audit: "What moderators and operators did",
  "server-bans": "Kept out of this server",
};

/**
 * @param {string} request - the type of the request that they answer
 * @returns {string} what stands above them
 */
export const titleOfEntries = (request) => TITLES[request] ?? request;

/**
 * @param {object} entry - as the server sends it
 * @returns {string} such as "Ann: ban Ben in #tides: noise"
 */
export function entryLine({ what, from, room, name, reason, text }) {
  const who = from ? `${from}: ` : "";
  const said = text ? `: “${text}”` : "";
  return `${who}${what}${name ? ` ${name}` : ""}${room ? ` in #${room}` : ""}${reason ? `: ${reason}` : ""}${said}`;
}

/**
 * Ask for entries.
 * @param {object} chat
 * @param {object} request - of the type `reports`, `held`, `audit` or `server-bans`
 * @returns {Promise<{entries: object[], next: number?}>} each with `at` in milliseconds; `next` is for the next page
 */
export async function entriesOf(chat, request) {
  const { ack, pushes } = await chat.ask(request);
  const found = pushes.filter((push) => push.type === "entries").flatMap((push) => push.entries);
  const entries = found.map((entry) => ({ ...entry, at: timeOf(entry.timestamp), untilAt: timeOf(entry.until) }));
  return { entries, next: ack.more && ack.next ? ack.next : null };
}
