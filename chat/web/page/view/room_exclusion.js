// Who may not speak in a room, and who may not come in, with the way to end that.

import { html, useEffect, useState } from "../vendor/preact.js";
import { timeOf } from "../core/reading_pushes.js";
import { may } from "./powers.js";
import { dates } from "./reader.js";
import { sentence } from "./sentences.js";
import { usePage } from "./layers.js";

/** Those of the people in the list of members who are muted. */
export function MutesList({ place, me }) {
  const { chat } = usePage();
  const [refusal, setRefusal] = useState("");
  useEffect(() => {
    chat.members(place.key).catch((error) => setRefusal(sentence(error)));
  }, [place.key]);
  const muted = (place.members ?? []).filter((member) => member.isMuted);
  const end = (name) => chat.ask({ type: "unmute", room: place.name, name }).then(() => setRefusal(""), (error) => setRefusal(sentence(error)));
  return html`<section class="group wide">
    <h3>Muted</h3>
    <p class="refusal" role="alert">${refusal}</p>
    ${muted.length === 0 && html`<p class="hint">Nobody.</p>`}
    <ul class="entries">
      ${muted.map(
        ({ name, role }) => html`<li key=${name}>
          <p><bdi>${name}</bdi></p>
          ${may(place, me, "unmute", role) && html`<div class="buttons at-start"><button class="button" type="button" onClick=${() => end(name)}>Let them speak again</button></div>`}
        </li>`,
      )}
    </ul>
  </section>`;
}

/** The bans in force. */
export function BansList({ place, me }) {
  const { chat } = usePage();
  const [{ bans, refusal }, put] = useState({ bans: null, refusal: "" });
  const load = () =>
    chat.ask({ type: "bans", room: place.name }).then(
      ({ pushes }) => put({ bans: pushes.find((push) => push.type === "bans")?.bans ?? [], refusal: "" }),
      (error) => put({ bans: [], refusal: sentence(error) }),
    );
  useEffect(() => void load(), [place.key]);
  const end = (name) =>
    chat.ask({ type: "unban", room: place.name, name }).then(load, (error) => put({ bans, refusal: sentence(error) }));
  return html`<section class="group wide">
    <h3>Banned</h3>
    <p class="refusal" role="alert">${refusal}</p>
    ${bans?.length === 0 && !refusal && html`<p class="hint">Nobody.</p>`}
    <ul class="entries">
      ${(bans ?? []).map(
        ({ name, by, until, reason }) => html`<li key=${name}>
          <p dir="auto"><bdi>${name}</bdi>, by <bdi>${by}</bdi>, ${until ? `until ${dates.full(timeOf(until))}` : "for good"}${reason ? `: ${reason}` : ""}</p>
          ${may(place, me, "unban") && html`<div class="buttons at-start"><button class="button" type="button" onClick=${() => end(name)}>Let in again</button></div>`}
        </li>`,
      )}
    </ul>
  </section>`;
}
