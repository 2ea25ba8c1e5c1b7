// A person's letter on their own tint.

import { html } from "../vendor/preact.js";
import { hueOf, initialOf } from "../core/names.js";

/**
 * @param {{name: string, across?: number, here?: boolean, away?: boolean}} props - `across` is its size in px;
 *   `here` draws the dot. It says nothing to a screen reader: the name stands beside it.
 */
export function Avatar({ name, across = 36, here, away }) {
  return html`<span
    class=${away ? "avatar hued away" : "avatar hued"}
    style=${{ "--hue": hueOf(name), "--across": `${across}px` }}
    aria-hidden="true"
    >${initialOf(name)}${here && html`<span class="dot"></span>`}</span
  >`;
}
