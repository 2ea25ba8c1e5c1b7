// How the page looks in this browser.

import { html } from "../vendor/preact.js";
import { useChat, usePage } from "./layers.js";

const THEMES = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];
const SIZES = [90, 100, 110, 120, 130];

export function Look() {
  const { chat } = usePage();
  const { theme, size } = useChat((state) => state.settings);
  return html`<section class="group" aria-label="In this browser">
    <${Choice} name="theme" title="Colours" options=${THEMES} value=${theme} onChoose=${(value) => chat.set({ theme: value })} />
    <${Choice}
      name="size"
      title="Size of text"
      options=${SIZES.map((value) => [value, `${value} %`])}
      value=${size}
      onChoose=${(value) => chat.set({ size: value })}
    />
  </section>`;
}

function Choice({ name, title, options, value, onChoose }) {
  return html`<fieldset class="field">
    <legend>${title}</legend>
    <div class="choice">
      ${options.map(
        ([option, label]) => html`<label key=${option}>
          <input type="radio" name=${name} checked=${option === value} onChange=${() => onChoose(option)} />
          <span>${label}</span>
        </label>`,
      )}
    </div>
  </fieldset>`;
}
