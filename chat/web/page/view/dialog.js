// Windows over the page, and the frame in which all of them look alike.

import { html, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { Icon } from "./icons.js";
import { Menu } from "./menu.js";
import { usePage, useSelected } from "./layers.js";
import { sentence } from "./sentences.js";

let made = 0;

/**
 * A modal dialog with a title and a close button. The browser keeps the focus inside; when it goes, the focus returns
 * to where it was. Esc and a click beside it close it.
 * @param {{title: string, onClose: function, wide?: boolean|"picture", children: any}} props
 */
export function Dialog({ title, onClose, wide, children }) {
  const box = useRef(null);
  const [id] = useState(() => `dialog${++made}`);
  useLayoutEffect(() => showModal(box.current), []);
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  const click = (event) => event.target === box.current && onClose();
  return html`<dialog
    ref=${box}
    class=${["dialog", wide && "wide", wide === "picture" && "of-picture"].filter(Boolean).join(" ")}
    aria-labelledby=${id}
    onCancel=${cancel}
    onPointerDown=${click}
  >
    <div class="sheet">
      <header>
        <h2 id=${id}>${title}</h2>
        <button class="tool" type="button" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button>
      </header>
      ${children}
    </div>
  </dialog>`;
}

function showModal(dialog) {
  const before = document.activeElement;
  dialog.showModal();
  dialog.querySelector("[data-first]")?.focus();
  return () => {
    dialog.close();
    if (before?.isConnected) before.focus({ preventScroll: true });
  };
}

/**
 * A dialog that is a form: its fields, what went wrong, and two buttons.
 *
 * `run` gets the form's values by name and may return a promise; the dialog closes when that is kept, and shows the
 * sentence of the refusal when it is not.
 * @param {{title: string, action: string, run: function, onClose: function, danger?: boolean, children?: any}} props
 */
export function FormDialog({ title, action, run, onClose, danger, children }) {
  const [refusal, setRefusal] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setRefusal("");
    try {
      await run(Object.fromEntries(new FormData(event.target)));
      onClose();
    } catch (error) {
      setBusy(false);
      setRefusal(sentence(error));
    }
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form class="form" onSubmit=${submit}>
      ${children}
      <p class="refusal" role="alert">${refusal}</p>
      <div class="buttons">
        <button class="button" type="button" onClick=${onClose}>Cancel</button>
        <button class=${danger ? "button danger" : "button main"} disabled=${busy}>${action}</button>
      </div>
    </form>
  <//>`;
}

/** All that floats: the dialogs, the menu, the note. Stands once, at the end of the page. */
export function Layers() {
  const { layers } = usePage();
  const { dialogs, menu, note } = useSelected(layers, () => layers.content);
  return html`
    ${dialogs.map(({ id, Component, props, onClose }) => html`<${Component} key=${id} ...${props} onClose=${onClose} />`)}
    ${menu && html`<section key=${menu.id} aria-label="Menu"><${Menu} ...${menu} /></section>`}
    <div class="notes" role="status">
      ${note &&
      html`<p class="note" key=${note.id}>
        <span>${note.text}</span>
        ${note.action && html`<button type="button" onClick=${note.action.run}>${note.action.label}</button>`}
      </p>`}
    </div>
  `;
}
