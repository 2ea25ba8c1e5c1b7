// Who is online, for /who: a click opens the menu of a person.

import { html } from "../vendor/preact.js";
import { Avatar } from "./avatar.js";
import { Dialog } from "./dialog.js";
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
    <ul class="found">
      ${people.slice(0, SHOWN).map(
        ({ name, away }) => html`<li key=${name}>
          <button type="button" class="person" onClick=${() => openLater(layers, "person", { name })}>
            <${Avatar} name=${name} across=${24} here=${!away} away=${away} /><bdi class="cut">${name}</bdi>
            <span class="micro">${away ? "away" : ""}</span>
          </button>
        </li>`,
      )}
    </ul>
  <//>`;
}
