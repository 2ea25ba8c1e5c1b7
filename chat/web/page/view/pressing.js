// A long press with a finger: it opens the menu of a message.

const LONG = 450;
const STILL = 10;

/**
 * Called when a long press has done its work while the finger is still down: the click that comes when the finger goes
 * is not meant for anything, least of all for the menu that has come up below it.
 */
export function ignoreClickOfPress() {
  const swallow = (event) => {
    event.preventDefault();
    event.stopPropagation();
    forget();
  };
  const ends = ["pointerdown", "keydown"];
  const forget = () => {
    removeEventListener("click", swallow, true);
    ends.forEach((type) => removeEventListener(type, forget, true));
  };
  addEventListener("click", swallow, true);
  ends.forEach((type) => addEventListener(type, forget, true));
}

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
    this.timer = setTimeout(() => {
      ignoreClickOfPress();
      this.act(row, element);
    }, LONG);
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
