// Small things with a text field.

const canGrow = globalThis.CSS?.supports("field-sizing", "content");

/** Make the field as high as its text. Where the style sheet can, it does. */
export function grow(field) {
  if (canGrow) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight}px`;
}

/** Put a text at the cursor, so that Ctrl+Z takes it away again where the browser lets us. */
export function insertAt(field, text) {
  if (document.execCommand?.("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
}

/** Whether Enter is for new lines here: fingers have no Shift. */
export const isTouch = () => matchMedia("(pointer: coarse)").matches;
