// The list of messages of one place: which pages of it are in the document, and where the eye is.
// The rows are in page.js and row.js, what keeps the place in anchor.js, the keys in list_keys.js.

import { Component, createRef, html } from "../vendor/preact.js";
import { Anchor, idOfRow, lastVisibleSeq } from "./anchor.js";
import { selectedKeys } from "./copying.js";
import { onListKey } from "./list_keys.js";
import { countNew, hasSeq, opening, shownNear } from "./list_rows.js";
import { NewAbove, Pill, Start } from "./list_notes.js";
import { Page } from "./page.js";
import { earlier, later, newRowIn, pagesIn, spanAround, spanAtEnd } from "./pages.js";
import { LongPress } from "./pressing.js";
import { dates } from "./reader.js";
import { Reading } from "./reading.js";
import { copied } from "../core/copy.js";
import { createGrouping } from "../core/grouping.js";

/** More is loaded this far before an edge is reached. In CSS pixels. */
const AHEAD = 1500;
const LIT = 2000;
// How long to wait with keeping the place after the last scroll, in case that the tab crashes.
const KEEP = 500;

/**
 * Shows `place` of `chat`. Give it the place's key as `key`: another place is another list.
 * `target`: `{seq}` of a message to show, lit; a new object goes there again. `actions`: see actions.js.
 */
export class MessageList extends Component {
  constructor(props) {
    super(props);
    this.scroller = createRef();
    this.content = createRef();
    this.group = createGrouping(dates);
    this.pages = this.group(props.place);
    this.plan = null;
    this.readTo = props.place.seq;
    this.byPointer = false;
    this.state = { span: spanAtEnd(this.pages), lit: null, gone: null, isFar: false, isAtEnd: true, above: 0 };
    this.onScroll = this.onScroll.bind(this);
    this.onKeyDown = (event) => onListKey(this, event);
    this.onFocus = this.onFocus.bind(this);
    this.onCopy = this.onCopy.bind(this);
    this.keep = this.keep.bind(this);
    this.press = new LongPress((row, element) => this.props.actions.more(row, element), (key) => this.rowOf(key));
  }

  componentDidMount() {
    this.props.holder.current = this;
    const { place, chat, target } = this.props;
    this.anchor = new Anchor(this.scroller.current);
    this.reading = new Reading(() => (this.props.place.hasNewer ? 0 : lastVisibleSeq(this.scroller.current)), (seq) => {
      if (seq > this.props.place.read) chat.saw(place.key, seq);
    });
    this.observer = new ResizeObserver(() => this.settle());
    this.observer.observe(this.scroller.current);
    this.observer.observe(this.content.current);
    window.addEventListener("pagehide", this.keep);
    this.plan = target ? { seq: target.seq, isLit: true } : opening(place, chat.spotOf(place.key));
    this.settle();
  }

  componentWillUnmount() {
    this.keep();
    this.observer.disconnect();
    this.reading.close();
    this.press.cancel();
    clearTimeout(this.litTimer);
    clearTimeout(this.keepTimer);
    window.removeEventListener("pagehide", this.keep);
  }

  componentDidUpdate(before) {
    const { place, target } = this.props;
    if (place.read < before.place.read) this.reading.hold();
    if (target && target !== before.target) this.goTo(target.seq, { isLit: true });
    if (place.rows !== before.place.rows) this.take(before.place.rows, place.rows);
    this.settle();
  }

  /** Follow what we say ourselves. */
  take(before, rows) {
    const last = rows.at(-1);
    const isOwn = last?.isMine && last.state === "waiting" && last.key !== before.at(-1)?.key;
    if (isOwn && !this.anchor.isPinned) this.toEnd();
  }

  /** Whether the latest message is in the document. */
  get hasEnd() {
    return this.state.span.last === null && !this.props.place.hasNewer;
  }

  /** After each change of what is shown or of its size: put it back under the eye, load what is missing around. */
  settle() {
    if (this.plan && !this.follow()) return;
    if (!this.anchor.restore()) this.anchor.remember(this.hasEnd);
    this.moved();
    this.fill();
  }

