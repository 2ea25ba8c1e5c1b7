// Asks before a message is deleted: nothing brings it back.

import { html } from "../vendor/preact.js";
import { FormDialog } from "./dialog.js";

/** `run()` deletes the `row`, and rejects with the refusal. */
export function DeleteDialog({ row, run, onClose }) {
  const text = row.text || row.file?.name || "";
  return html`<${FormDialog} title="Delete this message?" action="Delete" danger run=${run} onClose=${onClose}>
    <p class="cut" dir="auto">${text.slice(0, 200)}</p>
    <p class="hint">Everybody sees who deleted it.${row.file ? " Its file goes, too." : ""}</p>
  <//>`;
}
