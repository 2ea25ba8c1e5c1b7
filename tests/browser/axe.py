"""axe-core in a page: the rules of accessibility that a program can check."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.browser.tab import Tab

NEEDED: Final = "this test needs axe-core (npm ci --prefix tests/browser)"
_SOURCE: Final = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
# Drivers run their scripts whatever the page's policy says. While something moves, its colours are not what they will
# be: what has an end is brought there, and what has none stops.
_RUN: Final = """
const done = arguments[arguments.length - 1];
for (const each of document.getAnimations()) try { each.finish(); } catch (error) { each.cancel(); }
axe.run(document, {resultTypes: ["violations"]}).then(
  result => done(result.violations.map(each =>
    `${each.id} (${each.impact}): ${each.help}: ${each.nodes.map(node => node.html.slice(0, 200)).join(" | ")}`)),
  error => done([String(error)]));
"""


def inaccessible(tab: Tab) -> Sequence[str]:
    """What axe-core complains of in the page as it is now, in sentences; nothing if all is well."""
    assert _SOURCE.exists(), NEEDED
    if not tab.run("return 'axe' in window"):
        tab.run(_SOURCE.read_text())
    return [str(each) for each in tab.run_later(_RUN)]
