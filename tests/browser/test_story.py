"""What all of this is for: two people in two browsers, and one on `nc`, have a day together."""

import json
import re
import signal
import time

from tests.browser.case import BrowserCase
from tests.browser.netcat import Netcat
from tests.browser.sunset import sunset
from tests.browser.tab import Tab
from tests.running import RunningServer, admin

_COMPOSER = ".composer textarea"
_YESTERDAY = "the gauge at pier four is a minute late"
_DAY = 86_400.0
_SHOWN = """
const image = document.querySelector(given[0]);
return Boolean(image) && image.complete && image.naturalWidth > 0;
"""
_IN_VIEW = """
const row = [...document.querySelectorAll(".row")].find((each) => each.textContent.includes(given[0]));
return Boolean(row) && row.getBoundingClientRect().bottom <= innerHeight;
"""


class Story(BrowserCase):
    """Ann in Chromium at a desk, Ben in Firefox on a phone, Carol on `nc`."""

    def test_together_a_day(self) -> None:
        """In two rooms: an edit, a reaction, an answer, a link, a picture, a server that is killed, and yesterday."""
        self.server = self.with_yesterday()
        ann, ben, carol = self.come_in()
        self.talk(ann, ben, carol)
        self.change(ann, ben, carol)
        self.meet_in_private(ann, ben, carol)
        self.show(ann, ben, carol)
        carol = self.survive(ann, ben, carol)
        self.look_back(ann)
        for tab in (ann, ben):
            self.assert_within_policy(tab)

    def with_yesterday(self) -> RunningServer:
        """A server that was there yesterday already: `chat-admin import` brought that day."""
        server = self.serve()
        server.stop()
        first = time.time() - _DAY - 120
        lines = [{"format": "chatserver-room", "version": 1, "room": "tides", "name": "tides"}]
        texts = [_YESTERDAY, *(f"reading {number}" for number in range(80))]
        lines += [
            {"kind": "message", "seq": seq, "sender": "Omar", "sent_at": first + seq, "place": "tides", "text": text}
            for seq, text in enumerate(texts, 1)
        ]
        path = server.folder / "tides.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        admin(server, "import", str(path))
        server.start_again()
        return server

    def come_in(self) -> tuple[Tab, Tab, Netcat]:
        """Ann and Ben make their names theirs."""
        ann, ben = self.tab(self.browser_called("chromium")), self.phone(self.browser_called("firefox"))
        for tab in (ann, ben):
            tab.open(f"{self.address_of(self.server)}#/r/tides")
            tab.find("h1", "Come into #tides")
        for tab, name in ((ann, "Ann"), (ben, "Ben")):
            tab.click("button", "Make the name mine")
            tab.type(name, into="input[name=name]")
            tab.type("correct horse battery\n", into="input[name=password]")
        for tab in (ann, ben):
            tab.find("h1", "tides")
            tab.find("[role=log]", "reading 79")
        carol = self.at_nc()
        ann.find(".people .person", "Carol")
        return ann, ben, carol

    def at_nc(self) -> Netcat:
        """Carol, in tides."""
        carol = Netcat(self.server.port)
        self.addCleanup(carol.close)
        carol.say("server:register Carol")
        carol.hear("welcome, Carol")
        carol.say("server:join tides")
        carol.hear("you are in tides")
        return carol

    def talk(self, ann: Tab, ben: Tab, carol: Netcat) -> None:
        """Each says something, and all read it; what names one stands out."""
        ann.type("Good morning, all\n", into=_COMPOSER)
        ben.find(".row", "Good morning, all")
        carol.hear("Good morning, all")
        self.say_on_phone(ben, "Morning @Ann! Is the **summary** ready?")
        ann.find(".row.mention strong", "summary")
        carol.hear("Is the **summary** ready?")
        carol.say("almost: two plots are missing")
        for tab in (ann, ben):
            tab.find(".row", "almost: two plots are missing")

    def change(self, ann: Tab, ben: Tab, carol: Netcat) -> None:
        """Ann mends what she said, likes what Carol said, and Ben answers it."""
        ann.press("ArrowUp")
        ann.find(".about-line", "Editing")
        ann.type(" of you\n")
        ben.find(".row", "Good morning, all of you")
        ben.find(".row .edited")
        carol.hear("Good morning, all of you")
        ann.hover(".row", "almost")
        ann.click(".row.active button[aria-label=React]")
        ann.type("tada", into=".picker input")
        ann.press("Enter")
        ben.find(".row .chip", "🎉")
        ben.tap(".row .text", "almost", milliseconds=700)
        ben.tap("[role=menuitem]", "Answer")
        ben.find(".about-line", "Answering")
        self.say_on_phone(ben, "I can make one of them")
        ann.find(".row .answered", "almost")
        ann.find(".row", "I can make one of them")
        carol.hear("I can make one of them")

    def meet_in_private(self, ann: Tab, ben: Tab, carol: Netcat) -> None:
        """Ann makes a private room; Ben comes by its link, Carol by its code; nobody else sees it."""
        ann.click("button[aria-label='Find or make a room']")
        ann.click("dialog button", "New room")
        ann.type("cave", into="dialog input[name=name]")
        ann.click("dialog .check")
        ann.click("dialog button", "Make the room")
        ann.find("a.place[aria-current=page]", "cave")
        ann.wait_gone("dialog")
        ann.click("button[aria-label='Invite people']")
        ann.click("dialog button", "Make a link")
        ann.find("dialog .way-lines input")
        link = ann.run("return document.querySelector('dialog .way-lines input').value")
        ann.press("Escape")
        ann.wait_gone("dialog")
        ben.open(link)
        ben.find("h1", "cave")
        ben.until("return !location.hash.includes('join=')")
        found = re.search(r"#join=cave\.(.+)$", link)
        assert found is not None, link
        carol.say(f"server:join cave {found[1]}")
        carol.hear("you are in cave")
        carol.say("what a nice cave")
        for tab in (ann, ben):
            tab.find(".row", "what a nice cave")
        self.say_on_phone(ben, "it echoes")
        carol.hear("it echoes")
        stranger = self.tab(ann.browser)
        stranger.open(f"{self.address_of(self.server)}#/r/cave")
        stranger.type("Mallory\n", into="input[name=name]")
        stranger.find(".note", "private")
        self.assertFalse(stranger.has(".row", "it echoes"))

    def show(self, ann: Tab, ben: Tab, carol: Netcat) -> None:
        """Ann sends a picture: Ben sees it, and Carol has its line."""
        path = self.server.folder / "pier.png"
        path.write_bytes(sunset())
        ann.attach(".tray input", path)
        ann.find(".upload-card", "ready")
        ann.type("from the pier\n", into=_COMPOSER)
        for tab in (ann, ben):
            tab.find(".row", "from the pier")
            tab.until(_SHOWN, ".row .picture img")
        carol.hear("pier.png (")

    def survive(self, ann: Tab, ben: Tab, carol: Netcat) -> Netcat:
        """The server is killed; what is written meanwhile arrives, once, and both are where they were."""
        self.server.stop(signal.SIGKILL)
        for tab in (ann, ben):
            tab.find(".banner", "Connection lost")
        ann.type("is anybody there?\n", into=_COMPOSER)
        ann.find(".row.waiting", "is anybody there?")
        self.server.start_again()
        for tab in (ann, ben):
            tab.wait_gone(".banner", "Connection lost")
            tab.find(".row.stored", "is anybody there?")
            tab.find("h1", "cave")
        self.say_on_phone(ben, "we are")
        ann.find(".row", "we are")
        for tab in (ann, ben):
            texts = [text.strip() for text in tab.texts("[role=log] .row .text")]
            self.assertEqual(texts[-2:], ["is anybody there?", "we are"])
            self.assertEqual((texts.count("is anybody there?"), texts.count("it echoes")), (1, 1))
        carol.close()
        carol = self.at_nc()
        carol.say("back again")
        ann.find("a.place.new", "tides")
        return carol

    def look_back(self, ann: Tab) -> None:
        """A search finds what was said yesterday, and opens it in its context; the end is one key away."""
        ann.press("Control+Shift+f")
        ann.type("gauge pier", into="dialog input")
        ann.click(".hit", "gauge")
        ann.find(".row.lit", _YESTERDAY)
        ann.find(".day", "Yesterday")
        self.assertFalse(ann.run(f"const given = arguments;{_IN_VIEW}", "back again"))
        ann.run("document.activeElement.blur()")
        ann.press("Escape")
        ann.until(_IN_VIEW, "back again")

    def say_on_phone(self, tab: Tab, text: str) -> None:
        """By a finger: Enter would be a new line."""
        tab.tap(_COMPOSER)
        tab.type(text)
        tab.tap(".send.ready")
        tab.find(".row.stored", text.replace("**", "").partition("summary")[0])
