// Lists for moderators and operators: messages that wait, and what was done. Each asks the server when it is shown.

import { html, useEffect, useState } from "../vendor/preact.js";
import { entriesOf, entryLine } from "../core/entries.js";
import { dates } from "./reader.js";
import { sentence } from "./sentences.js";
import { usePage } from "./layers.js";

/**
 * The entries that answer a request, with a way to the next page.
 * @param {object} request - another object asks again
 */
export function useEntries(request) {
  const { chat } = usePage();
  const [found, put] = useState({ entries: null, next: null, refusal: "" });
  const ask = async (known, next) => {
    try {
      const page = await entriesOf(chat, next === null ? request : { ...request, before: next });
      put({ entries: [...known, ...page.entries], next: page.next, refusal: "" });
    } catch (error) {
      put({ entries: known, next: null, refusal: sentence(error) });
    }
  };
  const again = () => ask([], null);
  useEffect(() => void again(), [request.type, request.room]);
  /** Do something with an entry: what is refused is said above the list. */
  const act = (next) => chat.ask(next).then(again, (error) => put((now) => ({ ...now, refusal: sentence(error) })));
  return { ...found, again, act, more: () => ask(found.entries, found.next) };
}

/**
 * @param {object} props
 * @param {object} props.list - of `useEntries`
 * @param {string} props.empty - what is said where there are none
 * @param {function} [props.actions] - the buttons of an entry
 * @param {function} [props.content] - what is shown of an entry
 */
export function Entries({ list, empty, actions, content = entryLine }) {
  const { entries, next, refusal } = list;
  const status = refusal ? "" : entries === null ? "Asking the server…" : entries.length ? "" : empty;
  return html`
    <p class="refusal" role="alert">${refusal}</p>
    <p class="hint" role="status">${status}</p>
    <ul class="entries">
      ${(entries ?? []).map(
        (entry) => html`<li key=${entry.number}>
          <p dir="auto">${content(entry)}</p>
          ${entry.at && html`<time class="micro" datetime=${dates.machine(entry.at)}>${dates.full(entry.at)}</time>`}
          ${actions && html`<div class="buttons at-start">${actions(entry)}</div>`}
        </li>`,
      )}
    </ul>
    ${next !== null && html`<button class="button" type="button" onClick=${list.more}>More</button>`}
  `;
}

/** The messages of a room that wait for a moderator. */
export function Held({ room }) {
  const list = useEntries({ type: "held", room });
  const press = (type, entry) => () => list.act({ type, number: entry.number });
  const actions = (entry) => html`
    <button class="button main" type="button" onClick=${press("release", entry)}>Let it be said</button>
    <button class="button" type="button" onClick=${press("discard", entry)}>Drop it</button>
  `;
  return html`<${Entries} list=${list} empty="No message waits." actions=${actions} content=${({ from, text }) => html`<bdi>${from}</bdi>: ${text}`} />`;
}

/** What moderators and operators did, in a room or (`all`) everywhere. */
export function Log({ room }) {
  return html`<${Entries} list=${useEntries({ type: "audit", room })} empty="Nothing yet." />`;
}
