// What the composer offers while somebody types `@`, `#`, `/` or `:xx`.

import { helpFor } from "./commands.js";
import { EMOJI } from "./emoji.js";
import { fold } from "./names.js";
import { ranked } from "./ranking.js";

const MOST = 8;
const PERSON = /(^|[^\p{L}\p{N}_@/])[@＠]([\p{L}\p{N}\p{M}_\-\u200c\u200d]{0,64})$/u;
const ROOM = /(^|[^\p{L}\p{N}_#/])[#＃]([\p{L}\p{N}\p{M}_\-\u200c\u200d]{0,64})$/u;
const SHORT_NAME = /(^|[\s([{"'])[:：]([\p{L}][\p{L}\p{N}_+-]+)$/u;
const COMMAND = /^[/／](?![/／])(\S*)$/u;

/**
 * @typedef {{value: string, label: string, hint: string}} Option - `value` is put into the text, `label` and `hint`
 *   are shown
 * @typedef {{kind: "person"|"room"|"emoji"|"command", begin: number, end: number, options: Option[]}} Completion
 */

/**
 * @param {string} text - of the composer
 * @param {number} caret
 * @param {{people: string[], rooms: string[]}} names - those who are likelier first
 * @returns {Completion?} null where nothing is offered
 */
export function completionAt(text, caret, names) {
  const before = text.slice(Math.max(0, caret - 80), caret);
  const found =
    (caret <= 80 ? commandsAt(before, text) : null) ??
    namesAt(before, PERSON, "person", "@", names.people) ??
    namesAt(before, ROOM, "room", "#", names.rooms) ??
    emojiAt(before);
  if (found === null || found.options.length === 0) {
    return null;
  }
  return { kind: found.kind, begin: caret - found.size, end: caret, options: found.options };
}

function commandsAt(before, text) {
  const found = COMMAND.exec(before);
  if (found === null) {
    return null;
  }
  const options = helpFor(text.slice(0, before.length)).slice(0, MOST);
  return {
    kind: "command",
    size: before.length,
    options: options.map((row) => ({ value: `/${row.name}`, label: `/${row.usage}`, hint: row.help })),
  };
}

function namesAt(before, pattern, kind, sign, names) {
  const found = pattern.exec(before);
  if (found === null) {
    return null;
  }
  const options = ranked(names, found[2], (name) => name, MOST);
  return {
    kind,
    size: found[2].length + 1,
    options: options.map((name) => ({ value: sign + name, label: name, hint: "" })),
  };
}

function emojiAt(before) {
  const found = SHORT_NAME.exec(before);
  if (found === null) {
    return null;
  }
  const options = emojiFor(found[2], MOST);
  return {
    kind: "emoji",
    size: found[2].length + 1,
    options: options.map(([emoji, name]) => ({ value: emoji, label: name, hint: emoji })),
  };
}

/**
 * Emoji by their short names or, after those, by words of their names in Unicode.
 * @param {string} typed
 * @param {number} most
 * @returns {[string, string, string][]}
 */
export function emojiFor(typed, most) {
  const byName = ranked(EMOJI, typed, ([, name]) => name, most);
  const byWords = ranked(EMOJI, fold(typed).replaceAll("_", " "), ([, , words]) => words, most);
  return [...new Set([...byName, ...byWords])].slice(0, most);
}

/**
 * The text in which one of the options was taken.
 * @param {string} text
 * @param {Completion} completion
 * @param {Option} option
 * @returns {{text: string, caret: number}} the caret stands behind it, and behind the space that follows
 */
export function completed(text, { begin, end }, option) {
  const after = text.slice(end);
  const space = /^\s/u.test(after) ? "" : " ";
  const before = text.slice(0, begin) + option.value;
  return { text: before + space + after, caret: before.length + 1 };
}

/**
 * The people whom somebody in this place may mean: whoever spoke last first, then its members, then all who are here.
 * @param {import("./shapes.js").State} state
 * @param {string} key
 * @returns {string[]}
 */
export function peopleFor(state, key) {
  const place = state.places.get(key);
  const speakers = (place?.rows ?? []).filter((row) => row.kind === "message" && !row.isMine).map((row) => row.from);
  const members = (place?.members ?? []).map((member) => member.name);
  const online = [...state.people.values()].map((person) => person.name);
  const others = place?.kind === "direct" ? [place.name] : [];
  const all = [...speakers.reverse(), ...others, ...members, ...online];
  const names = new Map();
  for (const name of all) {
    if (!names.has(fold(name))) {
      names.set(fold(name), name);
    }
  }
  names.delete(fold(state.me?.name ?? ""));
  return [...names.values()];
}
