// The people of the open room: here, away, and of a private one whoever belongs to it.

import { html, useEffect } from "../vendor/preact.js";
import { fold } from "../core/names.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { menuTrigger } from "./menu.js";
import { openPersonMenu } from "./person_menu.js";
import { useChat, usePage } from "./layers.js";

const SHOWN = 500;
const NEWCOMERS_MS = 1000;

/** @param {{place: import("../core/shapes.js").Place, onClose: function}} props */
export function People({ place, onClose }) {
  const { chat } = usePage();
  const me = useChat((state) => state.me);
  const isOpen = useChat((state) => state.link.state === "open");
  useEffect(() => {
    if (isOpen && place.members === null) chat.ask({ type: "members", room: place.name }).catch(() => undefined);
  }, [isOpen, place.key, place.members === null]);
  useNewcomers(place, isOpen);
  const groups = grouped(place.members ?? []);
  return html`<aside class="people" aria-label="People">
    <header class="bar">
      <h2>People <span class="count">${place.count}</span></h2>
      <button class="tool" type="button" aria-label="Close" title="Close (Alt+P)" onClick=${onClose}>
        <${Icon} name="close" />
      </button>
    </header>
    <div class="groups">
      ${groups.map(([title, members]) => html`<${Group} key=${title} title=${title} members=${members} place=${place} me=${me} />`)}
      ${place.members === null && html`<p class="empty">${isOpen ? "Looking who is here…" : "Not known without a connection."}</p>`}
      ${place.members?.length < place.count && html`<p class="empty">and ${place.count - place.members.length} more</p>`}
    </div>
  </aside>`;
}

/** Asks what newcomers may do there, a moment after somebody came: then most others who come now are there, too. */
function useNewcomers(place, isOpen) {
  const { chat } = usePage();
  const isUnsure = Boolean(place.members?.some((member) => member.isUnsure));
  useEffect(() => {
    if (!isOpen || !isUnsure) return undefined;
    const timer = setTimeout(() => chat.members(place.key).catch(() => undefined), NEWCOMERS_MS);
    return () => clearTimeout(timer);
  }, [isOpen, isUnsure, place.key]);
}

/** Those who are here, those who are away, those who only belong to it; without the groups that are empty. */
function grouped(members) {
  const kinds = [
    ["Here", members.filter((one) => one.isHere && !one.isAway)],
    ["Away", members.filter((one) => one.isHere && one.isAway)],
    ["Not here", members.filter((one) => !one.isHere)],
  ];
  return kinds.filter(([, some]) => some.length).map(([title, some]) => [title, some.slice(0, SHOWN)]);
}

function Group({ title, members, place, me }) {
  return html`<section>
    <h3>${title}</h3>
    <ul>
      ${members.map((member) => html`<${Person} key=${member.name} member=${member} place=${place} me=${me} />`)}
    </ul>
  </section>`;
}

function Person({ member, place, me }) {
  const page = usePage();
  const { name, role, isHere, isAway, isMuted } = member;
  const open = (at, opener) => openPersonMenu(page, { name, place, at, opener });
  const isMe = fold(me?.name ?? "") === fold(name);
  const notes = [isMe && "you", role !== "member" && role, isMuted && "muted"].filter(Boolean);
  const isDim = isAway || !isHere;
  return html`<li>
    <button
      type="button"
      class=${isDim ? "person dim" : "person"}
      aria-haspopup="menu"
      onClick=${({ currentTarget }) => open(currentTarget, currentTarget)}
      ...${menuTrigger(open)}
    >
      <${Avatar} name=${name} across=${24} here=${!isDim} away=${isDim} />
      <bdi class="cut">${name}</bdi>
      <span class="micro">${notes.join(", ")}</span>
    </button>
  </li>`;
}
