// Copying. `navigator.clipboard` is there on https and on this machine only, so there is another way for a LAN address.

/**
 * Copies a text. Called from a click, or the browser refuses.
 * @param {string} text
 * @returns {Promise<boolean>} whether it is in the clipboard now
 */
export async function copy(text) {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // A permission that was refused: the other way still works.
  }
  return copyBySelection(text);
}

function copyBySelection(text) {
  const focused = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.readOnly = true;
  box.className = "unseen";
  // In an open dialog all that is outside of it is inert, and cannot be selected.
  (document.querySelector("dialog[open]") ?? document.body).append(box);
  box.select();
  try {
    return document.execCommand("copy");
  } finally {
    box.remove();
    focused?.focus?.({ preventScroll: true });
  }
}
