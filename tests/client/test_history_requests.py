"""Looking into the past: history, since and search, as they are typed into the client."""

from collections.abc import Sequence

from twisted.trial.unittest import SynchronousTestCase

from chat.client.conversation import Profile
from chat.client.history_requests import HistoryRequests
from chat.client.typed import TypingContext, means_exit, parse_sign_in, request_of, word_alone
from chat.errors import ChatError
from chat.events import Command
from chat.wire import schema
from tests.client.case import PASSWORD, RememberingCase
from tests.client.harness import day


class Asking(RememberingCase):
    """What a person types, and reads."""

    def test_history(self) -> None:
        """Of the lobby, of the room one is in, of any room, with a hint where there is more."""
        other = self.other("Alice")
        for text in ("one", "two", "three"):
            other.send(text)
        other.send("join team")
        other.send("team talk")
        client = self.start("x")
        client.printed()
        client.send("/history 2")
        self.assertEqual(
            client.printed(),
            [
                f"{day()} #lobby <Alice> two",
                f"{day()} #lobby <Alice> three",
                "12:00 * there is more: /history #lobby 2 before 3",
            ],
        )
        client.send("/history #lobby 2 before 3")
        self.assertEqual(client.printed(), [f"{day()} #lobby <Alice> one"])
        client.send("/history team")
        self.assertEqual(client.printed(), [f"{day()} #team <Alice> team talk"])
        client.send("join team")
        client.printed()
        client.send("/history")
        self.assertEqual(client.printed(), [f"{day()} #team <Alice> team talk"])
        client.send("/history nowhere")
        self.assertEqual(client.printed(), ["12:00 * nothing found"])

    def test_since(self) -> None:
        """After a place."""
        other = self.other("Alice")
        for number in range(101):
            other.send(str(number))
        client = self.start("x")
        client.printed()
        client.send("/since 1")
        printed = client.printed()
        self.assertEqual([printed[0], printed[99]], [f"{day()} #lobby <Alice> 0", f"{day()} #lobby <Alice> 99"])
        self.assertEqual(printed[100:], ["12:00 * there is more: /since 101 #lobby"])
        client.send("/since 101 #lobby")
        self.assertEqual(client.printed(), [f"{day()} #lobby <Alice> 100"])

    def test_search(self) -> None:
        """The newest first."""
        other = self.other("Alice")
        for text in ("lost keys", "found keys", "no more", "lost keys again"):
            other.send(text)
        client = self.start("x")
        client.printed()
        client.send("/search lost keys from:alice")
        self.assertEqual(
            client.printed(), [f"{day()} #lobby <Alice> lost keys again", f"{day()} #lobby <Alice> lost keys"]
        )
        client.send("/search unicorns")
        client.send("/search from:alice")
        self.assertEqual(
            client.printed(),
            [
                "12:00 * nothing found",
                "! search for words, and any of from:<name> in:<room> mentions:me before:<date> after:<date>",
            ],
        )

    def test_conversation(self) -> None:
        """Who has an account may ask for what was said with somebody; a guest may not."""
        self.account("Bob")
        other = self.other("Alice")
        client = self.start(Profile("Bob", password=PASSWORD))
        other.send("Bob:are you there?")
        client.send("Alice:yes")
        client.printed()
        client.send("/history @alice")
        self.assertEqual(client.printed(), [f"{day()} @Bob <Alice> are you there?", f"{day()} @Alice <Bob> yes"])
        guest = self.start("x")
        guest.printed()
        guest.send("/history @alice")
        self.assertEqual(guest.printed(), ["! that needs an account, type server:password <new password> to make one"])

    def test_asked_while_away(self) -> None:
        """The question is asked again after a lost connection, and what was missed is told from its answer."""
        other = self.other("Alice")
        other.send("one")
        client = self.start("x")
        client.printed()
        client.network.held = True
        client.send("/history")
        client.network.cut()
        client.network.held = False
        other.send("two")
        other.send("x:waiting")
        self.wire.clock.advance(2)
        self.assertEqual(
            client.printed()[1:],
            [
                "12:00 * connected again",
                "12:00 * 1 message while you were away",
                f"{day()} @x <Alice> waiting",
                f"{day()} #lobby <Alice> two",
                f"{day()} #lobby <Alice> one",
                f"{day()} #lobby <Alice> two",
            ],
        )

    def test_piped_with_what_waited(self) -> None:
        """A script may ask at once; what waited for it is not taken for the answer."""
        other = self.other("Alice")
        other.send("one")
        other.send("x:waiting")
        client = self.start("x")
        client.feed(b"/history\n/history nowhere\n")
        client.end_input()
        self.assertEqual(
            client.printed()[1:],
            [
                "12:00 * 1 message while you were away",
                f"{day()} @x <Alice> waiting",
                f"{day()} #lobby <Alice> one",
                "12:00 * nothing found",
                "12:00 * goodbye",
            ],
        )


