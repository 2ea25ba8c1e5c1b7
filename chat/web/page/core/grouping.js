// From rows to what is drawn: heads, days, the "New" line, comings and goings; in pages that stay the same objects.

import { sentenceOfComings } from "./comings.js";
import { isToRead } from "./counting.js";
import { isSame } from "./names.js";

/** Rows of one person share a head for this long. */
const TOGETHER = 5 * 60_000;
/** In rooms with more people nobody is told who comes and goes. */
const MOST_PEOPLE = 20;
/** A page with this many items is full. */
const PAGE = 50;

/**
 * @typedef {{type: "row"|"change", key: string, row: import("./shapes.js").Row, isHead: boolean}|
 *   {type: "day", key: string, day: string, at: number}|{type: "new", key: string}|
 *   {type: "comings", key: string, text: string, at: number}} Item
 * @typedef {{key: string, items: Item[]}} Page - its key stays the same while rows come and go at its edges
 * @typedef {{page: Page, rows: import("./shapes.js").Row[], begin: object, end: object}} Stretch - a page, the rows that
 *   it was made of, and what the lister knew before and after them
 */

/**
 * Makes a function for one list on the screen. It remembers what it gave last, and gives the same objects for what is
 * still the same: compare pages, and items, by `===`. Only pages whose rows changed are looked into.
 * @param {{dayOf: (at: number) => string}} dates
 * @returns {(place: import("./shapes.js").Place) => Page[]}
 */
export function createGrouping(dates) {
  let made = createItems();
  let before = { place: null, rows: [], newFrom: null, showsComings: true, stretches: [], pages: [] };
  let next = 1;

  return (place) => {
    const { key, rows, newFrom } = place;
    const showsComings = place.count <= MOST_PEOPLE;
    const isPlace = key === before.place;
    const isAlike = isPlace && newFrom === before.newFrom && showsComings === before.showsComings;
    if (isAlike && rows === before.rows) {
      return before.pages;
    }
    if (!isPlace) {
      made = createItems();
    }
    const lister = createLister(place, dates, made);
    const known = isPlace ? before.stretches : [];
    const stretches = stretchesOf(rows, lister, { known, isAlike, newKey: () => `p${next++}` });
    const pages = stretches.map(({ page }) => page).filter(({ items }) => items.length > 0);
    before = { place: key, rows, newFrom, showsComings, stretches, pages: sameListOr(before.pages, pages) };
    return before.pages;
  };
}

/** @returns {Item[]} what is drawn for a place, from the top to the bottom */
export function itemsOf(place, dates) {
  const lister = createLister(place, dates, createItems());
  return stretchesOf(place.rows, lister, { known: [], newKey: () => "" }).flatMap(({ page }) => page.items);
}

/** @returns {Stretch[]} of these rows; those of `known` that are still right are taken over, if `isAlike` */
function stretchesOf(rows, lister, { known, isAlike, newKey }) {
  const byFirst = new Map(known.map((stretch) => [stretch.rows[0].key, stretch]));
  const stretches = [];
  let open = null;
  let index = 0;
  while (index < rows.length) {
    const old = byFirst.get(rows[index].key) ?? (index === 0 ? cutOff(known, rows[0]) : undefined);
    if (old !== undefined && isAlike && isKept(old, rows, index, lister.state, byFirst)) {
      stretches.push(old);
      lister.state = old.end;
      index += old.rows.length;
      open = null;
      continue;
    }
    if (open === null || old !== undefined || open.items.length >= PAGE) {
      open = { old, items: [], begin: lister.state, from: index };
      stretches.push(open);
    }
    const end = endOfUnit(rows, index);
    open.items.push(...lister.list(rows, index, end));
    open.to = end;
    open.end = lister.state;
    index = end;
  }
  return stretches.map((each) => (each.page === undefined ? closed(each, rows, newKey) : each));
}

function closed({ old, items, begin, end, from, to }, rows, newKey) {
  const isKept = old !== undefined && isSameList(old.page.items, items);
  const page = isKept ? old.page : { key: old?.page.key ?? newKey(), items };
  return { page, rows: rows.slice(from, to), begin, end };
}

