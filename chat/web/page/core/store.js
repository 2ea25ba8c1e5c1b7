// Holds the state, and tells whoever wants to know when there is another.

/**
 * @template T
 * @param {T} first
 * @returns {{state: T, update: (change: (state: T) => T) => void, subscribe: (listener: (state: T) => void) => () => void}}
 */
export function createStore(first) {
  let state = first;
  const listeners = new Set();
  return {
    get state() {
      return state;
    },
    /** `change` makes the next state; if that is another object, everybody is told at once, once for each change. */
    update(change) {
      const next = change(state);
      if (next === state) {
        return;
      }
      state = next;
      for (const listener of [...listeners]) {
        listener(state);
      }
    },
    /** From now on `listener` is called with each new state, until the function that comes back is called. */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
