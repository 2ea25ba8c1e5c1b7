// What screen readers are told: messages that come live into the open place, never history, never own ones.

import { Component, html } from "../vendor/preact.js";

// Messages that come within this time, in milliseconds, are told together.
const TOGETHER = 400;
const MOST_TOLD = 3;

/** What is said of these rows, of the place with this name. */
export function sentences(rows, place) {
  if (rows.length > MOST_TOLD) return [`${rows.length} new messages in ${place}`];
  return rows.map((row) => `${row.from}: ${row.text || row.file?.name || ""}`);
}

/**
 * The rows that came live: those after the last one that we had, by others. None if the place was just opened, was
 * loaded anew, or showed something old.
 */
export function liveRows(before, after) {
  if (!before || before.key !== after.key || before.hasNewer || after.hasNewer || !before.rows.length) return [];
  if (before.loading === "around" || after.loading === "around") return [];
  const fresh = [];
  for (let index = after.rows.length - 1; index >= 0; index -= 1) {
    const row = after.rows[index];
    if (row.seq !== null && row.seq <= before.seq) break;
    if (row.seq !== null && row.kind === "message" && !row.isMine && !row.isDeleted) fresh.unshift(row);
  }
  return fresh;
}

/** A region that is read out. `place` is the open one. */
export class Announcer extends Component {
  constructor() {
    super();
    this.waiting = [];
    this.timer = null;
    this.state = { told: [], count: 0 };
  }

  componentDidUpdate(before) {
    const { place } = this.props;
    if (before.place === place) return;
    if (before.place?.key !== place.key) this.waiting = [];
    this.waiting.push(...liveRows(before.place, place));
    if (this.waiting.length && this.timer === null) this.timer = setTimeout(() => this.tell(), TOGETHER);
  }

  componentWillUnmount() {
    clearTimeout(this.timer);
  }

  tell() {
    this.timer = null;
    const told = sentences(this.waiting, this.props.place.name);
    this.waiting = [];
    this.setState({ told, count: this.state.count + 1 });
  }

  render() {
    const { told, count } = this.state;
    return html`<div class="unseen" role="status" aria-live="polite" data-region="messages">
      ${told.map((sentence, index) => html`<p key=${`${count}.${index}`} dir="auto">${sentence}</p>`)}
    </div>`;
  }
}
