"""Retention: what goes, what stays, and that nobody notices it going."""

from collections.abc import Sequence
from functools import partial
from itertools import count

from msgspec.structs import replace
from twisted.internet.defer import Deferred

from chat.admin.upkeep import ROUND_SECONDS, STEP_SECONDS, Pruning
from chat.files import FileInfo
from chat.limits import Limits
from chat.names import direct_room
from chat.store.interfaces import Account, Owner, Query, Quota, Span, StoredFile, Summary, Whole
from chat.store.sqlite import pruning
from tests.store.case import NOON, came, said, sent, texts_of
from tests.store.counting import count_waiting
from tests.store.folders import DAY, StoreCase, rows, verify

# Six megabytes.
_LONG = "INSERT INTO users (name_key) VALUES (hex(randomblob(3000000)))"
AL_AND_BOB = direct_room("al", "bob")


class PruningCase(StoreCase):
    """A store and what prunes it."""

    def open(self) -> None:
        super().open()
        self.pruning = Pruning(self.store.maintenance, self.clock)

    def close(self) -> None:
        if self.is_open:
            self.pruning.stop()
        super().close()

    def keep(self, room: str = "", *, seconds: float | None = None, messages: int | None = None) -> None:
        """Set a policy."""
        values = room, seconds, messages

        def change(connection: object) -> None:
            connection.execute("INSERT OR REPLACE INTO retention VALUES (?, ?, ?)", values)  # type: ignore[attr-defined]

        self.reactor.wait(self.store.access.transact(change))

    def prune(self) -> None:
        """One round of it, from its beginning to its end."""
        self.pruning.start()
        self.finish()
        self.pruning.stop()

    def finish(self) -> None:
        """Let the round that is due, or under way, come to its end."""
        self.clock.advance(0)
        while self.pruning.is_busy:
            if any(call.getTime() - self.clock.seconds() < 1 for call in self.clock.getDelayedCalls()):
                self.clock.advance(STEP_SECONDS)
            else:
                self.reactor.turn()

    def history(self, room: str = "hall") -> Sequence[str]:
        """What can still be read there."""
        return texts_of(self.reactor.wait(self.store.history(room, Span(10_000))))

    def found(self, word: str) -> Sequence[str]:
        """What can still be found."""
        return texts_of(self.reactor.wait(self.store.search(Query([word], 10_000))))

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """What a question to the database answers."""
        return self.reactor.wait(self.store.access.read(lambda connection: connection.execute(sql).fetchall()))


