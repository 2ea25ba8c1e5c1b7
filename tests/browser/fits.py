"""Whether a page has room for a thumb: what is too small, too wide, or makes a phone zoom in."""

from collections.abc import Sequence
from typing import Final

from tests.browser.tab import Tab

# Text that can be touched inside of a message has the height of its line: the long press is the other way to all of it.
_FAULTS: Final = """
const seen = {opacityProperty: true, visibilityProperty: true};
const shown = (each) => each.checkVisibility(seen) && !each.closest("[inert], .unseen");
const modal = [...document.querySelectorAll("dialog[open]")].at(-1);
const inFront = (each) => !modal || modal.contains(each);
const all = (css) => [...document.querySelectorAll(css)].filter((each) => shown(each) && inFront(each));
const named = (each) => each.outerHTML.slice(0, 110);
const faults = [];
const root = document.documentElement;
if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} px wide`);
if (visualViewport.scale !== 1) faults.push(`the page is drawn at ${visualViewport.scale}`);
for (const each of all("body *")) {
  const {overflowX} = getComputedStyle(each), box = each.getBoundingClientRect();
  if (/auto|scroll/.test(overflowX) && each.scrollWidth > each.clientWidth + 1 && !each.closest("pre"))
    faults.push(`scrolls sideways, ${each.scrollWidth} in ${each.clientWidth}: ${named(each)}`);
  if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && !each.closest("pre, .file.picture"))
    faults.push(`stands out, ${Math.round(box.left)} to ${Math.round(box.right)}: ${named(each)}`);
}
const target = "button, a[href], input, select, textarea, [role=option], [role=tab], [role^=menuitem]";
for (const each of all(target)) {
  if (each.closest("[role=log]") || each.type === "file") continue;
  const isInLabel = each.type === "checkbox" || each.type === "radio";
  const box = (isInLabel ? each.closest("label") : each).getBoundingClientRect();
  if (box.height < 43.5 || box.width < 43.5)
    faults.push(`only ${Math.round(box.width)} x ${Math.round(box.height)}: ${named(each)}`);
}
for (const each of all("input:not([type=checkbox], [type=radio], [type=file]), textarea, select"))
  if (parseFloat(getComputedStyle(each).fontSize) < 16)
    faults.push(`a field with ${getComputedStyle(each).fontSize}: ${named(each)}`);
return [...new Set(faults)].slice(0, 12);
"""


def unfit(tab: Tab) -> Sequence[str]:
    """What of the page, as it is now on a phone, does not fit; nothing if all is well."""
    return [str(fault) for fault in tab.run(_FAULTS)]
