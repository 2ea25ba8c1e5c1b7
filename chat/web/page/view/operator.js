// What operators look after: reports, messages that wait, the log, announcements, and who may be on the server.

import { html, useState } from "../vendor/preact.js";
import { fragmentOf } from "../core/router.js";
import { Dialog } from "./dialog.js";
import { Entries, Held, Log, useEntries } from "./entry_lists.js";
import { dates } from "./reader.js";
import { sentence } from "./sentences.js";
import { Times } from "./sanctions.js";
import { Tabs } from "./tabs.js";
import { useChat, usePage } from "./layers.js";

/** @param {{onClose: function}} props */
export function OperatorDialog({ onClose }) {
  const isOperator = useChat((state) => state.me?.isOperator);
  const tabs = [
    ["Reports", () => html`<${Reports} onClose=${onClose} />`],
    ["Waiting", () => html`<${Waiting} />`],
    ["Log", () => html`<${Log} room="all" />`],
    ["Announce", () => html`<${Announce} />`],
    ["Bans", () => html`<${ServerBans} />`],
  ];
  return html`<${Dialog} title="Look after the server" onClose=${onClose} wide>
    ${isOperator ? html`<${Tabs} label="What to look after" tabs=${tabs} />` : html`<p>Only operators of this server see this.</p>`}
  <//>`;
}

function Reports({ onClose }) {
  const list = useEntries({ type: "reports" });
  const open = ({ room, seq }) => () => {
    onClose();
    location.assign(fragmentOf({ kind: "room", name: room }, seq));
  };
  const actions = (entry) => html`
    ${entry.room && html`<button class="button" type="button" onClick=${open(entry)}>Open it</button>`}
    <button class="button main" type="button" onClick=${() => list.act({ type: "reports", close: entry.number })}>Done with it</button>
  `;
  return html`<${Entries} list=${list} empty="There are no open reports." actions=${actions} content=${reportOf} />`;
}

function reportOf({ from, room, name, reason, text }) {
  const where = room ? html`in <bdi>#${room}</bdi>` : "in a conversation";
  return html`<bdi>${from}</bdi> reports ${name ? html`<bdi>${name}</bdi>` : "a message"} ${where}${reason ? `: ${reason}` : ""}
    <q class="said">${text || "The message is gone."}</q>`;
}

function Waiting() {
  const places = useChat((state) => state.places);
  const rooms = [...places.values()].filter((place) => place.kind !== "direct").map((place) => place.name);
  const [room, choose] = useState(rooms[0]);
  return html`<label class="field">
      <span>Room</span>
      <select class="input" onChange=${(event) => choose(event.target.value)}>
        ${rooms.map((name) => html`<option value=${name} selected=${name === room}>${name}</option>`)}
      </select>
    </label>
    ${room && html`<${Held} key=${room} room=${room} />`}`;
}

/** A form whose request is told, done or refused, below it. */
function Order({ action, requestOf, done, children, onDone }) {
  const { chat } = usePage();
  const [told, tell] = useState({ refusal: "", note: "" });
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const request = requestOf(Object.fromEntries(new FormData(form)), event.submitter);
    try {
      await chat.ask(request);
      form.reset();
      tell({ refusal: "", note: done(request) });
      onDone?.();
    } catch (error) {
      tell({ refusal: sentence(error), note: "" });
    }
  };
  return html`<form class="form" onSubmit=${submit}>
    ${children}
    <p class="refusal" role="alert">${told.refusal}</p>
    <p class="hint" role="status">${told.note}</p>
    <div class="buttons">${action}</div>
  </form>`;
}

function Announce() {
  const action = html`<button class="button main">Tell everybody</button>`;
  return html`<${Order} action=${action} requestOf=${({ text }) => ({ type: "announce", text })} done=${() => "Everybody who is here was told."}>
    <label class="field">
      <span>What everybody who is here is told</span>
      <textarea class="input" name="text" rows="3" required dir="auto"></textarea>
    </label>
  <//>`;
}

function ServerBans() {
  const list = useEntries({ type: "server-bans" });
  const requestOf = ({ name, seconds, reason }, submitter) => {
    const type = submitter?.value ?? "server-kick";
    const time = type === "server-ban" && seconds ? { seconds: Number(seconds) } : {};
    return { type, name: name.trim(), ...time, ...(reason.trim() ? { reason: reason.trim() } : {}) };
  };
  const done = ({ type, name }) => (type === "server-kick" ? `${name} has no connection any more.` : `${name} is kept out.`);
  const action = html`<button class="button" value="server-kick">Remove</button>
    <button class="button danger" value="server-ban">Keep out</button>`;
  const lift = (entry) => html`<button class="button" type="button" onClick=${() => list.act({ type: "server-unban", name: entry.name })}>Let in again</button>`;
  return html`<${Order} action=${action} requestOf=${requestOf} done=${done} onDone=${list.again}>
      <label class="field">
        <span>Name, address or network</span>
        <input class="input" name="name" required autocomplete="off" autocapitalize="off" spellcheck=${false} dir="auto" />
      </label>
      <${Times} />
      <label class="field"><span>Reason</span><input class="input" name="reason" maxlength="200" autocomplete="off" dir="auto" /></label>
    <//>
    <h3>Kept out now</h3>
    <${Entries} list=${list} empty="Nobody." actions=${lift} content=${banOf} />`;
}

function banOf({ name, reason, untilAt }) {
  return html`<bdi>${name}</bdi>${untilAt ? `, until ${dates.full(untilAt)}` : ", for good"}${reason ? `: ${reason}` : ""}`;
}
