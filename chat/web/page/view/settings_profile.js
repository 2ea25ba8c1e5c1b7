// What others see of oneself: the line, being away, what was read.

import { html } from "../vendor/preact.js";
import { useChat } from "./layers.js";
import { useAnswer, useAsking } from "./settings_asking.js";

export function Profile() {
  const name = useChat((state) => state.me?.name ?? "");
  const [own, again] = useAnswer({ type: "whois", name }, "whois");
  return html`<section class="group" aria-label="About you">
    <h3>What others see of you</h3>
    ${own && html`<${Line} own=${own} /><${Away} own=${own} onChange=${again} /><${Seen} own=${own} onChange=${again} />`}
  </section>`;
}

function Line({ own }) {
  const ask = useAsking();
  const save = (event) => {
    event.preventDefault();
    ask({ type: "profile", line: event.target.elements.line.value.trim() }, "Saved.");
  };
  return html`<form class="field" onSubmit=${save}>
    <label for="own-line">A line about you</label>
    <div class="beside">
      <input class="input" id="own-line" name="line" maxlength="200" dir="auto" autocomplete="off" defaultValue=${own.line ?? ""} />
      <button class="button">Save</button>
    </div>
  </form>`;
}

function Away({ own, onChange }) {
  const ask = useAsking();
  const isAway = own.away !== undefined && own.away !== null;
  const change = async (event) => {
    event.preventDefault();
    const text = event.target.elements.away?.value.trim();
    await ask(isAway ? { type: "back" } : { type: "away", ...(text ? { text } : {}) }, isAway ? "You are here again." : "You are away.");
    onChange();
  };
  return html`<form class="field" onSubmit=${change}>
    ${isAway
      ? html`<p>You are away${own.away && html`: <bdi>${own.away}</bdi>`}.</p>
          <button class="button">I am here again</button>`
      : html`<label for="own-away">Away: those who write to you are told this</label>
          <div class="beside">
            <input class="input" id="own-away" name="away" maxlength="200" dir="auto" autocomplete="off" />
            <button class="button">Be away</button>
          </div>`}
  </form>`;
}

function Seen({ own, onChange }) {
  const ask = useAsking();
  const change = async (event) => {
    await ask({ type: "seen", on: event.target.checked });
    onChange();
  };
  return html`<label class="check">
    <input type="checkbox" name="seen" checked=${own.seen !== false} onChange=${change} />
    <span>Others are told what you have read</span>
  </label>`;
}
