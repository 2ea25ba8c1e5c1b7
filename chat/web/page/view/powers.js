// What we may do in a place, so that nothing is offered that the server would refuse. The server decides all the same.

import { POWERS } from "../core/power_table.js";

const RANKS = { guest: 0, member: 1, moderator: 2, owner: 3 };

/**
 * Whether we may use a command in a place. Roles above that of a member exist only in rooms that an account has made.
 * @param {import("../core/shapes.js").Place} place
 * @param {import("../core/shapes.js").Me?} me
 * @param {string} command - one of core/power_table.js
 * @param {string} [role] - of the person whom it is used on; without it, that of a guest
 */
export function may(place, me, command, role = "guest") {
  const power = POWERS[command];
  if (place.kind === "direct") return !power.needsOwner;
  const rank = RANKS[place.role];
  const ours = me?.isOperator ? Math.max(RANKS.moderator, rank) : rank;
  if (ours < RANKS[power.least] || (place.isArchived && !power.inArchive)) return false;
  return !power.onLower || RANKS[role] < ours;
}

/** Whether we may do there what moderators may: change the topic, invite, kick. */
export function moderates(place, me) {
  return may(place, me, "audit");
}

/** Whether we own the room. */
export function owns(place, me) {
  return place.kind === "room" && may(place, me, "close");
}
