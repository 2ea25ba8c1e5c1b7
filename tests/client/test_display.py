"""What a person reads of what the server pushes."""

from datetime import UTC, datetime

from msgspec.structs import replace
from twisted.trial.unittest import SynchronousTestCase

from chat.client.display import error, lines_of, news
from chat.wire import schema
from tests.client.harness import NOON

NINE = datetime(2026, 1, 1, 9, 5, tzinfo=UTC)
NINE_HERE = f"{NINE.astimezone():%H:%M}"
# A time as people read it, where this test runs.
_LOCAL = f"{datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).astimezone():%Y-%m-%d %H:%M}"
STAMP = "2026-01-01T09:05:00.000Z"
IN_JUNE = datetime(2025, 6, 1, 9, 5, tzinfo=UTC).astimezone()

PHOTO = schema.File(
    url="/files/x/a%20b.jpg", name="a b.jpg", size=2_100_000, media_type="image/jpeg", until="2026-02-01T00:00:00.000Z"
)


class Lines(SynchronousTestCase):
    """One table: a push, and its lines."""

    def test_table(self) -> None:
        """The stable forms that scripts rely on."""
        message = schema.Message(sender="Al", room="a", seq=1, timestamp=STAMP, size=2, text="hi")
        direct = schema.Message(sender="Al", to="Bob", seq=1, timestamp=STAMP, size=2, text="hi")
        for push, expected in (
            (message, [f"{NINE_HERE} #a <Al> hi"]),
            (direct, [f"{NINE_HERE} @Bob <Al> hi"]),
            (
                replace(message, file=PHOTO, edited=True),
                [
                    f"{NINE_HERE} #a <Al> hi (edited)",
                    f"{NINE_HERE} #a <Al> a b.jpg (2.1 MB, image/jpeg) /files/x/a%20b.jpg",
                ],
            ),
            (
                replace(message, text="", size=0, file=PHOTO),
                [f"{NINE_HERE} #a <Al> a b.jpg (2.1 MB, image/jpeg) /files/x/a%20b.jpg"],
            ),
            (replace(message, past=True, timestamp=NOON.astimezone().isoformat()), ["12:00 #a <Al> hi"]),
            (replace(message, past=True, timestamp=IN_JUNE.isoformat()), [f"{IN_JUNE:%Y-%m-%d %H:%M} #a <Al> hi"]),
            (replace(message, timestamp=IN_JUNE.isoformat()), [f"{IN_JUNE:%H:%M} #a <Al> hi"]),
            (schema.Joined(nickname="Al", seq=1, timestamp=STAMP), [f"{NINE_HERE} * Al joined"]),
            (schema.Left(nickname="Al", room="a", seq=1, timestamp=STAMP), [f"{NINE_HERE} * Al left a"]),
            (schema.Online(names=["Al", "Bob"]), ["12:00 * online (2): Al, Bob"]),
            (schema.Online(names=["Al", "Bob"], away=["Bob"]), ["12:00 * online (2): Al, Bob (away)"]),
            (schema.IgnoredNames(names=["Боря", "Eve"]), ["12:00 * you ignore Боря, Eve"]),
            (schema.IgnoredNames(names=[]), ["12:00 * you ignore nobody"]),
            (
                schema.Person(name="Al", since="2026-01-02T03:04:05.000Z"),
                [f"12:00 * Al is a guest since {_LOCAL}, and is not here"],
            ),
            (
                schema.Person(
                    name="Al",
                    account=True,
                    since="x",
                    here=True,
                    rooms=["den"],
                    idle=5,
                    away="",
                    colour="red",
                    line="hi",
                ),
                [
                    "12:00 * Al has an account since x, and is here, idle for 5 minutes",
                    "12:00 * Al is away",
                    "12:00 * you are both in den",
                    "12:00 * Al says: hi",
                    "12:00 * the colour of Al is red",
                ],
            ),
            (schema.Ack(request="back"), ["12:00 * you are here again"]),
            (schema.Lines(lines=["one", "two"]), ["12:00 * one", "12:00 * two"]),
            (schema.Notice(code="missed", message="", count=1), ["12:00 * 1 message while you were away"]),
            (schema.Notice(code="missed", message="", count=2), ["12:00 * 2 messages while you were away"]),
            (schema.Notice(code="other", message="news"), ["12:00 * news"]),
            (schema.Error(code="usage", message="no"), ["! no"]),
            (
                schema.Ack(request="join", nickname="Al", online=["Al"], motd=["be kind"]),
                ["12:00 * welcome, Al; 1 online, help lists the commands", "12:00 * be kind"],
            ),
            (schema.Ack(request="join", room="a", members=["Al"]), ["12:00 * you are in a (1): Al"]),
            (schema.Ack(request="leave", room="a"), ["12:00 * you left a"]),
            (schema.Ack(request="message", to="Al", queued=True), ["12:00 * Al is offline, your message is queued"]),
            (schema.Ack(request="message", to="Al"), []),
            (schema.Ack(request="disconnect"), ["12:00 * goodbye"]),
            (schema.Ack(request="history"), []),
            (schema.WasRead(seq=1, room="a"), []),
        ):
            self.assertEqual(list(lines_of(push, NOON)), expected)

    def test_accounts(self) -> None:
        """What it means that a request about an account is done."""
        for push, expected in (
            (schema.Ack(request="logout"), ["12:00 * you are logged out everywhere; goodbye"]),
            (
                schema.Ack(request="account.create"),
                ["12:00 * the name is yours now, and needs your password from now on"],
            ),
            (
                schema.Ack(request="account.change"),
                ["12:00 * your password is changed; your other devices have to log in again"],
            ),
            (schema.Ack(request="account.delete"), ["12:00 * your account is deleted; goodbye"]),
        ):
            self.assertEqual(list(lines_of(push, NOON)), expected)

    def test_odd_timestamp(self) -> None:
        """A message with a timestamp that is none is shown with the time it came."""
        push = schema.Message(sender="Al", room="a", seq=1, timestamp="soon", size=2, text="hi")
        self.assertEqual(lines_of(push, NOON), ["12:00 #a <Al> hi"])

    def test_nothing_reaches_the_terminal(self) -> None:
        """The client does not trust the server with its screen."""
        push = schema.Message(sender="A\x07l", room="a", seq=1, timestamp=STAMP, size=2, text="\x1b[2Jhi\nBob> ")
        self.assertEqual(lines_of(push, NOON), [f"{NINE_HERE} #a <Al> [2Jhi", f"{NINE_HERE} #a <Al> Bob> "])
        self.assertEqual(error("\x1b[31mno"), "! [31mno")
        self.assertEqual(news("\u202eno", NOON), "12:00 * no")


class Files(SynchronousTestCase):
    """The file of a message."""

    def test_link(self) -> None:
        """A client that knows the server shows a whole link; once the file has expired, only words are left."""
        message = schema.Message(sender="Al", room="a", seq=1, timestamp=STAMP, size=0, text="", file=PHOTO)
        [line] = lines_of(message, datetime(2026, 1, 1), site="http://h:1")
        self.assertTrue(line.endswith(" http://h:1/files/x/a%20b.jpg"), line)
        [line] = lines_of(message, datetime(2026, 3, 1), site="http://h:1")
        self.assertTrue(line.endswith("a b.jpg (2.1 MB, image/jpeg, expired)"), line)
