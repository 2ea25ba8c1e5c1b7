// The table of keys, as "?" shows it.

import { html } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";

const ROWS = [
  ["Ctrl K", "Jump, search, act"],
  ["Ctrl Shift F", "Search messages"],
  ["Alt ↑ ↓", "Room before, after"],
  ["Alt Shift ↑ ↓", "Unread room before, after"],
  ["Alt P", "Show or hide people"],
  ["Alt U", "Attach a file"],
  ["Esc", "Close; else read, and go to the end"],
  ["Shift Esc", "Mark all rooms as read"],
  ["↑", "In an empty composer: to the last message"],
  ["Enter", "On a message: its menu"],
  ["E, R, C", "On a message: edit, answer, copy its link"],
  ["a letter", "Back to the composer"],
  ["?", "This table"],
];

/** @param {{onClose: function}} props */
export function KeysDialog({ onClose }) {
  return html`<${Dialog} title="Keys" onClose=${onClose}>
    <dl class="keys">
      ${ROWS.map(([key, does]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}
    </dl>
  <//>`;
}
