// One page of the list: its rows with dividers. Drawn again only when something of it has changed.

import { Component, createRef, html } from "../vendor/preact.js";
import { Change, Comings, Row } from "./row.js";
import { dates } from "./reader.js";

/**
 * `page` is one of those that core/grouping.js makes, `lit` the key of a row if that is on it, `today` a word that is
 * another one on another day, `sizes` one that is another when all rows may have other heights.
 */
export class Page extends Component {
  constructor() {
    super();
    this.list = createRef();
  }

  componentDidMount() {
    this.measure();
  }

  componentDidUpdate() {
    this.measure();
  }

  componentWillUnmount() {
    cancelAnimationFrame(this.next);
  }

  /**
   * A page that is whole and was drawn is not laid out while it is far away: the browser remembers its size. With a
   * guess instead, or with the size that it had before a change, what is below it would move when the page comes near;
   * and the last page is still growing.
   */
  measure() {
    const list = this.list.current;
    list.classList.remove("measured");
    cancelAnimationFrame(this.next);
    if (this.props.isLast) return;
    const after = (act) => (this.next = requestAnimationFrame(act));
    after(() => after(() => list.classList.add("measured")));
  }

  shouldComponentUpdate(props) {
    return Object.keys(props).some((name) => props[name] !== this.props[name]);
  }

  render({ page, lit, me, actions, active }) {
    return html`<ol class="page" ref=${this.list}>
      ${page.items.map((item) => drawItem(item, { lit, me, actions, active }))}
    </ol>`;
  }
}

function drawItem(item, { lit, me, actions, active }) {
  const { type, key, row } = item;
  if (type === "day") return html`<li class="day" key=${key}><span>${dates.day(item.at)}</span></li>`;
  if (type === "new") return html`<li class="newline" key=${key}><span>New</span></li>`;
  if (type === "comings") return html`<${Comings} key=${key} item=${item} />`;
  if (type === "change") return html`<${Change} key=${key} row=${row} />`;
  return html`<${Row} key=${key} row=${row} hasHead=${item.isHead} isLit=${key === lit} me=${me} actions=${actions}
    active=${active} />`;
}
