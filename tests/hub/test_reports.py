"""Reports: a message is put before the operators, and no word of it is kept."""

from chat.events import Message
from chat.limits import Limits
from chat.store.interfaces import Span
from tests.hub.amending import no_message
from tests.hub.overseen import OverseenCase

_TIME = "2023-11-14 22:13 UTC"


class Reports(OverseenCase):
    """Who reports what, and what operators see."""

    def test_in_a_room(self) -> None:
        """The operators who are here hear it at once; the list has the message as it is now, until it is closed."""
        self.connect("Pro", '{"type":"join","nickname":"Pro"}')
        for name in ("Ann", "Guy"):
            self.type(name, "server:join den")
        self.type("Guy", "you  fool")
        self.hear()
        seq = self.hub.rooms["den"].last_seq
        self.check("Ann", f"server:report {seq} this is\u202e rude", "the operators of this server will see it")
        self.check_heard("Olga", f"Ann reports #{seq} in den: this is rude")
        self.assertEqual((self.heard("Bob"), self.heard("Guy"), self.heard("Pro")), ([], [], []))
        line = f"[{_TIME} 1] Ann reports #{seq} in den: this is rude - Guy: you  fool"
        self.check("Olga", "server:reports", "1 open report", line)
        self.check("Ann", f"server:report {seq} again", "the operators of this server will see it")
        self.check(
            "Olga",
            "server:reports close 2",
            f"Ann reports #{seq} in den: again",
            "error: there is no open report with that number, server:reports lists them",
        )
        self.check("Olga", "server:reports close 1", "report 1 is closed")
        self.check("Olga", "server:reports", "0 open reports")
        self.assertEqual(self.acts(), [("Olga", "close report 1", "", "", "")])

    def test_in_a_conversation(self) -> None:
        """One of the two reports what the other one said; nobody else can."""
        self.type("Bob", "Ann:you fool")
        self.hear()
        self.check("Ann", "server:report @Bob 1", "the operators of this server will see it")
        self.check_heard("Olga", "Ann reports #1 in a conversation with Bob")
        self.check(
            "Olga", "server:reports", "1 open report", f"[{_TIME} 1] Ann reports #1 in a conversation - Bob: you fool"
        )
        self.check("Olga", "server:report @Bob 1", no_message(1).removeprefix("server: "))

    def test_as_a_program(self) -> None:
        """A program gives the place and the number, and operators get all of it in a notice."""
        self.type("Ann", "hello")
        operator = self.wire.connect()
        operator.send('{"type":"join","nickname":"Olga","password":"pass-word-1"}')
        list(iter(operator.pending, None))
        seq = self.hub.lobby.last_seq
        self.connect("Pro", '{"type":"join","nickname":"Pro"}')
        self.hear()
        request = '{"type":"report","room":"lobby","seq":%d,"reason":"rude","id":7}'
        seq = next(event.seq for event in self.said("lobby"))
        self.assertEqual(self.type("Pro", request % seq), ['{"type":"ack","request":"report","id":7}'])
        notice = next(line for line in iter(operator.pending, None) if "notice" in line)
        self.assertEqual(
            notice,
            '{"type":"notice","code":"report",'
            f'"message":"Pro reports #{seq} in lobby: rude","from":"Pro","room":"lobby","seq":{seq},'
            '"reason":"rude","number":1}',
        )
        operator.send('{"type":"reports","id":8}')
        entries, ack = iter(operator.pending, None)
        self.assertIn('"what":"report","from":"Pro","room":"lobby","name":"Ann","reason":"rude"', entries)
        self.assertEqual(ack, '{"type":"ack","request":"reports","id":8}')
        for line, code in (
            ('{"type":"report","room":"lobby","seq":99,"id":9}', "no_such_message"),
            ('{"type":"report","room":"lobby","to":"Ann","seq":1,"id":9}', "wrong_type"),
            ('{"type":"report","to":"Ann","seq":1,"id":9}', "account_needed"),
            ('{"type":"report","room":"den","id":9}', "missing_field"),
        ):
            self.assertIn(f'"code":"{code}"', self.type("Pro", line)[-1])

    def said(self, room: str) -> "list[Message]":
        page = self.successResultOf(self.hub._store.history(room, Span(9)))
        return [event for event in page.events if isinstance(event, Message)]

    def test_no_message(self) -> None:
        """A join has a number, too, and is nothing to report."""
        self.check("Ann", "server:report 1", no_message(1).removeprefix("server: "))
        self.check("Ann", "server:report", "error: type server:report [room or @name] <seq> [reason]")
        self.check("Ann", "server:report den", "error: type server:report [room or @name] <seq> [reason]")


class TooMany(OverseenCase):
    """One person does not fill the list."""

    limits = Limits(reports_a_day=1)

    def test_a_day(self) -> None:
        """All reports of a day count, of a guest by address: another name does not help."""
        self.type("Ann", "one")
        self.type("Ann", "two")
        seq = self.hub.lobby.last_seq
        self.hear()
        self.check("Guy", f"server:report {seq}", "the operators of this server will see it")
        self.check("Guy", f"server:report {seq - 1}", "error: that is too often, try again tomorrow")
        self.type("Guy", "server:exit")
        self.connect("Gil", "server:register Gil")
        self.check("Gil", f"server:report {seq - 1}", "error: that is too often, try again tomorrow")
        self.hear()
        self.check("Bob", f"server:report {seq - 1}", "the operators of this server will see it")


class Full(OverseenCase):
    """There is an end to it."""

    limits = Limits(open_reports=1)

    def test_full(self) -> None:
        """With many open reports the next one is refused."""
        self.type("Ann", "one")
        self.type("Ann", "two")
        self.hear()
        seq = self.hub.lobby.last_seq
        self.type("Bob", f"server:report {seq}")
        self.check("Bob", f"server:report {seq - 1}", "error: too many reports are open already, try again later")
        self.check("Bob", f"server:report {seq}", "the operators of this server will see it")
