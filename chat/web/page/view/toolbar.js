// What can be done with a message: four buttons beside it, and the menu.

import { html } from "../vendor/preact.js";
import { Icon } from "./icons.js";

function Tool({ icon, label, onClick, hasMenu }) {
  return html`<button type="button" class="tool" aria-label=${label} title=${label} aria-haspopup=${hasMenu ? "menu" : undefined}
    onClick=${(event) => onClick(event.currentTarget)}><${Icon} name=${icon} /></button>`;
}

/** The four buttons of a message. */
export function Toolbar({ row, actions }) {
  return html`<div class="tools" role="group" aria-label=${`Message of ${row.from}`}>
    <${Tool} icon="smile" label="React" onClick=${(at) => actions.pickReaction(row, at)} />
    <${Tool} icon="reply" label="Answer" onClick=${() => actions.answer(row)} />
    <${Tool} icon="link" label="Copy link" onClick=${() => actions.copyLink(row)} />
    <${Tool} icon="more" label="More" hasMenu onClick=${(at) => actions.more(row, at)} />
  </div>`;
}
