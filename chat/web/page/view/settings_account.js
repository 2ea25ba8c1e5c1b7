// Whose the name is: the password, the ways out, and the end of the account.

import { html } from "../vendor/preact.js";
import { FormDialog } from "./dialog.js";
import { useChat, usePage } from "./layers.js";

/** @param {{onClose: function}} props - closes the settings */
export function Account({ onClose }) {
  const me = useChat((state) => state.me);
  return html`${me && (me.isAccount ? html`<${Own} onClose=${onClose} />` : html`<${Name} />`)}<${WaysOut} onClose=${onClose} />`;
}

function Name() {
  const { layers } = usePage();
  const me = useChat((state) => state.me);
  const about = useChat((state) => state.about);
  if (about?.registration === "closed") return null;
  return html`<section class="group" aria-label="Your name">
    <h3>You are here as a guest</h3>
    <p class="hint">With a password the name <bdi>${me.name}</bdi> is yours, on all your devices, with your rooms and messages.</p>
    ${about?.registration === "invite"
      ? html`<p>That takes an invitation here: log out, and come in with it at the door.</p>`
      : html`<button class="button main" type="button" onClick=${() => layers.dialog(ClaimName)}>Make the name mine</button>`}
  </section>`;
}

function Own({ onClose }) {
  const { layers } = usePage();
  return html`<section class="group" aria-label="Account">
    <h3>Your account</h3>
    <div class="buttons at-start">
      <button class="button" type="button" onClick=${() => layers.dialog(ChangePassword)}>Change the password</button>
      <button class="button danger" type="button" onClick=${() => layers.dialog(DeleteAccount, { onDone: onClose })}>Delete the account</button>
    </div>
  </section>`;
}

/** The name for password managers, which ask for it in every form with a password. */
function Username() {
  const name = useChat((state) => state.me?.name ?? "");
  return html`<input class="unseen" name="username" autocomplete="username" value=${name} tabindex="-1" aria-hidden="true" readonly />`;
}

function Password({ name, label, isNew = false, isFirst = false }) {
  const autocomplete = isNew ? "new-password" : "current-password";
  return html`<label class="field">
    <span>${label}</span>
    <input class="input" type="password" name=${name} required autocomplete=${autocomplete} data-first=${isFirst || undefined} />
  </label>`;
}

/** A guest's name becomes an account; they stay in their rooms. */
function ClaimName({ onClose }) {
  const { chat } = usePage();
  const run = ({ password }) => chat.makeAccount(password);
  return html`<${FormDialog} title="Make the name mine" action="Make it mine" run=${run} onClose=${onClose}>
    <${Username} />
    <${Password} name="password" label="A new password" isNew isFirst />
  <//>`;
}

function ChangePassword({ onClose }) {
  const { chat, layers } = usePage();
  const run = async ({ old, password }) => {
    await chat.changePassword(old, password);
    layers.note("Your password is changed. Your other devices have to log in again.");
  };
  return html`<${FormDialog} title="Change the password" action="Change it" run=${run} onClose=${onClose}>
    <${Username} />
    <${Password} name="old" label="The password that you have" isFirst />
    <${Password} name="password" label="A new password" isNew />
    <p class="hint">All your other devices, and your access tokens, are logged out.</p>
  <//>`;
}

function DeleteAccount({ onClose, onDone }) {
  const { chat } = usePage();
  const run = async ({ password }) => {
    await chat.ask({ type: "account.delete", password });
    onDone();
    await chat.leave();
  };
  return html`<${FormDialog} title="Delete the account" action="Delete it for good" danger run=${run} onClose=${onClose}>
    <p>
      Your name, your settings and your tokens are gone at once, and nobody can bring them back. What you have said stays where
      you said it, under your name; delete messages first that should not stay.
    </p>
    <${Username} />
    <${Password} name="password" label="Your password" isFirst />
  <//>`;
}

function WaysOut({ onClose }) {
  const { chat } = usePage();
  const isAccount = useChat((state) => state.me?.isAccount === true);
  const leave = (everywhere) => () => {
    onClose();
    chat.leave(everywhere);
  };
  return html`<section class="group" aria-label="Log out">
    <div class="buttons at-start">
      <button class="button" type="button" onClick=${leave(false)}>Log out</button>
      ${isAccount && html`<button class="button" type="button" onClick=${leave(true)}>Log out everywhere</button>`}
    </div>
  </section>`;
}
