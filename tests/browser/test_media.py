"""What readers ask of all pages: larger text, more contrast, colours of their own, no motion, paper."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.axe import inaccessible
from tests.browser.case import BrowserCase
from tests.browser.chromium import ChromiumTab
from tests.browser.fits import unfit
from tests.browser.full_room import FullRoom
from tests.browser.tab import PHONE
from tests.browser.visitor import Visitor

_STYLE = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"


class Media(BrowserCase):
    """Ann, in a room that has everything. In Chromium, which can be told what a reader asks for."""

    def setUp(self) -> None:
        super().setUp()
        self.here = self.serve()
        self.room = FullRoom(self.here)
        self.addCleanup(self.room.end)
        tab = self.phone(self.browser_called("chromium"))
        assert isinstance(tab, ChromiumTab)
        self.ann = tab

    def test_together_media(self) -> None:
        """Contrast, colours of the system, motion and paper, one after the other."""
        ann = self.ann
        ann.set_size(1280, 800)
        self.room.enter(ann)
        with self.asked("prefers-contrast", "more"):
            self.assertEqual(ann.run(_STYLE, ".topic", "color"), ann.run(_STYLE, "body", "color"))
            self.assertEqual(inaccessible(ann), [])
        with self.asked("forced-colors", "active"):
            place = [ann.run(_STYLE, "a.place[aria-current]", each) for each in ("color", "backgroundColor")]
            self.assertNotEqual(place[0], ann.run(_STYLE, "a.place:not([aria-current])", "color"))
            self.assertNotEqual(*place)
            mentioned, other = ".row.mention", ".row:not(.mention)"
            edges = [ann.run(_STYLE, each, "borderInlineStartColor") for each in (mentioned, other)]
            self.assertNotEqual(*edges)
        with self.asked("prefers-reduced-motion", "reduce"):
            self.room.ben.tell("typing", room="tides")
            ann.find(".typing", "Ben")
            ann.until("return document.getAnimations().every(each => each.playState !== 'running')")
        self.assert_printed()

    def assert_printed(self) -> None:
        """On paper there is the open room without chrome, dark on light, and all that is loaded of it."""
        ann = self.ann
        ann.run("document.documentElement.dataset.theme = 'dark'")
        ann.command("Emulation.setEmulatedMedia", media="print", features=[])
        ann.find(".row", "quite so")
        for chrome in (".side", ".people", ".composer", ".bar-tools", ".tools", ".typing"):
            self.assertFalse(ann.has(chrome), chrome)
        self.assertEqual(ann.run(_STYLE, "body", "colorScheme"), "light")
        self.assertGreater(ann.run("return document.documentElement.scrollHeight"), 800)
        self.assertTrue(ann.command("Page.printToPDF")["data"])
        ann.command("Emulation.setEmulatedMedia", media="", features=[])
        ann.find(".composer textarea")

    def test_together_sizes(self) -> None:
        """Text of 90 to 130 %, and a window at 200 %: on a phone all fits, with long names, words and topics."""
        with Visitor(self.here.port, "X" * 24) as long, Visitor(self.here.port, "شهرزاد") as other:
            for visitor in (long, other):
                visitor.ask("join", room="tides")
            long.ask("message", room="tides", text=f"{'w' * 400} https://plots.example/{'a/' * 200}")
            other.ask("message", room="tides", text="شكرًا abc! " * 20)
            ann = self.room.enter(self.ann)
            for size in (90, 130):
                ann.run("document.documentElement.style.setProperty('--size', arguments[0])", size)
                self.assert_fits("room", size)
                ann.click("button[aria-label^='People,']")
                ann.find(".people .person", "شهرزاد")
                self.assert_fits("people", size)
                ann.click(".people button[aria-label=Close]")
                ann.wait_gone(".people")
            # A window of 1280 px at 200 %.
            ann.set_size(640, 400, is_phone=True)
            self.assert_fits("room", 200)
            ann.set_size(*PHONE, is_phone=True)

    def assert_fits(self, state: str, size: int) -> None:
        """Nothing stands out, and nothing is too small."""
        self.assertEqual("\n".join(unfit(self.ann)), "", f"{state}, {size} %")

    @contextmanager
    def asked(self, feature: str, value: str) -> Iterator[None]:
        """What a reader asks of all pages."""
        self.ann.command("Emulation.setEmulatedMedia", features=[{"name": feature, "value": value}])
        yield
        self.ann.command("Emulation.setEmulatedMedia", features=[])
