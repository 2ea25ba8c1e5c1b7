// Menus: of a person, a room, a message. One at a time, by click, long press, right click or the menu key.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { Icon } from "./icons.js";
import { usePage } from "./layers.js";
import { ignoreClickOfPress } from "./pressing.js";

const HOLD_MS = 450;
const MOVED_PX = 8;
const MARGIN = 8;

/**
 * One entry: what it says, what it does, how it looks. `null` in a list of entries is a line between them.
 * @typedef {{label: string, icon?: string, run: function, danger?: boolean, checked?: boolean, note?: string}} Entry
 */

/**
 * The menu that `layers.menu` asked for.
 * @param {object} props
 * @param {string} props.label - its name for screen readers, and its head where it has `head`
 * @param {(Entry|null)[]} props.items
 * @param {{x: number, y: number}|Element} props.at - a point, or the element below which it opens
 * @param {Element?} props.opener - gets the focus back
 * @param {any} props.head - what stands above the entries
 */
export function Menu({ label, items, at, opener, head }) {
  const { layers } = usePage();
  const box = useRef(null);
  const [place, setPlace] = useState({ opacity: 0 });
  const back = useRef(opener ?? document.activeElement);
  const entries = () => [...box.current.querySelectorAll("[role^=menuitem]")];

  useLayoutEffect(() => {
    setPlace(placeFor(box.current, at));
    entries()[0]?.focus({ preventScroll: true });
  }, []);
  useEffect(() => closeOutside(box, layers), []);

  const leave = () => {
    layers.closeMenu();
    if (back.current?.isConnected) back.current.focus({ preventScroll: true });
  };
  const choose = (item) => {
    leave();
    item.run();
  };
  const press = (event) => {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") leave();
    else if (!move(entries(), event.key)) return;
    event.preventDefault();
  };
  return html`<div class="menu" role="menu" aria-label=${label} ref=${box} style=${place} onKeyDown=${press}>
    ${head && html`<div class="menu-head" role="presentation">${head}</div>`}
    ${items.map((item) => (item ? html`<${Item} item=${item} onChoose=${choose} />` : html`<hr role="separator" />`))}
  </div>`;
}

function Item({ item, onChoose }) {
  const isChoice = item.checked !== undefined;
  return html`<button
    type="button"
    role=${isChoice ? "menuitemradio" : "menuitem"}
    aria-checked=${isChoice ? item.checked : undefined}
    tabindex="-1"
    class=${item.danger ? "danger" : undefined}
    onClick=${() => onChoose(item)}
  >
    <${Icon} name=${item.checked ? "check" : item.icon} small />
    <span>${item.label}</span>
    ${item.note && html`<span class="micro">${item.note}</span>`}
  </button>`;
}

/** Moves the focus among the entries; says whether the key meant that. A letter goes to the next entry with it. */
function move(entries, key) {
  const now = entries.indexOf(document.activeElement);
  const last = entries.length - 1;
  const next = { ArrowDown: now === last ? 0 : now + 1, ArrowUp: now <= 0 ? last : now - 1, Home: 0, End: last }[key];
  if (next !== undefined) {
    entries[next]?.focus();
    return true;
  }
  if (key.length !== 1 || key === " ") return false;
  const letter = key.toLocaleLowerCase();
  const turned = [...entries.slice(now + 1), ...entries.slice(0, now + 1)];
  const found = turned.find((entry) => entry.textContent.trim().toLocaleLowerCase().startsWith(letter));
  found?.focus();
  return Boolean(found);
}

/** Where the menu stands so that all of it can be seen. On a phone the style sheet puts it at the bottom. */
function placeFor(menu, at) {
  const { width, height } = menu.getBoundingClientRect();
  const isPoint = !(at instanceof Element);
  const box = isPoint ? { left: at.x, right: at.x, top: at.y, bottom: at.y } : at.getBoundingClientRect();
  const rightToLeft = getComputedStyle(menu).direction === "rtl";
  // Below a button it ends where the button ends; at a point it begins there.
  const wanted = isPoint !== rightToLeft ? box.left : box.right - width;
  const below = box.bottom + (isPoint ? 0 : 4);
  const top = below + height + MARGIN <= innerHeight ? below : box.top - height - (isPoint ? 0 : 4);
  const within = (value, size, whole) => Math.max(MARGIN, Math.min(value, whole - size - MARGIN));
  return { left: `${within(wanted, width, innerWidth)}px`, top: `${within(top, height, innerHeight)}px` };
}

function closeOutside(box, layers) {
  const look = (event) => {
    if (!box.current?.contains(event.target)) layers.closeMenu();
  };
  const close = () => layers.closeMenu();
  document.addEventListener("pointerdown", look, true);
  addEventListener("resize", close);
  addEventListener("blur", close);
  return () => {
    document.removeEventListener("pointerdown", look, true);
    removeEventListener("resize", close);
    removeEventListener("blur", close);
  };
}

/**
 * What an element gets that has a menu besides what a click on it does: right click, the menu key, Shift+F10 and, where
 * the browser has no such event (iOS), a long press.
 * @param {function} open - called with the point where it was, as `{x, y}`, and the element
 * @returns {object} attributes for that element
 */
export function menuTrigger(open) {
  const contextMenu = (event) => {
    event.preventDefault();
    const element = event.currentTarget;
    clearTimeout(element.holding);
    const { left, bottom } = element.getBoundingClientRect();
    // The menu key has no point.
    const point = event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : { x: left, y: bottom };
    open(point, element);
  };
  const down = (event) => {
    const element = event.currentTarget;
    const { pointerType, clientX: x, clientY: y } = event;
    if (pointerType !== "touch") return;
    clearTimeout(element.holding);
    element.holdFrom = { x, y };
    element.holding = setTimeout(() => {
      ignoreClickOfPress();
      open({ x, y }, element);
    }, HOLD_MS);
  };
  const moved = (event) => {
    const { holding, holdFrom } = event.currentTarget;
    if (holding && Math.hypot(event.clientX - holdFrom.x, event.clientY - holdFrom.y) > MOVED_PX) clearTimeout(holding);
  };
  const up = (event) => clearTimeout(event.currentTarget.holding);
  return {
    onContextMenu: contextMenu,
    onPointerDown: down,
    onPointerMove: moved,
    onPointerUp: up,
    onPointerCancel: up,
  };
}
