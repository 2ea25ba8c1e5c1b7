// Settings: how the page looks, whose the name is, and the ways out. Each group is a component of its own.

import { html } from "../vendor/preact.js";
import { Dialog, FormDialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { KeysDialog } from "./keys_dialog.js";
import { useChat, usePage } from "./layers.js";
import { Calls } from "./settings_notify.js";

const THEMES = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];
const SIZES = [90, 100, 110, 120, 130];

/** @param {{onClose: function}} props */
export function Settings({ onClose }) {
  const { layers } = usePage();
  return html`<${Dialog} title="Settings" onClose=${onClose}>
    <${Look} />
    <${Calls} />
    <${Name} />
    <section class="group">
      <button class="button" type="button" onClick=${() => layers.dialog(KeysDialog)}><${Icon} name="keys" small />Keys</button>
    </section>
    <${WaysOut} onClose=${onClose} />
  <//>`;
}

function Look() {
  const { chat } = usePage();
  const { theme, size } = useChat((state) => state.settings);
  return html`<section class="group">
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

function Name() {
  const { layers } = usePage();
  const me = useChat((state) => state.me);
  const about = useChat((state) => state.about);
  if (!me || me.isAccount || about?.registration === "closed") return null;
  return html`<section class="group">
    <h3>You are here as a guest</h3>
    <p class="hint">With a password the name <bdi>${me.name}</bdi> is yours, on all your devices, with your rooms and messages.</p>
    ${about?.registration === "invite"
      ? html`<p>That takes an invitation here: log out, and come in with it at the door.</p>`
      : html`<button class="button main" type="button" onClick=${() => layers.dialog(ClaimName)}>Make the name mine</button>`}
  </section>`;
}

/** A guest's name becomes an account; they stay in their rooms. */
function ClaimName({ onClose }) {
  const { chat } = usePage();
  const me = useChat((state) => state.me);
  const run = ({ password }) => chat.makeAccount(password);
  return html`<${FormDialog} title="Make the name mine" action="Make it mine" run=${run} onClose=${onClose}>
    <input class="unseen" name="username" autocomplete="username" value=${me.name} tabindex="-1" aria-hidden="true" readonly />
    <label class="field">
      <span>A new password</span>
      <input class="input" type="password" name="password" required autocomplete="new-password" data-first />
    </label>
  <//>`;
}

function WaysOut({ onClose }) {
  const { chat } = usePage();
  const me = useChat((state) => state.me);
  const leave = (everywhere) => () => {
    onClose();
    chat.leave(everywhere);
  };
  return html`<section class="group">
    <div class="buttons at-start">
      <button class="button" type="button" onClick=${leave(false)}>Log out</button>
      ${me?.isAccount && html`<button class="button" type="button" onClick=${leave(true)}>Log out everywhere</button>`}
    </div>
  </section>`;
}
