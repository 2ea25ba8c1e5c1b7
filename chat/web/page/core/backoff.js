// How long to wait before the next try.

import { fraction } from "./ids.js";

const FIRST = 500;
const MOST = 30_000;
/** A server that is full, or goes down, is left alone for at least this long. */
const BUSY = 2_000;

/** @param {(count: number) => Uint8Array} random */
export function createBackoff(random) {
  let tries = 0;
  return {
    /** @returns {number} milliseconds: 500, doubling to 30,000, each 50 % more or less */
    next(isBusy = false) {
      const delay = Math.min(FIRST * 2 ** tries, MOST) * (0.5 + fraction(random));
      tries += 1;
      return Math.round(isBusy ? Math.max(delay, BUSY + delay / 4) : delay);
    },
    reset() {
      tries = 0;
    },
  };
}
