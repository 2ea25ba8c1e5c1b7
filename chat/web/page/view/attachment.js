// A file in a message: a picture is shown, everything else is a card.

import { html } from "../vendor/preact.js";
import { sizeOf } from "../core/sizes.js";
import { Icon } from "./icons.js";
import { dates } from "./reader.js";

/** Pictures are not higher than this. In CSS pixels. */
export const HIGHEST = 264;
// And not wider than the column of text.
const WIDEST = 520;
const SHOWN = /^image\/(png|jpeg|gif|webp|avif)$/;

/** Up to four letters for the card: the ending of the name. */
export const endingOf = (name) => (/\.([\p{L}\p{N}]{1,8})$/u.exec(name)?.[1] ?? "file").slice(0, 4).toUpperCase();

/** The size at which a picture is shown, in whole pixels: it takes its room before it is loaded. */
export function shownSize(width, height) {
  const scale = Math.min(1, HIGHEST / height, WIDEST / width);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** `onOpen(file)`, if given, is called for a click on a picture, instead of going to its address. */
export function FileView({ file, isActive, onOpen }) {
  if (SHOWN.test(file.type) && file.width > 0 && file.height > 0)
    return html`<${Picture} file=${file} isActive=${isActive} onOpen=${onOpen} />`;
  const details = [sizeOf(file.size), file.until && `kept until ${dates.day(file.until)}`].filter(Boolean).join(" · ");
  return html`<a class="file" href=${file.url} download=${file.name} tabindex=${isActive ? 0 : -1}>
    <span class="ending" aria-hidden="true">${endingOf(file.name)}</span>
    <span class="about"><bdi class="cut">${file.name}</bdi><span class="cut details">${details}</span></span>
    <${Icon} name="download" />
  </a>`;
}

function Picture({ file, isActive, onOpen }) {
  const { width, height } = shownSize(file.width, file.height);
  const open = (event) => {
    if (!onOpen || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(file);
  };
  return html`<a class="file picture" href=${file.url} target="_blank" rel="noopener noreferrer" tabindex=${isActive ? 0 : -1}
    onClick=${open} style=${{ aspectRatio: `${width} / ${height}`, inlineSize: `${width}px` }}>
    <img src=${file.url} alt=${file.name} width=${width} height=${height} loading="lazy" decoding="async" draggable=${false} />
  </a>`;
}
