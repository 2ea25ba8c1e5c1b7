// What is copied from the list: several messages become lines of "[14:02] Ann: text".

/**
 * The text of the rows, for whoever copies them.
 * @param {Row[]} rows - messages only
 * @param {(at: number) => string} time
 */
export function textOfRows(rows, time) {
  return rows.map((row) => `[${row.at === null ? "--:--" : time(row.at)}] ${row.from}: ${row.text || row.file?.name || ""}`).join("\n");
}

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
