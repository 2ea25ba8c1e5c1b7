// The list: the server's name, the box to jump, rooms, conversations, oneself. On a phone it is a screen of its own.

import { html, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { connectedCount } from "../core/devices.js";
import { fold } from "../core/names.js";
import { Avatar } from "./avatar.js";
import { Banner } from "./banner.js";
import { Icon, Logo } from "./icons.js";
import { bellMenu, placeMenu } from "./place_menu.js";
import { useChat, usePage } from "./layers.js";
import { menuTrigger } from "./menu.js";
import { PlaceEntry } from "./side_entry.js";
import { Notices } from "./notices.js";
import { Browse } from "./browse.js";
import { Converse } from "./converse.js";
import { Jump } from "./jump.js";
import { Settings } from "./settings.js";

/** @param {{phone: boolean}} props - on a phone it is the page's main part, with its heading */
export function Side({ phone }) {
  const places = useChat((state) => state.places);
  const all = [...places.values()];
  const rooms = all.filter((place) => place.kind !== "direct");
  const talks = all.filter((place) => place.kind === "direct");
  const stop = useTabStop(all);
  const inner = html`
    <${Brand} phone=${phone} />
    <${JumpBox} />
    <div class="places" ref=${stop.list} onKeyDown=${stop.press} onFocusIn=${stop.focus}>
      <${Section} title="Rooms" add="Find or make a room" dialog=${Browse} places=${rooms} stop=${stop} phone=${phone} />
      <${Section} title="People" add="Start a conversation" dialog=${Converse} places=${talks} stop=${stop} phone=${phone} />
    </div>
    <${Self} />
  `;
  if (phone) return html`<main class="side"><${Banner}><${Notices} /><//>${inner}</main>`;
  return html`<nav class="side" aria-label="Rooms and conversations">${inner}</nav>`;
}

function Brand({ phone }) {
  const { chat, layers } = usePage();
  const name = useChat((state) => state.about?.name) || location.hostname;
  const open = (event) => layers.menu(bellMenu(chat, layers, event.currentTarget));
  return html`<header class="brand">
    <${Logo} />
    ${phone ? html`<h1 class="cut" tabindex="-1">${name}</h1>` : html`<span class="cut">${name}</span>`}
    <button class="tool" type="button" aria-label="What is new" aria-haspopup="menu" onClick=${open}>
      <${Icon} name="bell" />
    </button>
  </header>`;
}

function JumpBox() {
  const { layers } = usePage();
  const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
  return html`<button class="jump" type="button" aria-haspopup="dialog" onClick=${() => layers.dialog(Jump)}>
    <${Icon} name="search" small />
    <span>Jump or search</span>
    <kbd aria-hidden="true">${isMac ? "⌘K" : "Ctrl K"}</kbd>
  </button>`;
}

function Section({ title, add, dialog, places, stop, phone }) {
  const { chat, layers } = usePage();
  const open = useChat((state) => state.open);
  const people = useChat((state) => state.people);
  const menu = (place) => menuTrigger((at, opener) => layers.menu(placeMenu(chat, layers, place, at, opener)));
  const isHere = (place) => place.kind === "direct" && people.get(fold(place.name))?.away === false;
  return html`<section aria-label=${title}>
    <header>
      <h2>${title}</h2>
      <button class="tool" type="button" aria-label=${add} title=${add} onClick=${() => layers.dialog(dialog)}>
        <${Icon} name="plus" small />
      </button>
    </header>
    <ul>
      ${places.map(
        (place) => html`<${PlaceEntry}
          key=${place.key}
          place=${place}
          isOpen=${!phone && place.key === open}
          isHere=${isHere(place)}
          isStop=${place.key === stop.key}
          phone=${phone}
          trigger=${menu(place)}
        />`,
      )}
    </ul>
    ${places.length === 0 && html`<p class="empty">Nobody yet. Press + and write to somebody.</p>`}
  </section>`;
}

/** One tab stop for all places; the arrows, Home and End move inside. */
function useTabStop(all) {
  const list = useRef(null);
  const open = useChat((state) => state.open);
  const [chosen, choose] = useState(null);
  const isThere = (key) => all.some((place) => place.key === key);
  const key = [chosen, open].find(isThere) ?? all[0]?.key;
  // The open place can be seen, however many there are.
  useLayoutEffect(() => list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" }), [open, isThere(open)]);
  const focus = (event) => {
    const found = event.target.closest("[data-key]");
    if (found) choose(found.dataset.key);
  };
  const press = (event) => {
    const links = [...list.current.querySelectorAll("a[data-key]")];
    const now = links.indexOf(document.activeElement);
    if (now < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: links.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    links[Math.max(0, Math.min(next, links.length - 1))].focus();
  };
  return { list, key, focus, press };
}

function Self() {
  const { layers } = usePage();
  const me = useChat((state) => state.me);
  const link = useChat((state) => state.link.state);
  const devices = useChat((state) => state.devices);
  if (!me) return null;
  const count = connectedCount(devices);
  const role = me.isOperator ? "operator" : me.isAccount ? "signed in" : "guest";
  const kind = count > 1 ? `${role}, on ${count} devices` : role;
  return html`<footer class="self">
    <${Avatar} name=${me.name} across=${32} here=${link === "open"} />
    <div>
      <p class="who cut"><bdi>${me.name}</bdi></p>
      <p class="micro cut">${link === "open" ? kind : "not connected"}</p>
    </div>
    <button class="tool" type="button" aria-label="Settings" title="Settings" onClick=${() => layers.dialog(Settings)}>
      <${Icon} name="settings" />
    </button>
  </footer>`;
}
