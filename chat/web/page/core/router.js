// The fragment of the address, which no server ever sees, and what it means.

/**
 * @typedef {{type: "none"}|{type: "room"|"person", name: string, seq: number?}|
 *   {type: "invitation", name: string, code: string}} Route
 */

/**
 * @param {string} fragment - with its "#", or without
 * @returns {Route}
 */
export function routeOf(fragment) {
  const text = fragment.replace(/^#/, "");
  if (text.startsWith("join=")) {
    return invitationOf(text.slice("join=".length));
  }
  const found = /^\/([rd])\/([^/]+)(?:\/(\d{1,15}))?\/?$/.exec(text);
  const name = found === null ? "" : decoded(found[2]);
  if (name === "") {
    return { type: "none" };
  }
  const seq = found[3] === undefined ? null : Number(found[3]);
  return { type: found[1] === "r" ? "room" : "person", name, seq };
}

function invitationOf(text) {
  const dot = text.lastIndexOf(".");
  const [name, code] = [decoded(text.slice(0, dot)), decoded(text.slice(dot + 1))];
  return dot < 0 || name === "" || code === "" ? { type: "none" } : { type: "invitation", name, code };
}

function decoded(text) {
  try {
    return decodeURIComponent(text).normalize("NFC");
  } catch {
    return "";
  }
}

/**
 * @param {{kind: string, name: string}} place
 * @param {number?} [seq] - of a message
 * @returns {string} the fragment, with its "#"
 */
export function fragmentOf(place, seq = null) {
  const kind = place.kind === "direct" ? "d" : "r";
  return `#/${kind}/${encodeURIComponent(place.name)}${seq === null ? "" : `/${seq}`}`;
}
