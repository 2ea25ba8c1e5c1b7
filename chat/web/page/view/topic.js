// What a room is about: the dialog in which moderators change it.

import { html } from "../vendor/preact.js";
import { FormDialog } from "./dialog.js";
import { usePage } from "./layers.js";
import { whereOf } from "../core/names.js";

const MOST = 250;

/** @param {{place: import("../core/shapes.js").Place, onClose: function}} props */
export function TopicDialog({ place, onClose }) {
  const { chat } = usePage();
  const run = ({ text }) => chat.ask({ type: "topic", text: text.trim(), ...whereOf(place) });
  return html`<${FormDialog} title=${`Topic of #${place.name}`} action="Save" run=${run} onClose=${onClose}>
    <label class="field">
      <span>What is this room about?</span>
      <textarea class="input" name="text" rows="3" maxlength=${MOST} dir="auto" data-first>${place.topic}</textarea>
    </label>
    <p class="hint">Everybody in the room sees that you changed it. Leave it empty to take the topic away.</p>
  <//>`;
}