/** The stretch that lost the rows before `row`: its page stays the same one. */
function cutOff(known, row) {
  return known.find((stretch) => stretch.rows.includes(row));
}

/** Whether a stretch would come out the same again: its rows, and what stands before them, are the same. */
function isKept({ page, rows: own, begin }, rows, index, state, byFirst) {
  const next = rows[index + own.length];
  // What follows would go into a page that is not full, or belongs to the last line.
  const isOpen = next !== undefined && page.items.length < PAGE && !byFirst.has(next.key);
  const isCut = next !== undefined && isComing(next) && isComing(own[own.length - 1]);
  return !isOpen && !isCut && isSameState(begin, state) && own.every((row, at) => row === rows[index + at]);
}

function isSameState(one, other) {
  return one.day === other.day && one.head === other.head && one.isNewDue === other.isNewDue;
}

/** Where the rows end that are drawn together from `index` on: one, or all comings and goings of a quiet stretch. */
function endOfUnit(rows, index) {
  let end = index + 1;
  while (isComing(rows[index]) && end < rows.length && isComing(rows[end])) {
    end += 1;
  }
  return end;
}

function isComing(row) {
  return row.kind === "joined" || row.kind === "left";
}

/**
 * Goes through the rows of a place. Its `state` says all that it knows of the rows before: the day, the row with the
 * head, and whether the "New" line is still to come. `list(rows, from, to)` gives the items of the next ones.
 */
function createLister(place, dates, made) {
  const showsComings = place.count <= MOST_PEOPLE;
  const lister = { state: { day: null, head: null, isNewDue: place.newFrom !== null }, list };

  function know(part) {
    lister.state = { ...lister.state, ...part };
  }
  function list(rows, from, to) {
    const items = [];
    if (isComing(rows[from])) {
      addComings(items, rows.slice(from, to).filter((row) => !row.isMine));
      return items;
    }
    const row = rows[from];
    addDay(items, row);
    if (lister.state.isNewDue && row.seq !== null && row.seq >= place.newFrom && isToRead(row)) {
      know({ isNewDue: false, head: null });
      items.push(NEW);
    }
    addRow(items, row);
    return items;
  }
  function addDay(items, row) {
    const day = row.at === null ? lister.state.day : dates.dayOf(row.at);
    if (day !== null && day !== lister.state.day) {
      know({ day, head: null });
      items.push(made.divider({ type: "day", key: `d${day}`, day, at: row.at }, "day"));
    }
  }
  function addRow(items, row) {
    const { head } = lister.state;
    if (row.kind === "change") {
      items.push(made.row(row, "change", false));
      know({ head: null });
      return;
    }
    const isHead = head === null || row.answers !== null || !isSame(head.from, row.from) || isLater(head, row);
    items.push(made.row(row, "row", isHead));
    if (isHead) {
      know({ head: row });
    }
  }
  function addComings(items, rows) {
    const text = showsComings ? sentenceOfComings(rows) : "";
    if (text !== "") {
      addDay(items, rows[0]);
      items.push(made.divider({ type: "comings", key: `c${rows[0].key}`, text, at: rows[0].at }, "text"));
      know({ head: null });
    }
  }
  return lister;
}

const NEW = { type: "new", key: "new" };

function isLater(head, row) {
  return head.at !== null && row.at !== null && row.at - head.at > TOGETHER;
}

/** Makes items, and gives the ones that it made before for the same rows, days and sentences. */
function createItems() {
  const byRow = new WeakMap();
  const byKey = new Map();
  return {
    row(row, type, isHead) {
      const known = byRow.get(row);
      if (known?.isHead === isHead) {
        return known;
      }
      const item = { type, key: row.key, row, isHead };
      byRow.set(row, item);
      return item;
    },
    /** `part` names what a divider shows: with another one it is another item. */
    divider(item, part) {
      const known = byKey.get(item.key);
      if (known?.[part] === item[part]) {
        return known;
      }
      byKey.set(item.key, item);
      return item;
    },
  };
}

function sameListOr(before, list) {
  return isSameList(before, list) ? before : list;
}

function isSameList(one, other) {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}
