// What a command led to, where people typed it. It stays until Esc, the next command, or another room.

import { html } from "../vendor/preact.js";
import { copy } from "./clipboard.js";
import { Icon } from "./icons.js";
import { usePage } from "./layers.js";

/** @param {{card: import("../core/outcomes.js").Card, onClose: function}} props */
export function OutcomeCard({ card, onClose }) {
  const { layers } = usePage();
  // Where the server does not know its own address, the page does.
  const address = card.copy && new URL(card.copy, document.baseURI).href;
  const press = async () => layers.note((await copy(address)) ? "Copied." : "This browser did not let the page copy.");
  return html`<div class="outcome" role="status">
    <header>
      <strong dir="auto">${card.title}</strong>
      <button class="tool" type="button" aria-label="Close" title="Close (Esc)" onClick=${onClose}><${Icon} name="close" small /></button>
    </header>
    ${card.lines.length > 0 && html`<ul>${card.lines.map((line) => html`<li dir="auto">${line}</li>`)}</ul>`}
    ${address &&
    html`<p class="copy-line">
      <code>${address}</code>
      <button class="tool" type="button" aria-label="Copy the link" title="Copy" onClick=${press}><${Icon} name="copy" small /></button>
    </p>`}
  </div>`;
}
