// What we may do in a place, so that nothing is offered that the server would refuse. The server decides all the same.

const RANKS = { guest: 0, member: 1, moderator: 2, owner: 3 };

/** The room of a request about a place, or the person of a conversation. */
export function where(place) {
  return place.kind === "direct" ? { to: place.name } : { room: place.name };
}

/** Whether we may do there what moderators may: change the topic, invite, kick. */
export function moderates(place, me) {
  return place.kind !== "direct" && (Boolean(me?.isOperator) || RANKS[place.role] >= RANKS.moderator);
}

/** Whether we may do that to a person with this `role`: theirs must be lower than ours. */
export function outranks(place, me, role) {
  const rank = RANKS[place.role];
  const ours = me?.isOperator ? Math.max(RANKS.moderator, rank) : rank;
  return moderates(place, me) && RANKS[role ?? "guest"] < ours;
}

/** Whether we own the room: only owners give roles. */
export function owns(place, me) {
  return place.kind === "room" && place.role === "owner";
}
