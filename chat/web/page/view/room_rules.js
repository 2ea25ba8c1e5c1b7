// The rules of a room: who may enter and speak, how fast, and for how long what was said is kept. Each is changed at once.

import { html, useEffect, useState } from "../vendor/preact.js";
import { spanOf } from "../core/sentences.js";
import { may } from "./powers.js";
import { sentence } from "./sentences.js";
import { usePage } from "./layers.js";

const HOUR = 3600;
const DAY = 24 * HOUR;
const spans = (none, seconds) => [["", none], ...seconds.map((each) => [String(each), spanOf(each)])];

/** By the name of the setting: what it is called, and what can be chosen. Empty values are null for the server. */
const RULES = [
  ["private", "Who may come in", [["false", "Everybody"], ["true", "Only people who are invited"]]],
  ["speak", "Who may speak", [["all", "Everybody"], ["members", "Members (people with accounts)"], ["moderators", "Moderators"]]],
  ["slow", "Wait between two messages", spans("None", [5, 10, 30, 60, 300, 900, HOUR])],
  ["history", "Newcomers may read", [["all", "Everything"], ["joined", "What comes after they came"]]],
  ["retention", "How long messages are kept", spans("For good", [DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY])],
  ["edits", "How long messages can be changed", spans("Always", [300, HOUR, DAY, 7 * DAY])],
];

/** @param {{place: import("../core/shapes.js").Place, me: object}} props */
export function Rules({ place, me }) {
  const { chat } = usePage();
  const [values, setValues] = useState(null);
  const [refusal, setRefusal] = useState("");
  useEffect(() => {
    let isHere = true;
    chat.ask({ type: "settings", room: place.name }).then(
      ({ ack }) => isHere && setValues(ack.settings ?? {}),
      (error) => isHere && setRefusal(sentence(error)),
    );
    return () => (isHere = false);
  }, [place.name]);
  if (values === null) return html`<p class=${refusal ? "refusal" : "hint"} role="status">${refusal || "Asking the server…"}</p>`;
  return RULES.map(
    ([name, label, choices]) => html`<${Rule} key=${name} name=${name} label=${label} choices=${choices} place=${place} me=${me}
      value=${values[name]} onChange=${(value) => setValues({ ...values, [name]: value })} />`,
  );
}

function Rule({ name, label, choices, place, me, value, onChange }) {
  const { chat } = usePage();
  const [told, tell] = useState({ refusal: "", note: "" });
  const text = textOf(value);
  const known = choices.some(([each]) => each === text) ? choices : [...choices, [text, spanOf(Number(text))]];
  const change = async ({ target }) => {
    const next = valueOf(name, target.value);
    try {
      await chat.ask({ type: "settings", room: place.name, settings: { [name]: next } });
      onChange(next);
      tell({ refusal: "", note: "Saved." });
    } catch (error) {
      target.value = text;
      tell({ refusal: sentence(error), note: "" });
    }
  };
  // To make a room public takes another power than to make it private.
  const isAllowed = may(place, me, name === "private" && value ? "public" : name);
  return html`<label class="field">
    <span>${label}</span>
    <select class="input" name=${name} disabled=${!isAllowed} onChange=${change}>
      ${known.map(([each, words]) => html`<option value=${each} selected=${each === text}>${words}</option>`)}
    </select>
    <span class="refusal" role="alert">${told.refusal}</span>
    <span class="hint" role="status">${told.note}</span>
  </label>`;
}

/** How a value stands in the field. No wait is 0 to the server, no time is null. */
const textOf = (value) => (value === null || value === undefined || value === 0 ? "" : String(value));

function valueOf(name, text) {
  if (name === "private") return text === "true";
  if (text === "") return null;
  return /^\d+$/.test(text) ? Number(text) : text;
}
