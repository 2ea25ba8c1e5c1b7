// The text of a message: the scanner's nodes (see core/text.js) as elements. No string ever becomes HTML.

import { html, useState } from "../vendor/preact.js";
import { isSame } from "../core/names.js";

const COPIED = 1500;
const EMPHASIS = { bold: "strong", italic: "em", strike: "s" };

/**
 * `tree` is what parse() of core/text.js made. `actions`: `copyCode`, `hrefOfRoom`, `linkTo`. While the row is active,
 * Tab reaches what is in it.
 */
export function Markup({ tree: { blocks, isEmoji }, me, actions, isActive }) {
  const drawing = { me, actions, tabIndex: isActive ? 0 : -1 };
  return html`<div class=${isEmoji ? "text large" : "text"}>${blocks.map((block) => drawBlock(block, drawing))}</div>`;
}

function drawBlock(block, drawing) {
  if (block.type === "code") return html`<${Code} text=${block.text} drawing=${drawing} />`;
  if (block.type === "quote") return html`<blockquote>${block.children.map((child) => drawBlock(child, drawing))}</blockquote>`;
  const children = block.children.map((child) => drawInline(child, drawing));
  return html`<p dir="auto">${children.length ? children : html`<br />`}</p>`;
}

function drawInline(node, drawing) {
  const draw = DRAW[node.type];
  if (draw) return draw(node, drawing);
  const tag = EMPHASIS[node.type];
  return html`<${tag}>${node.children.map((child) => drawInline(child, drawing))}<//>`;
}

const DRAW = {
  text: ({ text }) => text,
  codespan: ({ text }) => html`<code dir="ltr">${text}</code>`,
  link: ({ href, text }, { tabIndex }) =>
    html`<a href=${href} target="_blank" rel="noopener noreferrer" tabindex=${tabIndex}>${text}</a>`,
  room: ({ name, text }, { tabIndex, actions }) => html`<a href=${actions.hrefOfRoom(name)} tabindex=${tabIndex}><bdi>${text}</bdi></a>`,
  number: ({ seq, text }, { tabIndex, actions }) =>
    html`<a href=${actions.linkTo({ seq })} tabindex=${tabIndex}>${text}</a>`,
  mention: ({ name, text }, { me }) =>
    html`<bdi class=${me && isSame(name, me.name) ? "mention-name me" : "mention-name"}>${text}</bdi>`,
};

/** A block of code. Long lines are scrolled, with the keyboard, too. */
function Code({ text, drawing: { actions, tabIndex } }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await actions.copyCode(text));
    setTimeout(() => setCopied(false), COPIED);
  };
  return html`<div class="fence">
    <pre dir="ltr" tabindex=${tabIndex}><code>${text}</code></pre>
    <button type="button" class="copy" tabindex=${tabIndex} onClick=${copy}>${isCopied ? "Copied" : "Copy"}</button>
  </div>`;
}