class Policies(PruningCase):
    """What goes, and what stays."""

    def test_by_age(self) -> None:
        """What is older goes, and cannot be found; the rest stays where it is, and places are not used again."""
        self.append(came(), said("old word \u0439\u043e\u0434"))
        self.now += DAY
        self.append(said("new word é"))
        self.keep(seconds=DAY)
        self.prune()
        self.assertEqual(len(self.history()), 2, "it is just as old as it may be")
        self.now += 1
        self.prune()
        self.assertEqual(self.history(), ["new word é"])
        self.assertEqual(self.found("word"), ["new word é"])
        self.assertEqual(self.ask("SELECT seq FROM messages"), [(3,)])
        self.now += DAY
        self.prune()
        self.assertEqual(self.ask("SELECT * FROM messages"), [])
        last = self.ask("SELECT last_id FROM state")
        self.reopen()
        self.assertEqual(self.store.lost_messages, 0)
        self.assertEqual(self.append(said("next"))[0].event.seq, 4)
        self.assertGreater(self.ask("SELECT id FROM messages"), last)
        self.close()
        self.assertEqual(verify(self.database), Summary(1, 1, 0))

    def test_by_number(self) -> None:
        """The last messages stay, with what happened between them; who came and went counts for nothing."""
        self.append(said("a"), came(), said("b"), came(), came(), said("c"), came())
        self.keep(messages=2)
        self.prune()
        self.assertEqual(self.history(), ["b", "c"])
        self.assertEqual(self.ask("SELECT seq FROM messages ORDER BY seq"), [(3,), (4,), (5,), (6,), (7,)])
        self.append(said("d"))
        self.prune()
        self.assertEqual(self.history(), ["c", "d"])

    def test_enough_already(self) -> None:
        """A room with fewer messages is left alone, however much happens in it, until there are more."""
        self.append(said("a"), *(came() for _ in range(10)))
        self.keep(messages=2)
        self.prune()
        self.prune()
        self.assertEqual(self.ask("SELECT count(*) FROM messages"), [(11,)])
        self.append(said("b"), said("c"))
        self.prune()
        self.assertEqual(self.history(), ["b", "c"])

    def test_own_policies(self) -> None:
        """A room's own policy counts; that for all is for the others."""
        for room in ("hall", "attic", "cellar"):
            self.append(*(said(text, room=room) for text in "abc"))
        self.keep(messages=1)
        self.keep("attic", messages=2)
        self.keep("cellar")
        self.prune()
        self.assertEqual(
            [self.history(room) for room in ("hall", "attic", "cellar")], [["c"], ["b", "c"], ["a", "b", "c"]]
        )

    def test_from_the_bottom(self) -> None:
        """What is older than what was before it, because a clock was set back, waits for that."""
        self.append(said("a"))
        self.now -= 10 * DAY
        self.append(said("b"))
        self.now += 10 * DAY + 1
        self.keep(seconds=DAY)
        self.prune()
        self.assertEqual(self.history(), ["a", "b"])
        self.now += DAY
        self.prune()
        self.assertEqual(self.history(), [])

    def test_many_rooms(self) -> None:
        """However many there are."""
        self.append(*(said("x", room=f"room{number}") for number in range(2 * pruning.ROOMS_AT_ONCE + 1)))
        self.keep(seconds=DAY)
        self.now += DAY + 1
        self.prune()
        self.assertEqual(self.ask("SELECT count(*) FROM messages"), [(0,)])

    def test_nothing_to_do(self) -> None:
        """Where everything is kept, nothing is ever written."""
        self.append(said("a"), said("b"))
        before = self.ask("SELECT last_id FROM state")
        self.prune()
        self.keep("attic", messages=1)
        self.prune()
        [(after,)] = self.ask("SELECT last_id FROM state")
        self.assertEqual([(after - 1,)], before)  # type: ignore[operator]

    def test_changed_meanwhile(self) -> None:
        """A policy that has been changed since it was looked at is not carried out."""
        self.append(said("a"), said("b"))
        self.keep(messages=1)
        look = partial(pruning.overdue, after=0, now=self.now, looked={})
        [target] = self.reactor.wait(self.store.access.read(look))
        self.keep()
        self.reactor.wait(self.store.access.transact(partial(pruning.prune, target=target, now=self.now)))
        self.assertEqual(self.history(), ["a", "b"])


class Conversations(PruningCase):
    """Direct messages are kept until they have arrived."""

    def test_waiting(self) -> None:
        """What somebody has not received stays, and what came after it."""
        self.append(sent("a"), sent("b"), sent("c"))
        self.keep(seconds=DAY)
        self.now += 2 * DAY
        self.prune()
        self.assertEqual(self.history(AL_AND_BOB), ["a", "b", "c"])
        self.store.acknowledge("bob", AL_AND_BOB, 2)
        self.history(AL_AND_BOB)
        self.prune()
        self.assertEqual(texts_of(self.reactor.wait(self.store.missed("bob", 9))), ["c"])
        self.assertEqual(self.history(AL_AND_BOB), ["c"])
        self.reopen()
        self.assertEqual(count_waiting(self.store, "bob"), 1)
        self.store.acknowledge("bob", AL_AND_BOB, 3)
        self.history(AL_AND_BOB)
        self.prune()
        self.assertEqual(self.history(AL_AND_BOB), [])

    def test_own_words(self) -> None:
        """What one says oneself does not wait for oneself, even while something of the other does."""
        self.append(sent("a", sender="Bob", to="Al"))
        self.now += DAY
        self.append(sent("b"), sent("c"))
        self.keep(seconds=DAY)
        self.store.acknowledge("al", AL_AND_BOB, 1)
        self.store.acknowledge("bob", AL_AND_BOB, 3)
        self.history(AL_AND_BOB)
        for left in (["b", "c"], []):
            self.now += DAY
            self.prune()
            self.assertEqual(self.history(AL_AND_BOB), left)

    def test_deleted(self) -> None:
        """Nothing waits for somebody who has gone for good."""
        self.reactor.wait(self.store.accounts.create(Account("bob", "Bob", "hash", NOON), None))
        self.append(sent("a"), sent("b"))
        self.reactor.wait(self.store.accounts.delete("bob", self.now + DAY))
        self.keep(seconds=DAY)
        self.now += 2 * DAY
        self.history(AL_AND_BOB)
        self.prune()
        self.assertEqual(self.ask("SELECT count(*) FROM messages"), [(0,)])


