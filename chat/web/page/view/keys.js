// The keys that work everywhere on the page. None is one that browsers own.

import { fragmentOf } from "../core/router.js";
import { focusComposer, pickFiles } from "./composing.js";
import { Jump } from "./jump.js";
import { KeysDialog } from "./keys_dialog.js";
import { openLater } from "./parts.js";
import { readAll } from "./place_menu.js";

/**
 * What a key does, by how it is written in `nameOf`.
 * @param {{chat: object, layers: object}} page
 * @param {{togglePeople: function}} actions
 */
function bindings({ chat, layers }, { togglePeople }) {
  return {
    "Ctrl+k": () => layers.dialog(Jump),
    "Ctrl+Shift+f": () => openLater(layers, "search"),
    "Alt+ArrowUp": () => step(chat, -1, () => true),
    "Alt+ArrowDown": () => step(chat, 1, () => true),
    "Alt+Shift+ArrowUp": () => step(chat, -1, isUnread),
    "Alt+Shift+ArrowDown": () => step(chat, 1, isUnread),
    "Alt+p": togglePeople,
    "Alt+u": pickFiles,
    "Shift+Escape": () => readAll(chat, layers),
  };
}

/**
 * Listens for them on the document; returns what ends that.
 * @param {{chat: object, layers: object}} page
 */
export function listenForKeys(page, actions) {
  const known = bindings(page, actions);
  // These come before whatever has the focus: to the composer an arrow is an arrow, with Alt or without.
  const first = (event) => {
    const action = isFree(event) && known[nameOf(event)];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  const last = (event) => {
    const inField = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (!event.defaultPrevented && isFree(event) && !inField) plain(page, event);
  };
  document.addEventListener("keydown", first, true);
  document.addEventListener("keydown", last);
  return () => {
    document.removeEventListener("keydown", first, true);
    document.removeEventListener("keydown", last);
  };
}

/** Whether a key is ours: no input method composes with it, and no dialog or menu has the keys for itself. */
function isFree(event) {
  return !event.isComposing && event.keyCode !== 229 && !document.querySelector("dialog[open], [role=menu]");
}

function nameOf(event) {
  const { key, ctrlKey, metaKey, altKey, shiftKey, code } = event;
  // With Alt, a Mac types another letter.
  const letter = altKey && /^Key[A-Z]$/.test(code) ? code[3].toLowerCase() : key.length === 1 ? key.toLowerCase() : key;
  const parts = [(ctrlKey || metaKey) && "Ctrl", altKey && "Alt", shiftKey && "Shift", letter];
  return parts.filter(Boolean).join("+");
}

/** A letter outside of a field: "?" shows the keys; all others go to the composer, which has the focus by then. */
function plain({ layers }, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === " ") return;
  if (event.key !== "?") return void focusComposer();
  event.preventDefault();
  layers.dialog(KeysDialog);
}

const isUnread = (place) => place.level !== "none" && place.unread > 0;

function step(chat, by, fits) {
  const places = [...chat.state.places.values()];
  const now = places.findIndex((place) => place.key === chat.state.open);
  const turned = [...places.slice(now + 1), ...places.slice(0, Math.max(0, now))];
  const found = (by > 0 ? turned : turned.reverse()).find(fits);
  if (found) location.assign(fragmentOf(found));
}
