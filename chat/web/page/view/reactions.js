// The emoji under a message, with how many people chose each.

import { html } from "../vendor/preact.js";
import { listed } from "../core/comings.js";

/** `onToggle(row, emoji, isUndone)` is called for a click. */
export function Reactions({ row, me, isActive, onToggle }) {
  return html`<div class="reactions" role="group" aria-label="Reactions">
    ${row.reactions.map(([emoji, names]) => {
      const isMine = names.includes(me?.name);
      return html`<button type="button" key=${emoji} class="chip" aria-pressed=${isMine} tabindex=${isActive ? 0 : -1}
        title=${listed(names)} aria-label=${`${emoji} ${names.length}: ${listed(names)}`} onClick=${() => onToggle(row, emoji, isMine)}>
        <span>${emoji}</span> <span class="number">${names.length}</span>
      </button>`;
    })}
  </div>`;
}
