// Where a list goes by itself: to its end, to a message, to the "New" line. `list` is the component of list.js.

import { idOfRow } from "./anchor.js";
import { hasSeq, shownNear } from "./list_rows.js";
import { newRowIn, spanAround, spanAtEnd } from "./pages.js";

/** A row is lit for this long; what is said of one that is gone stays twice as long. */
const LIT = 2000;
/** The message after the "New" line is shown this far below the edge. In CSS pixels. */
const BELOW_NEW = 64;

/** Go where the plan of the list says. False if the rows for it are not here, or not in the document, yet. */
export function follow(list) {
  const { place } = list.props;
  const { plan } = list;
  if (!place.rows.length) return place.loading === "none" && !plan.isAsked;
  if (plan.isAsked && !hasSeq(place.rows, plan.seq) && !(plan.isAnswered && isDrawn(list))) return false;
  list.plan = null;
  if (plan.isEnd) list.anchor.pin();
  else if (plan.isNew) openAtNew(list);
  else if (plan.seq !== undefined) goTo(list, plan.seq, plan);
  return !list.plan;
}

/** Go to the latest message, and follow what comes. */
export function toEnd(list) {
  const { place, chat } = list.props;
  if (place.hasNewer) {
    list.plan = { isEnd: true };
    chat.latest(place.key);
  }
  list.anchor.isPinned = true;
  list.setState({ span: spanAtEnd(list.pages), above: 0 }, () => list.anchor.pin());
}

/** Go to the "New" line. */
export function goToNew(list) {
  list.setState({ above: 0 });
  goTo(list, list.props.place.newFrom, { offset: BELOW_NEW });
}

/**
 * Show the message with this seq: `offset` pixels below the edge, or in the middle. The offset is that of its text
 * with `isText`. The message is asked for if it is not here. With `isLit` it is lit for a while, and whoever looks for
 * a message that is gone is told.
 */
export function goTo(list, seq, { offset, isText, isLit, isAsked } = {}) {
  const { place } = list.props;
  if (!hasSeq(place.rows, seq) && !isAsked && (place.hasOlder || place.hasNewer)) {
    askFor(list, { seq, offset, isText, isLit });
    return;
  }
  const row = shownNear(place.rows, seq);
  if (!row) return;
  list.anchor.isPinned = false;
  list.setState({ span: spanAround(list.pages, row.key) }, () => {
    hold(list, row.key, { offset, isText });
    if (isLit) light(list, row.seq === seq ? row.key : null, seq);
  });
}

/** Ask for what is around a message, and go there when it is here. */
async function askFor(list, plan) {
  const asked = { ...plan, isAsked: true };
  list.plan = asked;
  await list.props.chat.around(list.props.place.key, plan.seq).catch(() => {});
  if (list.plan !== asked || !list.scroller.current) return;
  asked.isAnswered = true;
  // What came may be drawn in the next frame only: that settles, too.
  list.settle();
}

/** Whether the rows that are drawn are those that the chat has by now. */
const isDrawn = ({ props: { chat, place } }) => chat.state.places.get(place.key)?.rows === place.rows;

/** Put this row there, or in the middle of the screen. */
function hold(list, key, { offset, isText }) {
  const row = document.getElementById(idOfRow(key));
  const { clientHeight } = list.scroller.current;
  const middle = Math.max(24, (clientHeight - (row?.offsetHeight ?? 0)) / 2);
  list.anchor.hold(key, offset ?? middle, isText);
  list.anchor.remember(list.hasEnd && offset === undefined);
  list.moved();
  list.fill();
}

/** Light a row for two seconds; without a key, say that the message is gone. */
function light(list, key, seq) {
  clearTimeout(list.litTimer);
  list.setState({ lit: key, gone: key ? null : seq });
  list.litTimer = setTimeout(() => list.setState({ lit: null, gone: null }), key ? LIT : 2 * LIT);
}

/** Open at the "New" line, if less than a screen of what is new is lost by that; else at the end, with a note. */
function openAtNew(list) {
  const { place } = list.props;
  const row = newRowIn(list.pages);
  const element = row && document.getElementById(idOfRow(row.key));
  const scroller = list.scroller.current;
  list.anchor.pin();
  if (!element && !row) return;
  const height = element ? scroller.scrollHeight - (topIn(scroller, element) + scroller.scrollTop) : Infinity;
  if (height <= scroller.clientHeight - 40) return;
  if (height < 2 * scroller.clientHeight) {
    list.readTo = row.seq - 1;
    list.anchor.hold(row.key, BELOW_NEW);
    list.anchor.remember(list.hasEnd);
  } else list.setState({ above: place.unread });
}

/** Whether the "New" line has come onto the screen. */
export function sawNew(list) {
  const row = newRowIn(list.pages);
  const element = row && document.getElementById(idOfRow(row.key));
  return Boolean(element) && topIn(list.scroller.current, element) >= 0;
}

/** How far an element is below the upper edge of the scroller. */
const topIn = (scroller, element) => element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