  /** Go where the plan says. False if the rows for it are not here, or not in the document, yet. */
  follow() {
    const { place } = this.props;
    const { plan } = this;
    if (!place.rows.length) return place.loading === "none" && !plan.isAsked;
    if (plan.isAsked && !hasSeq(place.rows, plan.seq)) return false;
    this.plan = null;
    if (plan.isEnd) this.anchor.pin();
    else if (plan.isNew) this.openAtNew();
    else if (plan.seq !== undefined) this.goTo(plan.seq, plan);
    return !this.plan;
  }

  /** Nobody or somebody scrolled: say what follows from where we are now. */
  moved() {
    const { isPinned, left } = this.anchor;
    const far = left > 1.5 * this.scroller.current.clientHeight;
    if (isPinned) this.readTo = this.props.place.seq;
    const isAtEnd = isPinned && this.hasEnd;
    if (this.state.above && this.sawNew()) this.setState({ above: 0 });
    if (isAtEnd !== this.state.isAtEnd || far !== this.state.isFar) this.setState({ isAtEnd, isFar: far });
    this.reading.look();
  }

  onScroll() {
    if (this.plan || this.anchor.isOwn) return;
    this.anchor.remember(this.hasEnd);
    this.press.cancel();
    this.moved();
    this.fill();
    clearTimeout(this.keepTimer);
    this.keepTimer = setTimeout(this.keep, KEEP);
  }

  /** Bring in what lies within reach of the screen: from the rows that we have, or else from the server. */
  fill() {
    const { place, chat } = this.props;
    const { span } = this.state;
    if (!place.rows.length) return;
    if (this.scroller.current.scrollTop < AHEAD) {
      const more = earlier(this.pages, span);
      if (more !== span) return this.setState({ span: more });
      if (place.hasOlder && place.loading === "none") chat.older(place.key);
    }
    if (this.anchor.left < AHEAD) {
      const more = later(this.pages, span);
      if (more !== span) return this.setState({ span: more });
      if (place.hasNewer && place.loading === "none") chat.newer(place.key);
    }
  }

  /** Keep the place for when somebody comes back. */
  keep() {
    clearTimeout(this.keepTimer);
    if (this.plan) return;
    const row = this.anchor.rows.find(({ seq }) => seq !== null);
    const { chat, place } = this.props;
    chat.keepSpot(place.key, this.anchor.isPinned || !row ? null : { seq: row.seq, offset: row.offset });
  }

  /** Go to the latest message, and follow what comes. */
  toEnd() {
    const { place, chat } = this.props;
    if (place.hasNewer) {
      this.plan = { isEnd: true };
      chat.latest(place.key);
    }
    this.anchor.isPinned = true;
    this.setState({ span: spanAtEnd(this.pages), above: 0 }, () => this.anchor.pin());
  }

  /**
   * Show the message with this seq: `offset` pixels below the edge, or in the middle. It is asked for if it is not
   * here. With `isLit` it is lit for a while, and whoever looks for a message that is gone is told.
   */
  goTo(seq, { offset, isLit, isAsked } = {}) {
    const { place } = this.props;
    if (!hasSeq(place.rows, seq) && !isAsked && (place.hasOlder || place.hasNewer)) return this.askFor({ seq, offset, isLit });
    const row = shownNear(place.rows, seq);
    if (!row) return undefined;
    this.anchor.isPinned = false;
    return this.setState({ span: spanAround(this.pages, row.key) }, () => {
      this.hold(row.key, offset);
      if (isLit) this.light(row.seq === seq ? row.key : null, seq);
    });
  }

  /** Ask for what is around a message, and go there when it is here. */
  async askFor(plan) {
    const asked = { ...plan, isAsked: true };
    this.plan = asked;
    await this.props.chat.around(this.props.place.key, plan.seq).catch(() => {});
    if (this.plan !== asked || !this.scroller.current) return;
    this.plan = null;
    this.goTo(plan.seq, asked);
  }

  /** Put this row there, or in the middle of the screen. */
  hold(key, offset) {
    const row = document.getElementById(idOfRow(key));
    const { clientHeight } = this.scroller.current;
    const middle = Math.max(24, (clientHeight - (row?.offsetHeight ?? 0)) / 2);
    this.anchor.hold(key, offset ?? middle);
    this.anchor.remember(this.hasEnd && offset === undefined);
    this.moved();
    this.fill();
  }

  /** Light a row for two seconds; without a key, say that the message is gone. */
  light(key, seq) {
    clearTimeout(this.litTimer);
    this.setState({ lit: key, gone: key ? null : seq });
    this.litTimer = setTimeout(() => this.setState({ lit: null, gone: null }), key ? LIT : 2 * LIT);
  }

