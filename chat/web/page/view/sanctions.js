// Mute, remove, ban: each asks once more, for how long, and why. So does giving a room away.

import { html } from "../vendor/preact.js";
import { FormDialog } from "./dialog.js";
import { usePage } from "./layers.js";

const HOUR = 3600;
const TIMES = [
  ["10 minutes", 600],
  ["1 hour", HOUR],
  ["1 day", 24 * HOUR],
  ["1 week", 7 * 24 * HOUR],
  ["30 days", 30 * 24 * HOUR],
  ["For good", ""],
];

/**
 * One of them. `type` is the request.
 * @param {{type: string, title: string, action: string, text: string, time: boolean, place: object, name: string}} props
 */
function Sanction({ type, title, action, text, time, place, name, onClose }) {
  const { chat, layers } = usePage();
  const run = async ({ seconds, reason }) => {
    const limits = { seconds: seconds ? Number(seconds) : undefined, reason: reason.trim() || undefined };
    await chat.ask({ type, room: place.name, name, ...limits });
    layers.note(`Done: ${title}.`);
  };
  return html`<${FormDialog} title=${title} action=${action} run=${run} onClose=${onClose} danger>
    <p>${text}</p>
    ${time && html`<${Times} />`}
    <label class="field">
      <span>Reason (the room can read it)</span>
      <input class="input" name="reason" maxlength="200" autocomplete="off" dir="auto" data-first=${!time} />
    </label>
  <//>`;
}

/** The choice of a time, in the field `seconds`. */
export function Times() {
  return html`<label class="field">
    <span>For how long</span>
    <select class="input" name="seconds" data-first>
      ${TIMES.map(([label, value]) => html`<option value=${value} selected=${value === HOUR}>${label}</option>`)}
    </select>
  </label>`;
}

export function MuteDialog({ place, name, onClose }) {
  const text = `${name} can read #${place.name}, and cannot say anything there.`;
  const title = `Mute ${name}`;
  return html`<${Sanction} ...${{ type: "mute", title, action: "Mute", text, time: true, place, name, onClose }} />`;
}

export function KickDialog({ place, name, onClose }) {
  const again = place.isPrivate ? "They need a new invitation to come back." : "They may come back at once.";
  const about = { type: "kick", title: `Remove ${name}`, action: "Remove", text: `${name} leaves #${place.name}. ${again}` };
  return html`<${Sanction} ...${about} place=${place} name=${name} onClose=${onClose} />`;
}

export function BanDialog({ place, name, onClose }) {
  const text = `${name} leaves #${place.name}, and cannot come back until the time is over.`;
  const title = `Ban ${name}`;
  return html`<${Sanction} ...${{ type: "ban", title, action: "Ban", text, time: true, place, name, onClose }} />`;
}

export function OwnerDialog({ place, name, onClose }) {
  const { chat } = usePage();
  const run = () => chat.ask({ type: "owner", room: place.name, name });
  return html`<${FormDialog} title=${`Give #${place.name} to ${name}?`} action="Give it away" run=${run} onClose=${onClose} danger>
    <p>${name} owns the room then, and you are a moderator of it. Only they can give it back.</p>
  <//>`;
}
