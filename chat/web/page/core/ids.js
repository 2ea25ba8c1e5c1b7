// Ids of requests. `crypto.randomUUID` is missing on plain http, so they are made of random bytes.

/**
 * @param {(count: number) => Uint8Array} random
 * @returns {string} a text that nobody else has
 */
export function newId(random) {
  return [...random(12)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {(count: number) => Uint8Array} random
 * @returns {number} at least 0, and less than 1
 */
export function fraction(random) {
  const [high, low] = random(2);
  return (high * 256 + low) / 65536;
}
