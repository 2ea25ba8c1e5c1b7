// What the word at the cursor could become: a list over the composer.

import { html, useLayoutEffect, useRef } from "../vendor/preact.js";
import { Avatar } from "./avatar.js";

/** `popup` is what completionsFor gave. The field keeps the focus: it names the chosen entry. */
export function Completions({ popup, chosen, onTake }) {
  const list = useRef(null);
  useLayoutEffect(() => list.current.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);
  return html`<ul class="completions" id="completions" role="listbox" aria-label="Completions" ref=${list}>
    ${popup.items.map((item, index) => html`<li id=${`completion-${index}`} key=${item.text} role="option" aria-selected=${index === chosen}
      onPointerDown=${(event) => event.preventDefault()} onMouseDown=${(event) => event.preventDefault()} onClick=${() => onTake(index)}>
      ${item.kind === "person" && html`<${Avatar} name=${item.name ?? item.label} across=${22} />`}
      ${item.kind === "emoji" && html`<span class="sign">${item.text.trim()}</span>`}
      <bdi class="label">${item.label}</bdi>
      ${item.note && html`<span class="cut note">${item.note}</span>`}
    </li>`)}
  </ul>`;
}