class Repeats(PruningCase):
    """Ids are known for a week, whatever is kept."""

    limits = Limits(waiting_bytes=3000)

    def test_repeated(self) -> None:
        """A pruned message that is sent again has been sent already, with its place; nobody sees anything of it."""
        self.append(came(), said("needle", nonce="int:1:ff"), said("other"))
        self.keep(seconds=DAY)
        self.now += DAY + 1
        self.prune()
        self.assertEqual((self.history(), self.found("needle")), ([], []))
        self.assertEqual(self.ask("SELECT seq, kind, body FROM messages"), [(2, 3, "")])
        self.reopen()
        [commit] = self.append(said("needle", nonce="int:1:ff"))
        self.assertEqual((commit.repeat, commit.event.seq, commit.event.sent_at), (True, 2, NOON))
        self.assertEqual(self.append(said("next"))[0].event.seq, 4)
        self.close()
        self.assertEqual(verify(self.database), Summary(1, 1, 0))

    def test_after_a_week(self) -> None:
        """Then nothing at all is left, and the id is new again."""
        self.append(said("a", nonce="int:1:ff"))
        self.keep(seconds=DAY)
        self.now += DAY + 1
        self.prune()
        self.now = NOON + pruning.REMEMBERED_SECONDS - 1
        self.prune()
        self.assertEqual(self.ask("SELECT seq FROM messages"), [(1,)])
        self.now += 1
        self.prune()
        self.assertEqual(self.ask("SELECT seq FROM messages"), [])
        [commit] = self.append(said("a", nonce="int:1:ff"))
        self.assertEqual((commit.repeat, commit.event.seq), (False, 2))

    def test_kept_for_ever_since(self) -> None:
        """What is left of pruned messages also goes where everything is kept by now."""
        self.append(said("a", nonce="int:1:ff"))
        self.keep(seconds=DAY)
        self.now += DAY + 1
        self.prune()
        self.keep()
        self.now += 7 * DAY
        self.prune()
        self.assertEqual(self.ask("SELECT seq FROM messages"), [])

    def test_old_when_pruned(self) -> None:
        """What is older than a week leaves nothing behind."""
        self.append(said("a", nonce="int:1:ff"))
        self.keep(seconds=8 * DAY)
        self.now += 8 * DAY + 1
        self.prune()
        self.assertEqual(self.ask("SELECT seq FROM messages"), [])

    def test_mailboxes(self) -> None:
        """A repeat of a direct message of which nothing is left takes no room in its mailbox."""
        self.append(sent("x" * 400, nonce="int:1:ff"))
        self.store.acknowledge("bob", AL_AND_BOB, 1)
        self.keep(seconds=DAY)
        self.now += DAY + 1
        self.history(AL_AND_BOB)
        self.prune()
        for _ in range(5):
            [commit] = self.append(sent("x" * 400, nonce="int:1:ff"))
            self.assertEqual((commit.repeat, commit.event.seq), (True, 1))
        self.assertEqual(count_waiting(self.store, "bob"), 0)
        self.assertEqual(len(self.append(sent("x" * 900))), 1)
        self.assertEqual(self.ask("SELECT count(*) FROM messages WHERE kind = 0"), [(1,)])


