// How the rest of the page reaches the composer.

/** Gives the composer the focus, if one can write here; the key that is being pressed goes there, too. */
export function focusComposer() {
  const field = document.querySelector(".composer textarea");
  field?.focus();
  return field;
}

/** Puts a text where the composer's cursor is, as if it had been typed: it can be undone. */
export function insertText(text) {
  if (focusComposer()) document.execCommand("insertText", false, text);
}

/** Asks for files to send, if one can write here; called from a key, or the browser refuses. */
export function pickFiles() {
  document.querySelector(".composer .attach")?.click();
}
