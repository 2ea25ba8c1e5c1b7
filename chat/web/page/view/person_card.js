// What one may know about a person.

import { html, useEffect, useState } from "../vendor/preact.js";
import { isSame } from "../core/names.js";
import { fragmentOf } from "../core/router.js";
import { Avatar } from "./avatar.js";
import { Dialog } from "./dialog.js";
import { ignore } from "./ignoring.js";
import { sentence } from "./sentences.js";
import { useChat, usePage } from "./layers.js";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });

/** @param {{name: string, onClose: function}} props */
export function PersonCard({ name, onClose }) {
  const { chat } = usePage();
  const [found, setFound] = useState({});
  useEffect(() => {
    let isHere = true;
    const told = (answer) => isHere && setFound(answer);
    chat.ask({ type: "whois", name }).then(
      ({ pushes }) => told({ person: pushes.find((push) => push.type === "whois") }),
      (error) => told({ refusal: sentence(error) }),
    );
    return () => (isHere = false);
  }, [name]);
  const { person, refusal } = found;
  return html`<${Dialog} title="About" onClose=${onClose}>
    <div class="card">
      <${Avatar} name=${name} across=${56} here=${person?.here && person.away === undefined} />
      <div>
        <p class="card-name"><bdi>${name}</bdi></p>
        ${person?.line && html`<p dir="auto">${person.line}</p>`}
      </div>
    </div>
    ${refusal && html`<p class="refusal" role="alert">${refusal}</p>`}
    ${person ? html`<${Facts} person=${person} /><${Ways} name=${person.name} onClose=${onClose} />` : !refusal && html`<p class="hint">Asking the server…</p>`}
  <//>`;
}

/** What one can do with them. */
function Ways({ name, onClose }) {
  const page = usePage();
  const { chat } = page;
  const me = useChat((state) => state.me);
  const ignored = useChat((state) => state.ignored);
  const [refusal, setRefusal] = useState("");
  if (isSame(name, me?.name ?? "")) return null;
  const isIgnored = ignored.some((each) => isSame(each, name));
  const write = () => {
    onClose();
    location.assign(fragmentOf({ kind: "direct", name, key: chat.direct(name) }));
  };
  const hide = () => ignore(page, name, !isIgnored).then(() => setRefusal(""), (error) => setRefusal(sentence(error)));
  return html`<div class="buttons at-start">
      <button class="button main" type="button" onClick=${write}>Message</button>
      <button class="button" type="button" onClick=${hide}>${isIgnored ? "Ignore no more" : "Ignore"}</button>
    </div>
    <p class="refusal" role="alert">${refusal}</p>`;
}

function Facts({ person }) {
  const since = day.format(new Date(person.since));
  const facts = [
    [person.account ? "Account since" : "Guest since", since],
    ["Now", presence(person)],
    person.rooms?.length && ["Rooms with you", person.rooms.map((room) => html`<a class="link" href=${fragmentOf({ kind: "room", name: room })}>#${room}</a> `)],
    person.colour && ["Colour", person.colour],
  ].filter(Boolean);
  return html`<dl class="facts">
    ${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd dir="auto">${value}</dd></div>`)}
  </dl>`;
}

function presence({ here, away, idle }) {
  if (!here) return "not here";
  if (away !== undefined) return away ? `away: ${away}` : "away";
  return idle ? `here, quiet for ${idle} min` : "here";
}