class Steps(PruningCase):
    """In small steps."""

    def steps(self) -> list[int]:
        """How many rows each step of a round takes."""
        sizes: list[int] = []
        transact = self.store.access.transact

        def counting(change: object) -> "Deferred[pruning.Step]":
            before = self.ask("SELECT count(*) FROM messages WHERE kind = 0")[0][0]

            def count(step: pruning.Step) -> pruning.Step:
                sizes.append(int(str(before)) - remaining[-1])
                return step

            remaining: list[int] = []

            def changing(connection: object) -> pruning.Step:
                step = change(connection)  # type: ignore[operator]
                select = "SELECT count(*) FROM messages WHERE kind = 0"
                remaining.append(connection.execute(select).fetchone()[0])  # type: ignore[attr-defined]
                assert isinstance(step, pruning.Step)
                return step

            return transact(changing).addCallback(count)

        self.patch(self.store.access, "transact", counting)
        self.prune()
        return [size for size in sizes if size]

    def test_rows(self) -> None:
        """A step takes so many rows and no more, and the next one is not far."""
        self.append(*(said("x") for _ in range(2 * pruning.ROWS_AT_ONCE + 7)))
        self.keep(messages=1)
        self.assertEqual(self.steps(), [pruning.ROWS_AT_ONCE, pruning.ROWS_AT_ONCE, 6])
        self.assertEqual(self.history(), ["x"])

    def test_long_texts(self) -> None:
        """Of long ones it takes fewer."""
        self.append(*(said("word " * 3000) for _ in range(10)))
        self.keep(messages=1)
        self.assertEqual(self.steps(), [3, 3, 3])

    def test_others_have_their_turn(self) -> None:
        """Between two steps the writer has nothing to do but for others."""
        self.append(*(said(f"text {number}") for number in range(3 * pruning.ROWS_AT_ONCE)))
        self.keep(messages=1)
        self.pruning.start()
        self.clock.advance(0)
        while not any(0 < call.getTime() - self.clock.seconds() < 1 for call in self.clock.getDelayedCalls()):
            self.reactor.turn()
        self.assertTrue(self.pruning.is_busy)
        self.assertEqual(self.append(said("meanwhile"))[0].event.seq, 3 * pruning.ROWS_AT_ONCE + 1)
        self.finish()
        self.assertEqual(len(self.history()), 2)
        self.close()
        verify(self.database)

    def test_stopped(self) -> None:
        """Stopped in the middle, it leaves the rest for the next time."""
        self.append(*(said("x") for _ in range(2 * pruning.ROWS_AT_ONCE)))
        self.keep(messages=1)
        self.pruning.start()
        self.clock.advance(0)
        while not any(0 < call.getTime() - self.clock.seconds() < 1 for call in self.clock.getDelayedCalls()):
            self.reactor.turn()
        self.close()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(verify(self.database).messages, pruning.ROWS_AT_ONCE)
        self.open()
        self.prune()
        self.assertEqual(self.history(), ["x"])

    def test_every_minute(self) -> None:
        """It looks again by itself; sooner, where a policy was changed."""
        self.append(said("a"), said("b"), said("c"))
        self.pruning.start()
        self.finish()
        self.keep(messages=2)
        self.clock.advance(ROUND_SECONDS - 1)
        self.finish()
        self.assertEqual(self.history(), ["a", "b", "c"])
        self.clock.advance(1)
        self.finish()
        self.assertEqual(self.history(), ["b", "c"])
        self.keep(messages=1)
        self.pruning.wake()
        self.finish()
        self.assertEqual(self.history(), ["c"])

    def test_fails(self) -> None:
        """What fails is tried again in a minute."""
        self.append(said("a"), said("b"))
        self.keep(messages=1)
        self.reactor.wait(self.store.access.run("ALTER TABLE messages RENAME TO hidden"))
        self.pruning.start()
        self.finish()
        self.reactor.wait(self.store.access.run("ALTER TABLE hidden RENAME TO messages"))
        self.clock.advance(ROUND_SECONDS)
        self.finish()
        self.assertEqual(self.history(), ["b"])


