// An address with a ticket: the browser comes in as whoever got that, and asks before somebody else is replaced.

import { html, useEffect, useState } from "../vendor/preact.js";
import { Logo } from "./icons.js";
import { usePage } from "./layers.js";
import { sentence } from "./sentences.js";

/** The ticket in the address, or null; the address and the browser's history keep nothing of it. */
export function takeTicket() {
  const found = /^#ticket=([\w-]{1,128})$/.exec(location.hash);
  if (location.hash.startsWith("#ticket=")) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  return found === null ? null : found[1];
}

/**
 * @param {{ticket: string, onDone: function}} props - `onDone(isIn)`: the ticket is used, or is not wanted
 */
export function Redeeming({ ticket, onDone }) {
  const { chat, layers } = usePage();
  const [before] = useState(() => chat.remembered);
  const redeem = () =>
    chat.redeem(ticket).then(
      () => onDone(true),
      (error) => {
        layers.note(sentence(error));
        onDone(false);
      },
    );
  useEffect(() => {
    if (before === null) redeem();
  }, []);
  return html`<main class="door">
    <div class="door-box">
      <${Logo} />
      ${before === null
        ? html`<h1 role="status">One moment…</h1>`
        : html`<h1>Somebody is in already</h1>
            <p class="lead">This browser is in as <bdi>${before}</bdi>. The address that you opened would log <bdi>${before}</bdi> out here.</p>
            <div class="buttons at-start">
              <button class="button main" type="button" onClick=${() => onDone(false)}>Stay <bdi>${before}</bdi></button>
              <button class="button" type="button" onClick=${redeem}>Come in with the address</button>
            </div>`}
    </div>
  </main>`;
}
