// The pinned messages of a room: a click goes to one.

import { html, useEffect, useState } from "../vendor/preact.js";
import { fragmentOf } from "../core/router.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { may } from "./powers.js";
import { dates } from "./reader.js";
import { Name } from "./row.js";
import { sentence, titleOf } from "./sentences.js";
import { useChat, usePage } from "./layers.js";

/** @param {{place: import("../core/shapes.js").Place, onClose: function}} props */
export function PinsDialog({ place: { key }, onClose }) {
  const { chat } = usePage();
  const place = useChat((state) => state.places.get(key));
  const me = useChat((state) => state.me);
  const [{ rows, refusal }, put] = useState({ rows: null, refusal: "" });
  const load = () => chat.pins(key).then((found) => put({ rows: found, refusal: "" }), (error) => put({ rows: [], refusal: sentence(error) }));
  useEffect(() => void load(), []);
  if (!place) return null;
  const go = (row) => {
    onClose();
    location.assign(fragmentOf(place, row.seq));
  };
  const unpin = (row) =>
    chat.ask({ type: "unpin", room: place.name, seq: row.seq }).then(load, (error) => put({ rows, refusal: sentence(error) }));
  const shown = rows?.filter((row) => place.pins.includes(row.seq)).toReversed() ?? [];
  return html`<${Dialog} title=${`Pinned in ${titleOf(place)}`} onClose=${onClose} wide>
    <p class="refusal" role="alert">${refusal}</p>
    <p class="hint" role="status">${statusOf(rows, shown, refusal)}</p>
    <ul class="found lines">
      ${shown.map(
        (row) => html`<li key=${row.seq} class="line-item">
          <button type="button" class="hit" onClick=${() => go(row)}>
            <span class="hit-head"><${Name} name=${row.from} /> <time datetime=${dates.machine(row.at)}>${dates.day(row.at)}, ${dates.time(row.at)}</time></span>
            <span class="hit-text" dir="auto">${(row.text || row.file?.name || "").slice(0, 240)}</span>
          </button>
          ${may(place, me, "unpin") &&
          html`<button type="button" class="tool" aria-label=${`Unpin the message of ${row.from}`} title="Unpin" onClick=${() => unpin(row)}><${Icon} name="close" small /></button>`}
        </li>`,
      )}
    </ul>
  <//>`;
}

function statusOf(rows, shown, refusal) {
  if (refusal) return "";
  if (rows === null) return "Looking…";
  return shown.length ? "" : "Nothing is pinned. Moderators pin messages by their menu.";
}
