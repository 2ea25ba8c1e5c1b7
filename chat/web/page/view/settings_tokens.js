// Access tokens, with which programs speak for one in some rooms.

import { html, useState } from "../vendor/preact.js";
import { copy } from "./clipboard.js";
import { FormDialog } from "./dialog.js";
import { useChat, usePage } from "./layers.js";
import { dateOf, useAnswer, useAsking } from "./settings_asking.js";

export function Tokens() {
  const { layers } = usePage();
  const ask = useAsking();
  const [tokens, again] = useAnswer({ type: "token.list" }, "tokens", "tokens");
  const [secret, setSecret] = useState(null);
  const made = (found) => {
    setSecret(found);
    again();
  };
  const revoke = async (handle) => {
    await ask({ type: "token.revoke", handle }, "That token is revoked.");
    again();
  };
  return html`<section class="group" aria-label="Access tokens">
    <h3>Access tokens</h3>
    <p class="hint">With one, a program speaks for you in the rooms that you choose, and nowhere else.</p>
    ${secret && html`<${Secret} secret=${secret} />`}
    <ul class="entries">
      ${(tokens ?? []).map(
        ({ handle, rooms, timestamp }) => html`<li key=${handle}>
          <p><bdi>${rooms.join(", ")}</bdi><span class="hint">since ${dateOf(Date.parse(timestamp))}</span></p>
          <button class="button" type="button" aria-label=${`Revoke the token for ${rooms.join(", ")}`} onClick=${() => revoke(handle)}>Revoke</button>
        </li>`,
      )}
    </ul>
    <button class="button" type="button" onClick=${() => layers.dialog(MakeToken, { onMade: made })}>Make a token</button>
  </section>`;
}

function Secret({ secret }) {
  const { layers } = usePage();
  const take = async () => layers.note((await copy(secret)) ? "Copied." : "Select it, and copy it by hand.");
  return html`<div class="field">
    <label for="new-token">Your new token. It is shown only now.</label>
    <div class="beside">
      <input class="input" id="new-token" readonly value=${secret} onFocus=${(event) => event.target.select()} />
      <button class="button" type="button" onClick=${take}>Copy</button>
    </div>
  </div>`;
}

function MakeToken({ onClose, onMade }) {
  const { chat } = usePage();
  const places = useChat((state) => state.places);
  const names = [...places.values()].filter(({ kind }) => kind !== "direct").map(({ name }) => name);
  const run = async (chosen) => {
    const rooms = Object.keys(chosen);
    if (rooms.length === 0) throw { code: "none", message: "Choose a room." };
    onMade((await chat.ask({ type: "token.make", rooms })).ack.token);
  };
  return html`<${FormDialog} title="Make a token" action="Make it" run=${run} onClose=${onClose}>
    <fieldset class="field">
      <legend>For the rooms</legend>
      ${names.map(
        (name) => html`<label class="check" key=${name}><input type="checkbox" name=${name} /><span dir="auto">#${name}</span></label>`,
      )}
    </fieldset>
  <//>`;
}
