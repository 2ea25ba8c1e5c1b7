"""The message list: it never jumps, it follows what comes at its end, and it says what is new."""

from tests.browser.fixture_case import FixtureCase
from tests.browser.tab import Tab

# Another page of history comes within this many frames.
_FRAMES = 20


class StandsStill(FixtureCase):
    """The row under the eye moves 0 px, whatever happens around it."""

    def away(self) -> Tab:
        """A tab that looks at something far from both ends of what is loaded."""
        tab = self.opened(count=2000, loaded=600)
        self.measured(tab, "scroller().scrollTop -= 6000; await frames(6)")
        return tab

    def test_older(self) -> None:
        """Older messages come in above, also at the very top."""
        for top in (0, 1, 10, 400):
            tab = self.opened(count=1000, loaded=100, delay=250)
            script = "scroller().scrollTop = given[0]; await frames(2); return moved(() => {}, given[1])"
            self.assertEqual(self.measured(tab, script, top, _FRAMES), 0, top)
            tab.until("return measure.rows() >= 150")

    def test_new_messages(self) -> None:
        """New ones come in below: a pill counts them, and leads to the end."""
        tab = self.away()
        act = "for (let i = 0; i < 3; i += 1) chat.arrive('#tides', {from: 'Ben'})"
        self.assertEqual(self.measured(tab, f"return moved(() => {{ {act} }})"), 0)
        tab.find(".pill", "3 new")
        tab.click(".pill")
        tab.until("return measure.left() < 1")
        tab.wait_gone(".pill")

    def test_sizes(self) -> None:
        """The window, the composer and the text change their sizes, and rows above become higher."""
        tab = self.away()
        for act in (
            "stage.style.blockSize = '400px'",
            "stage.style.blockSize = ''",
            "stage.style.inlineSize = '500px'",
            "stage.style.inlineSize = ''",
            "document.documentElement.style.fontSize = '130%'",
            "document.documentElement.style.fontSize = ''",
            "chat.alter('#tides', Number(eye().dataset.seq) - 9, {text: 'long '.repeat(900)})",
            "chat.alter('#tides', Number(eye().dataset.seq) - 9, {text: '', isDeleted: true, deletedBy: 'Ann'})",
            "chat.change('#tides', {typing: ['Ben']})",
        ):
            script = f"const stage = document.querySelector('#stage'); return moved(() => {{ {act} }})"
            # Lines that are not whole pixels high stand between them.
            self.assertLess(self.measured(tab, script), 1, act)

    def test_dropped(self) -> None:
        """Rows that go at the far end, because there are too many, move nothing."""
        tab = self.away()
        act = "const {rows} = chat.state.places.get('#tides'); chat.change('#tides', {rows: rows.slice(%s)})"
        for some in ("100", "0, -40"):
            self.assertEqual(self.measured(tab, f"return moved(() => {{ {act % some} }})"), 0)

    def test_far_back(self) -> None:
        """However far one reads back, the document has at most 1,000 messages, and none of them jumps."""
        tab = self.opened(count=3000, loaded=100, delay=1)
        result = self.measured(tab, "return sweep(120, 600)")
        self.assertLessEqual(result["rows"], 1010)
        self.assertGreater(result["passed"], 20_000)
        self.assertLess(result["drift"], 1)


class Follows(FixtureCase):
    """At its end the list stays there."""

    def test_pinned(self) -> None:
        """Through new messages, pictures, a growing composer, other sizes, and changed messages."""
        tab = self.opened(count=500, loaded=100)
        picture = (
            "{file: {url: '/fixture/picture.svg?2', name: 'x', size: 1, type: 'image/png', width: 800, height: 450}}"
        )
        for act in (
            "for (let i = 0; i < 70; i += 1) { chat.arrive('#tides'); if (i % 5 == 0) await frame(); }",
            f"chat.arrive('#tides', {picture})",
            "const t = document.querySelector('textarea'); t.value = '1\\n2\\n3\\n4\\n5';"
            "t.dispatchEvent(new Event('input', {bubbles: true}))",
            "document.querySelector('#stage').style.blockSize = '400px'",
            "document.querySelector('#stage').style.blockSize = ''",
            "document.documentElement.style.fontSize = '130%'",
            "document.documentElement.style.fontSize = ''",
            "chat.alter('#tides', 499, {text: 'long '.repeat(400)})",
            "chat.change('#tides', {typing: ['Ben']})",
        ):
            self.assertLess(self.measured(tab, f"return unpinned(async () => {{ {act} }})"), 1, act)
        self.assertFalse(tab.has(".pill"))

    def test_own(self) -> None:
        """What one says oneself is shown, wherever one was."""
        tab = self.opened(count=500, loaded=300)
        self.measured(tab, "scroller().scrollTop -= 4000; await frames(5)")
        tab.type("here I am\n", into="textarea")
        tab.find(".row", "here I am")
        tab.until("return measure.left() < 1")

    def test_picture_has_its_room(self) -> None:
        """A picture takes its room before it is loaded, and is at most 264 px high."""
        tab = self.opened(count=20)
        known = {
            "url": "/fixture/picture.svg?4",
            "name": "x.png",
            "size": 1,
            "type": "image/png",
            "width": 4000,
            "height": 3000,
        }
        script = """
        chat.arrive("#tides", { file: given[0] });
        let img = null;
        for (let tries = 0; !img && tries < 60; tries += 1) {
          await frames(1);
          img = document.querySelector(`.picture img[src="${given[0].url}"]`);
        }
        return [img.getAttribute("width"), img.getAttribute("height"), img.closest("a").offsetHeight];
        """
        box = self.measured(tab, script, known)
        self.assertEqual(box[:2], ["352", "264"])
        self.assertLessEqual(box[2], 266)


