// The menu of a room or conversation in the list, and that of the bell.

import { fragmentOf } from "../core/router.js";
import { copy } from "./clipboard.js";
import { InviteDialog } from "./invite.js";
import { TopicDialog } from "./topic.js";
import { openLater } from "./parts.js";
import { may } from "./powers.js";
import { sentence, titleOf } from "./sentences.js";
import { signOf } from "./side_entry.js";

/** What may count in a place. */
export const LEVELS = [
  ["all", "Count every message"],
  ["mentions", "Count mentions only"],
  ["none", "Mute"],
];

/** What `layers.menu` takes for the menu of a place. */
export function placeMenu(chat, layers, place, at, opener) {
  const told = (promise) => promise.catch((error) => layers.note(sentence(error)));
  const level = ([value, label]) => ({
    label,
    checked: place.level === value,
    run: () => told(chat.ask({ type: "notify", level: value, room: place.name })),
  });
  const link = async () => {
    const done = await copy(location.origin + location.pathname + fragmentOf(place));
    layers.note(done ? `The link to ${titleOf(place)} is copied.` : "This browser did not let the page copy.");
  };
  const isRoom = place.kind !== "direct";
  const items = [
    { label: "Mark as read", icon: "check", run: () => chat.saw(place.key, place.seq) },
    { label: "Copy link", icon: "link", run: link },
    isRoom && { label: "Invite people", icon: "invite", run: () => layers.dialog(InviteDialog, { place }) },
    isRoom && may(place, chat.state.me, "topic") && { label: "Topic", icon: "edit", run: () => layers.dialog(TopicDialog, { place }) },
    isRoom && { label: "Pinned messages", icon: "pin", run: () => openLater(layers, "pins", { place }) },
    { label: "Search here", icon: "search", run: () => openLater(layers, "search", { before: { typed: "", place, scroll: 0 } }) },
    isRoom && { label: "Settings of the room", icon: "settings", run: () => openLater(layers, "room", { place }) },
    isRoom && null,
    ...(isRoom ? LEVELS.map(level) : []),
    place.kind === "room" && null,
    place.kind === "room" && { label: "Leave the room", icon: "out", danger: true, run: () => told(chat.part(place.key)) },
  ];
  return { label: titleOf(place), items: items.filter((item) => item !== false), at, opener };
}

/** The menu of the bell: where something new is, what is for us first; and to have read all of it. */
export function bellMenu(chat, layers, opener) {
  const fresh = [...chat.state.places.values()].filter((place) => place.unread > 0 && place.level !== "none");
  fresh.sort((one, other) => other.mentions - one.mentions || other.seq - one.seq);
  const go = (place) => ({
    label: titleOf(place),
    icon: place.kind === "direct" ? "person" : signOf(place),
    note: place.mentions ? `${place.mentions} for you` : `${place.unread} new`,
    run: () => location.assign(fragmentOf(place)),
  });
  const all = { label: "Mark all as read", icon: "check", note: "Shift+Esc", run: () => readAll(chat, layers) };
  const items = fresh.length ? [...fresh.slice(0, 8).map(go), null, all] : [];
  const head = fresh.length ? null : "Nothing new. You have read everything.";
  return { label: "What is new", items, at: opener, opener, head };
}

/** Marks all places as read, with a way back. */
export function readAll(chat, layers) {
  const undo = chat.readAll();
  layers.note("All rooms are marked as read.", { label: "Undo", run: undo });
}
