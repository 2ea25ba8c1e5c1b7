// The box that jumps (Ctrl+K), and the search for messages.

import { badgeOf } from "./counting.js";
import { fold, personKey, roomKey } from "./names.js";
import { ranked } from "./ranking.js";
import { rowOf } from "./reading_pushes.js";

const MOST = 30;

/**
 * @typedef {{type: "place"|"person"|"action", key: string, label: string, place: object?, action: object?}} Jump
 */

/**
 * Where one may jump to. Without anything typed: what is unread, the loudest first, then the other places.
 * @param {import("./shapes.js").State} state
 * @param {string} typed - "#" asks for rooms only, "@" for people
 * @param {{key: string, label: string}[]} actions - what else can be done, such as settings
 * @returns {Jump[]}
 */
export function jumps(state, typed, actions = []) {
  const sign = /^[#＃]/u.test(typed) ? "#" : /^[@＠]/u.test(typed) ? "@" : "";
  const words = typed.trim().replace(/^[#＃@＠]/u, "");
  const places = [...state.places.values()].sort((one, other) => urgency(other, state.open) - urgency(one, state.open));
  const known = places.map((place) => ({ type: "place", key: place.key, label: place.name, place, action: null }));
  const people = [...state.people.values()]
    .filter(({ name }) => !state.places.has(personKey(name)) && fold(name) !== fold(state.me?.name ?? ""))
    .map(({ name }) => ({ type: "person", key: personKey(name), label: name, place: null, action: null }));
  const acts = actions.map((action) => ({ type: "action", key: action.key, label: action.label, place: null, action }));
  const all = [...known, ...people, ...(sign === "" ? acts : [])];
  const wanted = sign === "" ? all : all.filter(({ key }) => (key[0] === "@") === (sign === "@"));
  return words === "" ? wanted.slice(0, MOST) : ranked(wanted, words, (jump) => jump.label, MOST);
}

// What is new in the place on the screen stands there.
function urgency(place, open) {
  const { count, isLoud } = badgeOf(place);
  return count === 0 || place.key === open ? 0 : isLoud ? 2 : 1;
}

/**
 * @typedef {{key: string, kind: "room"|"direct", name: string, row: import("./shapes.js").Row}} Found
 */

/**
 * Ask the server for messages, the newest first.
 * @param {object} chat
 * @param {string} query - words, and any of `from:`, `in:`, `mentions:me`, `before:`, `after:`
 * @param {number?} [next] - of the answer before, for the next page
 * @param {{place?: object, limit?: number}} [bounds] - search only this place; have up to so many at once
 * @returns {Promise<{found: Found[], next: number?}>} `next` is null at the end. A page may be empty, and another follow
 */
export async function searchMessages(chat, query, next = null, { place = null, limit } = {}) {
  const { me } = chat.state;
  const asked = place?.kind === "direct" ? { query: `${query} in:@${place.name}` } : { query };
  const room = place !== null && place.kind !== "direct" ? { room: place.name } : {};
  const more = { ...room, ...(limit === undefined ? {} : { limit }), ...(next === null ? {} : { next }) };
  const { ack, pushes } = await chat.ask({ type: "search", ...asked, ...more });
  const found = pushes
    .filter((push) => push.type === "message")
    .map((push) => {
      const isMine = fold(push.from) === fold(me.name);
      const name = push.to ? (isMine ? push.to : push.from) : push.room;
      const kind = push.to ? "direct" : "room";
      return { key: push.to ? personKey(name) : roomKey(name), kind, name, row: rowOf(push, me) };
    });
  return { found, next: ack.next ?? null };
}

/**
 * What was found, by place: the place of the newest one first.
 * @param {Found[]} found
 * @returns {{key: string, kind: "room"|"direct", name: string, rows: import("./shapes.js").Row[]}[]}
 */
export function byPlace(found) {
  const groups = new Map();
  for (const { key, kind, name, row } of found) {
    const group = groups.get(key) ?? { key, kind, name, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * A long text, cut so that what is lit can be seen.
 * @param {string} text
 * @param {string[]} words - as `wordsOf` gives them
 * @param {number} [most] - characters
 */
export function excerptOf(text, words, most = 240) {
  const flat = text.replace(/\s+/gu, " ").trim();
  if (flat.length <= most) {
    return flat;
  }
  const lit = litParts(flat, words);
  const before = lit.findIndex((part) => part.isLit);
  const at = before < 0 ? 0 : lit.slice(0, before).reduce((sum, part) => sum + part.text.length, 0);
  const begin = at < most / 2 ? 0 : flat.lastIndexOf(" ", at - most / 4) + 1;
  const cut = [...flat.slice(begin)].slice(0, most).join("");
  return `${begin > 0 ? "… " : ""}${cut}${begin + cut.length < flat.length ? " …" : ""}`;
}

/**
 * The words of a query that are to be lit: no operators.
 * @param {string} query
 * @returns {string[]} folded
 */
export function wordsOf(query) {
  return query
    .split(/\s+/u)
    .filter((word) => word !== "" && !/^(?:from|in|mentions|before|after|next):/iu.test(word))
    .map(plainOf);
}

// Without case and accents, as the server searches.
function plainOf(text) {
  return fold(text)
    .normalize("NFD")
    .replace(/\p{M}+/gu, "");
}

/**
 * A text in parts, of which those that have a word are lit. Together they are the text.
 * @param {string} text
 * @param {string[]} words - as `wordsOf` gives them
 * @returns {{text: string, isLit: boolean}[]}
 */
export function litParts(text, words) {
  const chars = [...text];
  const plain = chars.map(plainOf);
  const starts = [];
  let all = "";
  for (const char of plain) {
    starts.push(all.length);
    all += char;
  }
  starts.push(all.length);
  const lit = new Array(chars.length).fill(false);
  for (const word of words.filter((each) => each !== "")) {
    for (let at = all.indexOf(word); at >= 0; at = all.indexOf(word, at + word.length)) {
      markFrom(lit, starts, at, at + word.length);
    }
  }
  return joined(chars, lit);
}

function markFrom(lit, starts, begin, end) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= begin) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  for (let index = low; index < lit.length && starts[index] < end; index += 1) {
    lit[index] = true;
  }
}

function joined(chars, lit) {
  const parts = [];
  for (const [index, char] of chars.entries()) {
    const last = parts.at(-1);
    if (last?.isLit === lit[index]) {
      last.text += char;
    } else {
      parts.push({ text: char, isLit: lit[index] });
    }
  }
  return parts;
}
