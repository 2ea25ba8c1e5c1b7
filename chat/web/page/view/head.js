// The bar above an open place: its name, its topic, and what one can do there.

import { html } from "../vendor/preact.js";
import { fold } from "../core/names.js";
import { Icon } from "./icons.js";
import { Avatar } from "./avatar.js";
import { InviteDialog } from "./invite.js";
import { openLater } from "./parts.js";
import { placeMenu } from "./place_menu.js";
import { TopicDialog } from "./topic.js";
import { openPersonMenu } from "./person_menu.js";
import { may } from "./powers.js";
import { toList } from "./route.js";
import { useChat, usePage } from "./layers.js";
import { signOf } from "./side_entry.js";

function back(event) {
  event.preventDefault();
  toList();
}

/**
 * @param {object} props
 * @param {import("../core/shapes.js").Place} props.place
 * @param {boolean} props.phone - with a way back to the list
 * @param {boolean} props.showsPeople
 * @param {function} props.onPeople - shows or hides them
 */
export function Head({ place, phone, showsPeople, onPeople }) {
  const { chat, layers } = usePage();
  const more = ({ currentTarget }) => layers.menu(placeMenu(chat, layers, place, currentTarget, currentTarget));
  return html`<header class="bar">
    ${phone && html`<a class="tool" href="#" aria-label="Back to the list" onClick=${back}><${Icon} name="back" /></a>`}
    ${place.kind === "direct" ? html`<${PersonTitle} place=${place} />` : html`<${RoomTitle} place=${place} />`}
    <div class="bar-tools">
      ${place.pins.length > 0 && html`<${Pins} place=${place} />`}
      ${!phone && html`<${Tool} label="Search" icon="search" onClick=${() => openLater(layers, "search")} />`}
      ${!phone &&
      place.kind !== "direct" &&
      html`<${Tool} label="Invite people" icon="invite" onClick=${() => layers.dialog(InviteDialog, { place })} />`}
      ${place.kind !== "direct" &&
      html`<button
        class="tool people-tool"
        type="button"
        aria-label=${`People, ${place.count}`}
        aria-pressed=${showsPeople}
        title="People (Alt+P)"
        onClick=${onPeople}
      >
        <${Icon} name="people" /><span class="count">${place.count}</span>
      </button>`}
      <button class="tool" type="button" aria-label="More" title="More" aria-haspopup="menu" onClick=${more}><${Icon} name="more" /></button>
    </div>
  </header>`;
}

function Pins({ place }) {
  const { layers } = usePage();
  const open = () => openLater(layers, "pins", { place });
  const label = `Pinned messages, ${place.pins.length}`;
  return html`<button class="tool" type="button" aria-label=${label} title="Pinned messages" onClick=${open}>
    <${Icon} name="pin" /><span class="count">${place.pins.length}</span>
  </button>`;
}

function Tool({ label, icon, onClick }) {
  return html`<button class="tool" type="button" aria-label=${label} title=${label} onClick=${onClick}>
    <${Icon} name=${icon} />
  </button>`;
}

function RoomTitle({ place }) {
  const { chat, layers } = usePage();
  const me = useChat((state) => state.me);
  const mayChange = place.kind !== "direct" && may(place, me, "topic");
  const edit = () => layers.dialog(TopicDialog, { place });
  const topic = place.topic || (mayChange && place.kind === "room" ? "Add a topic" : "");
  return html`
    <h1 class="title" tabindex="-1"><${Icon} name=${signOf(place)} small /><bdi class="cut">${place.name}</bdi></h1>
    ${place.isPrivate && html`<span class="unseen">private</span>`}
    ${topic &&
    html`<span class=${place.topic ? "topic" : "topic unset"}>
      ${mayChange
        ? html`<button type="button" class="cut" dir="auto" title=${place.topic || "Topic"} onClick=${edit}>${topic}</button>`
        : html`<span class="cut" dir="auto" title=${topic}>${topic}</span>`}
    </span>`}
  `;
}

function PersonTitle({ place }) {
  const page = usePage();
  const person = useChat((state) => state.people.get(fold(place.name)));
  const state = person ? (person.away ? "away" : "here") : "not here";
  const open = ({ currentTarget: opener }) => openPersonMenu(page, { name: place.name, place, at: opener, opener });
  return html`
    <h1 class="title" tabindex="-1">
      <button type="button" aria-haspopup="menu" onClick=${open}>
        <${Avatar} name=${place.name} across=${28} here=${person?.away === false} />
        <bdi class="cut">${place.name}</bdi>
      </button>
    </h1>
    <span class="topic"><span class="cut">${state}</span></span>
  `;
}
