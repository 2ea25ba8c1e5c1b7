// A long press with a finger: it opens the menu of a message.

const LONG = 450;
const STILL = 10;

/** Give its functions to the pointer's events of the list. `act(row, element)` is called after a long press. */
export class LongPress {
  constructor(act, rowOf) {
    this.act = act;
    this.rowOf = rowOf;
    this.timer = null;
    this.cancel = this.cancel.bind(this);
    this.move = this.move.bind(this);
    this.contextMenu = this.contextMenu.bind(this);
  }

  start(event) {
    this.cancel();
    this.isTouch = event.pointerType === "touch";
    const element = event.target.closest?.("li[data-key]");
    const row = element && this.rowOf(element.dataset.key);
    if (!this.isTouch || row?.kind !== "message") return;
    this.from = { x: event.clientX, y: event.clientY };
    this.timer = setTimeout(() => this.act(row, element), LONG);
  }

  move(event) {
    if (this.timer && Math.hypot(event.clientX - this.from.x, event.clientY - this.from.y) > STILL) this.cancel();
  }

  /** The browser's own menu would lie over ours. With a mouse it stays. */
  contextMenu(event) {
    if (this.isTouch && event.target.closest?.("li[data-key]")) event.preventDefault();
  }

  cancel() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}
