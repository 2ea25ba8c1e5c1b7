// One room or conversation of the list.

import { Component, html } from "../vendor/preact.js";
import { fragmentOf } from "../core/router.js";
import { shortTime } from "./short_time.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";

const SHOWN = ["key", "kind", "name", "isPrivate", "level", "unread", "mentions"];

/**
 * @param {object} props
 * @param {import("../core/shapes.js").Place} props.place
 * @param {boolean} props.isOpen - it is the one on the screen
 * @param {boolean} props.isHere - the person is online, and not away
 * @param {boolean} props.isStop - Tab comes to this one
 * @param {boolean} props.phone - with the last message and its time
 * @param {object} props.trigger - the attributes that open its menu
 */
export class PlaceEntry extends Component {
  /** A place is another object with each message; most of them change nothing here. */
  shouldComponentUpdate(next) {
    const { place, trigger, ...rest } = this.props;
    const isDraft = (one) => one.draft.trim() !== "";
    return (
      Object.keys(rest).some((name) => next[name] !== rest[name]) ||
      isDraft(next.place) !== isDraft(place) ||
      (next.phone && next.place.last !== place.last) ||
      SHOWN.some((name) => next.place[name] !== place[name])
    );
  }

  render({ place, isOpen, isHere, isStop, phone, trigger }) {
    const isMuted = place.level === "none";
    const isNew = !isMuted && !isOpen && place.unread > 0;
    const classes = ["place", isNew && "new", isMuted && "muted"].filter(Boolean).join(" ");
    return html`<li>
      <a
        class=${classes}
        href=${fragmentOf(place)}
        data-key=${place.key}
        aria-current=${isOpen ? "page" : undefined}
        tabindex=${isStop ? 0 : -1}
        draggable=${false}
        ...${trigger}
      >
        <${Sign} place=${place} isHere=${isHere} phone=${phone} />
        <span class="place-name cut"><bdi>${place.name}</bdi></span>
        ${phone && html`<${Last} place=${place} />`}
        <${Mark} place=${place} isOpen=${isOpen} />
      </a>
    </li>`;
  }
}

function Sign({ place, isHere, phone }) {
  if (place.kind === "direct") return html`<${Avatar} name=${place.name} across=${phone ? 40 : 22} here=${isHere} />`;
  return html`<span class="sign"><${Icon} name=${signOf(place)} small=${!phone} /></span>`;
}

/** The drawing that stands for a place. */
export function signOf(place) {
  if (place.kind === "lobby") return "wave";
  return place.isPrivate ? "lock" : "hash";
}

function Last({ place: { last, kind } }) {
  if (!last) return null;
  return html`
    <span class="last cut" dir="auto">${kind === "direct" ? "" : html`<bdi>${last.from}</bdi>: `}${last.text}</span>
    <time class="last-time" datetime=${new Date(last.at).toISOString()}>${shortTime(last.at, Date.now())}</time>
  `;
}

/** What stands at the end: how much is new, a draft, or that it is muted. */
function Mark({ place, isOpen }) {
  const { level, draft, unread, mentions } = place;
  if (level === "none") {
    return html`<span class="mark"><${Icon} name="bellOff" small /><span class="unseen">, muted</span></span>`;
  }
  // What is new in the place on the screen stands there.
  if (isOpen) return null;
  if (mentions > 0) return html`<span class="badge mentions">${short(mentions)}<span class="unseen"> for you</span></span>`;
  if (unread > 0) return html`<span class="badge">${short(unread)}<span class="unseen"> new</span></span>`;
  return draft.trim() ? html`<span class="mark draft">draft</span>` : null;
}

const short = (count) => (count > 999 ? "999+" : count);
