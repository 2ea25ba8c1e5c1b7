// The rows of a place: by seq, what is on its way at the end, at most LIMIT. Everything here makes new lists.

/** How many rows of a place are kept. More would make the page slow. */
export const LIMIT = 1000;
/** How many rows go at once where there are too many, so that this does not happen with each message. */
const SLICE = 50;

/** Where a row with `seq` is, or belongs, among those that have one. */
export function indexOf(rows, seq) {
  let low = 0;
  let high = storedCount(rows);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].seq < seq) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** How many of the rows have a seq; the others wait behind them. */
export function storedCount(rows) {
  let count = rows.length;
  while (count > 0 && rows[count - 1].seq === null) {
    count -= 1;
  }
  return count;
}

/** The row with `seq`, or undefined. */
export function rowAt(rows, seq) {
  const row = rows[indexOf(rows, seq)];
  return row?.seq === seq ? row : undefined;
}

/** The last message with a text that we said ourselves, and that the server has; or undefined. */
export function lastOwn(rows) {
  return rows.findLast(
    (row) => row.isMine && row.state === "stored" && row.kind === "message" && !row.isDeleted && row.text !== "",
  );
}

/** The rows with `row`, which has a seq, in its place; the same list if there is one with that seq. */
export function inserted(rows, row) {
  const index = indexOf(rows, row.seq);
  if (rows[index]?.seq === row.seq) {
    return rows;
  }
  return index === rows.length ? [...rows, row] : [...rows.slice(0, index), row, ...rows.slice(index)];
}

/** The rows, in which `change` made another of the one with `seq`; the same list if there is none. */
export function changed(rows, seq, change) {
  const index = indexOf(rows, seq);
  if (rows[index]?.seq !== seq) {
    return rows;
  }
  return rows.with ? rows.with(index, change(rows[index])) : replaced(rows, index, change(rows[index]));
}

function replaced(rows, index, row) {
  const next = rows.slice();
  next[index] = row;
  return next;
}

/**
 * The rows and others, all with seqs, that may be among them; what waits stays at the end. A row that stands already
 * is kept as it is, so that nothing is drawn again, unless `others` know it differently.
 */
export function merged(rows, others) {
  const count = storedCount(rows);
  const bySeq = new Map(rows.slice(0, count).map((row) => [row.seq, row]));
  for (const row of others) {
    const known = bySeq.get(row.seq);
    bySeq.set(row.seq, known === undefined || differs(known, row) ? { ...row, key: known?.key ?? row.key } : known);
  }
  const stored = [...bySeq.values()].sort((one, other) => one.seq - other.seq);
  return [...stored, ...rows.slice(count)];
}

function differs(one, other) {
  return (
    one.text !== other.text ||
    one.isEdited !== other.isEdited ||
    one.isDeleted !== other.isDeleted ||
    JSON.stringify(one.reactions) !== JSON.stringify(other.reactions)
  );
}

/**
 * A place whose rows are not too many. Those at the end go where somebody looks at the first half (`lookedAt` is a
 * seq, or null for the end), else those at the beginning.
 */
export function trimmed(place, lookedAt) {
  const { rows } = place;
  if (rows.length <= LIMIT) {
    return place;
  }
  const keep = LIMIT - SLICE;
  if (lookedAt === null || indexOf(rows, lookedAt) >= keep / 2) {
    return { ...place, rows: rows.slice(rows.length - keep), hasOlder: true };
  }
  const waiting = rows.slice(storedCount(rows));
  const stored = rows.slice(0, storedCount(rows));
  return stored.length <= keep ? place : { ...place, rows: [...stored.slice(0, keep), ...waiting], hasNewer: true };
}
