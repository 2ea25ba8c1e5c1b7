// The emoji under a message, with how many people chose each.

import { html } from "../vendor/preact.js";

/** The names in a sentence: "Ann, Ben and 3 others". */
export function namesIn(names) {
  const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} others`] : names;
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : (shown[0] ?? "");
}

/** `onToggle(row, emoji, isUndone)` is called for a click. */
export function Reactions({ row, me, isActive, onToggle }) {
  return html`<div class="reactions" role="group" aria-label="Reactions">
    ${row.reactions.map(([emoji, names]) => {
      const isMine = names.includes(me?.name);
      return html`<button type="button" key=${emoji} class="chip" aria-pressed=${isMine} tabindex=${isActive ? 0 : -1}
        title=${namesIn(names)} aria-label=${`${emoji}, ${namesIn(names)}`} onClick=${() => onToggle(row, emoji, isMine)}>
        <span>${emoji}</span> <span class="number">${names.length}</span>
      </button>`;
    })}
  </div>`;
}
