// A file in a message: a picture is shown, everything else is a card.

import { html, useEffect, useState } from "../vendor/preact.js";
import { sizeOf } from "../core/sizes.js";
import { filesOf, addressOf } from "./files.js";
import { Icon } from "./icons.js";
import { usePage } from "./layers.js";
import { dates } from "./reader.js";

/** Pictures are not higher than this. In CSS pixels. */
export const HIGHEST = 264;
// And not wider than the column of text.
const WIDEST = 520;
const SHOWN = /^image\/(png|jpeg|gif|webp|avif)$/;
/** Larger pictures are fetched when somebody asks for them. In bytes. */
const LARGE = 4_000_000;
const KINDS = { audio: "Sound", video: "Film" };

/** Up to four letters for the card: the ending of the name. */
export const endingOf = (name) => (/\.([\p{L}\p{N}]{1,8})$/u.exec(name)?.[1] ?? "file").slice(0, 4).toUpperCase();

/** The size at which a picture is shown, in whole pixels: it takes its room before it is loaded. */
export function shownSize(width, height) {
  const scale = Math.min(1, HIGHEST / height, WIDEST / width);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Whether the server has the file no more. */
export const isExpired = ({ until }, now = Date.now()) => until !== null && until !== undefined && until <= now;

/** Whether a picture waits until somebody wants to see it. */
export const isCostly = ({ size }, savesData) => size > LARGE || savesData;

/** Whether a file can be read now; asks for another cookie if it cannot at first. Null where there is no connection. */
async function canRead(files, address) {
  const look = async () => (await fetch(address, { method: "HEAD" })).ok;
  try {
    if (await look()) return true;
    await files.cookie.renew();
    return await look();
  } catch {
    return null;
  }
}

/** `onOpen(file)`, if given, is called for a click on a picture, instead of going to its address. */
export function FileView({ file, isActive, onOpen }) {
  const files = filesOf(usePage().chat);
  const preview = files.previews.of(file.url);
  const isPicture = SHOWN.test(file.type) && file.width > 0 && file.height > 0;
  const [isWanted, want] = useState(preview !== null || !isCostly(file, navigator.connection?.saveData === true));
  const props = { file, files, isActive };
  if (isExpired(file)) return html`<${Gone} file=${file} why=${`was kept until ${dates.date(file.until)}`} />`;
  if (!isPicture) return html`<${FileCard} ...${props} />`;
  return isWanted
    ? html`<${Picture} ...${props} preview=${preview} onOpen=${onOpen} />`
    : html`<${FileCard} ...${props} onShow=${() => want(true)} />`;
}

/** A file that cannot be read: it has expired, was deleted, or is not for us. */
function Gone({ file, why }) {
  return html`<p class="file gone">
    <span class="ending" aria-hidden="true">${endingOf(file.name)}</span>
    <span class="about"><bdi class="cut">${file.name}</bdi><span class="details">${why}</span></span>
  </p>`;
}

const NOT_HERE = "is not there, or not any more";

/** Saves the file for whoever clicks; says so where it cannot be read, instead of saving a refusal. */
export function useDownload(files, address, onGone) {
  return async (event) => {
    const link = event.currentTarget;
    if (link.dataset.allowed === "yes" || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const allowed = await canRead(files, address);
    if (allowed === false) return onGone();
    link.dataset.allowed = "yes";
    link.click();
    delete link.dataset.allowed;
  };
}

function FileCard({ file, files, isActive, onShow }) {
  const [isGone, setGone] = useState(false);
  const address = addressOf(file.url);
  const download = useDownload(files, address, () => setGone(true));
  if (isGone) return html`<${Gone} file=${file} why=${NOT_HERE} />`;
  const kind = KINDS[file.type.split("/")[0]];
  const details = [kind, sizeOf(file.size), file.until && `kept until ${dates.date(file.until)}`].filter(Boolean);
  const tabindex = isActive ? 0 : -1;
  return html`<div class="file">
    <span class="ending" aria-hidden="true">${endingOf(file.name)}</span>
    <span class="about"><bdi class="cut">${file.name}</bdi><span class="details">${details.map(whole)}</span></span>
    ${onShow && html`<button type="button" class="link" tabindex=${tabindex} onClick=${onShow}>Show</button>`}
    <a class="tool" href=${address} download=${file.name} tabindex=${tabindex} aria-label=${`Download ${file.name}`} title="Download"
      onClick=${download}><${Icon} name="download" /></a>
  </div>`;
}

/** One of the details, which does not break in two where the card is narrow. */
const whole = (text) => html`<span class="whole">${text} </span>`;

/**
 * The address of a picture as soon as it can be fetched, and what to do when it cannot.
 * @returns {{src: string?, state: "loading"|"failed"|"gone", onError: function, again: function}}
 */
export function usePicture(files, file, preview) {
  const address = addressOf(file.url);
  const [{ src, state, tries }, set] = useState({ src: preview, state: "loading", tries: 0 });
  useEffect(() => {
    if (src !== null) return undefined;
    let isOurs = true;
    files.cookie.ready().then(() => isOurs && set((now) => ({ ...now, src: address })));
    return () => (isOurs = false);
  }, []);
  const onError = async () => {
    const can = await canRead(files, address);
    // The fragment makes the browser try once more.
    if (can && tries === 0) set({ src: `${address}#again`, state: "loading", tries: 1 });
    else set({ src, state: can === null ? "failed" : "gone", tries });
  };
  return { src, state, onError, again: () => set({ src: `${address}#${Date.now()}`, state: "loading", tries: 0 }) };
}

function Picture({ file, files, preview, isActive, onOpen }) {
  const { width, height } = shownSize(file.width, file.height);
  const { src, state, onError, again } = usePicture(files, file, preview);
  const open = (event) => {
    if (!onOpen || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(file);
  };
  const size = { aspectRatio: `${width} / ${height}`, inlineSize: `${width}px` };
  // Its room stays as it is: what one reads does not move.
  if (state !== "loading")
    return html`<p class=${`file picture missing ${state}`} style=${size}>
      <span>${file.name} ${state === "failed" ? "could not be loaded." : NOT_HERE}</span>
      ${state === "failed" && html`<button type="button" class="link" tabindex=${isActive ? 0 : -1} onClick=${again}>Try again</button>`}
    </p>`;
  return html`<a class="file picture" href=${addressOf(file.url)} target="_blank" rel="noopener noreferrer" tabindex=${isActive ? 0 : -1}
    onClick=${open} style=${size}>
    <img src=${src} alt=${file.name} width=${width} height=${height} loading="lazy" decoding="async" draggable=${false} onError=${onError} />
  </a>`;
}
