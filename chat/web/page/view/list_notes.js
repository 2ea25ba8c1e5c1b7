// What stands at the edges of the list, and floats over it.

import { html } from "../vendor/preact.js";
import { Icon } from "./icons.js";
import { dates } from "./reader.js";

/** Above the first row: where the place begins, or that more is on its way. Both are equally high. */
export function Start({ place, isFirst }) {
  if (!isFirst) return html`<div class="start" aria-hidden="true">${place.loading === "older" ? "Loading older messages" : ""}</div>`;
  const where = place.kind === "direct" ? `your conversation with ${place.name}` : `#${place.name}`;
  return html`<div class="start"><p>This is where <bdi>${where}</bdi> begins.</p></div>`;
}

/** "412 new since Tuesday ↑": a place was opened at its end, and much is unread above. */
export function NewAbove({ count, from, onGo }) {
  if (!count) return null;
  const since = from?.at ? ` since ${dates.day(from.at)}` : "";
  return html`<button type="button" class="pill above" onClick=${onGo}>
    ${`${count} new${since}`} <${Icon} name="send" small />
  </button>`;
}

/** "3 new", or the way to the latest message; nothing at the end of the list. */
export function Pill({ isAtEnd, isFar, count, gone, onGo }) {
  const note = gone && html`<p class="pill note" role="status">That message is gone.</p>`;
  if (isAtEnd || (!count && !isFar)) return note || null;
  return html`${note}
    <button type="button" class=${count ? "pill new" : "pill"} onClick=${onGo}>
      ${count ? `${count} new` : "Jump to the latest"} <${Icon} name="down" small />
    </button>`;
}
