// One page of the list: its rows with dividers. Drawn again only when something of it has changed.

import { Component, createRef, html } from "../vendor/preact.js";
import { dayOf, isSameDay } from "../core/dates.js";
import { Change, Comings, Row } from "./row.js";

/** Rows of one person within this time share a head. */
const TOGETHER = 5 * 60 * 1000;

const isComing = (row) => row.kind === "joined" || row.kind === "left";

/** Whether `row` needs no head of its own after `before`. */
function isContinued(row, before) {
  return (
    before?.kind === "message" && before.from === row.from && !row.answers && row.at !== null && before.at !== null &&
    row.at - before.at < TOGETHER && isSameDay(row.at, before.at)
  );
}

/**
 * What a page shows: `{kind: "day", at}`, `{kind: "new"}`, `{kind: "comings", rows}`, `{kind: "change", row}` and
 * `{kind: "message", row, hasHead}`. `newKey` is the key of the row that the "New" line stands before.
 */
export function itemsOf({ rows, previous }, newKey, isQuiet) {
  const items = [];
  let before = previous;
  for (const row of rows) {
    if (isQuiet && isComing(row)) continue;
    const isNewDay = row.at !== null && (!before || (before.at !== null && !isSameDay(row.at, before.at)));
    if (isNewDay) items.push({ kind: "day", at: row.at });
    if (row.key === newKey) items.push({ kind: "new" });
    const last = items.at(-1);
    if (isComing(row)) {
      if (last?.kind === "comings") last.rows.push(row);
      else items.push({ kind: "comings", rows: [row] });
    } else if (row.kind === "change") items.push({ kind: "change", row });
    else items.push({ kind: "message", row, hasHead: row.key === newKey || isNewDay || !isContinued(row, before) });
    before = row;
  }
  return items;
}

/** `page` is one of pagesIn. `lit` and `newKey` are null unless that row is on this page. */
export class Page extends Component {
  constructor() {
    super();
    this.list = createRef();
  }

  /**
   * From the second frame on it is not laid out while it is far away: then the browser remembers its size. With a
   * guess instead, what is below it would move when the page comes near.
   */
  componentDidMount() {
    const list = this.list.current;
    requestAnimationFrame(() => requestAnimationFrame(() => list.classList.add("measured")));
  }

  shouldComponentUpdate(props) {
    return Object.keys(props).some((name) => props[name] !== this.props[name]);
  }

  render({ page, newKey, isQuiet, lit, me, actions }) {
    return html`<ol class="page" ref=${this.list}>
      ${itemsOf(page, newKey, isQuiet).map((item) => this.item(item, lit, me, actions))}
    </ol>`;
  }

  item(item, lit, me, actions) {
    if (item.kind === "day") return html`<li class="day" key=${`day.${item.at}`}><span>${dayOf(item.at)}</span></li>`;
    if (item.kind === "new") return html`<li class="newline" key="new"><span>New</span></li>`;
    if (item.kind === "comings") return html`<${Comings} key=${item.rows[0].key} rows=${item.rows} />`;
    if (item.kind === "change") return html`<${Change} key=${item.row.key} row=${item.row} />`;
    const { row, hasHead } = item;
    return html`<${Row} key=${row.key} row=${row} hasHead=${hasHead} isLit=${row.key === lit} me=${me} actions=${actions} />`;
  }
}
