// The list of messages of one place: which pages of it are in the document, and where the eye is.
// The rows are in page.js and row.js, what keeps the place in anchor.js, the ways to another one in going.js, the keys
// in list_keys.js.

import { Component, createRef, html } from "../vendor/preact.js";
import { ActiveRows } from "./active_rows.js";
import { Anchor, idOfRow, lastVisibleSeq } from "./anchor.js";
import { selectedKeys } from "./copying.js";
import { follow, goTo, goToNew, sawNew, toEnd } from "./going.js";
import { onListKey } from "./list_keys.js";
import { countNew, hasSentMore, opening } from "./list_rows.js";
import { NewAbove, Pill, Start } from "./list_notes.js";
import { Page } from "./page.js";
import { earlier, later, newRowIn, pagesIn, spanAtEnd } from "./pages.js";
import { LongPress } from "./pressing.js";
import { dates } from "./reader.js";
import { Reading } from "./reading.js";
import { copied } from "../core/copy.js";
import { createGrouping } from "../core/grouping.js";

/** More is loaded this far before an edge is reached. In CSS pixels. */
const AHEAD = 1500;
/** And when somebody scrolls fast, by what they pass in this many frames more, up to a limit. */
const FRAMES_AHEAD = 4;
const FASTEST = 2000;
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
    this.step = 0;
    this.speed = 0;
    this.active = new ActiveRows();
    this.state = { span: spanAtEnd(this.pages), lit: null, gone: null, isFar: false, isAtEnd: true, above: 0, sizes: "" };
    this.onScroll = this.onScroll.bind(this);
    this.onClick = this.onClick.bind(this);
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
    this.sizes = this.sizesNow();
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.scroller.current);
    this.observer.observe(this.content.current);
    window.addEventListener("pagehide", this.keep);
    this.unsubscribe = this.props.actions.refusals?.subscribe((key) => this.active.draw(key));
    this.plan = target ? { seq: target.seq, isLit: true } : opening(place, chat.spotOf(place.key));
    this.settle();
  }

  componentWillUnmount() {
    this.keep();
    this.observer.disconnect();
    this.unsubscribe?.();
    this.reading.close();
    this.press.cancel();
    clearTimeout(this.litTimer);
    clearTimeout(this.keepTimer);
    cancelAnimationFrame(this.nextFill);
    window.removeEventListener("pagehide", this.keep);
  }

  componentDidUpdate(before) {
    const { place, target } = this.props;
    if (place.read < before.place.read) this.reading.hold();
    if (target && target !== before.target) goTo(this, target.seq, { isLit: true });
    if (place.rows !== before.place.rows) this.take(before.place.rows, place.rows);
    this.settle();
  }

  /** What the height of every row follows from: the width, and the size of the text. */
  sizesNow() {
    return `${this.scroller.current.clientWidth} ${getComputedStyle(document.documentElement).fontSize}`;
  }

  /** Something has another height. If all rows have, no page that is far away is as high as the browser remembers. */
  resized() {
    const sizes = this.sizesNow();
    if (sizes !== this.sizes) this.setState({ sizes });
    this.sizes = sizes;
    this.settle();
  }

  /** Follow what we say ourselves. */
  take(before, rows) {
    if (!this.anchor.isPinned && hasSentMore(before, rows)) toEnd(this);
  }

  /** Whether the latest message is in the document. */
  get hasEnd() {
    return this.state.span.last === null && !this.props.place.hasNewer;
  }

  /** After each change of what is shown or of its size: put it back under the eye, load what is missing around. */
  settle() {
    if (this.plan && !follow(this)) return;
    if (!this.anchor.restore()) this.anchor.remember(this.hasEnd);
    this.moved();
    this.fill();
  }

  /** Nobody or somebody scrolled: say what follows from where we are now. */
  moved() {
    const { isPinned, left } = this.anchor;
    const far = left > 1.5 * this.scroller.current.clientHeight;
    if (isPinned) this.readTo = this.props.place.seq;
    const isAtEnd = isPinned && this.hasEnd;
    if (this.state.above && sawNew(this)) this.setState({ above: 0 });
    if (isAtEnd !== this.state.isAtEnd || far !== this.state.isFar) this.setState({ isAtEnd, isFar: far });
    this.reading.look();
  }

  onScroll() {
    if (this.plan || this.anchor.isOwn) {
      this.step = 0;
      return;
    }
    const step = Math.abs(this.scroller.current.scrollTop - this.anchor.own);
    // A jump is no speed: two steps are.
    this.speed = Math.min(step, this.step);
    this.step = step;
    this.anchor.remember(this.hasEnd);
    this.press.cancel();
    this.moved();
    this.fill();
    clearTimeout(this.keepTimer);
    this.keepTimer = setTimeout(this.keep, KEEP);
  }

  /**
   * Bring in what lies within reach of the screen: from the rows that we have, or else from the server. Each frame
   * brings one page at most, so that no frame is long.
   */
  fill() {
    const { place, chat } = this.props;
    if (!place.rows.length || this.nextFill) return;
    const reach = AHEAD + FRAMES_AHEAD * Math.min(this.speed, FASTEST);
    this.speed = Math.min(this.speed, this.step);
    if (this.scroller.current.scrollTop < reach) {
      if (this.bring(earlier(this.pages, this.state.span))) return;
      if (place.hasOlder && place.loading === "none") chat.older(place.key);
    }
    if (this.anchor.left < reach) {
      if (this.bring(later(this.pages, this.state.span))) return;
      if (place.hasNewer && place.loading === "none") chat.newer(place.key);
    }
  }

  /** Bring another span into the document; false if it is there already. */
  bring(span) {
    if (span === this.state.span) return false;
    this.nextFill = requestAnimationFrame(() => {
      this.nextFill = null;
      this.fill();
    });
    this.setState({ span });
    return true;
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
    toEnd(this);
  }

  rowOf(key) {
    return this.props.place.rows.find((row) => row.key === key);
  }

  /** With the keyboard the list is one stop: from it the focus goes to the row it came from, that had it last, or the last. */
  onFocus(event) {
    if (event.target !== this.scroller.current || this.byPointer) return;
    const inside = event.relatedTarget?.closest?.("li[data-key]");
    const last = inside ?? (this.focused && document.getElementById(idOfRow(this.focused)));
    const rows = this.scroller.current.querySelectorAll("li[data-key]");
    this.byChoice = true;
    (last ?? rows[rows.length - 1])?.focus({ preventScroll: Boolean(last) });
  }

  /** A click on somebody's name. */
  onClick(event) {
    const name = event.target.closest("button.name");
    const row = name && this.rowOf(name.closest("li[data-key]")?.dataset.key);
    if (row) this.props.actions.person(row.from, name);
  }

  onCopy(event) {
    const keys = new Set(selectedKeys(document.getSelection(), this.scroller.current));
    if (keys.size < 2) return;
    event.preventDefault();
    const rows = this.props.place.rows.filter((row) => keys.has(row.key));
    event.clipboardData.setData("text/plain", copied(rows, dates));
  }

  render({ place, actions, me, today }, { span, lit, gone, isAtEnd, isFar, above, sizes }) {
    // Somebody may have scrolled, and the event that says so is not here yet.
    if (this.anchor && !this.plan && !this.anchor.isOwn) this.anchor.remember(this.hadEnd);
    this.pages = this.group(place);
    const shown = pagesIn(this.pages, span);
    this.hadEnd = span.last === null && !place.hasNewer;
    const has = (page, key) => (key && page.items.some((item) => item.key === key) ? key : null);
    return html`<div class="messages">
      <div class="scroller" role="log" aria-live="off" aria-label=${`Messages in ${place.name}`} tabindex="0"
        ref=${this.scroller} onScroll=${this.onScroll} onKeyDown=${this.onKeyDown} onCopy=${this.onCopy}
        onFocusCapture=${this.onFocus} onFocusIn=${this.active.onFocusIn} onFocusOut=${this.active.onFocusOut}
        onMouseOver=${this.active.onMouseOver} onMouseLeave=${this.active.onMouseLeave} onClick=${this.onClick} onPointerDown=${(event) => this.onPointerDown(event)}
        onPointerMove=${this.press.move} onPointerUp=${this.press.cancel} onPointerCancel=${this.press.cancel}
        onContextMenu=${this.press.contextMenu}>
        <div class="content" ref=${this.content}>
          <${Start} place=${place} isFirst=${!place.hasOlder && shown[0] === this.pages[0]} />
          ${shown.map((page) => html`<${Page} key=${page.key} page=${page} me=${me} actions=${actions} today=${today}
            active=${this.active} sizes=${sizes} lit=${has(page, lit)} isLast=${page === this.pages.at(-1)} />`)}
        </div>
      </div>
      <${NewAbove} count=${above} from=${newRowIn(this.pages)} onGo=${() => goToNew(this)} />
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
}
