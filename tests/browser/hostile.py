"""What attackers write, everywhere where people can write, and what no page may have or do then."""

import http.client
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tests.browser.visitor import Visitor
from tests.running import SECONDS

_ESCAPED: Final = re.compile(r"\\u([0-9a-f]{4})")
# No name of anybody is longer.
_NAME: Final = 32

# Looks at all that ever comes into the document, and keeps what is wrong in `faults`.
WATCH: Final = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")


def payloads() -> Sequence[str]:
    """All of hostile.txt, a line each."""
    lines = Path(__file__).with_name("hostile.txt").read_text(encoding="utf-8").splitlines()
    return [_ESCAPED.sub(_character, line).encode("utf-16", "surrogatepass").decode("utf-16") for line in lines]


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


class Attack:
    """One account that owns `room` and is an operator, and guests with any name; they write `texts` into every field.

    Each method returns how many of them the server took: it refuses what is no name, no emoji, or nothing at all.
    """

    def __init__(self, port: int, mallory: Visitor, room: str, texts: Sequence[str]) -> None:
        self._port = port
        self._mallory = mallory
        self._room = room
        self._texts = texts

    def messages(self) -> int:
        """Said, and as an answer; then another text is changed into it."""
        asked = [self._mallory.ask("message", room=self._room, text=text) for text in self._texts]
        said = [push["seq"] for push in asked if push["type"] == "ack"]
        for seq, text in zip(said[-30:], self._texts, strict=False):
            self._mallory.ask("message", room=self._room, text=f"To {text}", answers=seq)
            self._mallory.ask("edit", room=self._room, seq=seq, text=f"{text} ")
        return len(said)

    def topics(self) -> int:
        """The topic of the room, and with `people` as many changes of it as one account may make in a minute."""
        return self._taken("topic", "text", self._texts[::3], room=self._room)

    def announcements(self) -> int:
        """A notice to everybody."""
        return self._taken("announce", "text")

    def reactions(self, seq: int) -> int:
        """On the message `seq`."""
        return self._taken("react", "emoji", room=self._room, seq=seq)

    def rooms(self) -> int:
        """Rooms of that name."""
        joined = [(text, self._mallory.ask("join", room=text)["type"] == "ack") for text in self._texts]
        for text, is_in in joined:
            if is_in:
                self._mallory.ask("message", room=text, text=text)
                self._mallory.ask("leave", room=text)
        return sum(is_in for _, is_in in joined)

    def names(self) -> int:
        """Guests of that name, who come in and say it."""
        taken = 0
        guest = Visitor(self._port, "")
        for text in self._texts:
            name = text[:_NAME].strip()
            if guest.ask("join", nickname=name)["type"] == "ack":
                taken += 1
                guest.ask("join", room=self._room)
                guest.ask("message", room=self._room, text=name)
                guest.close()
                guest = Visitor(self._port, "")
        guest.close()
        return taken

    def people(self, friend: str) -> int:
        """A guest who is away, writes to `friend`, tells of themselves, and is removed for that reason."""
        taken = 0
        with Visitor(self._port, "Eve") as eve:
            for number, text in enumerate(self._texts):
                eve.ask("away", text=text)
                eve.ask("profile", line=text)
                eve.ask("message", to=friend, text=text)
                if number % 6 == 1:
                    eve.ask("join", room=self._room)
                    kicked = self._mallory.ask("kick", room=self._room, name="Eve", reason=text)
                    taken += kicked["type"] == "ack"
        return taken

    def reports(self, seq: int) -> int:
        """Reasons of reports; there may be five a minute."""
        return self._taken("report", "reason", room=self._room, seq=seq)

    def files(self) -> int:
        """Names of files, as many as may be sent in a minute."""
        taken = 0
        for text in self._texts[::8]:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
            name = quote(text, safe="")
            connection.request("PUT", f"/rooms/{self._room}/files/{name}", b"<script>alert(1)</script>")
            taken += connection.getresponse().status == http.client.CREATED
            connection.close()
        return taken

    def _taken(self, kind: str, field: str, texts: Sequence[str] | None = None, **more: object) -> int:
        asked = (self._mallory.ask(kind, **more, **{field: text}) for text in texts or self._texts)
        return sum(push["type"] == "ack" for push in asked)