class Space(PruningCase):
    """The file gives back what it does not need."""

    def empty(self) -> int:
        """The size of the file if nothing is in it: each table and index has a page."""
        [(found,)] = rows(self.database, "SELECT count(*) FROM sqlite_schema WHERE rootpage > 0")
        return int(str(found)) * 4096

    def test_shrinks(self) -> None:
        """The table and the index of words; what is left is whole."""
        texts = (" ".join(f"word{number * 7 % 1009}x{at}" for at in range(12)) for number in range(4000))
        self.append(*(said(text) for text in texts))
        self.reopen()
        before = self.database.stat().st_size
        self.keep(messages=40)
        run, statements = self.store.access.run, count()
        self.patch(self.store.access, "run", lambda sql: run(f"{sql} -- {next(statements)}"))
        self.prune()
        self.assertLess(next(statements), before / 4096 / 50, "a step gives many pages back")
        self.close()
        after = self.database.stat().st_size
        empty = self.empty()
        self.assertLess(after - empty, (before - empty) / 9, f"{before} bytes became {after}")
        self.assertEqual(verify(self.database), Summary(40, 1, 0))

    def test_files(self) -> None:
        """Pruned messages take their files along, whether something is left of them or not."""
        for number in range(3):
            file = StoredFile(
                id=str(number),
                secret=bytes([number]),
                owner=Owner(""),
                request=None,
                room="hall",
                name=f"{number}.png",
                size=9,
                made_at=self.now,
                until=self.now + 1e9,
            )
            self.reactor.wait(self.store.files.add(file, Quota(10**6, 10**6, 3, 3)))
            self.reactor.wait(self.store.files.make_whole(file.id, Whole("0" * 64, "image/png")))
            info = FileInfo(file.id, file.name, 9, "image/png", file.until)
            self.append(replace(said("", nonce=f"int:{number}:ff" if number else None), file=info))
        self.reopen()
        self.keep(messages=1)
        self.prune()
        found = [self.reactor.wait(self.store.files.find(str(number))) for number in range(3)]
        self.assertEqual([each is not None for each in found], [False, False, True])
        self.assertEqual(len(self.reactor.wait(self.store.files.dropped(9))), 2)
        self.close()
        self.assertEqual(verify(self.database), Summary(1, 1, 0, absent=1))

    def test_shrinks_though_repeatable(self) -> None:
        """What is left of messages that may be repeated is small."""
        self.append(*(said(f"text {number} {'x' * 600}", nonce=f"int:{number}:ff") for number in range(2000)))
        self.reopen()
        before = self.database.stat().st_size
        self.keep(messages=10)
        self.prune()
        self.close()
        after, empty = self.database.stat().st_size, self.empty()
        self.assertLess(after - empty, (before - empty) / 4, f"{before} bytes became {after}")
        self.assertEqual(verify(self.database), Summary(10, 1, 0))

    def test_nobody_speaks(self) -> None:
        """The file is cut, and the log kept short, while the server runs and nobody says anything."""
        self.append(*(said(f"{number} {'x' * 4000}") for number in range(3000)))
        self.reopen()
        before = self.database.stat().st_size
        self.keep(messages=10)
        self.prune()
        self.reactor.wait(self.store.access.run("SELECT 1"))
        self.assertLess(self.database.stat().st_size, before / 3)
        self.reactor.wait(self.store.access.transact(lambda connection: connection.execute(_LONG)))
        self.reactor.wait(self.store.access.run("SELECT 1"))
        log = self.database.with_name("chat.db-wal")
        self.assertLess(log.stat().st_size, 1024 * 1024)

    def test_has_little_to_spare(self) -> None:
        """A file that is almost full is left as it is."""
        self.append(*(said(f"text {number} {'x' * 600}") for number in range(3000)))
        self.keep(messages=2950)
        self.prune()
        [(free,)] = self.ask("PRAGMA freelist_count")
        self.assertGreater(int(str(free)), 0)