class Places(FixtureCase):
    """Where a place is opened."""

    def test_kept(self) -> None:
        """Each room keeps its place, through switching and a reload."""
        tab = self.opened(count=500, loaded=300, rooms="tides,harbour")
        self.measured(tab, "scroller().scrollTop -= 3000; await frames(5)")
        look = "const row = measure.eye(); return [row.dataset.seq, row.getBoundingClientRect().top]"
        before = tab.run(look)
        tab.run("chat.open('#harbour')")
        tab.until("return measure.left() < 1")
        tab.run("chat.open('#tides')")
        self.measured(tab, "await frames(4)")
        self.assertEqual(tab.run(look), before)
        tab.reload()
        tab.find("li.row")
        self.measured(tab, "await frames(4)")
        self.assertEqual(tab.run(look), before)

    def test_new_line(self) -> None:
        """With little that is new, it is seen from the "New" line to the end, or at least from its beginning."""
        tab = self.opened(count=500, newFrom=499, unread=2)
        tab.find(".newline")
        tab.until("return measure.left() < 1")
        tab = self.opened(self.tab(), count=500, newFrom=480, unread=21, short=1)
        top = tab.until("const box = document.querySelector('.newline')?.getBoundingClientRect(); return box?.top")
        self.assertGreater(top, 0)
        self.assertLess(top, 200)

    def test_much_new(self) -> None:
        """With much that is new it is opened at its end, and a note leads to the beginning of that."""
        tab = self.opened(count=2000, newFrom=1589, unread=412)
        tab.until("return measure.left() < 1")
        tab.click(".pill.above", "412 new since")
        tab.find(".newline")
        box = tab.until("""const box = document.querySelector('.newline').getBoundingClientRect();
            return box.top > 0 && box.bottom < innerHeight && box.top""")
        self.assertLess(box, 200)
        tab.wait_gone(".pill.above")

    def test_permalink(self) -> None:
        """A message that is far back is shown in the middle, lit, between its neighbours; Back is the browser's."""
        tab = self.opened(count=12_000)
        self.assertEqual(tab.run("return document.querySelector('.when').getAttribute('href')")[:10], "#/r/tides/")
        script = """goTo(1234);
            let row = null;
            for (let tries = 0; !row && tries < 600; tries += 1) {
                await frame();
                row = document.querySelector('.lit');
            }
            const box = row.getBoundingClientRect(), list = scroller().getBoundingClientRect();
            return [(box.top + box.bottom) / 2 - list.top, list.height, row.dataset.seq]"""
        top, height, seq = self.measured(tab, script)
        self.assertLess(abs(top - height / 2), 30)
        self.assertEqual(seq, "1234")
        tab.wait_gone(".lit")
        tab.click(".pill", "Jump to the latest")
        tab.find("li[data-seq='12000']")

    def test_drawn_later(self) -> None:
        """What is around a message that was asked for may be drawn a frame later than it came."""
        tab = self.opened(count=12_000, delay=30)
        script = """const {around} = chat;
            chat.around = (key, seq) => {
                setTimeout(() => chat.change(key, {typing: ['Ben']}), 30);
                return around(key, seq);
            };
            goTo(given[0]);
            for (let tries = 0; !document.querySelector('.lit, .note') && tries < 600; tries += 1) await frame();
            return [document.querySelector('.lit')?.dataset.seq, eye().dataset.seq]"""
        lit, near = self.measured(tab, script, 1234)
        self.assertEqual(lit, "1234")
        self.assertLess(abs(int(near) - 1234), 15)

    def test_gone(self) -> None:
        """A message that is not there any more is said to be gone; a deleted one says who did that."""
        tab = self.opened(count=300, loaded=300)
        tab.run("""const {rows} = chat.state.places.get('#tides');
            chat.change('#tides', {rows: rows.filter(row => row.seq != 200)}); goTo(200)""")
        tab.find(".pill.note", "gone")
        script = """chat.alter('#tides', 210, {text: '', isDeleted: true, deletedBy: 'Ann'}); goTo(210);
            for (let tries = 0; !document.querySelector('.lit') && tries < 600; tries += 1) await frame();
            return document.querySelector('.lit').textContent"""
        self.assertIn("deleted by Ann", self.measured(tab, script))


class Read(FixtureCase):
    """What counts as read."""

    def test_at_the_end(self) -> None:
        """A message that was on the screen for a second; Esc at once."""
        tab = self.opened(count=100, newFrom=100)
        tab.until("return chat.calls.some(call => call[0] == 'saw' && call[2] == 100)")
        tab.run("chat.arrive('#tides')")
        self.assertNotIn(["#tides", 101], self.calls(tab, "saw"))
        tab.press("Escape")
        tab.until("return chat.calls.some(call => call[0] == 'saw' && call[2] == 101)")

    def test_unread_from_here(self) -> None:
        """What was marked as unread stays so while it is looked at."""
        tab = self.opened(count=100)
        tab.hover("li[data-seq='98']")
        tab.click(".row.active .tool[aria-label=More]")
        labels = tab.until("const m = layers.content.menu; return m && m.items.map(item => item.label)")
        self.assertIn("Mark unread from here", labels)
        tab.run("layers.content.menu.items.find(item => item.label.startsWith('Mark')).run()")
        tab.find(".newline")
        self.assertEqual(self.calls(tab, "markUnread"), [["#tides", 98]])
        before = len(self.calls(tab, "saw"))
        self.measured(tab, "await new Promise(done => setTimeout(done, 1300))")
        self.assertEqual(len(self.calls(tab, "saw")), before)
