// How others come into a room: a link, its QR code, and the lines for a terminal.

import { html, useState } from "../vendor/preact.js";
import { fragmentOf } from "../core/router.js";
import { copy } from "./clipboard.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { may } from "./powers.js";
import { sentence } from "./sentences.js";
import { useChat, usePage } from "./layers.js";

/** @param {{place: import("../core/shapes.js").Place, onClose: function}} props - `place` as it was when this opened */
export function InviteDialog({ place: opened, onClose }) {
  // Whoever has just made a room learns a little later that it is theirs.
  const place = useChat((state) => state.places.get(opened.key)) ?? opened;
  const me = useChat((state) => state.me);
  const mayInvite = may(place, me, "invite");
  const [made, setMade] = useState(null);
  const link = place.isPrivate ? made?.url : addressOf(place);
  return html`<${Dialog} title=${place.kind === "lobby" ? "Invite people" : `Invite people to #${place.name}`} onClose=${onClose}>
    ${place.isPrivate && !mayInvite && html`<p>This room is private: only its moderators can invite people.</p>`}
    ${place.isPrivate && mayInvite && html`<${ByName} place=${place} />`}
    ${place.isPrivate && mayInvite && !link && html`<${MakeLink} place=${place} onMade=${setMade} />`}
    ${link && html`<${Ways} link=${link} place=${place} />`}
    ${place.isPrivate && mayInvite && html`<${EndLinks} place=${place} link=${made} onEnded=${() => setMade(null)} />`}
  <//>`;
}

/** The address of a place that everybody may enter. */
function addressOf(place) {
  return location.origin + location.pathname + (place.kind === "lobby" ? "" : fragmentOf(place));
}

function ByName({ place }) {
  const { chat, layers } = usePage();
  const [refusal, setRefusal] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const name = form.elements.name.value.trim();
    try {
      await chat.ask({ type: "invite", room: place.name, name });
      form.reset();
      setRefusal("");
      layers.note(`${name} is invited to #${place.name}.`);
    } catch (error) {
      setRefusal(sentence(error));
    }
  };
  return html`<form class="line-form" onSubmit=${submit}>
    <label class="field">
      <span>Somebody by name</span>
      <input class="input" name="name" required autocomplete="off" spellcheck=${false} dir="auto" data-first />
    </label>
    <button class="button">Invite</button>
    <p class="refusal" role="alert">${refusal}</p>
  </form>`;
}

/** How many people may use a link, and for how long; empty is no number, and a week. */
const USES = [["", "Anybody who has it"], ["1", "One person"], ["5", "5 people"], ["25", "25 people"], ["100", "100 people"]];
const ENDS = [["3600", "1 hour"], ["86400", "1 day"], ["", "1 week"], ["2592000", "30 days"]];

function MakeLink({ place, onMade }) {
  const { chat } = usePage();
  const [refusal, setRefusal] = useState("");
  const make = async (event) => {
    event.preventDefault();
    const { uses, seconds } = Object.fromEntries(new FormData(event.target));
    const bounds = { ...(uses && { uses: Number(uses) }), ...(seconds && { seconds: Number(seconds) }) };
    try {
      const { ack } = await chat.ask({ type: "invite", room: place.name, link: true, ...bounds });
      onMade({ code: ack.code, url: ack.url ?? `${location.origin}${location.pathname}#join=${encodeURIComponent(ack.room ?? place.name)}.${ack.code}` });
    } catch (error) {
      setRefusal(sentence(error));
    }
  };
  return html`<form class="form" onSubmit=${make}>
    <div class="two">
      <${Choice} label="Who may use the link" name="uses" choices=${USES} />
      <${Choice} label="For how long" name="seconds" choices=${ENDS} />
    </div>
    <div class="buttons at-start">
      <button class="button"><${Icon} name="link" small />Make a link</button>
    </div>
    <p class="refusal" role="alert">${refusal}</p>
  </form>`;
}

function Choice({ label, name, choices }) {
  return html`<label class="field">
    <span>${label}</span>
    <select class="input" name=${name}>${choices.map(([value, words]) => html`<option value=${value}>${words}</option>`)}</select>
  </label>`;
}

/** Ends the link that was just made, or all links into the room: the server keeps no list of them that one could read. */
function EndLinks({ place, link, onEnded }) {
  const { chat } = usePage();
  const [told, tell] = useState({ refusal: "", note: "" });
  const end = (name, note) => () =>
    chat.ask({ type: "uninvite", room: place.name, name }).then(
      () => (tell({ refusal: "", note }), onEnded()),
      (error) => tell({ refusal: sentence(error), note: "" }),
    );
  return html`<div class="field">
    <div class="buttons at-start">
      ${link && html`<button class="button" type="button" onClick=${end(link.code, "The link is ended.")}>End this link</button>`}
      <button class="button" type="button" onClick=${end("links", "No link leads into the room any more.")}>End all links</button>
    </div>
    <p class="refusal" role="alert">${told.refusal}</p>
    <p class="hint" role="status">${told.note}</p>
  </div>`;
}

function Ways({ link, place }) {
  // A code for a private room stays in this page: the picture is made by the server, which would write it into its log.
  const isPublic = !place.isPrivate;
  const room = place.kind === "lobby" ? "" : `?room=${encodeURIComponent(place.name)}`;
  return html`
    <div class="ways">
      ${isPublic && html`<img class="qr" src=${`/invite.svg${room}`} width="148" height="148" alt="The link as a QR code" />`}
      <div class="way-lines">
        <${Line} label="Link" text=${link} />
        ${!isPublic && html`<p class="hint">The server shows it only this once.</p>`}
        ${isPublic && html`<${Terminal} place=${place} />`}
      </div>
    </div>
  `;
}

function Terminal({ place }) {
  const secure = location.protocol === "https:";
  const port = location.port || (secure ? "443" : "80");
  const room = encodeURIComponent(place.name);
  return html`
    <${Line} label="From a terminal" text=${secure ? `ncat --ssl ${location.hostname} ${port}` : `nc ${location.hostname} ${port}`} />
    <${Line} label="From a script" text=${`curl -d 'hello' ${location.origin}/rooms/${room}/messages`} />
  `;
}

function Line({ label, text }) {
  const { layers } = usePage();
  const press = async () => {
    layers.note((await copy(text)) ? "Copied." : "This browser did not let the page copy.");
  };
  return html`<label class="field">
    <span>${label}</span>
    <span class="copy-line">
      <input class="input" readonly value=${text} onFocus=${(event) => event.target.select()} dir="ltr" />
      <button class="tool" type="button" aria-label=${`Copy: ${label}`} title="Copy" onClick=${press}><${Icon} name="copy" /></button>
    </span>
  </label>`;
}
