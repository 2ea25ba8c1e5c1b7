// How changes of rooms change the state.

import { heardTo, isNews, withRow } from "./messages.js";
import { isSame, roomKey } from "./names.js";
import { changeMember, gone } from "./people.js";
import { changeRow, placeOf } from "./reading_pushes.js";
import { sentenceOf, sentenceOfOut } from "./sentences.js";
import { changePlace, withoutPlace, withPlace } from "./state.js";

const EFFECTS = {
  topic: (place, push) => ({ ...place, topic: push.text }),
  settings: (place, { settings }) => ({
    ...place,
    isPrivate: settings.private ?? place.isPrivate,
    isArchived: settings.closed === undefined ? place.isArchived : settings.closed !== "",
  }),
  role: (place, push, me) => ({
    ...changeMember(place, push.name, (each) => ({ ...each, role: push.role })),
    role: isSame(push.name, me.name) ? push.role : roleAfter(place, push, me),
  }),
  kicked: (place, push) => gone(place, push.name, true),
  banned: (place, push) => gone(place, push.name, true),
  muted: (place, push) => changeMember(place, push.name, (each) => ({ ...each, isMuted: true })),
  unmuted: (place, push) => changeMember(place, push.name, (each) => ({ ...each, isMuted: false })),
  pinned: (place, push) => ({ ...place, pins: [...place.pins.filter((seq) => seq !== push.of), push.of] }),
  unpinned: (place, push) => ({ ...place, pins: place.pins.filter((seq) => seq !== push.of) }),
};

// Whoever gives a room away is a moderator of it.
function roleAfter(place, push, me) {
  return push.role === "owner" && isSame(push.from, me.name) ? "moderator" : place.role;
}

/** A change of a room: it has a row, and perhaps an effect. */
export function roomChange(state, push, facts) {
  const where = placeOf(state, push);
  const place = state.places.get(where?.key);
  if (place === undefined) {
    return state;
  }
  if (!isNews(place, push)) {
    return withPlace(state, heardTo(place, push));
  }
  const isOut = (push.type === "kicked" || push.type === "banned") && isSame(push.name, state.me.name);
  if (isOut && push.past !== true) {
    const text = sentenceOfOut(push, place.name);
    return withNotice(withoutPlace(state, place.key), { code: push.type, text, room: place.name });
  }
  if (push.settings?.closed === "deleted") {
    const text = `${sentenceOf(push)} (${place.name})`;
    return withNotice(withoutPlace(state, place.key), { code: "deleted", text, room: place.name });
  }
  const next = EFFECTS[push.type]?.(place, push, state.me) ?? place;
  return withPlace(state, heardTo(withRow(next, changeRow(push, state.me), facts), push));
}

/** A room has another name, and so another key. */
export function renamed(state, push, facts) {
  const before = roomKey(push.room);
  const next = roomChange(state, push, facts);
  const place = next.places.get(before);
  if (place === undefined || state.places.get(before) === place || next.places.get(roomKey(push.name)) !== undefined) {
    return changePlace(next, roomKey(push.name), (each) => ({ ...each, name: push.name }));
  }
  const moved = { ...place, name: push.name, key: roomKey(push.name) };
  const open = next.open === before ? moved.key : next.open;
  return withPlace({ ...withoutPlace(next, before), open }, moved);
}

/** The next state, with something that people are told once. `key` makes it go away (`dismissed`). */
export function withNotice(state, notice) {
  const key = (state.notices[state.notices.length - 1]?.key ?? 0) + 1;
  return { ...state, notices: [...state.notices.slice(-19), { room: null, from: null, ...notice, key }] };
}

/** The next state, without the notice that has this key. */
export function dismissed(state, key) {
  return { ...state, notices: state.notices.filter((notice) => notice.key !== key) };
}
