// The keys of the list: one stop for Tab, arrows inside, and a letter for what is done most.


const LETTERS = { e: "edit", r: "answer", c: "copyLink" };

/** What a key does in the `list`. Letters that mean nothing here go to the composer, and are typed there. */
export function onListKey(list, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const element = event.target.closest("li[data-key]");
  const isOnRow = element === event.target;
  if (isOnRow && event.key === "Tab" && event.shiftKey) return leave(list);
  if (moves[event.key] && (isOnRow || event.target === list.scroller.current)) {
    event.preventDefault();
    moves[event.key](list, element);
  } else if (isOnRow && act(list, event, element)) event.preventDefault();
  else if (event.key.length === 1 && event.key !== " " && !event.target.closest("input, textarea")) {
    event.preventDefault();
    list.props.actions.type(event.key);
  }
}

/** The list itself stands before its rows, and would send the focus back: it is no stop while Shift+Tab goes on. */
function leave(list) {
  const scroller = list.scroller.current;
  scroller.tabIndex = -1;
  setTimeout(() => (scroller.tabIndex = 0));
}

/** Enter opens the menu. The letters count only for a row that was reached by keys: a click is no choice of a row. */
function act(list, event, element) {
  const row = list.rowOf(element.dataset.key);
  if (row?.kind !== "message") return false;
  const { actions } = list.props;
  if (event.key === "Enter") actions.more(row, element);
  else if (!list.byChoice || event.shiftKey || !LETTERS[event.key.toLowerCase()]) return false;
  else return actions[LETTERS[event.key.toLowerCase()]](row) !== false;
  return true;
}

const moves = {
  ArrowUp: (list, element) => focusRow(list, neighbour(element, "previousElementSibling", "lastElementChild")),
  ArrowDown: (list, element) => focusRow(list, neighbour(element, "nextElementSibling", "firstElementChild")),
  Home: (list) => focusRow(list, list.scroller.current.querySelector("li[data-key]")),
  End: (list) => {
    list.toEnd();
    focusRow(list, lastRow(list));
  },
};

const lastRow = (list) => [...list.scroller.current.querySelectorAll("li[data-key]")].at(-1);

/** The row before or after, also on the next page; dividers are passed over. */
function neighbour(element, sibling, edge) {
  let at = element;
  while (at) {
    const page = at.parentElement;
    at = at[sibling] ?? page[sibling]?.[edge];
    if (at?.dataset?.key) return at;
    if (!at?.parentElement?.classList.contains("page")) return null;
  }
  return null;
}

/** Give a row the focus, and bring it onto the screen. */
export function focusRow(list, element) {
  if (!element) return;
  list.byChoice = true;
  list.focused = element.dataset.key;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}
