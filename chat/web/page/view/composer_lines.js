// The lines in and under the composer.

import { html } from "../vendor/preact.js";
import { Icon } from "./icons.js";
import { Name } from "./row.js";

function Close({ label, onClick }) {
  return html`<button type="button" class="tool small" aria-label=${label} title=${label} onClick=${onClick}><${Icon} name="close" small /></button>`;
}

/** "Answering Zoë: can you check …" */
export function AnswerLine({ row, onClose }) {
  return html`<div class="about-line">
    <p class="cut">Answering <${Name} name=${row.from} />: <span dir="auto">${(row.text || row.file?.name || "").slice(0, 200)}</span></p>
    <${Close} label="Do not answer" onClick=${onClose} />
  </div>`;
}

export function EditLine({ onClose }) {
  return html`<div class="about-line"><p class="cut">Editing your message. Esc leaves it as it was.</p><${Close} label="Stop editing" onClick=${onClose} /></div>`;
}

/** How much more fits, or how much is too much. In bytes: letters beyond ASCII count more than once. */
export function Counter({ left }) {
  return html`<p class=${left < 0 ? "counter over" : "counter"} role="status">${left < 0 ? `${-left} too many` : `${left} left`}</p>`;
}
