// Files that are dragged onto the window, or pasted outside of the composer: they belong to the open place.

import { html, useEffect, useState } from "../vendor/preact.js";
import { Icon } from "./icons.js";
import { titleOf } from "./sentences.js";

const hasFiles = (event) => Boolean(event.dataTransfer?.types.includes("Files"));

/**
 * Over the whole window while files are above it: "Drop into #tides".
 * @param {{place: import("../core/shapes.js").Place?, tray: object?}} props - without a place nothing is taken
 */
export function DropZone({ place, tray }) {
  const [isOver, setOver] = useState(false);
  useEffect(() => listen({ tray, setOver }), [tray]);
  if (!isOver || !place) return null;
  return html`<div class="drop-zone" role="status">
    <p><${Icon} name="clip" /><span>Drop into <bdi>${titleOf(place)}</bdi></span></p>
  </div>`;
}

function listen({ tray, setOver }) {
  const isBusy = () => !tray || document.querySelector("dialog[open]") !== null;
  const over = (event) => {
    if (!hasFiles(event)) return;
    // Otherwise the browser would go to the file, away from the chat.
    event.preventDefault();
    event.dataTransfer.dropEffect = isBusy() ? "none" : "copy";
    setOver(!isBusy());
  };
  const leave = (event) => event.relatedTarget === null && setOver(false);
  const drop = (event) => {
    setOver(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (!isBusy()) tray.add(filesIn(event.dataTransfer));
  };
  const paste = (event) => {
    const isField = event.target.closest?.("input, textarea, [contenteditable]");
    if (!event.defaultPrevented && !isField && !isBusy() && tray.paste(event)) event.preventDefault();
  };
  const known = { dragenter: over, dragover: over, dragleave: leave, drop, paste };
  Object.entries(known).forEach(([type, act]) => addEventListener(type, act));
  return () => Object.entries(known).forEach(([type, act]) => removeEventListener(type, act));
}

/** The files that were dropped; null stands for each folder. */
function filesIn(transfer) {
  const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory === true;
  const items = [...(transfer.items ?? [])].filter((item) => item.kind === "file");
  return items.length > 0 ? items.map((item) => (isFolder(item) ? null : item.getAsFile())) : [...transfer.files];
}
