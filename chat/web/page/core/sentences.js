// What changes of a room are called for people.

import { isSame } from "./names.js";

const ROLES = { owner: "the owner", moderator: "a moderator", member: "a member" };

const CLOSED = { "": "opened the room again", deleted: "deleted the room" };

const SETTINGS = {
  private: (value) => (value ? "let only invited people in" : "let everybody in"),
  speak: (value) => `let ${{ all: "everybody", members: "only members", moderators: "only moderators" }[value]} speak`,
  history: (value) => (value === "all" ? "let newcomers read everything" : "let newcomers read only what comes"),
  slow: (value) =>
    value ? `made everybody wait ${spanOf(value)} between messages` : "ended the wait between messages",
  retention: (value) => (value ? `has messages kept for ${spanOf(value)}` : "has messages kept for good"),
  edits: (value) => (value ? `lets messages be changed for ${spanOf(value)}` : "lets messages be changed at any time"),
  group: () => "made a group of it",
  closed: (value) => CLOSED[value] ?? "closed the room: it can be read",
};

const SENTENCES = {
  topic: (push) => (push.text ? `set the topic: ${push.text}` : "took the topic away"),
  settings: (push) => Object.entries(push.settings).map(settingOf).join(", "),
  renamed: (push) => `called the room ${push.name}`,
  // Only a link lets people invite themselves.
  invited: (push) => (isSame(push.name, push.from) ? "used an invitation link" : `invited ${push.name}`),
  uninvited: (push) => (push.name ? `took back the invitation of ${push.name}` : "ended an invitation link"),
  link: () => "made an invitation link",
  role: (push) => `made ${push.name} ${ROLES[push.role] ?? push.role}`,
  kicked: (push) => `removed ${push.name}${because(push)}`,
  banned: (push) => `banned ${push.name}${forSpan(push)}${because(push)}`,
  unbanned: (push) => `lets ${push.name} in again`,
  muted: (push) => `muted ${push.name}${forSpan(push)}${because(push)}`,
  unmuted: (push) => `lets ${push.name} speak again`,
  pinned: (push) => `pinned #${push.of}`,
  unpinned: (push) => `unpinned #${push.of}`,
};

/** The types of pushes that have a sentence. */
export const CHANGES = new Set(Object.keys(SENTENCES));

/**
 * @param {object} push - a change of a room, as the server tells it
 * @returns {string} such as "Ann made Ben a moderator"
 */
export function sentenceOf(push) {
  return `${push.from} ${SENTENCES[push.type](push)}`;
}

/** What somebody reads who was put out of `room`, such as "You were banned from tides for 1 day: enough". */
export function sentenceOfOut(push, room) {
  const done = push.type === "banned" ? "banned" : "removed";
  return `You were ${done} from ${room}${forSpan(push)}${because(push)}`;
}

function settingOf([name, value]) {
  return SETTINGS[name]?.(value) ?? `set ${name} to ${value}`;
}

function because(push) {
  return push.reason ? `: ${push.reason}` : "";
}

function forSpan(push) {
  return push.seconds ? ` for ${spanOf(push.seconds)}` : "";
}

const UNITS = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
];

/** @param {number} seconds @returns {string} such as "10 minutes" */
export function spanOf(seconds) {
  const [size, unit] = UNITS.find(([each]) => seconds >= each && seconds % each === 0) ?? [1, "second"];
  const count = Math.round(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
