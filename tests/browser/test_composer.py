"""The composer: what sends, what does not, and what is kept."""

from tests.browser.fixture_case import FixtureCase
from tests.browser.tab import Tab

_FIELD = ".composer textarea"


class Sends(FixtureCase):
    """Enter, the button, and what they leave alone."""

    def said(self, tab: Tab) -> list[str]:
        """What the chat was told to say."""
        return [call[1] for call in self.calls(tab, "say")]

    def test_enter(self) -> None:
        """Enter sends, Shift+Enter is a new line; nothing is not sent; a paste of several lines is one message."""
        tab = self.opened(count=20)
        tab.until("return document.activeElement == document.querySelector('.composer textarea')")
        tab.press("Enter")
        tab.type("one")
        tab.press("Shift+Enter")
        tab.type("two\n")
        tab.run("""document.execCommand('insertText', false, 'first\\nsecond\\nthird')""")
        tab.press("Enter")
        tab.until("return chat.calls.filter(call => call[0] == 'say').length == 2")
        self.assertEqual(self.said(tab), ["one\ntwo", "first\nsecond\nthird"])
        self.assertEqual(tab.run("return document.querySelector('.composer textarea').value"), "")

    def test_finger(self) -> None:
        """On touch Enter is a new line, the button sends, and the field keeps the focus."""
        tab = self.opened(self.phone(), count=20)
        tab.tap(_FIELD)
        tab.type("one")
        tab.press("Enter")
        tab.type("two")
        self.assertEqual(self.said(tab), [])
        tab.tap(".send.ready")
        tab.until("return chat.calls.some(call => call[0] == 'say')")
        self.assertEqual(self.said(tab), ["one\ntwo"])
        self.assertEqual(tab.run("return document.activeElement.localName"), "textarea")
        self.assertFalse(tab.has(".send.ready"))

    def test_input_methods(self) -> None:
        """Enter that ends what is composed sends nothing, in the order of all browsers; one syllable of Hangul does."""
        script = """
        const field = document.querySelector('.composer textarea');
        const [text, order] = arguments;
        const key = (composing, code) => field.dispatchEvent(new KeyboardEvent('keydown',
          {key: 'Enter', isComposing: composing, keyCode: code, bubbles: true, cancelable: true}));
        const compose = (type, data) => field.dispatchEvent(new CompositionEvent(type, {data, bubbles: true}));
        compose('compositionstart', ''); compose('compositionupdate', text);
        document.execCommand('insertText', false, text);
        if (order == 'chrome') { key(true, 229); compose('compositionend', text); }
        else { compose('compositionend', text); key(false, 13); }
        """
        for order in ("chrome", "safari"):
            tab = self.opened(count=20)
            tab.run(script, "日本", order)
            self.measured(tab, "await frames(3)")
            self.assertEqual(self.said(tab), [], order)
            tab.press("Enter")
            tab.until("return chat.calls.some(call => call[0] == 'say')")
            self.assertEqual(self.said(tab), ["日本"])
            tab.run(script, "한", order)
            tab.until("return chat.calls.filter(call => call[0] == 'say').length == 2")
            self.assertEqual(self.said(tab)[1:], ["한"])

    def test_completion(self) -> None:
        """Tab or a click takes what is offered; Enter only after an arrow key, else it sends."""
        tab = self.opened(count=60)
        tab.type("hi @be", into=_FIELD)
        tab.find(".completions", "Ben")
        tab.press("Tab")
        self.assertEqual(tab.run("return document.querySelector('.composer textarea').value"), "hi @Ben ")
        tab.wait_gone(".completions")
        tab.type("@ca")
        tab.find(".completions", "Carol")
        tab.press("ArrowDown")
        active = tab.until("return document.activeElement.getAttribute('aria-activedescendant')")
        self.assertEqual(
            tab.run("return document.getElementById(arguments[0]).getAttribute('aria-selected')", active), "true"
        )
        tab.press("Enter")
        tab.type(":tad")
        tab.find(".completions", "tada")
        tab.click(".completions li")
        tab.type("@om")
        tab.find(".completions", "Omar")
        tab.press("Enter")
        tab.until("return chat.calls.some(call => call[0] == 'say')")
        self.assertEqual(self.said(tab), ["hi @Ben @Carol 🎉 @om"])

    def test_smile(self) -> None:
        """`:)` and Enter say just that."""
        tab = self.opened(count=20)
        tab.type(":)\n", into=_FIELD)
        tab.until("return chat.calls.some(call => call[0] == 'say')")
        self.assertEqual(self.said(tab), [":)"])

    def test_limit(self) -> None:
        """The counter comes at 90 % of what fits, and more than that is not sent."""
        tab = self.opened(count=20, limit=1112)
        tab.type("a" * 500, into=_FIELD)
        self.assertFalse(tab.has(".counter"))
        tab.type("a" * 50)
        tab.find(".counter", "50 left")
        tab.type("é" * 30)
        tab.find(".counter.over", "10 too many")
        tab.press("Enter")
        self.assertFalse(tab.has(".send.ready"))
        self.assertEqual(self.said(tab), [])

    def test_commands(self) -> None:
        """A command is no message; one that is refused comes back, with the reason below."""
        tab = self.opened(count=20)
        tab.type("/nothing at all\n", into=_FIELD)
        tab.find(".composer .refusal", "no /nothing")
        self.assertEqual(tab.run("return document.querySelector('.composer textarea').value"), "/nothing at all")
        self.assertEqual((self.calls(tab, "command"), self.said(tab)), ([["#tides", "/nothing at all"]], []))
        tab.run("document.querySelector('.composer textarea').select()")
        tab.type("//shrug\n")
        tab.until("return chat.calls.some(call => call[0] == 'say')")
        self.assertEqual(self.said(tab), ["/shrug"])


