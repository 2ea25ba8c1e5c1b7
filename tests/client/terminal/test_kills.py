"""The client on a terminal is killed by SIGKILL, and started again: nothing is lost, nothing is said twice."""

import re

from tests.client.terminal.pty_client import PtyClient
from tests.client.test_kills import KILLS, ROOM, Kills, acknowledges, comes

LINES = 300
_SHOWN = re.compile(r"^(?:\S+ )?\d\d:\d\d (@friend )?<friend> n (\d+)$")


class TerminalKills(Kills):
    """A server, somebody who listens or speaks, and a client on a terminal that is killed."""

    def open(self) -> PtyClient:
        """The client, under the same name and with the same memory every time."""
        where = ("--port", str(self.port), "--state", str(self.state))
        client = PtyClient(*where, "--name", "robot", rows=40)
        self.addCleanup(client.__exit__)
        client.wait_for("robot #")
        return client

    def cut(self, client: PtyClient) -> None:
        """Kill it, and read what it had printed."""
        client.process.kill()
        client.process.wait()
        while client.read(0):
            pass

    def written(self) -> list[str]:
        """See `Kills.written`. There is the history of typed lines, too."""
        (self.state / "history").unlink()
        return list(super().written())


class Sending(TerminalKills):
    """It is killed while it sends what is typed."""

    def test_in_a_room(self) -> None:
        """Every line that it had noted is heard once, in order, by those of the room."""
        noted: dict[str, None] = {}
        heard: list[str] = []
        for run, kill_at in enumerate(KILLS):
            client = self.open()
            self.friend.read_until(comes("robot", "joined"))
            client.enter(f"/join {ROOM}")
            for number in range(LINES):
                client.enter(f"{run}-{number}")
                client.read(0)
            heard += self.friend.read(kill_at)
            self.cut(client)
            heard += self.friend.read_until(comes("robot", "left"))
            noted |= dict.fromkeys(self.written())
        last = self.open()
        last.enter(f"/join {ROOM}")
        last.wait_for(f"robot #{ROOM}>")
        last.enter("end")
        heard += self.friend.read_until(lambda push: push.get("text") == "end")
        last.type("\x04")
        last.end(0)
        self.assertEqual(heard, [*noted, "end"])
        self.assertGreater(len(heard), sum(KILLS))


class Hearing(TerminalKills):
    """It is killed while others speak."""

    def test_lobby_and_person(self) -> None:
        """Every line is shown, in order."""
        client = self.open()
        client.type("\x04")
        client.end(0)
        self.friend.read_until(comes("robot", "left"))
        shown: dict[str, list[int]] = {"": [], "@friend ": []}
        said = 0
        for kill_at in KILLS:
            client = self.open()
            self.friend.read_until(comes("robot", "joined"))
            self.say(said + 1, said + 2 * kill_at)
            if kill_at:
                self.friend.read_until(acknowledges(said + kill_at))
            client.read(0)
            self.cut(client)
            self.note(client, shown)
            self.friend.read_until(comes("robot", "left"))
            said += 2 * kill_at
            self.say(said + 1, said + 20)
            said += 20
            self.friend.read_until(acknowledges(said))
        last = self.open()
        last.wait_for(f"<friend> n {said}")
        last.wait_quiet()
        self.note(last, shown)
        for place, numbers in shown.items():
            self.assertEqual(list(dict.fromkeys(numbers)), list(range(1, said + 1)), place)

    def say(self, first: int, last: int) -> None:
        """Say these numbers, in the lobby and to the client."""
        for number in range(first, last + 1):
            self.friend.ask(type="message", text=f"n {number}")
            self.friend.ask(type="message", to="robot", text=f"n {number}", id=number)

    def note(self, client: PtyClient, shown: dict[str, list[int]]) -> None:
        """Take over what stands in the scrollback and on the screen."""
        for line in client.all_lines():
            if (match := _SHOWN.match(line)) is not None:
                shown[match[1] or ""].append(int(match[2]))
