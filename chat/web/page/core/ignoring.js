// What becomes of what is on the screen when somebody is ignored: it is as the server would tell it now.

import { forgotten } from "./entering.js";
import { isSame } from "./names.js";
import { lastOf } from "./reading_pushes.js";
import { changeAll } from "./state.js";

/** The next state, in which we hear nothing of the person called `name`, also not what they said before. */
export function ignoring(state, name) {
  const next = { ...state, ignored: [...without(state.ignored, name), name] };
  return changeAll(next, (place) => unheard(place, name));
}

/**
 * The next state, in which we hear the person called `name` again: places are loaded anew, with what they said before.
 * Guests cannot ask for what was said in a conversation, so those stay.
 */
export function hearing(state, name) {
  const next = { ...state, ignored: without(state.ignored, name) };
  const canLoad = (place) => place.isLoaded && (place.kind !== "direct" || state.me.isAccount);
  return changeAll(next, (place) => (canLoad(place) ? forgotten(place) : place));
}

function without(names, name) {
  return names.filter((each) => !isSame(each, name));
}

function unheard(place, name) {
  const isTheirs = (row) => row.kind === "message" && isSame(row.from, name);
  const rows = place.rows.filter((row) => !isTheirs(row)).map((row) => withoutReactions(row, name));
  const typing = without(place.typing, name);
  if (place.last === null || !isSame(place.last.from, name)) {
    return { ...place, rows, typing };
  }
  const last = rows.findLast((row) => row.kind === "message" && row.seq !== null);
  return { ...place, rows, typing, last: last ? lastOf(last) : null };
}

function withoutReactions(row, name) {
  if (!row.reactions.some(([, names]) => names.some((each) => isSame(each, name)))) {
    return row;
  }
  const reactions = row.reactions.map(([emoji, names]) => [emoji, without(names, name)]);
  return { ...row, reactions: reactions.filter(([, names]) => names.length > 0) };
}
