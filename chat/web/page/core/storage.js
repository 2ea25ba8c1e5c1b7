// What the page remembers. `local` is kept for all tabs, `session` for this one. Values are anything that JSON can hold.

/**
 * @typedef {object} Store
 * @property {(name: string) => any} get - null where there is nothing
 * @property {(name: string, value: any) => void} set - null removes; what cannot be kept is forgotten
 * @typedef {{local: Store, session: Store, listen: (listener: (name: string, value: any) => void) => () => void}} Storage
 */

/**
 * The browser's storage. It may be full, or forbidden; then nothing is remembered, and nothing fails.
 * @param {{local: object?, session: object?, listen?: (listener: (name: string, text: string?) => void) => () => void}} parts
 *   the two storages of the window, and a way to hear of changes that other tabs make
 * @returns {Storage}
 */
export function createStorage({ local, session, listen = () => () => undefined }) {
  return {
    local: wrap(local),
    session: wrap(session),
    listen: (listener) => listen((name, text) => name !== null && listener(name, parsed(text))),
  };
}

/** A storage for tests, and for browsers that have none: it forgets all when the page goes. */
export function memoryStorage(local = new Map(), session = new Map()) {
  return createStorage({ local: mapped(local), session: mapped(session) });
}

function mapped(map) {
  return {
    getItem: (name) => map.get(name) ?? null,
    setItem: (name, text) => map.set(name, text),
    removeItem: (name) => map.delete(name),
  };
}

function wrap(storage) {
  return {
    get(name) {
      try {
        return parsed(storage.getItem(name));
      } catch {
        return null;
      }
    },
    set(name, value) {
      try {
        if (value === null) {
          storage.removeItem(name);
        } else {
          storage.setItem(name, JSON.stringify(value));
        }
      } catch {
        // It is full, or forbidden.
      }
    },
  };
}

function parsed(text) {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
