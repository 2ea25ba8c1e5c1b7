// One box to get anywhere and to do anything (Ctrl+K): rooms, people, actions, messages. What is unread comes first.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { badgeOf } from "../core/counting.js";
import { roomKey, withoutSign } from "../core/names.js";
import { fragmentOf } from "../core/router.js";
import { excerptOf, jumps, litParts, searchMessages, wordsOf } from "../core/search.js";
import { Avatar } from "./avatar.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { paletteActions } from "./palette_actions.js";
import { openLater } from "./parts.js";
import { shortTime } from "./short_time.js";
import { signOf } from "./side_entry.js";
import { titleOf } from "./sentences.js";
import { useChat, usePage } from "./layers.js";

/** Servers are asked after this pause in typing, from this number of letters on. */
const PAUSE_MS = 200;
const LEAST = 2;
const MOST_FROM_SERVER = 5;

/** @param {{onClose: function}} props */
export function Jump({ onClose }) {
  const page = usePage();
  const state = useChat();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const more = useServer(page.chat, typed.trim());
  const found = entries(page, state, typed, more);
  const list = useRef(null);
  useLayoutEffect(() => list.current.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [at, found.length]);
  const go = (entry) => {
    onClose();
    entry?.run();
  };
  const press = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || event.keyCode === 229 || (!step && event.key !== "Enter")) return;
    event.preventDefault();
    if (step) setAt((at + step + found.length) % found.length);
    else go(found[at]);
  };
  return html`<${Dialog} title="Jump" onClose=${onClose} wide>
    <input
      class="input"
      role="combobox"
      aria-label="Room, person, message or action"
      placeholder="Room, person, message or action"
      aria-expanded="true"
      aria-controls="jump-list"
      aria-activedescendant=${found[at] ? `jump${at}` : undefined}
      autocomplete="off"
      autocapitalize="off"
      spellcheck=${false}
      dir="auto"
      data-first
      onInput=${(event) => (setTyped(event.target.value), setAt(0))}
      onKeyDown=${press}
    />
    <ul class="found" id="jump-list" role="listbox" aria-label="Rooms, people, messages and actions" ref=${list}>
      ${found.map(
        (entry, index) => html`<li
          class="option"
          key=${entry.key}
          id=${`jump${index}`}
          role="option"
          aria-selected=${index === at}
          onPointerMove=${() => index !== at && setAt(index)}
          onClick=${() => go(entry)}
        ><${Entry} entry=${entry} words=${wordsOf(typed)} isOpen=${entry.place?.key === state.open} /></li>`,
      )}
    </ul>
    <p class="hint" role="status">${found.length ? "" : "Nothing is called that."}</p>
  <//>`;
}

/** All that fits, each with `run()`: what is here at once, then rooms and messages that the server knows. */
function entries(page, state, typed, { rooms, messages }) {
  const { chat, layers } = page;
  const actions = paletteActions(page, state.places.get(state.open));
  const here = jumps(state, typed, actions).map((jump) => ({ ...jump, run: runOf(chat, jump) }));
  const words = typed.trim();
  const others = rooms
    .filter(({ room }) => !state.places.has(roomKey(room)))
    .map(({ room, topic }) => ({ type: "room", key: `new ${room}`, label: room, hint: topic || "not joined", run: () => location.assign(fragmentOf({ kind: "room", name: room })) }));
  const said = messages.map((one) => ({ ...one, type: "message", key: `${one.key} ${one.row.seq}`, run: () => location.assign(fragmentOf(one, one.row.seq)) }));
  const search = { type: "action", key: "search for", label: `Search messages for “${words}”`, action: { icon: "search" } };
  const last = words.length >= LEAST ? [{ ...search, run: () => openLater(layers, "search", { query: words }) }] : [];
  return [...here, ...others, ...said, ...last];
}

function runOf(chat, { type, label, place, action }) {
  if (type === "action") return action.run;
  if (type === "place") return () => location.assign(fragmentOf(place));
  return () => {
    chat.direct(label);
    location.assign(fragmentOf({ kind: "direct", name: label }));
  };
}

/** What the server finds, after a pause in typing. What it refuses is simply not there. */
function useServer(chat, typed) {
  const [found, setFound] = useState({ rooms: [], messages: [] });
  useEffect(() => {
    setFound({ rooms: [], messages: [] });
    if (typed.length < LEAST || /^[@＠]/u.test(typed)) return undefined;
    let isWanted = true;
    const put = (part) => isWanted && setFound((now) => ({ ...now, ...part }));
    const timer = setTimeout(() => {
      const query = withoutSign(typed);
      chat.ask({ type: "rooms", query }).then(({ pushes }) => put({ rooms: roomsIn(pushes).slice(0, MOST_FROM_SERVER) }), ignore);
      if (query !== typed) return;
      searchMessages(chat, query, null, { limit: MOST_FROM_SERVER }).then((answer) => put({ messages: answer.found }), ignore);
    }, PAUSE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [typed]);
  return found;
}

const roomsIn = (pushes) => pushes.find((push) => push.type === "rooms")?.rooms ?? [];
const ignore = () => undefined;

function Entry({ entry, words, isOpen }) {
  if (entry.type === "message") return html`<${Message} entry=${entry} words=${words} />`;
  const { type, label, place, action, hint } = entry;
  if (type === "action") return html`<${Icon} name=${action.icon} small /><span>${label}</span>`;
  const isPerson = type === "person" || place?.kind === "direct";
  const { count, isLoud } = place && !isOpen ? badgeOf(place) : { count: 0 };
  return html`
    ${isPerson ? html`<${Avatar} name=${label} across=${22} />` : html`<${Icon} name=${place ? signOf(place) : "hash"} small />`}
    <bdi class="cut">${label}</bdi>
    ${hint && html`<span class="hint cut" dir="auto">${hint}</span>`}
    ${count > 0 && html`<span class=${isLoud ? "badge mentions" : "badge"}>${count}</span>`}
  `;
}

function Message({ entry: { kind, name, row }, words }) {
  return html`<${Icon} name="message" small />
    <span class="found-text">
      <span class="cut" dir="auto"><${Lit} text=${excerptOf(row.text, words, 160)} words=${words} /></span>
      <span class="cut hint"><bdi>${row.from}</bdi> in <bdi>${titleOf({ kind, name })}</bdi>, ${shortTime(row.at, Date.now())}</span>
    </span>`;
}

/** A text with the words that were looked for lit. */
export function Lit({ text, words }) {
  return litParts(text, words).map((part) => (part.isLit ? html`<mark>${part.text}</mark>` : part.text));
}
