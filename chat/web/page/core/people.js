// How comings and goings, and lists of people, change the state.

import { heardTo, isNews, withRow } from "./messages.js";
import { fold, isSame, roomKey } from "./names.js";
import { comingRow, placeOf } from "./reading_pushes.js";
import { changePlace, newPlace, withoutPlace, withPlace } from "./state.js";

/** The next state, in which these people, and nobody else, are online. */
export function withPeople(state, names, away = []) {
  const isAway = new Set(away.map(fold));
  const people = new Map(names.map((name) => [fold(name), { name, away: isAway.has(fold(name)) }]));
  return { ...state, people };
}

function withPerson(state, name, person) {
  const people = new Map(state.people);
  if (person === null) {
    people.delete(fold(name));
  } else {
    people.set(fold(name), person);
  }
  return { ...state, people };
}

/** Somebody came into a room or, without one, into the chat. */
export function joined(state, push, facts) {
  const isMe = isSame(push.nickname, state.me.name);
  const here = push.room ? state : withPerson(state, push.nickname, { name: push.nickname, away: false });
  const where = placeOf(here, push);
  if (where === null) {
    return here;
  }
  if (isMe && push.room && !here.places.has(where.key)) {
    // Another device of ours went in.
    const known = { seq: push.seq, cursor: push.seq, read: push.seq, hasOlder: push.seq > 1 };
    return withPlace(here, newPlace("room", push.room, known));
  }
  return changePlace(here, where.key, (place) => came(place, push, here.me, facts));
}

function came(place, push, me, facts) {
  // Whether they have an account, and what they may do, only the list says.
  const member = { name: push.nickname, role: "guest", isHere: true, isAway: false, isMuted: false, isUnsure: true };
  const known = place.members?.find((each) => isSame(each.name, push.nickname));
  const others = place.members?.filter((each) => each !== known);
  const members = place.members === null ? null : [...others, { ...(known ?? member), isHere: true }];
  const count = place.count + (isSame(push.nickname, me.name) ? 0 : 1);
  const next = { ...place, members, count };
  return heardTo(isNews(place, push) ? withRow(next, comingRow(push, me), facts) : next, push);
}

/** Somebody left a room or, without one, the chat. */
export function left(state, push, facts) {
  const isMe = isSame(push.nickname, state.me.name);
  if (push.room && isMe) {
    return withoutPlace(state, roomKey(push.room));
  }
  const here = push.room ? state : withPerson(state, push.nickname, null);
  const where = placeOf(here, push);
  return changePlace(here, where?.key, (place) => {
    const next = gone(place, push.nickname);
    return heardTo(isNews(place, push) ? withRow(next, comingRow(push, here.me), facts) : next, push);
  });
}

/** A place that somebody left. Members of a private room still belong to it. */
export function gone(place, name, isOut = false) {
  const members = place.members?.flatMap((each) => {
    if (!isSame(each.name, name)) {
      return [each];
    }
    return place.isPrivate && !isOut && each.role !== "guest" ? [{ ...each, isHere: false }] : [];
  });
  const typing = place.typing.filter((each) => !isSame(each, name));
  return { ...place, members: members ?? null, typing, count: Math.max(0, place.count - 1) };
}

/** Too many came and went to name each. */
export function presence(state, push) {
  const where = placeOf(state, push);
  return changePlace(state, where?.key, (place) => heardTo({ ...place, count: push.count }, push));
}

/** An answer to `who`: people after those that we have, or all of them. */
export function who(state, push, request) {
  if (request?.room) {
    return state;
  }
  const here = request?.after ? [...state.people.values()] : [];
  const away = [...here.filter((each) => each.away).map((each) => each.name), ...(push.away ?? [])];
  return withPeople(state, [...here.map((each) => each.name), ...push.names], away);
}

/** An answer to `members`. */
export function members(state, push, request) {
  return changePlace(state, roomKey(push.room), (place) => {
    const before = request?.after ? (place.members ?? []) : [];
    const found = push.members.map(({ name, role, here, away, muted }) => ({
      name,
      role,
      isHere: here === true,
      isAway: away === true,
      isMuted: muted === true,
    }));
    // The list knows what we may do here, also where that has changed since we came.
    const own = found.find((each) => isSame(each.name, state.me.name));
    return { ...place, members: [...before, ...found], count: push.count, role: own?.role ?? place.role };
  });
}

/** The members of a room, in which `change` made another of the one called `name`. */
export function changeMember(place, name, change) {
  if (place.members === null) {
    return place;
  }
  return { ...place, members: place.members.map((each) => (isSame(each.name, name) ? change(each) : each)) };
}

/** Somebody is writing. The caller takes the name away again after some seconds (`stoppedTyping`). */
export function typing(state, push) {
  const where = placeOf(state, push);
  return changePlace(state, where?.key, (place) =>
    place.typing.some((name) => isSame(name, push.from)) ? place : { ...place, typing: [...place.typing, push.from] },
  );
}

/** Nothing more was heard of somebody who was writing. */
export function stoppedTyping(state, key, name) {
  return changePlace(state, key, (place) =>
    place.typing.some((each) => isSame(each, name))
      ? { ...place, typing: place.typing.filter((each) => !isSame(each, name)) }
      : place,
  );
}
