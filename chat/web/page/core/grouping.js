// From rows to what is drawn: heads, days, the "New" line, comings and goings; in pages that stay the same objects.

import { sentenceOfComings } from "./comings.js";
import { isToRead } from "./counting.js";
import { fold } from "./names.js";

/** Rows of one person share a head for this long. */
const TOGETHER = 5 * 60_000;
/** In rooms with more people nobody is told who comes and goes. */
const MOST_PEOPLE = 20;
/** Items of one page, at most. */
const PAGE = 50;

/**
 * @typedef {{type: "row"|"change", key: string, row: import("./shapes.js").Row, isHead: boolean}|
 *   {type: "day", key: string, day: string, at: number}|{type: "new", key: string}|
 *   {type: "comings", key: string, text: string, at: number}} Item
 * @typedef {{key: string, items: Item[]}} Page
 */

/**
 * Makes a function for one list on the screen. It remembers what it gave last, and gives the same objects for what is
 * still the same: compare pages, and items, by `===`.
 * @param {{dayOf: (at: number) => string}} dates
 * @returns {(place: import("./shapes.js").Place) => Page[]}
 */
export function createGrouping(dates) {
  let before = { place: "", pages: [], items: new Map(), starts: new Set() };

  return (place) => {
    if (before.place !== place.key) {
      before = { place: place.key, pages: [], items: new Map(), starts: new Set() };
    }
    const items = itemsOf(place, dates).map((item) => sameOr(before.items.get(item.key), item));
    const pages = keptPages(pagesOf(items, before.starts), before.pages);
    before = {
      place: place.key,
      pages,
      items: new Map(items.map((item) => [item.key, item])),
      starts: new Set(pages.map((page) => page.key)),
    };
    return pages;
  };
}

/** @returns {Item[]} what is drawn for a place, from the top to the bottom */
export function itemsOf(place, dates) {
  const items = [];
  const lister = { items, dates, day: null, head: null, comings: [], showsComings: place.count <= MOST_PEOPLE };
  let isNewDue = place.newFrom !== null;
  for (const row of place.rows) {
    if (row.kind === "joined" || row.kind === "left") {
      lister.comings.push(row);
      continue;
    }
    flushComings(lister);
    addDay(lister, row);
    if (isNewDue && row.seq !== null && row.seq >= place.newFrom && isToRead(row)) {
      isNewDue = false;
      items.push({ type: "new", key: "new" });
      lister.head = null;
    }
    addRow(lister, row);
  }
  flushComings(lister);
  return items;
}

function addDay(lister, row) {
  const day = row.at === null ? lister.day : lister.dates.dayOf(row.at);
  if (day !== null && day !== lister.day) {
    lister.day = day;
    lister.head = null;
    lister.items.push({ type: "day", key: `d${day}`, day, at: row.at });
  }
}

function addRow(lister, row) {
  if (row.kind === "change") {
    lister.items.push({ type: "change", key: row.key, row, isHead: false });
    lister.head = null;
    return;
  }
  const { head } = lister;
  const isHead = head === null || fold(head.from) !== fold(row.from) || isLater(head, row) || row.answers !== null;
  lister.items.push({ type: "row", key: row.key, row, isHead });
  lister.head = isHead ? row : head;
}

function isLater(head, row) {
  return head.at !== null && row.at !== null && row.at - head.at > TOGETHER;
}

function flushComings(lister) {
  const rows = lister.comings.filter((row) => !row.isMine);
  lister.comings = [];
  const text = lister.showsComings ? sentenceOfComings(rows) : "";
  if (text !== "") {
    addDay(lister, rows[0]);
    lister.items.push({ type: "comings", key: `c${rows[0].key}`, text, at: rows[0].at });
    lister.head = null;
  }
}

function pagesOf(items, starts) {
  const pages = [];
  for (const item of items) {
    const page = pages.at(-1);
    if (page === undefined || starts.has(item.key) || page.items.length >= PAGE) {
      pages.push({ key: item.key, items: [item] });
    } else {
      page.items.push(item);
    }
  }
  return pages;
}

function keptPages(pages, before) {
  const known = new Map(before.map((page) => [page.key, page]));
  const next = pages.map((page) => {
    const old = known.get(page.key);
    return old !== undefined && isSameList(old.items, page.items) ? old : page;
  });
  return isSameList(next, before) ? before : next;
}

function isSameList(one, other) {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

function sameOr(before, item) {
  if (before === undefined) {
    return item;
  }
  const isSame = Object.keys(item).every((name) => before[name] === item[name]);
  return isSame ? before : item;
}
