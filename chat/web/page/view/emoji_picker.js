// A small table of emoji, for messages and reactions.

import { html, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { emojiFor } from "../core/completion.js";
import { EMOJI } from "../core/emoji.js";

const MARGIN = 8;
const MOST = 64;

/**
 * A window with emoji beside the element `at`. `onPick(emoji)` is called for the chosen one; then, or with Esc, it
 * closes, and the focus goes back to where it was. `recent` are emoji that stand first.
 */
export function EmojiPicker({ at, onPick, onClose, recent = [] }) {
  const box = useRef(null);
  const [query, setQuery] = useState("");
  useLayoutEffect(() => show(box.current, at), []);
  const pick = (emoji) => {
    box.current.close();
    onClose();
    onPick(emoji);
  };
  const found = query.trim() ? emojiFor(query.trim(), MOST) : withRecent(recent);
  const key = (event) => {
    if (event.key === "Enter" && found.length) {
      event.preventDefault();
      pick(document.activeElement.dataset.emoji ?? found[0][0]);
    } else if (move(box.current, event.key)) event.preventDefault();
  };
  return html`<dialog ref=${box} class="picker" aria-label="Emoji" onCancel=${onClose} onKeyDown=${key}
    onPointerDown=${(event) => event.target === box.current && onClose()}>
    <input type="search" class="input" placeholder="Search" aria-label="Search emoji" autocomplete="off" value=${query}
      onInput=${(event) => setQuery(event.currentTarget.value)} />
    <div class="emojis" role="group" aria-label="Emoji">
      ${found.map(([emoji, name]) => html`<button type="button" key=${emoji} data-emoji=${emoji} title=${name} aria-label=${name.replaceAll("_", " ")}
        tabindex="-1" onClick=${() => pick(emoji)}>${emoji}</button>`)}
      ${found.length === 0 && html`<p class="hint">None is called that.</p>`}
    </div>
  </dialog>`;
}

/** All emoji, those that were used last first. */
function withRecent(recent) {
  const first = recent.map((emoji) => EMOJI.find((each) => each[0] === emoji) ?? [emoji, emoji]);
  return [...first, ...EMOJI.filter(([emoji]) => !recent.includes(emoji))];
}

/** Arrows go through the table, as it stands on the screen. */
function move(box, key) {
  const buttons = [...box.querySelectorAll("[data-emoji]")];
  const now = buttons.indexOf(document.activeElement);
  if (!buttons.length || (now < 0 && key !== "ArrowDown")) return false;
  const across = buttons.filter((button) => button.offsetTop === buttons[0].offsetTop).length;
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: now < 0 ? 1 : across };
  if (!steps[key]) return false;
  if (now + steps[key] < 0) box.querySelector("input").focus();
  else buttons[Math.min(now + steps[key], buttons.length - 1)].focus();
  return true;
}

/** Open the window above the element or below it, whole on the screen. On a phone the style sheet puts it below. */
function show(box, at) {
  const before = document.activeElement;
  box.showModal();
  const { width, height } = box.getBoundingClientRect();
  const from = at.getBoundingClientRect();
  const top = from.top - height - MARGIN >= MARGIN ? from.top - height - MARGIN : Math.min(from.bottom + MARGIN, innerHeight - height - MARGIN);
  box.style.top = `${Math.max(MARGIN, top)}px`;
  box.style.left = `${Math.max(MARGIN, Math.min(from.right - width, innerWidth - width - MARGIN))}px`;
  return () => {
    box.close();
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
}
