// Puts a message before the operators.

import { html } from "../vendor/preact.js";
import { FormDialog } from "./dialog.js";
import { usePage } from "./layers.js";
import { whereOf } from "../core/names.js";

/** @param {{row: import("../core/shapes.js").Row, place: import("../core/shapes.js").Place, onClose: function}} props */
export function ReportDialog({ row, place, onClose }) {
  const { chat, layers } = usePage();
  const run = async ({ reason }) => {
    await chat.ask({ type: "report", seq: row.seq, ...whereOf(place), reason: reason.trim() || undefined });
    layers.note("The operators of this server will look at it.");
  };
  return html`<${FormDialog} title=${`Report a message of ${row.from}`} action="Report" run=${run} onClose=${onClose} danger>
    <p>The operators of this server can read the message then, and see that you reported it.</p>
    <label class="field">
      <span>What is wrong with it?</span>
      <input class="input" name="reason" maxlength="200" autocomplete="off" dir="auto" data-first />
    </label>
  <//>`;
}
