// A new room, open to everybody or private.

import { html, useState } from "../vendor/preact.js";
import { roomKey, withoutSign } from "../core/names.js";
import { fragmentOf } from "../core/router.js";
import { FormDialog } from "./dialog.js";
import { useChat, usePage } from "./layers.js";
import { sentence } from "./sentences.js";

/** @param {{name?: string, onClose: function}} props */
export function MakeRoom({ name = "", onClose }) {
  const { chat, layers } = usePage();
  const isAccount = useChat((state) => state.me?.isAccount);
  const [isPrivate, setPrivate] = useState(false);
  const run = async (form) => {
    const room = withoutSign(form.name.trim());
    await chat.join(room);
    // The room is there: what goes wrong from here on is told, and does not keep the dialog open.
    await furnish(chat, room, form).catch((error) => layers.note(sentence(error)));
    location.assign(fragmentOf({ kind: "room", name: room, key: roomKey(room) }));
  };
  return html`<${FormDialog} title="New room" action="Make the room" run=${run} onClose=${onClose}>
    <label class="field">
      <span>Name</span>
      <input class="input" name="name" required autocomplete="off" spellcheck=${false} dir="auto" defaultValue=${name} data-first />
    </label>
    <label class="field">
      <span>Topic, if you like</span>
      <input class="input" name="topic" maxlength="250" autocomplete="off" dir="auto" />
    </label>
    <label class="check">
      <input type="checkbox" name="private" disabled=${!isAccount} onChange=${(event) => setPrivate(event.target.checked)} />
      <span>Private<span class="hint">${isAccount ? "Only people who are invited see it." : "For that, make your name yours first (Settings)."}</span></span>
    </label>
    ${isPrivate &&
    html`<label class="field">
      <span>Invite, by name</span>
      <input class="input" name="people" autocomplete="off" spellcheck=${false} dir="auto" placeholder="Ben, Carol" />
    </label>`}
  <//>`;
}

async function furnish(chat, room, form) {
  if (form.private) await chat.ask({ type: "settings", room, settings: { private: true } });
  if (form.topic.trim()) await chat.ask({ type: "topic", room, text: form.topic.trim() });
  const names = (form.people ?? "").split(/[\s,;、，]+/u).map(withoutSign).filter(Boolean);
  for (const name of names) await chat.ask({ type: "invite", room, name });
}
