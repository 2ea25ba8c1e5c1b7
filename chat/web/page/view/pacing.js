// How often views hear of changes: a burst of messages is drawn once a frame.

/** No frame comes while the page is hidden; its title is to be right all the same. In milliseconds. */
const LONGEST = 100;

const paces = new WeakMap();

/**
 * Subscribes to a source of changes, such as the chat. A change is told at once, unless one was told in this frame
 * already: those that follow are told together, in the next frame.
 * @param {{subscribe: (listener: () => void) => () => void}} source - all its listeners here have one pace
 * @param {() => void} listener
 * @returns {() => void} ends it
 */
export function subscribePaced(source, listener) {
  if (!paces.has(source)) paces.set(source, createPace(source));
  const listeners = paces.get(source);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function createPace(source) {
  const listeners = new Set();
  let hasTold = false;
  let isDue = false;
  const changed = () => {
    isDue = hasTold;
    if (hasTold) return;
    hasTold = true;
    for (const listener of [...listeners]) listener();
    inNextFrame(() => {
      hasTold = false;
      if (isDue) changed();
    });
  };
  source.subscribe(changed);
  return listeners;
}

function inNextFrame(act) {
  const once = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    act();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, LONGEST);
}
