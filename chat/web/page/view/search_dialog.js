// Search for messages (Ctrl+Shift+F): everywhere, or in the place on the screen. A hit opens in its context, and Back
// comes back to what was found.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { fragmentOf } from "../core/router.js";
import { byPlace, excerptOf, searchMessages, wordsOf } from "../core/search.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { Lit } from "./jump.js";
import { useChat, usePage } from "./layers.js";
import { dates } from "./reader.js";
import { keepSearch } from "./search_back.js";
import { counted, sentence, titleOf } from "./sentences.js";
import { Name } from "./row.js";

const PAUSE_MS = 300;
const NOTHING = { query: "", found: [], next: null, state: "empty", refusal: "" };

/**
 * @param {object} props
 * @param {string} [props.query] - to begin with
 * @param {object} [props.before] - what was shown before, with `scroll`: see search_back.js
 * @param {function} props.onClose
 */
export function SearchDialog({ query = "", before, onClose }) {
  const { chat } = usePage();
  const open = useChat((state) => state.places.get(state.open));
  const [typed, setTyped] = useState(before?.typed ?? query);
  const [place, setPlace] = useState(before?.place ?? null);
  const search = useSearch(chat, typed.trim(), place, before);
  const box = useRef(null);
  useLayoutEffect(() => {
    if (before) box.current.closest("dialog").scrollTop = before.scroll;
  }, []);
  const go = (hit) => {
    keepSearch({ typed, place, result: search.result, scroll: box.current.closest("dialog").scrollTop });
    onClose();
    const fragment = fragmentOf(hit, hit.seq);
    // Where the address is that already, one goes there again.
    if (location.hash === fragment) dispatchEvent(new Event("hashchange"));
    else location.assign(fragment);
  };
  const here = place ?? open;
  return html`<${Dialog} title="Search messages" onClose=${onClose} wide>
    <div class="form" ref=${box}>
      <input
        class="input"
        type="text"
        inputmode="search"
        enterkeyhint="search"
        aria-label="Words to search for"
        placeholder="Words, from:name, before:2026-01-31"
        autocomplete="off"
        dir="auto"
        data-first
        value=${typed}
        onInput=${(event) => setTyped(event.target.value)}
      />
      <${Where} here=${here} place=${place} onChange=${setPlace} />
      <p class="hint">Also: <code>in:room</code>, <code>in:@name</code>, <code>after:2026-01-01</code>, <code>mentions:me</code></p>
      <${Results} search=${search} onGo=${go} />
    </div>
  <//>`;
}

function Where({ here, place, onChange }) {
  if (!here) return null;
  const choices = [
    ["Everywhere", null],
    [titleOf(here), here],
  ];
  return html`<fieldset class="choice">
    <legend class="unseen">Where</legend>
    ${choices.map(
      ([label, value]) => html`<label>
        <input type="radio" name="where" checked=${(place === null) === (value === null)} onChange=${() => onChange(value)} />
        <span>${value ? html`<bdi>${label}</bdi>` : label}</span>
      </label>`,
    )}
  </fieldset>`;
}

/** What was found for a query, asked for after each pause; `more()` asks for the next page. */
function useSearch(chat, query, place, before) {
  const [result, setResult] = useState(before?.result ?? NOTHING);
  const turn = useRef(0);
  const isFirst = useRef(Boolean(before?.result));
  const ask = async (known) => {
    const mine = ++turn.current;
    const put = (part) => mine === turn.current && setResult({ ...known, query, refusal: "", ...part });
    put({ state: "asking" });
    try {
      const { found, next } = await searchOn(chat, query, known.next, place);
      put({ found: [...known.found, ...found], next, state: "done" });
    } catch (refusal) {
      put({ state: "done", refusal: sentence(refusal) });
    }
  };
  useEffect(() => {
    // What was found before is shown again, and not asked for.
    if (isFirst.current) return void (isFirst.current = false);
    turn.current += 1;
    if (!query) return setResult(NOTHING);
    const timer = setTimeout(() => ask(NOTHING), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [query, place?.key]);
  useEffect(() => () => (turn.current = -1), []);
  return { result, more: () => ask(result) };
}

/** The next page that has something. The server looks through only so much for one answer. */
async function searchOn(chat, query, next, place) {
  const answer = await searchMessages(chat, query, next, { place });
  return answer.found.length || answer.next === null ? answer : searchOn(chat, query, answer.next, place);
}

function Results({ search: { result, more }, onGo }) {
  const { query, found, next, state, refusal } = result;
  const words = wordsOf(query);
  return html`
    <p class=${refusal ? "refusal" : "hint"} role="status">${refusal || statusOf(state, found, next)}</p>
    ${byPlace(found).map(
      ({ key, kind, name, rows }) => html`<section class="hits" key=${key}>
        <h3><bdi>${titleOf({ kind, name })}</bdi></h3>
        <ul>
          ${rows.map((row) => html`<${Hit} key=${row.seq} row=${row} words=${words} onGo=${() => onGo({ kind, name, seq: row.seq })} />`)}
        </ul>
      </section>`,
    )}
    ${next !== null && state === "done" && html`<button class="button" type="button" onClick=${more}>More</button>`}
    ${refusal && state === "done" && found.length > 0 && html`<button class="button" type="button" onClick=${more}>Try again</button>`}
  `;
}

function statusOf(state, found, next) {
  if (state === "empty") return "Search what was said, wherever you may read.";
  if (state === "asking" && !found.length) return "Searching…";
  if (!found.length) return "Nothing was found. Fewer words find more.";
  return `${counted(found.length, "message", "messages")}${next === null ? "" : ", and more"}, the newest first`;
}

function Hit({ row, words, onGo }) {
  return html`<li>
    <button type="button" class="hit" onClick=${onGo}>
      <span class="hit-head"><${Name} name=${row.from} /> <time datetime=${dates.machine(row.at)}>${dates.day(row.at)}, ${dates.time(row.at)}</time></span>
      <span class="hit-text" dir="auto"><${Lit} text=${excerptOf(row.text, words)} words=${words} /></span>
      ${row.file && html`<span class="hint"><${Icon} name="clip" small /> <bdi>${row.file.name}</bdi></span>`}
    </button>
  </li>`;
}
