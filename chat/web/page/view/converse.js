// Begin a conversation: somebody who is here, or a name.

import { html, useState } from "../vendor/preact.js";
import { fold, personKey, withoutSign } from "../core/names.js";
import { fragmentOf } from "../core/router.js";
import { Dialog } from "./dialog.js";
import { FoundPeople } from "./found_people.js";
import { Icon } from "./icons.js";
import { openLater } from "./parts.js";
import { useChat, usePage } from "./layers.js";

const SHOWN = 50;

/** @param {{onClose: function}} props */
export function Converse({ onClose }) {
  const { chat, layers } = usePage();
  const me = useChat((state) => state.me);
  const people = useChat((state) => state.people);
  const [typed, setTyped] = useState("");
  const wanted = fold(withoutSign(typed.trim()));
  const found = [...people.values()].filter(({ name }) => fold(name) !== fold(me.name) && fold(name).includes(wanted));
  found.sort((one, other) => one.name.localeCompare(other.name));
  const start = (name) => {
    chat.direct(name);
    onClose();
    location.assign(fragmentOf({ kind: "direct", name, key: personKey(name) }));
  };
  const submit = (event) => {
    event.preventDefault();
    if (wanted) start(people.get(wanted)?.name ?? withoutSign(typed.trim()));
  };
  return html`<${Dialog} title="Write to somebody" onClose=${onClose}>
    <form class="find" onSubmit=${submit}>
      <input
        class="input"
        type="search"
        placeholder="Name"
        aria-label="Name"
        autocomplete="off"
        autocapitalize="off"
        spellcheck=${false}
        dir="auto"
        data-first
        onInput=${(event) => setTyped(event.target.value)}
      />
      <button class="button main" disabled=${!wanted}>Write</button>
    </form>
    ${me.isAccount &&
    html`<button class="button" type="button" onClick=${() => (onClose(), openLater(layers, "group"))}><${Icon} name="people" small />Several people: a group</button>`}
    <p class="hint">${found.length ? "Here now:" : "Nobody of that name is here. You can write all the same: they get it when they come."}</p>
    <${FoundPeople} people=${found} most=${SHOWN} onChoose=${start} />
  <//>`;
}
