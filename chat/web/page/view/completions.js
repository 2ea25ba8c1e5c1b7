// What the word at the cursor could become: a list over the composer.

import { html, useLayoutEffect, useRef } from "../vendor/preact.js";
import { Avatar } from "./avatar.js";

/** `popup` is what completionAt gave. The field keeps the focus: it names the chosen entry. */
export function Completions({ popup, chosen, onTake }) {
  const list = useRef(null);
  useLayoutEffect(() => list.current.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);
  return html`<ul class="completions" id="completions" role="listbox" aria-label="Completions" ref=${list}>
    ${popup.options.map((item, index) => html`<li id=${`completion-${index}`} key=${item.value} role="option" aria-selected=${index === chosen}
      onPointerDown=${(event) => event.preventDefault()} onMouseDown=${(event) => event.preventDefault()} onClick=${() => onTake(index)}>
      ${popup.kind === "person" && html`<${Avatar} name=${item.label} across=${22} />`}
      ${popup.kind === "emoji" && html`<span class="sign">${item.value}</span>`}
      <bdi class="label">${item.label}</bdi>
      ${popup.kind !== "emoji" && item.hint && html`<span class="cut meaning">${item.hint}</span>`}
    </li>`)}
  </ul>`;
}
