"""Nothing is left of a text that was deleted or edited: not in the database, nor in its log, nor in a backup."""

from collections.abc import Sequence
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chat.changes import Deleted, Edited, SettingsChanged
from chat.limits import Limits
from chat.store.interfaces import Draft, HeldMessage
from tests.store.case import came, change, said, sent
from tests.store.folders import records
from tests.store.rooms import AL_AND_BOB
from tests.store.test_sqlite import SqliteCase

# Each is one word, in letters that stand in no other.
WORDS = ("zyxwsecret", "qqjvedited", "kkwxagain", "vvzrwaits")


class Traces(SqliteCase, SynchronousTestCase):
    """A server in which such texts are said, and changed."""

    def say(self) -> None:
        """Say them among others, so that they share pages with what stays."""
        self.append(*(said(f"plain talk {n} zyx") for n in range(40)))
        self.append(said("so zyxwsecret it is"), said("my qqjvedited text"), sent("vvzrwaits for you"))
        self.append(*(said(f"more talk {n} zyx") for n in range(40)))
        self.append(change(Edited, of=42, text="then kkwxagain it is"))

    def take_back(self) -> None:
        """Nobody says them any more."""
        self.append(
            change(Deleted, of=41),
            change(Edited, of=42, text="harmless"),
            change(Deleted, AL_AND_BOB, of=1),
        )

    def traces(self, *files: Path) -> Sequence[tuple[str, str]]:
        """The words that the bytes of these files still have, or of all files of the data folder."""
        paths = files or [path for path in self._path.iterdir() if path.is_file()]
        return sorted((path.name, word) for path in paths for word in WORDS if word.encode() in path.read_bytes())

    def scrub(self) -> None:
        """The time passes after which it is done, also if another round runs."""
        for seconds in (0, 60):
            self._clock.advance(seconds)
            while self._store._scrubbing._running is not None:
                self.reactor.turn()

    def backup(self, name: str = "backup") -> Path:
        """A backup made by the operator's tool, while the server runs."""
        file = self._path.parent / f"{self._path.name}-{name}"
        self.addCleanup(file.unlink)
        records(self._path).backup(file)
        return file

    def test_before(self) -> None:
        """The words would be found."""
        self.say()
        self.assertEqual({word for _, word in self.traces()}, {*WORDS})
        # One was edited by then.
        self.assertEqual({word for _, word in self.traces(self.backup())}, {*WORDS} - {"qqjvedited"})

    def test_soon_gone(self) -> None:
        """They are gone a moment later, while the server runs."""
        self.say()
        self.take_back()
        self.scrub()
        self.assertEqual(self.traces(), [])
        self.assertEqual(self.traces(self.backup()), [])
        self.assertEqual(len(self.history()[0]), 81)

    def test_after_a_checkpoint(self) -> None:
        """Also where the texts were in the database already, and not only in its log."""
        self.say()
        self.reopen()
        self.take_back()
        self.scrub()
        self.assertEqual(self.traces(), [])

    def test_backup_at_once(self) -> None:
        """A backup that is made right after has nothing of it, and is whole."""
        self.say()
        self.reopen()
        self.take_back()
        file = self.backup()
        self.assertEqual(self.traces(file), [])
        self.assertEqual(records(self._path).verify(file).messages, 81)

    def test_stopped(self) -> None:
        """A server that is stopped before it has done so does it after its next start."""
        self.say()
        self.take_back()
        self.reopen()
        self.scrub()
        self.assertEqual(self.traces(), [])
        # It has noted that nothing is left to do.
        self.reopen()
        self.assertEqual(self._clock.getDelayedCalls()[1:], [])

    def test_reader_in_the_way(self) -> None:
        """While somebody reads an old state of the database it goes on trying."""
        self.say()
        reading = self._store._folder.connect()
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM messages").fetchone()
        self.take_back()
        self.scrub()
        self.assertNotEqual(self.traces(), [])
        reading.close()
        self._clock.advance(3600)
        self.scrub()
        self.assertEqual(self.traces(), [])

    def test_held(self) -> None:
        """A held message that nobody said in the end is gone, too: one that is discarded, and one that is too old."""
        held = self._store.moderation.held
        number = self.result(held.hold(HeldMessage(said("so zyxwsecret it is"), "al", None), 9, 9))
        self.result(held.take(number))
        self.scrub()
        self.assertEqual(self.traces(), [])
        self.result(held.hold(HeldMessage(said("vvzrwaits"), "al", None), 9, 9))
        self.now += Limits().held_seconds + 1
        self.result(self._store.moderation.prune())
        self.scrub()
        self.assertEqual(self.traces(), [])

    def test_pruned(self) -> None:
        """The text of an edit goes with its message, although the edit came later."""
        self.say()
        self.reactor.wait(self._store.access.run("INSERT INTO retention VALUES ('hall', NULL, 3)"))
        self.upkeep()
        self.append(change(Deleted, AL_AND_BOB, of=1), change(Deleted, of=82))
        self.scrub()
        self.assertEqual(self.traces(), [])

    def test_rooms(self) -> None:
        """And with its room."""
        self.claim("Al")
        self.append_drafts(Draft(came("Al", "den"), belongs=True), Draft(said("zyxwsecret", "den")))
        self.append(change_to_deleted())
        self.upkeep()
        self.scrub()
        self.assertEqual(self.traces(), [])


def change_to_deleted() -> SettingsChanged:
    """The room is closed for good."""
    return change(SettingsChanged, "den", settings={"closed": "deleted"})