class Keeps(FixtureCase):
    """Drafts, answers, and messages that are edited."""

    def test_draft(self) -> None:
        """Each room has its own, and switching keeps it."""
        tab = self.opened(count=20, rooms="tides,harbour")
        tab.type("half a", into=_FIELD)
        tab.run("chat.open('#harbour')")
        tab.until("return document.querySelector('.composer textarea').placeholder == 'Message #harbour'")
        self.assertEqual(tab.run("return document.querySelector('.composer textarea').value"), "")
        tab.run("chat.open('#tides')")
        tab.until("return document.querySelector('.composer textarea').value == 'half a'")

    def test_edit(self) -> None:
        """↑ in an empty composer edits the last own message; Esc leaves it, Enter saves it."""
        tab = self.opened(count=20)
        tab.run("chat.arrive('#tides', {from: 'Ann', isMine: true, text: 'a speling'})")
        tab.find(".row", "a speling")
        tab.click(_FIELD)
        tab.press("ArrowUp")
        tab.find(".about-line", "Editing")
        self.assertEqual(tab.run("return document.querySelector('.composer textarea').value"), "a speling")
        tab.press("Escape")
        tab.wait_gone(".about-line")
        self.assertEqual(tab.run("return document.querySelector('.composer textarea').value"), "")
        tab.press("ArrowUp")
        tab.find(".about-line", "Editing")
        tab.type(" mended\n")
        tab.until("return chat.calls.some(call => call[0] == 'ask')")
        self.assertEqual(
            self.calls(tab, "ask"), [[{"type": "edit", "seq": 21, "text": "a speling mended", "room": "tides"}]]
        )

    def test_edit_without_text(self) -> None:
        """↑ passes over a file without a text; whoever edits one from the list sees which."""
        tab = self.opened(count=20)
        tab.run("""
        chat.arrive('#tides', {from: 'Ann', isMine: true, text: 'a speling'});
        chat.arrive('#tides', {from: 'Ann', isMine: true, text: '', file: {url: '/x', name: 'tide.parquet',
          size: 18400000, type: 'application/octet-stream', until: Date.now()}});
        """)
        tab.find(".row", "tide.parquet")
        tab.click(_FIELD)
        tab.press("ArrowUp")
        tab.find(".about-line", "Editing your message")
        self.assertEqual(tab.run("return document.querySelector('.composer textarea').value"), "a speling")
        tab.press("Escape")
        tab.wait_gone(".about-line")
        tab.press("Shift+Tab")
        tab.press("End", "e")
        tab.find(".about-line", "Editing: tide.parquet")

    def test_answer(self) -> None:
        """An answer quotes the message that it answers, and the quoted line leads there."""
        tab = self.opened(count=300, loaded=300)
        tab.hover("li[data-seq='299']")
        tab.click(".row.active .tool[aria-label=Answer]")
        tab.find(".about-line", "Answering")
        tab.type("quite so\n")
        tab.until("return chat.calls.some(call => call[0] == 'say')")
        self.assertEqual(self.calls(tab, "say")[0][2]["answers"], 299)
        tab.wait_gone(".about-line")
        tab.run("chat.arrive('#tides', {answers: 12, answered: 'Zoë', text: 'to an old one'})")
        tab.find(".row", "to an old one")
        tab.run("[...document.querySelectorAll('.answered')].at(-1).click()")
        self.assertEqual(tab.until("return document.querySelector('.lit')?.dataset.seq"), "12")

    def test_emoji(self) -> None:
        """The table of emoji puts one where the cursor is, and the focus comes back."""
        tab = self.opened(count=20)
        tab.type("so ", into=_FIELD)
        tab.click(".composer .tool[aria-label=Emoji]")
        tab.type("tada", into=".picker input")
        tab.press("Enter")
        tab.wait_gone(".picker")
        tab.until("return document.querySelector('.composer textarea').value == 'so 🎉'")
        self.assertEqual(tab.run("return document.activeElement.localName"), "textarea")
