// The people of whom one hears nothing.

import { html } from "../vendor/preact.js";
import { useChat } from "./layers.js";
import { useAsking } from "./settings_asking.js";

export function Ignored() {
  const ask = useAsking();
  const names = useChat((state) => state.ignored);
  if (names.length === 0) return null;
  return html`<section class="group" aria-label="Ignored people">
    <h3>You ignore</h3>
    <ul class="entries">
      ${names.map(
        (name) => html`<li key=${name}>
          <bdi>${name}</bdi>
          <button class="button" type="button" onClick=${() => ask({ type: "unignore", name })}>
            <span>Hear <bdi>${name}</bdi> again</span>
          </button>
        </li>`,
      )}
    </ul>
  </section>`;
}
