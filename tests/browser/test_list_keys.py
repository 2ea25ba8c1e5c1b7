"""The list by keyboard, for screen readers, and for whoever copies from it."""

from tests.browser.axe import inaccessible
from tests.browser.fixture_case import FixtureCase
from tests.browser.tab import Tab

_SEQ = "return document.activeElement.dataset.seq"


class Keys(FixtureCase):
    """One stop for Tab, and arrows inside."""

    def in_list(self) -> Tab:
        """A tab with the focus on the last row."""
        tab = self.opened(count=300)
        tab.click(".composer textarea")
        tab.press("Shift+Tab")
        tab.until("return document.activeElement.dataset.seq == '300'")
        return tab

    def test_arrows(self) -> None:
        """↑, ↓, Home and End move between rows, also from page to page; Shift+Tab leaves the list."""
        tab = self.in_list()
        for _ in range(55):
            tab.press("ArrowUp")
        self.assertEqual(tab.run(_SEQ), "245")
        tab.press("ArrowDown")
        self.assertEqual(tab.run(_SEQ), "246")
        box = tab.run("const {top, bottom} = document.activeElement.getBoundingClientRect(); return [top, bottom]")
        self.assertGreaterEqual(box[0], 0)
        self.assertLessEqual(box[1], tab.run("return innerHeight"))
        tab.press("End")
        self.assertEqual(tab.run(_SEQ), "300")
        tab.press("Tab")
        self.assertEqual(tab.run("return document.activeElement.closest('li')?.dataset.seq"), "300")

    def test_back_and_out(self) -> None:
        """Shift+Tab on a row leaves the list, to what stands before it; from within a row it goes to that row first."""
        tab = self.in_list()
        tab.run("const button = document.createElement('button'); button.id = 'before'; document.body.prepend(button)")
        tab.press("Tab")
        self.assertEqual(tab.run("return document.activeElement.closest('li[data-key]')?.dataset.seq"), "300")
        tab.press("Shift+Tab")
        self.assertEqual(tab.run(_SEQ), "300")
        tab.press("Shift+Tab")
        self.assertEqual(tab.run("return document.activeElement.id"), "before")
        tab.press("Tab")
        tab.until("return document.activeElement.dataset.seq == '300'")

    def test_letters(self) -> None:
        """Enter opens the menu, R answers, C copies the link; any other letter goes to the composer, typed."""
        tab = self.in_list()
        tab.press("Enter")
        self.assertIn("Copy text", tab.until("return layers.content.menu?.items.map(item => item.label)"))
        tab.run("layers.closeMenu(); document.querySelector(`[data-seq='300']`).focus()")
        tab.press("r")
        tab.find(".about-line", "Answering")
        tab.press("Escape")
        tab.wait_gone(".about-line")
        tab.press("Shift+Tab")
        tab.press("c")
        tab.until("return layers.content.note")
        tab.press("x", "y")
        self.assertEqual(tab.run("return document.querySelector('.composer textarea').value"), "xy")

    def test_clicked_row(self) -> None:
        """Somebody who clicked on a row has not chosen it: what they type is text."""
        tab = self.opened(count=60)
        tab.click("li[data-seq='59'] .text")
        tab.press("r")
        self.assertEqual(tab.run("return document.querySelector('.composer textarea').value"), "r")


class Told(FixtureCase):
    """What screen readers hear."""

    def told(self, tab: Tab) -> list[str]:
        """The sentences in the region that is read out."""
        return list(tab.texts("[data-region=messages] p"))

    def test_live(self) -> None:
        """Up to three messages with their names, more as a number; nothing of history, switching and own ones."""
        tab = self.opened(count=300, rooms="tides,harbour")
        tab.run("chat.arrive('#tides', {from: 'Zoë', text: 'hello'}); chat.arrive('#tides', {from: 'Ben', text: 'hi'})")
        tab.until("return document.querySelectorAll('[data-region=messages] p').length == 2")
        self.assertEqual(self.told(tab), ["Zoë: hello", "Ben: hi"])
        tab.run("for (let i = 0; i < 20; i += 1) chat.arrive('#tides', {from: 'Ben'})")
        tab.until("return document.querySelectorAll('[data-region=messages] p').length == 1")
        self.assertEqual(self.told(tab), ["20 new messages in tides"])
        tab.run("chat.say('#tides', 'mine'); chat.older('#tides'); chat.open('#harbour')")
        self.measured(tab, "await new Promise(done => setTimeout(done, 600))")
        self.assertEqual(self.told(tab), ["20 new messages in tides"])

    def test_roles(self) -> None:
        """The list is a log that says nothing by itself; rows have their names; axe finds nothing, in both themes."""
        tab = self.opened(count=60)
        self.assertEqual(tab.run("return measure.scroller().getAttribute('aria-live')"), "off")
        tab.run("""
        chat.arrive('#tides', {kind: 'joined', from: 'Carol', text: ''});
        chat.arrive('#tides', {from: 'Ben', text: '> q\\n```\\ncode\\n```\\n**b** @Ann', mentionsMe: true,
          reactions: [['👍', ['Ann']]]});
        chat.arrive('#tides', {from: 'Ben', text: 'a file', answers: 59, answered: 'Zoë', isEdited: true,
          file: {url: '/x', name: 'a.parquet', size: 18400000, type: 'application/octet-stream', until: Date.now()}});
        chat.arrive('#tides', {from: 'Ben', text: '', isDeleted: true, deletedBy: 'Ann'});
        const failed = {key: 'w', seq: null, state: 'failed', isMine: true, from: 'Ann',
          refusal: {message: 'you are muted'}};
        chat.change('#tides', ({rows}) => ({rows: [...rows, message(1, failed)], typing: ['Ben']}));
        """)
        tab.find(".way.failed", "Not sent. You are muted.")
        tab.hover("li[data-seq='62']")
        for theme in ("light", "dark"):
            tab.run("document.documentElement.dataset.theme = arguments[0]", theme)
            self.measured(tab, "await frames(30)")
            self.assertEqual("\n".join(inaccessible(tab)), "", theme)


