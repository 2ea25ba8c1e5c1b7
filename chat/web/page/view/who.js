// Who is online, for /who: a click opens the menu of a person.

import { html } from "../vendor/preact.js";
import { Dialog } from "./dialog.js";
import { FoundPeople } from "./found_people.js";
import { openLater } from "./parts.js";
import { counted } from "./sentences.js";
import { useChat, usePage } from "./layers.js";

const SHOWN = 500;

/** @param {{onClose: function}} props */
export function WhoDialog({ onClose }) {
  const { layers } = usePage();
  const people = [...useChat((state) => state.people).values()];
  people.sort((one, other) => one.name.localeCompare(other.name));
  return html`<${Dialog} title="Who is here" onClose=${onClose}>
    <p class="hint">${counted(people.length, "person", "people")} online</p>
    <${FoundPeople} people=${people} most=${SHOWN} onChoose=${(name) => openLater(layers, "person", { name })} />
  <//>`;
}
