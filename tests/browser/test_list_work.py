"""How much the message list does: it draws what changed, once a frame, with few elements; and it never jumps."""

from tests.browser.chromium import ChromiumTab
from tests.browser.fixture_case import FixtureCase


class Drawn(FixtureCase):
    """What is drawn again. Counted, not timed."""

    def test_arriving(self) -> None:
        """A message that comes draws one page and one row: its own."""
        tab = self.opened(count=2000, loaded=930)
        drawn = self.measured(tab, "return drawn(() => chat.arrive('#tides', {from: 'Ben'}))")
        self.assertEqual(drawn["rows"], 1)
        self.assertEqual(drawn["pages"], 1)
        self.assertLessEqual(drawn["lists"], 3)

    def test_burst(self) -> None:
        """Messages that come in one frame are drawn together, each of them once."""
        tab = self.opened(count=2000, loaded=100)
        act = "for (let i = 0; i < 500; i += 1) { chat.arrive('#tides', {from: 'Ben'}); if (i % 50 == 0) await null; }"
        drawn = self.measured(tab, f"return drawn(async () => {{ {act} }}, 10)")
        self.assertEqual(drawn["rows"], 500)
        self.assertLess(drawn["lists"], 40)
        tab.until("return measure.left() < 1")

    def test_changed(self) -> None:
        """A message that changes draws itself, and so does one that the mouse comes to, or goes from."""
        tab = self.opened(count=300, loaded=300)
        tab.hover("li[data-seq='299']")
        tab.find("li.active[data-seq='299'] .tools")
        drawn = self.measured(tab, "return drawn(() => chat.alter('#tides', 298, {text: 'better'}))")
        self.assertEqual(drawn["rows"], 1)
        before = self.measured(tab, "await frames(3); return {...measure.drawings}")
        tab.hover("li[data-seq='300']")
        tab.find("li.active[data-seq='300'] .tools")
        tab.wait_gone("li[data-seq='299'] .tools")
        after = self.measured(tab, "return measure.drawings")
        self.assertEqual({name: after[name] - before[name] for name in before}, {"lists": 0, "pages": 0, "rows": 2})

    def test_older(self) -> None:
        """Fifty older messages draw themselves, and the first row that was here, which may lose its head."""
        tab = self.opened(count=2000, loaded=100, delay=1)
        self.measured(tab, "await frames(5)")
        drawn = self.measured(tab, "return drawn(() => { scroller().scrollTop = 1400 }, 12)")
        self.assertLessEqual(drawn["rows"], 51)
        self.assertGreaterEqual(drawn["rows"], 50)

    def test_elements(self) -> None:
        """A row is made of few elements; its buttons are there for the one that somebody is at."""
        tab = self.opened(count=1000, loaded=200, short=1)
        headed, other = tab.run("""const most = (css) => Math.max(...Array.from(document.querySelectorAll(css),
            row => row.querySelectorAll('*').length)); return [most('.row.headed:not(:has(.reactions))'),
            most('.row:not(.headed, :has(.reactions))')]""")
        self.assertLessEqual(headed, 10)
        self.assertLessEqual(other, 5)

    def test_layouts(self) -> None:
        """A message that comes makes one layout, with all that keeps the list at its end."""
        tab = self.opened(count=2000, loaded=500)
        if not isinstance(tab, ChromiumTab):
            return
        tab.command("Performance.enable")

        def layouts() -> float:
            metrics = tab.command("Performance.getMetrics")["metrics"]
            return next(float(each["value"]) for each in metrics if each["name"] == "LayoutCount")

        before = layouts()
        self.measured(tab, "await appended(chat, '#tides', 40)")
        self.assertLess(layouts() - before, 80)


class Still(FixtureCase):
    """What is under the eye stays under it, by 0 px, while one scrolls fast and much happens."""

    def test_outrun(self) -> None:
        """Somebody scrolls faster than older messages come: rows lose their heads and their day, the text stays."""
        for delay in (1, 60):
            tab = self.opened(count=3000, loaded=100, delay=delay)
            result = self.measured(tab, "return sweep(80, 1500)")
            self.assertEqual(result["drift"], 0, delay)
            self.assertLessEqual(result["rows"], 1010)

    def test_meanwhile(self) -> None:
        """Messages come, some are changed, rows are dropped at the far end."""
        tab = self.opened(count=3000, loaded=900, delay=5)
        act = """const timer = setInterval(() => {
            chat.arrive('#tides', {from: 'Ben'});
            chat.alter('#tides', chat.state.places.get('#tides').rows[0].seq + 3, {text: 'longer '.repeat(200)});
        }, 20);
        const result = await sweep(60, 700); clearInterval(timer); return result"""
        self.assertEqual(self.measured(tab, act)["drift"], 0)

    def test_pictures(self) -> None:
        """A picture comes into a message above, and is loaded."""
        tab = self.opened(count=2000, loaded=600)
        self.measured(tab, "scroller().scrollTop -= 6000; await frames(6)")
        file = "{url: '/fixture/picture.svg?9', name: 'x', size: 1, type: 'image/png', width: 800, height: 450}"
        act = f"chat.alter('#tides', Number(eye().dataset.seq) - 2, {{file: {file}}})"
        self.assertEqual(self.measured(tab, f"return moved(() => {{ {act} }})"), 0)

    def test_sizes(self) -> None:
        """The text or the window changes its size, and somebody scrolls on through pages that had other heights."""
        tab = self.opened(count=3000, loaded=900, delay=5)
        for act in ("document.documentElement.style.fontSize = '130%'", "stage.style.inlineSize = '420px'"):
            script = (
                f"const stage = document.querySelector('#stage'); {act}; await frames(3); return moved(() => {{}}, 10)"
            )
            self.assertEqual(self.measured(tab, script), 0, act)
            result = self.measured(
                tab,
                """let worst = 0; for (let i = 0; i < 40; i += 1) {
                    scroller().scrollTop -= 400; await frame(); worst = Math.max(worst, await moved(() => {}, 1)); }
                return worst""",
            )
            # Pictures that are narrowed are no whole pixels high.
            self.assertLess(result, 0.5, act)
