"""Files on a terminal."""

from twisted.trial.unittest import SynchronousTestCase

from chat.client.places import Place
from chat.client.terminal.status import Status
from tests.client.terminal.test_core import TerminalCase


class Files(TerminalCase):
    """`/send` and `/get`."""

    def test_there_and_back(self) -> None:
        """A file goes to those of the place, and comes back from the message."""
        source, folder = self.folder / "two words.txt", self.folder / "in"
        source.write_text("what is in it\n" * 1000)
        folder.mkdir()
        friend, client = self.friend(), self.start(columns=140)
        client.type(f"/send {self.folder}/two\t")
        client.wait_for("two words.txt")
        client.type("\r")
        client.wait_for("two words.txt is sent to lobby")
        client.wait(lambda: any("#" in line and line.endswith("<Bob> two words.txt") for line in client.lines()))
        self.assertIn('"name":"two words.txt"', friend.read_until('"file":'))
        client.enter("/history 1")
        client.wait_for("two words.txt (14 kB, application/octet-stream)")
        client.wait_for("http://127.0.0.1:")
        number = next(line for line in client.lines() if "(14 kB, " in line).split("#")[1].split()[0]
        client.enter(f"/get {number} {folder}")
        client.wait_for_wrapped("saved ")
        self.assertEqual((folder / source.name).read_bytes(), source.read_bytes())

    def test_refused(self) -> None:
        """What cannot be sent is told, in place of the text on a pipe."""
        client = self.start()
        client.enter(f"/send {self.folder}/nothing")
        client.wait_for("! cannot read")


class Progress(SynchronousTestCase):
    """In the line of status."""

    def test_line(self) -> None:
        """It stands before the places, and is cut where the window ends."""
        status, place = Status(), Place("#den", "den")
        status.connection, status.progress = "", "a.bin 45 % of 20 MB, 3 s left"
        for columns, expected in ((80, " a.bin 45 % of 20 MB, 3 s left  [1 #den]"), (10, " a.bin 45 ")):
            shown = "".join(each[1] for each in status.fragments([place], place, columns))
            self.assertEqual(shown, expected)
