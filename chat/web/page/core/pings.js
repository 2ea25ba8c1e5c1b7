// Notices a line that is dead although nobody closed it.

/** Milliseconds of silence after which the server is asked for a sign of life, while the page is visible. */
export const SILENCE = 20_000;
/** Milliseconds that the sign of life may take. */
export const PATIENCE = 5_000;

/**
 * @param {{timers: object, now: () => number, ask: () => void, dead: () => void}} parts `ask` sends a ping; `dead` is
 *   called when nothing came after it
 */
export function createPings({ timers, now, ask, dead }) {
  let heardAt = 0;
  let silence = null;
  let answer = null;
  let isVisible = true;

  function stop() {
    timers.clear(silence);
    timers.clear(answer);
    silence = answer = null;
  }
  function check() {
    silence = null;
    if (!isVisible) {
      return;
    }
    const left = heardAt + SILENCE - now();
    if (left > 0) {
      silence = timers.set(check, left);
    } else {
      askNow();
    }
  }
  function askNow() {
    if (answer === null) {
      answer = timers.set(() => {
        stop();
        dead();
      }, PATIENCE);
      ask();
    }
  }
  return {
    /** The line is open; from now on it is watched, until `stop`. */
    start() {
      stop();
      heardAt = now();
      check();
    },
    /** Something came. */
    heard() {
      heardAt = now();
      if (answer !== null) {
        timers.clear(answer);
        answer = null;
      }
      if (silence === null) {
        check();
      }
    },
    stop,
    askNow,
    /** Says whether anybody can see the page. */
    visible(value) {
      isVisible = value;
      timers.clear(silence);
      silence = null;
    },
  };
}
