// The rows that somebody is at: the one under the mouse, and the one that has the focus, or has it inside.

const keyAt = (element) => element?.closest?.("li[data-key]")?.dataset.key ?? null;

/**
 * Knows which rows are active, and draws a row again when that changes: no other row, and not the list. Give its
 * functions to the events of the list.
 */
export class ActiveRows {
  constructor() {
    this.rows = new Map();
    this.over = null;
    this.focus = null;
    this.onMouseOver = (event) => this.#change("over", keyAt(event.target));
    this.onMouseLeave = () => this.#change("over", null);
    this.onFocusIn = (event) => this.#change("focus", keyAt(event.target));
    this.onFocusOut = (event) => this.#change("focus", keyAt(event.relatedTarget));
  }

  /** A row, which is a component with `setState`, is in the document from now on. */
  add(key, row) {
    this.rows.set(key, row);
  }

  /** It is gone, unless another one has its place already. */
  remove(key, row) {
    if (this.rows.get(key) === row) this.rows.delete(key);
  }

  /** Draw this row again, if it is in the document: something is to be said there that is no part of the message. */
  draw(key) {
    this.rows.get(key)?.forceUpdate();
  }

  isActive(key) {
    return key === this.over || key === this.focus;
  }

  #change(way, key) {
    const before = this[way];
    if (key === before) return;
    this[way] = key;
    for (const each of [before, key]) this.rows.get(each)?.setState({ isActive: this.isActive(each) });
  }
}
