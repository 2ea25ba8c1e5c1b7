// People in a dialog, to choose one of them.

import { html } from "../vendor/preact.js";
import { Avatar } from "./avatar.js";

/**
 * @param {object} props
 * @param {import("../core/shapes.js").Person[]} props.people - the first `most` of them are shown
 * @param {number} props.most
 * @param {(name: string) => void} props.onChoose
 */
export function FoundPeople({ people, most, onChoose }) {
  return html`<ul class="found">
    ${people.slice(0, most).map(
      ({ name, away }) => html`<li key=${name}>
        <button type="button" class="person" onClick=${() => onChoose(name)}>
          <${Avatar} name=${name} across=${24} here=${!away} away=${away} /><bdi class="cut">${name}</bdi>
          <span class="micro">${away ? "away" : ""}</span>
        </button>
      </li>`,
    )}
  </ul>`;
}
