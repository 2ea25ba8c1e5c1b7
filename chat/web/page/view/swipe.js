// A swipe towards the end of the line goes back to the list.

const FAR_PX = 70;
const STEEP = 0.6;

/**
 * Attributes for the element that is swiped.
 * @param {function} done - called when it was
 */
export function swipeToList(done) {
  let from = null;
  const start = (event) => {
    const [touch] = event.touches;
    const isOne = event.touches.length === 1 && !slides(event.target, event.currentTarget);
    from = isOne ? { x: touch.clientX, y: touch.clientY } : null;
  };
  const end = (event) => {
    if (!from) return;
    const [touch] = event.changedTouches;
    const back = document.dir === "rtl" ? -1 : 1;
    const across = (touch.clientX - from.x) * back;
    const along = Math.abs(touch.clientY - from.y);
    from = null;
    if (across > FAR_PX && along < across * STEEP && getSelection().isCollapsed) done();
  };
  return { onTouchStart: start, onTouchEnd: end, onTouchCancel: () => (from = null) };
}

/** Whether something between the two scrolls sideways itself, such as code. */
function slides(element, outermost) {
  for (let one = element; one && one !== outermost; one = one.parentElement) {
    if (one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX)) return true;
  }
  return false;
}
