// Which pages of a place are in the document: a span of those that core/grouping.js makes. It is named by items, which
// keep their keys when pages are cut in another way.

/** Items on each side of what is looked at, at least. */
const BESIDE = 50;

/**
 * @typedef {{first: string?, last: string?}} Span - keys of items, of the first page and of the last one; null for
 *   the first or last page of all, whichever that is
 */

const indexOfItem = (pages, key) => pages.findIndex((page) => page.items.some((item) => item.key === key));

/** The key of an item that this page will keep: dividers of days move when older rows come in. */
const keyIn = (page) => (page.items.find((item) => item.type === "row" || item.type === "change") ?? page.items[0]).key;

/** The indices of the first and of the last page of the span. What is not here any more bounds nothing. */
function boundsOf(pages, { first, last }) {
  const from = first === null ? 0 : Math.max(0, indexOfItem(pages, first));
  const to = last === null ? -1 : indexOfItem(pages, last);
  return { from, to: to < 0 ? pages.length - 1 : Math.max(from, to) };
}

/** The span of the pages from `from` to `to`. */
function spanOf(pages, from, to) {
  return {
    first: from <= 0 ? null : keyIn(pages[from]),
    last: to >= pages.length - 1 ? null : keyIn(pages[to]),
  };
}

/** The index of the page with which `count` items are passed, from `index` on, which does not count, in steps of 1 or -1. */
function walked(pages, index, step, count) {
  let at = index;
  for (let left = count; left > 0 && pages[at + step]; at += step) left -= pages[at + step].items.length;
  return at;
}

/** The pages of the span. */
export function pagesIn(pages, span) {
  const { from, to } = boundsOf(pages, span);
  return pages.slice(from, to + 1);
}

/** The span of the last pages. */
export const spanAtEnd = (pages) => spanOf(pages, walked(pages, pages.length, -1, 2 * BESIDE), pages.length - 1);

/** The span around the item with this key. */
export function spanAround(pages, key) {
  const index = Math.max(0, indexOfItem(pages, key));
  return spanOf(pages, walked(pages, index, -1, BESIDE), walked(pages, index, 1, BESIDE));
}

/** The span with a page more before it; the same object if there is none. */
export function earlier(pages, span) {
  const { from, to } = boundsOf(pages, span);
  return from === 0 ? span : { first: spanOf(pages, from - 1, to).first, last: span.last };
}

/** The span with a page more after it; the same object if there is none. */
export function later(pages, span) {
  const { from, to } = boundsOf(pages, span);
  return span.last === null || to >= pages.length - 1
    ? span.last === null ? span : { ...span, last: null }
    : { first: span.first, last: spanOf(pages, from, to + 1).last };
}

/** The row that the "New" line stands before; undefined if that line is not here. */
export function newRowIn(pages) {
  for (const [index, { items }] of pages.entries()) {
    const at = items.findIndex((item) => item.type === "new");
    if (at >= 0) return (items[at + 1] ?? pages[index + 1]?.items[0])?.row;
  }
  return undefined;
}
