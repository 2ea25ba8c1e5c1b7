// The rows that are in the document: a span of pages, whose borders depend on seqs only, so that rows that come in
// before or after leave the other pages as they are.

/** Seqs of one page. */
export const PAGE_ROWS = 50;
/** Lines that are in the document, at most. */
export const MOST_LINES = 1000;

const isComing = (row) => row.kind === "joined" || row.kind === "left";

/** The page that a row belongs to. Rows that wait have no seq yet: they come last, on a page of their own. */
export const pageOf = (row) => (row.seq === null ? Infinity : Math.floor(row.seq / PAGE_ROWS));

/** The index of the first row whose page is at least `id`. */
export function firstOf(rows, id) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pageOf(rows[middle]) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the row with this `seq`, or of the first one after it; `rows.length` if there is none. */
export function indexOfSeq(rows, seq) {
  let index = firstOf(rows, Math.floor(seq / PAGE_ROWS));
  while (index < rows.length && rows[index].seq !== null && rows[index].seq < seq) index += 1;
  return index;
}

/** Whether both are the same rows. */
const isSame = (some, others) => some.length === others.length && some.every((row, index) => row === others[index]);

/** A page ends where the next one begins, but never within a stretch of comings and goings, which is one line. */
function borders(rows, from, to) {
  const starts = [];
  for (let index = from; index < to; index += 1) {
    const before = rows[index - 1];
    if (index === from || (pageOf(before) !== pageOf(rows[index]) && !(isComing(before) && isComing(rows[index]))))
      starts.push(index);
  }
  return starts;
}

/**
 * The pages of `rows` that lie in the `span`, from page `first` to page `last`.
 * A page that has not changed since `old` is the same object as there, so that it need not be drawn again.
 * @returns {Array<{id: number, rows: Row[], previous: Row?}>}
 */
export function pagesIn(rows, span, old = []) {
  const from = firstOf(rows, span.first);
  const to = span.last === Infinity ? rows.length : firstOf(rows, span.last + 1);
  const starts = borders(rows, from, to);
  const known = new Map(old.map((page) => [page.id, page]));
  return starts.map((start, index) => {
    const page = { id: pageOf(rows[start]), rows: rows.slice(start, starts[index + 1] ?? to), previous: rows[start - 1] };
    const before = known.get(page.id);
    return before && before.previous === page.previous && isSame(before.rows, page.rows) ? before : page;
  });
}

/** How many lines the rows from `from` to `to` take: a stretch of comings and goings is one. */
function linesOf(rows, from, to) {
  let lines = 0;
  for (let index = from; index < to; index += 1)
    if (index === from || !isComing(rows[index]) || !isComing(rows[index - 1])) lines += 1;
  return lines;
}

/** The index before which `lines` lines, counted back from `to`, begin. */
function back(rows, to, lines) {
  let index = to;
  for (let left = lines; index > 0 && left > 0; index -= 1)
    if (!isComing(rows[index - 1]) || index === to || !isComing(rows[index])) left -= 1;
  return index;
}

/** The index after `lines` lines, counted from `from`. */
function onward(rows, from, lines) {
  let index = from;
  for (let left = lines; index < rows.length && left > 0; index += 1)
    if (!isComing(rows[index]) || index === from || !isComing(rows[index - 1])) left -= 1;
  return index;
}

const idAt = (rows, index) => (index < rows.length ? pageOf(rows[index]) : Infinity);
const isEnd = (rows, index) => index >= rows.length || idAt(rows, index) === Infinity;

/** The span of the last rows, for at least `lines` lines. */
export function spanAtEnd(rows, lines = 2 * PAGE_ROWS) {
  const first = rows.length ? idAt(rows, Math.min(back(rows, rows.length, lines), rows.length - 1)) : 0;
  return { first, last: Infinity };
}

/** The span around the row at this index: at least `lines` lines on each side of it, where there are as many. */
export function spanAround(rows, index, lines = PAGE_ROWS) {
  const end = onward(rows, index, lines);
  return { first: idAt(rows, back(rows, index, lines)), last: isEnd(rows, end) ? Infinity : idAt(rows, end) };
}

/** Cut a span that has too many lines, at its end or (`atStart`) at its start. */
export function bounded(rows, span, atStart) {
  const from = firstOf(rows, span.first);
  const to = span.last === Infinity ? rows.length : firstOf(rows, span.last + 1);
  if (linesOf(rows, from, to) <= MOST_LINES) return span;
  if (atStart) {
    const kept = idAt(rows, back(rows, to, MOST_LINES));
    return { first: kept === Infinity ? kept : kept + 1, last: span.last };
  }
  return { first: span.first, last: idAt(rows, onward(rows, from, MOST_LINES)) - 1 };
}

/** The span with a page more before it; the same object if there are no rows for that. */
export function earlier(rows, span) {
  const from = firstOf(rows, span.first);
  if (from === 0) return span;
  return bounded(rows, { first: idAt(rows, back(rows, from, PAGE_ROWS)), last: span.last }, false);
}

/** The span with a page more after it; the same object if there are no rows for that. */
export function later(rows, span) {
  if (span.last === Infinity) return span;
  const end = onward(rows, firstOf(rows, span.last + 1), PAGE_ROWS);
  return bounded(rows, { first: span.first, last: isEnd(rows, end) ? Infinity : idAt(rows, end) }, true);
}