  /** Open at the "New" line, if less than a screen of what is new is lost by that; else at the end, with a note. */
  openAtNew() {
    const { place } = this.props;
    const row = newRowIn(this.pages);
    const element = row && document.getElementById(idOfRow(row.key));
    const scroller = this.scroller.current;
    this.anchor.pin();
    if (!element && !row) return;
    const height = element ? scroller.scrollHeight - (topIn(scroller, element) + scroller.scrollTop) : Infinity;
    if (height <= scroller.clientHeight - 40) return;
    if (height < 2 * scroller.clientHeight) {
      this.readTo = row.seq - 1;
      this.anchor.hold(row.key, 64);
      this.anchor.remember(this.hasEnd);
    } else this.setState({ above: place.unread });
  }

  /** Whether the "New" line has come onto the screen. */
  sawNew() {
    const row = newRowIn(this.pages);
    const element = row && document.getElementById(idOfRow(row.key));
    return Boolean(element) && topIn(this.scroller.current, element) >= 0;
  }

  rowOf(key) {
    return this.props.place.rows.find((row) => row.key === key);
  }

  /** With the keyboard the list is one stop: from it the focus goes to the row that had it last, or the last seen. */
  onFocus(event) {
    if (event.target !== this.scroller.current || this.byPointer) return;
    const last = this.focused && document.getElementById(idOfRow(this.focused));
    const rows = this.scroller.current.querySelectorAll("li[data-key]");
    this.byChoice = true;
    (last ?? rows[rows.length - 1])?.focus({ preventScroll: Boolean(last) });
  }

  onCopy(event) {
    const keys = new Set(selectedKeys(document.getSelection(), this.scroller.current));
    if (keys.size < 2) return;
    event.preventDefault();
    const rows = this.props.place.rows.filter((row) => keys.has(row.key));
    event.clipboardData.setData("text/plain", copied(rows, dates));
  }

  render({ place, actions, me, today }, { span, lit, gone, isAtEnd, isFar, above }) {
    // Somebody may have scrolled, and the event that says so is not here yet.
    if (this.anchor && !this.plan && !this.anchor.isOwn) this.anchor.remember(this.hadEnd);
    this.pages = this.group(place);
    const shown = pagesIn(this.pages, span);
    this.hadEnd = span.last === null && !place.hasNewer;
    const has = (page, key) => (key && page.items.some((item) => item.key === key) ? key : null);
    return html`<div class="messages">
      <div class="scroller" role="log" aria-live="off" aria-label=${`Messages in ${place.name}`} tabindex="0"
        ref=${this.scroller} onScroll=${this.onScroll} onKeyDown=${this.onKeyDown} onCopy=${this.onCopy}
        onFocusCapture=${this.onFocus} onPointerDown=${(event) => this.onPointerDown(event)}
        onPointerMove=${this.press.move} onPointerUp=${this.press.cancel} onPointerCancel=${this.press.cancel}
        onContextMenu=${this.press.contextMenu}>
        <div class="content" ref=${this.content}>
          <${Start} place=${place} isFirst=${!place.hasOlder && shown[0] === this.pages[0]} />
          ${shown.map((page) => html`<${Page} key=${page.key} page=${page} me=${me} actions=${actions} today=${today}
            lit=${has(page, lit)} isLast=${page === this.pages.at(-1)} />`)}
        </div>
      </div>
      <${NewAbove} count=${above} from=${newRowIn(this.pages)} onGo=${() => this.goToNew()} />
      <${Pill} isAtEnd=${isAtEnd} isFar=${isFar || !this.hasEnd} count=${isAtEnd ? 0 : countNew(place.rows, this.readTo)} gone=${gone}
        onGo=${() => this.toEnd()} />
    </div>`;
  }

  onPointerDown(event) {
    this.byPointer = true;
    this.byChoice = false;
    addEventListener("keydown", () => (this.byPointer = false), { once: true, capture: true });
    this.press.start(event);
  }

  goToNew() {
    this.setState({ above: 0 });
    this.goTo(this.props.place.newFrom, { offset: 64 });
  }
}

/** How far an element is below the upper edge of the scroller. */
const topIn = (scroller, element) => element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
