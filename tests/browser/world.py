"""A small made-up world to look at: a field laboratory by the sea, its people and what they say."""

import http.client
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from tests.browser.sunset import sunset
from tests.browser.tab import HOST
from tests.browser.visitor import Visitor
from tests.running import SECONDS, RunningServer, admin

PASSWORD: Final = "correct horse battery"
_TOPIC: Final = "Eleven stations, 48 hours. Plots go to the harbour office at noon."
_CODE: Final = """```
drift = raw.index[-1] - clock.index[-1]
fixed = raw.index[0] + (raw.index - raw.index[0]) * 0.99981
```
After that, 7 agrees with its neighbours to within `40 ms`."""
# What was said in tides before Ann came: minutes ago, who, what, and what else there is of it.
_SAID: Final[Sequence[tuple[int, str, str, Mapping[str, Any]]]] = (
    (1490, "Zoë", "Station 7 is on the pier now. Waves up to my knees 🌊", {"reactions": {"🎉": ["Ben", "Carol"]}}),
    (1481, "Carol", "Well done! Tea is ready at the hut.", {}),
    (
        96,
        "Ben",
        f"I think I have it: its clock was slow.\n{_CODE}",
        {"reactions": {"👍": ["Carol", "Zoë"], "🔍": ["田中"]}},
    ),
    (88, "Ann", "That is **lovely**. Does it hold on the second day too?", {}),
    (71, "田中", "二日目も同じ傾きです。確認しました。", {}),
)
_PEOPLE: Final = ("Ben", "Carol", "Zoë", "Mikkel", "田中")
_ROOMS: Final = ("tides", "field-notes", "harbour", "instruments", "weather")


class World:
    """A server with all of it. `people` are those who are in, by name; Ann is not: she is at the page."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        self.people: dict[str, Visitor] = {}

    def begin(self) -> None:
        """What there is before Ann opens the page. The server is started anew in between."""
        for name in ("Ann", *_PEOPLE):
            with Visitor(self._server.port, name) as visitor:
                visitor.ask("account.create", password=PASSWORD)
        self._server.stop()
        path = self._server.folder / "tides.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in _history(time.time())), encoding="utf-8")
        admin(self._server, "import", str(path))
        self._server.start_again()
        self._come_in("Omar")
        for name in _PEOPLE:
            self._come_in(name, password=PASSWORD)
        for name in ("Mikkel", "田中"):
            self.people[name].ask("away", text="at sea")

    def send_files(self) -> None:
        """Ben's picture and Carol's table, while Ann looks on."""
        self._send("Ben", "evening-from-the-pier.png", sunset())
        self.people["Zoë"].ask("message", room="tides", text="What an evening ❤️")
        self._send("Carol", "stations-corrected.parquet", bytes(1_840_000))

    def go_on(self) -> None:
        """What happens while Ann looks at another room."""
        carol, ben, zoe = (self.people[name] for name in ("Carol", "Ben", "Zoë"))
        for number in range(12):
            ben.ask("message", room="harbour", text=f"Boat {number + 1} is in")
        for text in ("@Ann the logger wants a new battery", "@Ann and a dry place", "@Ann it is fine again"):
            carol.ask("message", room="instruments", text=text)
        for text in ("Lunch at one?", "I bring bread"):
            carol.ask("message", to="Ann", text=text)
        self.people["田中"].ask("message", to="Ann", text="また明日！")
        zoe.ask("message", room="field-notes", text="Rain at four")
        self.people["Omar"].ask("message", room="tides", text="شكرًا! سأراجع المحطة 7 قبل الظهر.")
        found = [push for push in ben.heard if push["type"] == "message" and push.get("room") == "tides"]
        text = "@Ann can you check the axis on the summary plot? It goes out by noon: https://plots.example/summary"
        zoe.ask("message", room="tides", text=text, answers=found[-1]["seq"] if found else 7)

    def type(self) -> None:
        """Ben is writing something."""
        self.people["Ben"].tell("typing", room="tides")

    def end(self) -> None:
        """All go."""
        for visitor in self.people.values():
            visitor.close()

    def _come_in(self, name: str, **more: object) -> None:
        visitor = self.people[name] = Visitor(self._server.port, name, typing=True, **more)
        assert visitor.is_in, visitor.entered
        for room in _ROOMS:
            visitor.ask("join", room=room)

    def _send(self, name: str, file: str, data: bytes) -> None:
        send_file(self._server, self.people[name], file, data)


def send_file(server: RunningServer, visitor: Visitor, file: str, data: bytes) -> None:
    """Somebody with an account sends a file to tides, as `curl -T` does, with a token of theirs."""
    made = visitor.ask("token.make", rooms=["tides"])
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    headers = {"Authorization": f"Bearer {made['token']}", "Host": f"{HOST}:{server.port}"}
    connection.request("PUT", f"/rooms/tides/files/{quote(file)}", data, headers)
    status = connection.getresponse().status
    assert status == http.client.CREATED, status
    connection.close()


def _history(now: float) -> Iterator[Mapping[str, Any]]:
    """The room as `chat-admin export` writes it: Ann made it a day ago."""
    yield {"format": "chatserver-room", "version": 1, "room": "tides", "name": "tides", "founder": "Ann"}
    begin = now - 90_000
    yield {"kind": "joined", "seq": 1, "sender": "Ann", "sent_at": begin, "place": "tides"}
    yield {"kind": "topic", "seq": 2, "sender": "Ann", "sent_at": begin, "place": "tides", "data": {"text": _TOPIC}}
    for seq, (minutes, sender, text, data) in enumerate(_SAID, 3):
        entry = {"kind": "message", "seq": seq, "sender": sender, "sent_at": now - 60 * minutes, "place": "tides"}
        yield {**entry, "text": text, **({"data": data} if data else {})}
