// Comings and goings of a quiet stretch, in one line.

import { fold } from "./names.js";

const MOST_NAMES = 5;

/**
 * @param {import("./shapes.js").Row[]} rows - kinds "joined" and "left", by their time
 * @returns {string} such as "Carol and Omar came in, Ben left"; empty where everybody who left is back
 */
export function sentenceOfComings(rows) {
  const people = new Map();
  for (const row of rows) {
    const key = fold(row.from);
    const known = people.get(key);
    people.set(key, { name: row.from, first: known?.first ?? row.kind, last: row.kind });
  }
  const who = (first, last) =>
    [...people.values()].filter((each) => each.first === first && each.last === last).map((each) => each.name);
  const parts = [
    [who("joined", "joined"), "came in"],
    [who("left", "left"), "left"],
    [who("joined", "left"), "came and went"],
  ];
  return parts
    .filter(([names]) => names.length > 0)
    .map(([names, what]) => `${listed(names)} ${what}`)
    .join(", ");
}

/** @param {string[]} names @returns {string} "Ann", "Ann and Ben", "Ann, Ben and 7 others" */
export function listed(names) {
  const shown = names.length > MOST_NAMES ? names.slice(0, MOST_NAMES - 1) : names;
  const all = shown.length < names.length ? [...shown, `${names.length - shown.length} others`] : shown;
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
