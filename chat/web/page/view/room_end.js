// Leaving a room, archiving it, and deleting it for good.

import { html } from "../vendor/preact.js";
import { FormDialog } from "./dialog.js";
import { isSame, withoutSign } from "../core/names.js";
import { sentence } from "./sentences.js";
import { usePage } from "./layers.js";

/** @param {{place: import("../core/shapes.js").Place, isOwner: boolean, onClose: function}} props - `onClose` closes what it is in */
export function RoomEnd({ place, isOwner, onClose }) {
  const { chat, layers } = usePage();
  const leave = () => {
    onClose();
    chat.part(place.key).catch((error) => layers.note(sentence(error)));
  };
  const open = () => chat.ask({ type: "close", room: place.name, how: "open" }).catch((error) => layers.note(sentence(error)));
  return html`<section class="group">
    <div class="buttons at-start">
      <button class="button" type="button" onClick=${leave}>Leave the room</button>
      ${isOwner && place.isArchived && html`<button class="button" type="button" onClick=${open}>Open it again</button>`}
      ${isOwner && !place.isArchived && html`<button class="button" type="button" onClick=${() => layers.dialog(ArchiveDialog, { place })}>Archive the room</button>`}
      ${isOwner && html`<button class="button danger" type="button" onClick=${() => layers.dialog(DeleteRoomDialog, { place, onDone: onClose })}>Delete the room</button>`}
    </div>
  </section>`;
}

function ArchiveDialog({ place, onClose }) {
  const { chat } = usePage();
  const run = () => chat.ask({ type: "close", room: place.name, how: "archive" });
  return html`<${FormDialog} title=${`Archive #${place.name}?`} action="Archive" run=${run} onClose=${onClose} danger>
    <p>Everybody who may read it can still read it, and nobody can say anything there. You can open it again.</p>
  <//>`;
}

function DeleteRoomDialog({ place, onDone, onClose }) {
  const { chat } = usePage();
  const run = async ({ name }) => {
    const typed = withoutSign(name.trim());
    if (!isSame(typed, place.name)) throw { code: "not_confirmed", message: `That is not the name of the room, ${place.name}.` };
    await chat.ask({ type: "close", room: place.name, how: "delete", name: typed });
    onDone();
  };
  return html`<${FormDialog} title=${`Delete #${place.name}?`} action="Delete for good" run=${run} onClose=${onClose} danger>
    <p>All that was said there is gone, for everybody, and nothing brings it back.</p>
    <label class="field">
      <span>Type the name of the room</span>
      <input class="input" name="name" required autocomplete="off" autocapitalize="off" spellcheck=${false} dir="auto" data-first />
    </label>
  <//>`;
}
