"""`retention`, as an operator uses it, beside a running server and without one."""

import io
import json
import time

from chat.admin.listings import retention
from tests.admin.case import Person, ToolCase
from tests.running import SECONDS, RunningServer
from tests.store.folders import records, rows


class Program(ToolCase):
    """`retention`, as an operator uses it."""

    def test_running(self) -> None:
        """What a policy does not keep is soon gone."""
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Al") as al:
            for text in "abc":
                al.say(text, text)
            self.assertEqual(self.done("retention", "--room", "lobby", "--messages", "1"), "")
            deadline = time.monotonic() + SECONDS
            while self.texts() != ["c"]:
                self.assertLess(time.monotonic(), deadline, "nothing was pruned")
            self.assertEqual(al.say("d"), 5)
            answer = al.ask({"type": "message", "text": "a", "id": "a"})
            self.assertEqual((answer["type"], answer["seq"]), ("ack", 2))

    def texts(self) -> list[str]:
        """What is kept of the lobby."""
        target = io.BytesIO()
        records(self.data).export("lobby", target)
        return [line["text"] for line in map(json.loads, target.getvalue().splitlines()[1:]) if "text" in line]

    def test_show(self) -> None:
        """The policies, with a server or without one."""
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Al"):
            self.assertEqual(self.done("retention", "--show"), "all rooms: for ever\n")
            self.done("retention", "--days", "30")
            self.done("retention", "--room", "Hall", "--messages", "100")
        self.done("retention", "--room", "attic", "--forever")
        self.done("retention", "--room", "cellar", "--days", "0.5")
        self.done("retention", "--room", "cellar", "--default")
        self.done("retention", "--room", "loft", "--days", "1")
        everything = "all rooms: 30 days\nattic: for ever\nhall: the last 100 messages\nloft: 1 day\n"
        self.assertEqual(self.done("retention", "--show"), everything)
        for room, policy in (("Hall", "Hall: the last 100 messages"), ("cellar", "cellar: 30 days, as all rooms")):
            self.assertEqual(retention(records(self.data), room), [policy])
        self.assertIn("a room's name is", self.refused("retention", "--room", "a b", "--days", "1"))
        self.assertEqual(len(rows(self.database, "SELECT * FROM retention")), 4)
