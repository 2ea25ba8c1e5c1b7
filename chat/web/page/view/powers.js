// What we may do in a place, so that nothing is offered that the server would refuse. The server decides all the same.

import { isSame } from "../core/names.js";

const RANKS = { guest: 0, member: 1, moderator: 2, owner: 3 };

/** The room of a request about a place, or the person of a conversation. */
export function where(place) {
  return place.kind === "direct" ? { to: place.name } : { room: place.name };
}

/** Our role there: as the list of members has it, where that was asked for; whoever makes a room learns it from there. */
function roleIn(place, me) {
  const own = place.members?.find((one) => me && isSame(one.name, me.name));
  return own?.role ?? place.role;
}

/** Whether we may do there what moderators may: change the topic, invite, kick. */
export function moderates(place, me) {
  return place.kind !== "direct" && (Boolean(me?.isOperator) || RANKS[roleIn(place, me)] >= RANKS.moderator);
}

/** Whether we may do that to a person with this `role`: theirs must be lower than ours. */
export function outranks(place, me, role) {
  const rank = RANKS[roleIn(place, me)];
  const ours = me?.isOperator ? Math.max(RANKS.moderator, rank) : rank;
  return moderates(place, me) && RANKS[role ?? "guest"] < ours;
}

/** Whether we own the room: only owners give roles. */
export function owns(place, me) {
  return place.kind === "room" && roleIn(place, me) === "owner";
}
