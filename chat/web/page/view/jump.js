// One box to get anywhere: rooms, conversations, people. What is unread comes first.

import { html, useState } from "../vendor/preact.js";
import { fold, personKey, withoutSign } from "../core/names.js";
import { fragmentOf } from "../core/router.js";
import { Avatar } from "./avatar.js";
import { Browse } from "./browse.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { signOf } from "./side_entry.js";
import { useChat, usePage } from "./layers.js";

const SHOWN = 12;

/** @param {{onClose: function}} props */
export function Jump({ onClose }) {
  const { chat, layers } = usePage();
  const state = useChat();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const found = destinations(state, typed);
  const go = (one) => {
    onClose();
    if (!one) return layers.dialog(Browse);
    if (one.kind === "direct") chat.direct(one.name);
    return location.assign(fragmentOf(one));
  };
  const press = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || (!step && event.key !== "Enter")) return;
    event.preventDefault();
    if (step) setAt((at + step + found.length + 1) % (found.length + 1));
    else go(found[at]);
  };
  const option = (index) => ({
    id: `jump${index}`,
    role: "option",
    "aria-selected": index === at,
    onPointerMove: () => index !== at && setAt(index),
    onClick: () => go(found[index]),
  });
  return html`<${Dialog} title="Jump" onClose=${onClose}>
    <input
      class="input"
      role="combobox"
      aria-label="Room or person"
      placeholder="Room or person"
      aria-expanded="true"
      aria-controls="jump-list"
      aria-activedescendant=${`jump${at}`}
      autocomplete="off"
      autocapitalize="off"
      spellcheck=${false}
      dir="auto"
      data-first
      onInput=${(event) => (setTyped(event.target.value), setAt(0))}
      onKeyDown=${press}
    />
    <ul class="found" id="jump-list" role="listbox" aria-label="Rooms and people">
      ${found.map((one, index) => html`<li class="option" key=${one.key} ...${option(index)}><${Destination} one=${one} /></li>`)}
      <li class="option" key="browse" ...${option(found.length)}><${Icon} name="search" small /><span>Look through all rooms</span></li>
    </ul>
  <//>`;
}

function Destination({ one }) {
  const count = one.mentions || one.unread;
  return html`
    ${one.kind === "direct" ? html`<${Avatar} name=${one.name} across=${22} />` : html`<${Icon} name=${signOf(one)} small />`}
    <bdi class="cut">${one.name}</bdi>
    ${count > 0 && html`<span class=${one.mentions ? "badge mentions" : "badge"}>${count}</span>`}
  `;
}

/** Our places and whoever is online, those that begin with what was typed first. */
function destinations({ places, people, me }, typed) {
  const wanted = fold(withoutSign(typed.trim()));
  const known = [...places.values()];
  const others = [...people.values()]
    .filter(({ name }) => fold(name) !== fold(me?.name ?? "") && !places.has(personKey(name)))
    .map(({ name }) => ({ kind: "direct", key: personKey(name), name, unread: 0, mentions: 0 }));
  const all = [...known, ...(wanted ? others : [])].filter(({ name }) => fold(name).includes(wanted));
  const rank = (one) => (wanted && fold(one.name).startsWith(wanted) ? 4 : 0) + (one.mentions ? 2 : 0) + (one.unread ? 1 : 0);
  return all.sort((one, other) => rank(other) - rank(one)).slice(0, SHOWN);
}
