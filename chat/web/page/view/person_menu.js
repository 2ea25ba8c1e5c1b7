// What one can do with a person: from the list of people, an avatar or a name in a message.

import { html } from "../vendor/preact.js";
import { fold } from "../core/names.js";
import { fragmentOf } from "../core/router.js";
import { Avatar } from "./avatar.js";
import { insertText } from "./composing.js";
import { ignore } from "./ignoring.js";
import { openLater } from "./parts.js";
import { may } from "./powers.js";
import { sentence } from "./sentences.js";
import { BanDialog, KickDialog, MuteDialog, OwnerDialog } from "./sanctions.js";

const ROLES = ["member", "moderator", "owner"];

/**
 * Opens the menu of the person called `name`, as they are in `place`.
 * @param {{chat: object, layers: object}} page
 * @param {{name: string, place: import("../core/shapes.js").Place, at: object, opener: Element}} about
 */
export function openPersonMenu(page, { name, place, at, opener }) {
  const { chat, layers } = page;
  const member = place.members?.find((one) => fold(one.name) === fold(name));
  const isMe = fold(chat.state.me?.name ?? "") === fold(name);
  const about = { ...page, name, place, member, isMe };
  const head = html`<${Avatar} name=${name} across=${32} /><bdi>${name}</bdi>`;
  layers.menu({ label: name, head, at, opener, items: joined([talking(about), ordering(about), roles(about)]) });
}

/** The groups of entries, with lines between those that are not empty. */
function joined(groups) {
  const full = groups.map((group) => group.filter(Boolean)).filter((group) => group.length);
  return full.flatMap((group, index) => (index ? [null, ...group] : group));
}

function talking({ chat, layers, name, place, isMe }) {
  const card = { label: "About", icon: "person", run: () => openLater(layers, "person", { name }) };
  if (isMe) return [card];
  const isIgnored = chat.state.ignored.some((one) => fold(one) === fold(name));
  const message = () => location.assign(fragmentOf({ kind: "direct", name, key: chat.direct(name) }));
  const hide = () => told(layers, ignore({ chat, layers }, name, !isIgnored));
  return [
    { label: "Message", icon: "message", run: message },
    place.kind !== "direct" && { label: "Mention", icon: "mention", run: () => insertText(`@${name} `) },
    card,
    { label: isIgnored ? "Ignore no more" : "Ignore", icon: "hide", run: hide },
  ];
}

function ordering({ chat, layers, name, place, member, isMe }) {
  if (isMe || place.kind === "direct") return [];
  const mayOn = (command) => may(place, chat.state.me, command, member?.role);
  const room = place.name;
  const unmute = () => told(layers, chat.ask({ type: "unmute", room, name }));
  const open = (dialog) => () => layers.dialog(dialog, { place, name });
  return [
    mayOn("mute") && member?.isMuted
      ? { label: "Let them speak again", icon: "bell", run: unmute }
      : mayOn("mute") && { label: "Mute…", icon: "mute", run: open(MuteDialog) },
    place.kind === "room" && mayOn("kick") && { label: "Remove from the room…", icon: "out", danger: true, run: open(KickDialog) },
    place.kind === "room" && mayOn("ban") && { label: "Ban…", icon: "ban", danger: true, run: open(BanDialog) },
  ];
}

function roles({ chat, layers, name, place, member, isMe }) {
  const isGiven = place.kind === "room" && member && member.role !== "guest";
  if (isMe || !isGiven || !may(place, chat.state.me, "role", member.role)) return [];
  const give = (role) => told(layers, chat.ask({ type: "role", room: place.name, name, role }));
  return ROLES.map((role) => ({
    label: `Role: ${role}`,
    checked: member.role === role,
    // Whoever gives the room away cannot take it back.
    run: () => (role === "owner" ? layers.dialog(OwnerDialog, { place, name }) : give(role)),
  }));
}

function told(layers, promise) {
  return promise.catch((error) => layers.note(sentence(error)));
}
