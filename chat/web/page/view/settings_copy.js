// A copy of all that one has here.

import { html, useState } from "../vendor/preact.js";
import { useAsking } from "./settings_asking.js";

export function Copy() {
  const ask = useAsking();
  const [isBusy, setBusy] = useState(false);
  const fetch = async () => {
    setBusy(true);
    const answer = await ask({ type: "ticket" });
    setBusy(false);
    if (answer) save(`export?ticket=${encodeURIComponent(answer.ack.ticket)}`);
  };
  return html`<section class="group" aria-label="A copy of your data">
    <h3>Your data</h3>
    <p class="hint">A file with your settings, your rooms, what you have said, and your conversations.</p>
    <button class="button" type="button" disabled=${isBusy} onClick=${fetch}>Save a copy</button>
  </section>`;
}

/** Let the browser save what is at an address; the page stays where it is. */
function save(address) {
  const link = document.createElement("a");
  link.href = new URL(address, document.baseURI).href;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}
