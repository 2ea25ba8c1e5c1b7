// Which messages somebody has read: those that were on the screen for a second, of a page that is seen and has the focus.

const LOOK = 1000;

/** Watches one list, and tells how far it was read. */
export class Reading {
  /**
   * @param {() => number} lastSeen - the highest seq on the screen
   * @param {(seq: number) => void} saw - is called with each new highest seq that was read
   */
  constructor(lastSeen, saw) {
    this.lastSeen = lastSeen;
    this.saw = saw;
    this.read = 0;
    this.timer = null;
    this.isHeld = false;
    this.look = this.look.bind(this);
    window.addEventListener("focus", this.look);
    document.addEventListener("visibilitychange", this.look);
  }

  /** Look again: something moved, or came. */
  look() {
    if (this.timer !== null || this.isHeld || !isLookedAt()) return;
    const seq = this.lastSeen();
    if (seq > this.read) this.timer = setTimeout(() => this.#tell(seq), LOOK);
  }

  /** Nothing more is read here until the list is opened again: somebody marked it as unread. */
  hold() {
    this.isHeld = true;
    this.stop();
  }

  /** Look no more. */
  close() {
    this.stop();
    window.removeEventListener("focus", this.look);
    document.removeEventListener("visibilitychange", this.look);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
  }

  #tell(seq) {
    this.timer = null;
    if (!isLookedAt()) return;
    const read = Math.min(seq, this.lastSeen());
    if (read > this.read) {
      this.read = read;
      this.saw(read);
    }
    this.look();
  }
}

/** Whether somebody has this page before their eyes. */
export const isLookedAt = () => document.visibilityState === "visible" && document.hasFocus();