class Answers(SynchronousTestCase):
    """What belongs to an answer, where other things from the past come at the same time."""

    def setUp(self) -> None:
        self.requests = HistoryRequests()

    def test_of_another_place(self) -> None:
        """It is not kept back."""
        self.requests.asked("q", Command("history", {"room": "team"}))
        self.assertFalse(self.requests.take(message(1, room="lobby")))
        self.assertFalse(self.requests.take(message(1, to="Bob")))
        self.assertFalse(self.requests.take(message(1, room="team", past=False)))
        self.assertTrue(self.requests.take(message(1, room="Team")))

    def test_of_the_same_place(self) -> None:
        """The answer is the last run of growing seqs; what came before it is news."""
        self.requests.asked("q", Command("history", {"to": "Al"}))
        self.assertEqual(self.answer([30, 31, 32, 13, 14, 32]), ([30, 31, 32], [13, 14, 32]))

    def test_no_more_than_asked_for(self) -> None:
        """Nor is it longer than the limit."""
        self.requests.asked("q", Command("history", {"to": "Al", "limit": 2}))
        self.assertEqual(self.answer([1, 2, 3, 4]), ([1, 2], [3, 4]))

    def test_refused(self) -> None:
        """Nothing of it belongs to the answer."""
        self.requests.asked("q", Command("search", {"query": "x"}))
        self.requests.take(message(1, to="Bob"))
        found = self.requests.answered(schema.Error(code="bad_query", message="", id="q"))
        assert found is not None
        self.assertEqual((len(found.before), len(found.messages)), (1, 0))

    def answer(self, seqs: Sequence[int]) -> tuple[list[int], list[int]]:
        """The seqs before the answer, and of it, where messages with these come, and then the ack."""
        for seq in seqs:
            self.assertTrue(self.requests.take(message(seq, to="Bob")))
        found = self.requests.answered(schema.Ack(request="history", id="q"))
        assert found is not None
        return [each.seq for each in found.before], [each.seq for each in found.messages]


def message(seq: int, *, room: str | None = None, to: str | None = None, past: bool = True) -> schema.Message:
    return schema.Message(sender="Al", room=room, to=to, seq=seq, timestamp="", size=0, text="", past=past)


class Typed(SynchronousTestCase):
    """What a line asks for."""

    def test_table(self) -> None:
        """Each in a room, and outside."""
        for line, room, name, arguments in (
            ("/history", None, "history", {"room": "lobby"}),
            ("/history", "den", "history", {"room": "den"}),
            ("/history 5", "den", "history", {"room": "den", "limit": 5}),
            ("/history 5000", "den", "history", {"room": "den", "limit": 100}),
            ("/history team 5 before 9", "den", "history", {"where": "team", "limit": 5, "before": 9}),
            ("/history #team", "den", "history", {"room": "team"}),
            ("/history @Al", "den", "history", {"to": "Al"}),
            ("/since 3", None, "since", {"room": "lobby", "since": 3, "limit": 100}),
            ("/since 3 @Al", None, "since", {"to": "Al", "since": 3, "limit": 100}),
            ("/search a b", None, "search", {"query": "a b"}),
            ("leave", "den", "leave", {"room": "den"}),
            ("/logout", None, "exit", {}),
            ("/logout ALL", None, "logout", {"what": "ALL"}),
            ("/password new-one", None, "password", {"password": "new-one"}),
            ("/unregister gone", None, "unregister", {"password": "gone"}),
            ("hello", "den", "message", {"text": "hello", "room": "den"}),
        ):
            command = request_of(line, TypingContext(room, "lobby"))
            self.assertEqual((command.name, dict(command.arguments)), (name, arguments), line)
        self.assertEqual(dict(request_of("/history", TypingContext()).arguments), {})

    def test_mistakes(self) -> None:
        """They do not reach the server."""
        for line, code in (
            ("leave", "in_no_room"),
            ("/logout some", "usage"),
            ("/since soon", "bad_seq"),
            ("/history team before dawn", "bad_seq"),
        ):
            with self.assertRaises(ChatError) as caught:
                request_of(line, TypingContext(None, "lobby"))
            self.assertEqual(caught.exception.code, code)

    def test_words(self) -> None:
        """Lines that mean something only where they are typed."""
        self.assertTrue(means_exit(" /Quit"))
        self.assertFalse(means_exit("exit now"))
        self.assertEqual(word_alone("message", None), "message")
        self.assertEqual(word_alone("message", "den"), "")
        self.assertEqual(word_alone("/msg", "den"), "message")
        self.assertEqual(word_alone("hello", None), "")
        self.assertIsNone(parse_sign_in("login"))
        self.assertIsNone(parse_sign_in("who"))
        typed = parse_sign_in("login Bob secret")
        assert typed is not None
        self.assertEqual((typed.arguments["name"], typed.arguments["password"]), ("Bob", "secret"))
