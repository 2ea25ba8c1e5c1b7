// Which rows a selection touches; core/copy.js says what is copied of them.

/** The keys of the rows that a selection touches, in the order of the document. */
export function selectedKeys(selection, scroller) {
  if (!selection || selection.isCollapsed || !selection.rangeCount) return [];
  const range = selection.getRangeAt(0);
  return [...scroller.querySelectorAll("li[data-key]")]
    .filter((row) => [...row.querySelectorAll(".text, .file")].some((part) => touches(range, part)))
    .map((row) => row.dataset.key);
}

/** Whether the range has something of the element, and does not only end at its border. */
function touches(range, element) {
  if (!range.intersectsNode(element)) return false;
  const inside = document.createRange();
  inside.selectNodeContents(element);
  return (
    range.compareBoundaryPoints(Range.START_TO_END, inside) > 0 && range.compareBoundaryPoints(Range.END_TO_START, inside) < 0
  );
}
