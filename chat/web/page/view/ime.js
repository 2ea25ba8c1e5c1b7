// What the composer knows of the input method with which people write Japanese, Chinese or Korean.

import { enterMeans } from "../core/ime.js";

/** Notes the composition's events of one field. `now()` is in milliseconds. */
export class Composition {
  constructor(now) {
    this.now = now;
    this.isRunning = false;
    this.composed = "";
    this.endedAt = -Infinity;
    // Enter was pressed on what leaves nothing to choose: it is sent as soon as it is whole.
    this.sendsAfter = false;
  }

  start() {
    this.isRunning = true;
    this.composed = "";
    this.sendsAfter = false;
  }

  update(event) {
    this.composed = event.data ?? "";
  }

  /** @returns {boolean} whether the text is to be sent now */
  end(event) {
    this.isRunning = false;
    this.composed = event.data ?? this.composed;
    this.endedAt = this.now();
    const sends = this.sendsAfter;
    this.sendsAfter = false;
    return sends;
  }

  /** Whether a key belongs to the input method. */
  has(event) {
    return this.isRunning || event.isComposing || event.keyCode === 229;
  }

  /** What Enter means now: see core/ime.js. */
  enter(event, isTouch) {
    const meaning = enterMeans({
      isComposing: this.isRunning || event.isComposing,
      keyCode: event.keyCode,
      sinceEnd: this.now() - this.endedAt,
      composed: this.composed,
      isShift: event.shiftKey,
      isOther: event.ctrlKey || event.altKey || event.metaKey,
      isTouch,
    });
    this.sendsAfter ||= meaning === "after";
    return meaning;
  }
}
