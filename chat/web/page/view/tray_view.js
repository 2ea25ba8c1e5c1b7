// The tray over the composer's text: its cards, and what is said about them.

import { html } from "../vendor/preact.js";
import { sizeOf } from "../core/sizes.js";
import { endingOf } from "./attachment.js";
import { Icon } from "./icons.js";
import { useSelected } from "./layers.js";
import { sentence } from "./sentences.js";

/** @param {{tray: object}} props - see `useTray` */
export function TrayView({ tray }) {
  const { files, key, offer, isWaiting, input } = tray;
  // Bytes that went draw the cards, and nothing else.
  useSelected(files, () => files.revision);
  const items = files.uploads.of(key);
  const chosen = (event) => {
    tray.add([...event.target.files]);
    event.target.value = "";
  };
  return html`<div class="tray">
    <input ref=${input} type="file" multiple class="unseen" tabindex="-1" aria-label="Files to send" onChange=${chosen} />
    ${items.length > 0 &&
    html`<ul class="upload-cards" aria-label="Files to send">
      ${items.map((item) => html`<${Card} key=${item.id} item=${item} tray=${tray} />`)}
    </ul>`}
    ${isWaiting && html`<${Waiting} tray=${tray} />`}
    ${offer &&
    html`<p class="tray-line">
      <span>That is a long text.</span>
      <button type="button" class="link" onClick=${() => tray.takeOffer(offer)}>Send it as a file</button>
      <button type="button" class="link" onClick=${tray.refuseOffer}>Leave it here</button>
    </p>`}
  </div>`;
}

function Waiting({ tray }) {
  return html`<p class="tray-line" role="status">
    <span>It is sent as soon as the files are there.</span>
    <button type="button" class="link" onClick=${tray.sendWithout}>Send without</button>
    <button type="button" class="link" onClick=${tray.stay}>Do not send yet</button>
  </p>`;
}

function Card({ item, tray }) {
  const { name, state, about, size, sent } = item;
  const part = size > 0 ? Math.min(1, sent / size) : 0;
  return html`<li class=${`upload-card ${state}`}>
    ${about.preview
      ? html`<img class="thumb" src=${about.preview} alt="" width="36" height="36" draggable=${false} />`
      : html`<span class="ending" aria-hidden="true">${endingOf(name)}</span>`}
    <div class="about">
      <bdi class="cut">${name}</bdi>
      <${Details} item=${item} tray=${tray} />
    </div>
    <button type="button" class="tool small" aria-label=${`Remove ${name}`} title="Remove" onClick=${() => tray.cancel(item)}>
      <${Icon} name="close" small />
    </button>
    ${(state === "sending" || state === "waiting") &&
    html`<progress class="unseen" aria-label=${`Sending ${name}`} max="100" value=${Math.floor(part * 100)}></progress>
      <span class="bar-line" aria-hidden="true"><i style=${{ inlineSize: `${part * 100}%` }}></i></span>`}
  </li>`;
}

function Details({ item, tray }) {
  const { state, refusal, about } = item;
  if (state === "failed") {
    const isFinal = ["empty", "file_too_large", "no_files", "unreadable"].includes(refusal.code);
    return html`<p class="details failed" role="alert">
      ${sentence(refusal)}${" "}
      ${!isFinal && html`<button type="button" class="link" onClick=${() => tray.again(item)}>Try again</button>`}
    </p>`;
  }
  if (state === "asking")
    return html`<p class="details asking" role="alert">
      It may tell where it was taken: this browser cannot take that out.${" "}
      <button type="button" class="link" onClick=${() => tray.allow(item)}>Send it so</button>
    </p>`;
  return html`<p class="details">
    <span>${stateOf(item)}</span>
    ${about.isDrawn &&
    html`<button type="button" class="link" title="Send the file as it is, with what it tells of camera and place"
      onClick=${() => tray.original(item)}>Original</button>`}
  </p>`;
}

function stateOf({ state, size, sent }) {
  if (state === "preparing") return "One moment";
  if (state === "done") return `${sizeOf(size)} · ready`;
  if (state === "waiting") return `${sizeOf(size)} · waiting`;
  return sent >= size ? `${sizeOf(size)} · almost` : `${sizeOf(sent)} of ${sizeOf(size)}`;
}
