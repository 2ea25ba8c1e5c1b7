// Keeps the row under the eye where it is. Browsers anchor by themselves only away from the top, and not all of them:
// `overflow-anchor` is off, and this does it by hand.

/** This near to its end a list counts as read to its end, and follows what comes. In CSS pixels. */
export const NEAR_END = 40;
// Rows of the screen that are looked at, to find the one that is held.
const MOST_LOOKED_AT = 60;

/** The id in the document of the line with this key. */
export const idOfRow = (key) => `row-${key}`;

/**
 * What of a row stays where it is: what was said. Its head, and a divider above it, go when an older row of the same
 * person and day comes in above.
 */
const textOf = (row) => row.querySelector(".text, .gone-text, .file") ?? row;

/** The place of a list: at its end, or some row at some distance from the upper edge. */
export class Anchor {
  /** @param {HTMLElement} scroller - it scrolls; every `[data-key]` in it is a row */
  constructor(scroller) {
    this.scroller = scroller;
    this.isPinned = true;
    /** @type {Array<{key: string, seq: number?, offset: number, isText: boolean}>} */
    this.rows = [];
    this.own = -1;
  }

  /** How far it is to the end. */
  get left() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** Whether the last `scroll` came from `restore`, or from a layout that `restore` answered: then nobody scrolled. */
  get isOwn() {
    return Math.abs(this.scroller.scrollTop - this.own) < 1;
  }

  /** Take the place as it is now. At the end it is pinned, if `hasEnd`: if the last message is in the document. */
  remember(hasEnd) {
    this.isPinned = hasEnd && this.left <= NEAR_END;
    const { top, height } = this.scroller.getBoundingClientRect();
    const seen = visibleRows(this.scroller, MOST_LOOKED_AT);
    const topOf = (element) => element.getBoundingClientRect().top - top;
    // The eye is at a third of the screen. The others are for the case that this row goes.
    const held = seen.findLastIndex((row) => topOf(row) <= height / 3);
    const rows = seen.map((row) => ({
      key: row.dataset.key,
      seq: row.dataset.seq ? Number(row.dataset.seq) : null,
      offset: topOf(textOf(row)),
      isText: true,
    }));
    this.rows = held < 0 ? rows : [rows[held], ...rows.slice(held + 1), ...rows.slice(0, held).reverse()];
    this.own = this.scroller.scrollTop;
  }

  /** Go to the end, and stay there. */
  pin() {
    this.isPinned = true;
    this.restore();
  }

  /** Put the row with this key, or its text, `offset` pixels below the upper edge, and keep it there. */
  hold(key, offset, isText = false) {
    this.isPinned = false;
    this.rows = [{ key, seq: null, offset, isText }];
    this.restore();
  }

  /** Move what is on the screen back to where it was. False if that is not known any more. */
  restore() {
    const { scroller } = this;
    const isDone = this.isPinned || this.#restoreRow();
    if (this.isPinned) scroller.scrollTop = scroller.scrollHeight;
    this.own = scroller.scrollTop;
    return isDone;
  }

  #restoreRow() {
    for (const { key, offset, isText } of this.rows) {
      const row = document.getElementById(idOfRow(key));
      if (!row) continue;
      const held = isText ? textOf(row) : row;
      const moved = held.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - offset;
      if (Math.abs(moved) > 0.01) this.scroller.scrollTop += moved;
      return true;
    }
    return false;
  }
}

/** The first of these elements, in the order of the document, that ends below `edge`. */
function firstBelow(elements, edge) {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (elements[middle].getBoundingClientRect().bottom <= edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Up to `most` rows from the upper edge of the screen on. Only whole pages are looked at, so that few are measured. */
export function visibleRows(scroller, most) {
  const { top, bottom } = scroller.getBoundingClientRect();
  const pages = scroller.getElementsByClassName("page");
  const found = [];
  for (let index = firstBelow(pages, top); index < pages.length && found.length < most; index += 1) {
    const rows = pages[index].children;
    for (let at = firstBelow(rows, top); at < rows.length && found.length < most; at += 1) {
      if (rows[at].getBoundingClientRect().top >= bottom) return found;
      if (rows[at].dataset.key) found.push(rows[at]);
    }
  }
  return found;
}

/** The highest seq that is on the screen, to its end or to more than half of the screen; 0 if there is none. */
export function lastVisibleSeq(scroller) {
  const { bottom } = scroller.getBoundingClientRect();
  let seq = 0;
  for (const row of visibleRows(scroller, 200)) {
    const box = row.getBoundingClientRect();
    if (box.bottom <= bottom + 4 || box.top < bottom - scroller.clientHeight / 2)
      seq = Math.max(seq, Number(row.dataset.seq || 0));
  }
  return seq;
}
