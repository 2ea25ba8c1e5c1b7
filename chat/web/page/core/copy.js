// What is copied when rows are selected.

/**
 * @param {import("./shapes.js").Row[]} rows - those that were selected, in their order
 * @param {{time: (at: number) => string}} dates
 * @returns {string} of one message its text; of several a line for each: `[14:02] Ann: text`
 */
export function copied(rows, dates) {
  const said = rows.filter((row) => row.kind === "message" && !row.isDeleted);
  if (said.length === 1) {
    return textOf(said[0]);
  }
  return said
    .map((row) => `${row.at === null ? "" : `[${dates.time(row.at)}] `}${row.from}: ${textOf(row)}`)
    .join("\n");
}

function textOf(row) {
  return [row.text, row.file?.name ?? ""].filter((text) => text !== "").join(" ");
}
