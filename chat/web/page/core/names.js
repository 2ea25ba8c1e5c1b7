// Names of people and rooms, the keys of places, and the colours of names.

/** How many hues names may have; each is 20 degrees from the next. */
const HUES = 18;

/**
 * The key under which a name is unique: names that differ only in case or in width have the same. (The server folds
 * case as Unicode says; the two differ in a few letters, such as the final sigma, that this brings together by hand.)
 * @param {string} name
 * @returns {string}
 */
export function fold(name) {
  const small = name.normalize("NFKC").toUpperCase().toLowerCase();
  return small.replaceAll("ς", "σ").normalize("NFKC");
}

/** @param {string} name @returns {string} the key of a room's place */
export function roomKey(name) {
  return `#${fold(withoutSign(name))}`;
}

/** @param {string} name @returns {string} the key of the place of the conversation with a person */
export function personKey(name) {
  return `@${fold(withoutSign(name))}`;
}

/**
 * How requests name a place: the `to` of a conversation, the `room` of all others.
 * @param {{kind: string, name: string}} place
 * @returns {{to: string}|{room: string}}
 */
export function whereOf({ kind, name }) {
  return kind === "direct" ? { to: name } : { room: name };
}

/**
 * A name without the sign that people type before it, also in the wide form of East Asian keyboards.
 * @param {string} name
 * @returns {string}
 */
export function withoutSign(name) {
  return name.replace(/^[#＃@＠]/u, "");
}

/** @param {string} one @param {string} other @returns {boolean} whether both are the same name */
export function isSame(one, other) {
  return one === other || fold(one) === fold(other);
}

/**
 * The hue of a name in degrees: always the same for the same name.
 * @param {string} name
 * @returns {number} one of 0, 20, … 340
 */
export function hueOf(name) {
  let hash = 2166136261;
  for (const char of fold(name)) {
    hash = Math.imul(hash ^ char.codePointAt(0), 16777619) >>> 0;
  }
  return (((hash ^ (hash >>> 15)) >>> 0) % HUES) * 20;
}

/** @param {string} name @returns {string} what stands in its avatar: its first letter, with its marks */
export function initialOf(name) {
  const found = /^[\p{L}\p{N}][\p{M}]*/u.exec(name.normalize("NFC"));
  return (found ? found[0] : ([...name][0] ?? "")).toLocaleUpperCase();
}
