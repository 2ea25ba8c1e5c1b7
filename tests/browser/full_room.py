"""A room that has all that a room can have, and an operator who looks at it."""

from typing import Final

from tests.browser.sunset import sunset
from tests.browser.tab import HOST, Tab
from tests.browser.visitor import Visitor
from tests.browser.world import send_file
from tests.running import RunningServer, admin

PASSWORD: Final = "correct horse battery"
_COMPOSER: Final = ".composer textarea"
_TEXTS: Final = (
    "Good morning @Ann",
    "> quoted\n```\nplot(tides)\n```\n**bold** *italic* ~~gone~~ `code` https://plots.example/summary #tides",
    "شكرًا! سأراجع المحطة 7",
    "🎉",
)


class FullRoom:
    """The room tides at `server`, where Ann is the owner, and Ben has said and sent some things; to be ended."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        self.ben = Visitor(server.port, "Ben", typing=True)
        self.ben.ask("account.create", password=PASSWORD)
        with Visitor(server.port, "Ann") as ann:
            ann.ask("account.create", password=PASSWORD)
            ann.ask("join", room="tides")
            self.ben.ask("join", room="tides")
            self._first, *_ = [self.ben.ask("message", room="tides", text=text)["seq"] for text in _TEXTS]
            ann.ask("pin", room="tides", seq=self._first)
        self.ben.ask("react", room="tides", seq=self._first, emoji="👍")
        send_file(server, self.ben, "evening.png", sunset())
        send_file(server, self.ben, "stations.parquet", bytes(1_840_000))
        admin(server, "operator", "add", "Ann")

    def enter(self, tab: Tab) -> Tab:
        """That tab, with Ann in, when all is there; Ben says two things more."""
        tab.open(f"http://{HOST}:{self._server.port}/#/r/tides")
        tab.click("button", "I have a password")
        tab.type("Ann", into="input[name=name]")
        tab.type(f"{PASSWORD}\n", into="input[name=password]")
        tab.find(_COMPOSER)
        self.ben.ask("message", room="tides", text="quite so", answers=self._first)
        self.ben.ask("message", to="Ann", text="psst")
        tab.find("[role=log]", "quite so")
        tab.find(".picture img")
        return tab

    def end(self) -> None:
        """Ben goes."""
        self.ben.close()