class Shown(FixtureCase):
    """Markup and copying."""

    def test_markup(self) -> None:
        """What people write is drawn as elements, and nothing of it is HTML."""
        tab = self.opened(count=20)
        text = "**b** *i* ~~s~~ `c` https://x.example/a?b=c @Ann #tides <img src=x onerror=alert(1)> javascript:x"
        tab.run("chat.arrive('#tides', {from: 'Ben', text: arguments[0]})", text)
        tab.find(".row:last-child strong", "b")
        row = ".page:last-child .row:last-child "
        self.assertEqual(tab.texts(f"{row} :is(em, s, code)"), ["i", "s", "c"])
        link = tab.run(
            "const a = document.querySelector(arguments[0]); return [a.href, a.target, a.rel]", f"{row} .text a"
        )
        self.assertEqual(link, ["https://x.example/a?b=c", "_blank", "noopener noreferrer"])
        self.assertEqual(tab.texts(f"{row} .mention-name.me"), ["@Ann"])
        self.assertEqual(tab.run("return document.querySelectorAll(arguments[0]).length", f"{row} img"), 0)
        self.assertEqual(tab.run("return document.querySelectorAll(arguments[0]).length", f"{row} .text a"), 2)
        self.assert_within_policy(tab)

    def test_copied(self) -> None:
        """Several messages are copied as lines with time and name; what is in one of them, as it is."""
        tab = self.opened(count=20)
        tab.run("for (const text of ['one', 'two']) chat.arrive('#tides', {from: 'Ben', text, at: Date.now()})")
        tab.find("li[data-seq='22']", "two")
        self.assertRegex(self.copied(tab, 21, 22), r"^\[\d\d:\d\d( [AP]M)?\] Ben: one\n\[.*\] Ben: two$")
        # What the browser copies by itself is not here yet.
        self.assertEqual(self.copied(tab, 21, 21), "")

    def copied(self, tab: Tab, first: int, last: int) -> str:
        """What the list puts into the clipboard, when the text of these rows is selected."""
        tab.run(
            """
            const part = seq => document.querySelector(`li[data-seq="${seq}"] .text p`).firstChild;
            const range = document.createRange();
            range.setStart(part(arguments[0]), 0);
            range.setEnd(part(arguments[1]), 3);
            document.activeElement.blur();
            document.getSelection().removeAllRanges();
            document.getSelection().addRange(range);
            window.copied = null;
            document.addEventListener(
              "copy", event => (window.copied = [event.clipboardData.getData("text/plain")]), {once: true});
            """,
            first,
            last,
        )
        tab.press("Control+c")
        return str(tab.until("return window.copied")[0])

    def test_reactions(self) -> None:
        """A click on a chip chooses it, or takes that back."""
        tab = self.opened(count=20)
        tab.run("chat.arrive('#tides', {from: 'Ben', reactions: [['👍', ['Ann']], ['🎉', ['Carol']]]})")
        tab.click("li[data-seq='21'] .chip", "🎉")
        tab.click("li[data-seq='21'] .chip", "👍")
        tab.until("return chat.calls.filter(call => call[0] == 'ask').length == 2")
        asked = {"type": "react", "seq": 21, "room": "tides"}
        self.assertEqual(self.calls(tab, "ask"), [[asked | {"emoji": "🎉"}], [asked | {"emoji": "👍", "undo": True}]])
