// The lines in and under the composer.

import { html } from "../vendor/preact.js";
import { Icon } from "./icons.js";
import { helpFor } from "../core/commands.js";
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

/** What is edited stands in the field; of a file without a text, its name stands here. */
export function EditLine({ row, onClose }) {
  const file = row.text ? "" : row.file?.name;
  const said = file ? html`Editing: <span dir="auto">${file}</span>` : "Editing your message. Esc leaves it as it was.";
  return html`<div class="about-line"><p class="cut">${said}</p><${Close} label="Stop editing" onClick=${onClose} /></div>`;
}

/** How much more fits, or how much is too much, in bytes; `space` is that of core/sizes.js. */
export function Counter({ space: { left, lines, isOver } }) {
  const said = left >= 0 && isOver ? `${lines} lines are too many` : left < 0 ? `${-left} too many` : `${left} left`;
  return html`<p class=${isOver ? "counter over" : "counter"} role="status">${said}</p>`;
}

/** What the command that is being typed takes. */
export function CommandHelp({ text }) {
  const found = /\s/.test(text) ? helpFor(text) : [];
  if (found.length !== 1) return null;
  return html`<p class="hint"><code>/${found[0].usage}</code> ${found[0].help}</p>`;
}
