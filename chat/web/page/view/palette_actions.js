// What the box that jumps can do besides: the actions of the page, by name.

import { Browse } from "./browse.js";
import { Converse } from "./converse.js";
import { InviteDialog } from "./invite.js";
import { KeysDialog } from "./keys_dialog.js";
import { openLater } from "./parts.js";
import { readAll } from "./place_menu.js";
import { Settings } from "./settings.js";
import { titleOf } from "./sentences.js";

/**
 * The actions, as core/search.js takes them, each with an `icon` and `run()`.
 * @param {{chat: object, layers: object}} page
 * @param {import("../core/shapes.js").Place?} place - the one on the screen
 */
export function paletteActions({ chat, layers }, place) {
  const isRoom = place && place.kind !== "direct";
  const all = [
    { key: "search", label: "Search messages", icon: "search", run: () => openLater(layers, "search") },
    { key: "browse", label: "Look through all rooms", icon: "hash", run: () => layers.dialog(Browse) },
    { key: "converse", label: "Write to somebody", icon: "message", run: () => layers.dialog(Converse) },
    chat.state.me?.isAccount && { key: "group", label: "New group", icon: "people", run: () => openLater(layers, "group") },
    isRoom && { key: "invite", label: `Invite people to ${titleOf(place)}`, icon: "invite", run: () => layers.dialog(InviteDialog, { place }) },
    isRoom && { key: "room", label: `Settings of ${titleOf(place)}`, icon: "settings", run: () => openLater(layers, "room", { place }) },
    isRoom && { key: "pins", label: `Pinned in ${titleOf(place)}`, icon: "pin", run: () => openLater(layers, "pins", { place }) },
    { key: "read", label: "Mark all as read", icon: "check", run: () => readAll(chat, layers) },
    chat.state.me?.isOperator && { key: "operator", label: "Reports, log and bans", icon: "flag", run: () => openLater(layers, "operator") },
    { key: "settings", label: "Settings", icon: "settings", run: () => layers.dialog(Settings) },
    { key: "keys", label: "Keys", icon: "keys", run: () => layers.dialog(KeysDialog) },
    { key: "help", label: "Commands", icon: "keys", run: () => openLater(layers, "help") },
  ];
  return all.filter(Boolean);
}
