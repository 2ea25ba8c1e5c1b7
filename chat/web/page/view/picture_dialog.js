// A picture as large as the window allows.

import { html, useState } from "../vendor/preact.js";
import { sizeOf } from "../core/sizes.js";
import { useDownload, usePicture } from "./attachment.js";
import { Dialog } from "./dialog.js";
import { addressOf, filesOf } from "./files.js";
import { Icon } from "./icons.js";
import { usePage } from "./layers.js";

/** @param {{file: import("../core/shapes.js").FileInfo, onClose: function}} props */
export function PictureDialog({ file, onClose }) {
  const files = filesOf(usePage().chat);
  const address = addressOf(file.url);
  const [isGone, setGone] = useState(false);
  const { src, state, onError } = usePicture(files, file, files.previews.of(file.url));
  const download = useDownload(files, address, () => setGone(true));
  const cannot = isGone || state !== "loading";
  return html`<${Dialog} title=${file.name} onClose=${onClose} wide="picture">
    ${cannot
      ? html`<p class="hint">This picture cannot be loaded.</p>`
      : html`<div class="large-picture"><img src=${src} alt=${file.name} width=${file.width} height=${file.height} onError=${onError} /></div>`}
    <p class="picture-foot">
      <span>${file.width} × ${file.height} · ${sizeOf(file.size)}</span>
      <a class="button" href=${address} download=${file.name} onClick=${download}><${Icon} name="download" /> Download</a>
    </p>
  <//>`;
}
