// All about one room: its topic and rules, who may not be there, and its end. Whoever may change less sees less.

import { html } from "../vendor/preact.js";
import { BansList, MutesList } from "./room_exclusion.js";
import { Dialog, FormDialog } from "./dialog.js";
import { Held, Log } from "./entry_lists.js";
import { InviteDialog } from "./invite.js";
import { may, moderates, owns } from "./powers.js";
import { Rules } from "./room_rules.js";
import { RoomEnd } from "./room_end.js";
import { Tabs } from "./tabs.js";
import { TopicDialog } from "./topic.js";
import { LEVELS } from "./place_menu.js";
import { sentence, titleOf } from "./sentences.js";
import { useChat, usePage } from "./layers.js";

/**
 * @param {object} props
 * @param {import("../core/shapes.js").Place} props.place
 * @param {string} [props.tab] - the one that is shown first
 * @param {function} props.onClose
 */
export function RoomSettings({ place: { key }, tab, onClose }) {
  const place = useChat((state) => state.places.get(key));
  const me = useChat((state) => state.me);
  if (!place) return null;
  const tabs = [
    ["Room", () => html`<${About} place=${place} me=${me} onClose=${onClose} />`],
    place.kind === "room" && ["Rules", () => html`<${Rules} place=${place} me=${me} />`],
    moderates(place, me) && ["Mutes and bans", () => html`<${MutesList} place=${place} me=${me} /><${BansList} place=${place} me=${me} />`],
    moderates(place, me) && ["Waiting", () => html`<${Held} room=${place.name} />`],
    moderates(place, me) && ["Log", () => html`<${Log} room=${place.name} />`],
  ].filter(Boolean);
  return html`<${Dialog} title=${`Settings of ${titleOf(place)}`} onClose=${onClose} wide>
    <${Tabs} label="Settings of the room" tabs=${tabs} first=${tab} />
  <//>`;
}

function About({ place, me, onClose }) {
  const { chat, layers } = usePage();
  const told = (promise) => promise.catch((error) => layers.note(sentence(error)));
  const open = (dialog) => () => layers.dialog(dialog, { place });
  return html`
    <section class="group">
      <h3>Topic</h3>
      <p dir="auto">${place.topic || "No topic."}</p>
      <div class="buttons at-start">
        ${may(place, me, "topic") && html`<button class="button" type="button" onClick=${open(TopicDialog)}>Change the topic</button>`}
        ${may(place, me, "rename") && place.kind === "room" && html`<button class="button" type="button" onClick=${open(RenameDialog)}>Rename the room</button>`}
        <button class="button" type="button" onClick=${open(InviteDialog)}>Invite people</button>
      </div>
    </section>
    <section class="group">
      <fieldset class="choice">
        <legend>What counts for you here</legend>
        ${LEVELS.map(
          ([level, label]) => html`<label>
            <input type="radio" name="level" checked=${place.level === level} onChange=${() => told(chat.ask({ type: "notify", level, room: place.name }))} />
            <span>${label}</span>
          </label>`,
        )}
      </fieldset>
    </section>
    ${place.kind === "room" && html`<${RoomEnd} place=${place} isOwner=${owns(place, me)} onClose=${onClose} />`}
  `;
}

function RenameDialog({ place, onClose }) {
  const { chat } = usePage();
  const run = ({ name }) => chat.ask({ type: "rename", room: place.name, name: name.trim() });
  return html`<${FormDialog} title=${`Rename #${place.name}`} action="Rename" run=${run} onClose=${onClose}>
    <label class="field">
      <span>Another name</span>
      <input class="input" name="name" required autocomplete="off" spellcheck=${false} dir="auto" defaultValue=${place.name} data-first />
    </label>
    <p class="hint">The old name leads here for a month.</p>
  <//>`;
}
