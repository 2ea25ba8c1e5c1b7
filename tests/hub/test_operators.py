"""Operators act on the whole server from within the chat; nobody else does."""

from twisted.internet.defer import Deferred

from chat.admin.people import shown
from chat.events import Failure
from chat.hub.visitors import Visitor
from chat.limits import Limits
from tests.hub.overseen import SECRET, OverseenCase

_TIME = "2023-11-14 22:13 UTC"
_NOT_BANNED = "error: bob is not banned from this server, server:server-bans lists those who are"


class Operators(OverseenCase):
    """What they do, and who may not."""

    def test_nobody_else(self) -> None:
        """Neither an account nor a guest, and no operator any more when it was taken back."""
        for line in (
            "announce hello",
            "server-kick Ann",
            "server-ban Ann",
            "server-unban Ann",
            "server-bans",
            "lockdown on",
            "close-room den",
            "reports",
            "reports close 1",
            "audit all",
        ):
            for name in ("Bob", "Guy"):
                self.check(name, f"server:{line}", "error: that is for the operators of this server")
        self.check("Bob", "server:audit", "error: nobody owns lobby, so only an operator of this server may do that")
        self.successResultOf(self.accounts.set_operator("olga", is_one=False))
        self.check("Olga", "server:announce hello", "error: that is for the operators of this server")
        self.assertEqual(self.acts(), [])
        self.assertFalse(self.kept.settings.current.lockdown)

    def test_announce(self) -> None:
        """Everybody who is here hears it, wherever they are; the log does not have the text."""
        self.type("Ann", "server:join den")
        self.connect("Pro", '{"type":"join","nickname":"Pro"}')
        self.hear()
        self.check("Olga", "server:announce down  at\u200e noon", "announcement: down  at noon")
        self.check_heard("Ann", "announcement: down  at noon")
        self.check_heard("Guy", "announcement: down  at noon")
        notice = (
            '{"type":"notice","code":"announcement","message":"announcement: down  at noon","text":"down  at noon"}'
        )
        self.assertEqual(self.heard("Pro"), [notice])
        self.assertEqual(self.acts(), [("Olga", "announce", "", "", "")])
        self.check("Olga", "server:announce \u2800", "error: that message has no visible text")

    def test_kick(self) -> None:
        """All connections of a person end, with the reason; they may come back."""
        self.connect("Ann2", f"server:login Ann {SECRET}")
        self.hear()
        self.check("Olga", "server:server-kick @ann too  loud", "Ann left", "ended 2 connections")
        for name in ("Ann", "Ann2"):
            self.assertEqual(self.heard(name)[-1], "server: error: the operator has ended your connection: too loud")
            self.assertTrue(self.people[name].is_closed())
        self.check("Olga", "server:server-kick ann", "error: ann is not here")
        self.check("Olga", "server:server-kick Olga", "error: Olga is an operator of this server")
        self.assertEqual(self.acts(), [("Olga", "server-kick", "", "Ann", "too loud")])
        self.assertIn("server: welcome, Ann", self.connect("Ann", f"server:login Ann {SECRET}"))

    def test_ban(self) -> None:
        """A name is out until the time is over, or the ban is ended."""
        done = "Bob is banned from this server for 10m; ended 1 connection"
        self.check("Olga", "server:server-ban Bob 10m spam", "Bob left", done)
        self.assertIn("that name is banned from this server until", self.heard("Bob")[-1])
        self.assertIn("server: error: that name is banned", self.connect("Bob", f"server:login Bob {SECRET}")[-1])
        listed = f"[{_TIME} 1] server-ban bob until 2023-11-14 22:23 UTC: spam"
        self.check("Olga", "server:server-bans", "1 ban", listed)
        self.check("Olga", "server:server-unban bob", "bob is banned no more")
        self.check(
            "Olga",
            "server:server-unban bob",
            _NOT_BANNED,
        )
        self.assertIn("server: welcome, Bob", self.connect("Bob", f"server:login Bob {SECRET}"))
        self.check("Olga", "server:server-ban olga", "Bob joined", "error: Olga is an operator of this server")
        acts = [("Olga", "server-unban", "", "bob", ""), ("Olga", "server-ban for 10m", "", "Bob", "spam")]
        self.assertEqual(self.acts(), acts)

    def test_ban_an_address(self) -> None:
        """A network of addresses can be banned like a name; a reason needs no time before it."""
        done = "192.0.2.0/24 is banned from this server; ended 0 connections"
        self.check("Olga", "server:server-ban 192.0.2.9/24 10s bots", done.replace(";", " for 10s;"))
        for time in ("10", "10min"):
            unclear = "error: a time is a number with s, m, h, d or w, such as 10m"
            self.check("Olga", f"server:server-ban 192.0.2.9/24 {time} bots", unclear)
        self.check("Olga", "server:server-ban 192.0.2.9/24 bots", done)
        self.check("Olga", "server:server-bans", "1 ban", f"[{_TIME} 1] server-ban 192.0.2.0/24: bots")
        self.check("Olga", "server:server-ban no.name", "error: a name is 1 to 32 letters, digits, - or _")

    def test_ban_for_longer_than_a_calendar(self) -> None:
        """A time that has no date is shown as the last one that has, wherever a ban is shown."""
        done = "Bob is banned from this server for 999999999w; ended 1 connection"
        self.check("Olga", "server:server-ban Bob 999999999w", "Bob left", done)
        self.assertIn("that name is banned from this server until 9999-12-31", self.heard("Bob")[-1])
        self.assertIn("until 9999-12-31 23:59 UTC", self.type("Olga", "server:server-bans")[-1])
        self.assertIn("until 9999-12-31 23:59 UTC", shown(next(iter(self.hub.bans))))

    def test_lockdown(self) -> None:
        """Nobody comes in without an account, nobody makes one, until it is over; those who are in stay."""
        refused = "server: error: this server lets nobody in without an account for now, and nobody can make one"
        self.assertEqual(len(self.type("Olga", "server:lockdown on")), 1)
        self.assertEqual(self.connect("Eve", "server:register Eve"), [refused])
        self.assertEqual(self.connect("Fay", f"server:register Fay {SECRET}"), [refused])
        self.assertEqual(self.type("Guy", f"server:password {SECRET}"), [refused])
        self.type("Ann", "server:exit")
        self.assertIn("server: welcome, Ann", self.connect("Ann", f"server:login Ann {SECRET}"))
        self.hear()
        self.type("Guy", "still here")
        self.assertEqual(self.heard("Ann"), ["Guy (in lobby): still here"])
        self.hear()
        self.check("Olga", "server:lockdown maybe", "error: type server:lockdown on, or server:lockdown off")
        self.type("Olga", "server:lockdown off")
        self.assertIn("server: welcome, Eve", self.connect("Eve", "server:register Eve"))
        self.assertEqual([act[1] for act in self.acts()], ["lockdown off", "lockdown on"])

    def test_lockdown_and_a_lost_guest(self) -> None:
        """A guest whose connection hangs does not come back by their token either."""
        [joined] = self.connect("Hal", '{"type":"join","nickname":"Hal","remember":true}')
        token = joined.partition('"token":"')[2].partition('"')[0]
        self.type("Olga", "server:lockdown on")
        [answer] = self.connect("Hal2", f'{{"type":"join","nickname":"Hal","token":"{token}"}}')
        self.assertIn('"code":"lockdown"', answer)

    def test_lockdown_of_visitors(self) -> None:
        """Over HTTP nobody speaks or reads without an access token."""
        self.type("Olga", "server:lockdown on")
        visitors, visitor = self.hub.visitors, Visitor(address="192.0.2.1")
        for visit in (visitors.post(visitor, "lobby", "hi", None), visitors.history(visitor, "lobby", {})):
            reply = self.successResultOf(Deferred.fromCoroutine(visit))
            assert isinstance(reply, Failure)
            self.assertEqual(reply.code, "lockdown")

    def test_close_room(self) -> None:
        """A room is closed for everybody, which its members hear and the log has."""
        self.type("Ann", "server:join den")
        self.hear()
        self.assertEqual(len(self.type("Olga", "server:close-room den")), 1)
        self.assertEqual(len(self.heard("Ann")), 1)
        self.assertEqual(self.hub.permissions.states["den"].settings.closed, "archived")
        self.assertEqual(self.acts(), [("Olga", "closed archived", "den", "", "")])
        self.check("Olga", "server:close-room den", "error: den is closed")
        self.check(
            "Olga",
            "server:close-room attic",
            "error: there is no such room, server:rooms lists those that you may enter",
        )
        self.check("Olga", "server:close-room lobby", "error: everybody is in lobby, that is for other rooms")

    def test_moderator_everywhere(self) -> None:
        """In a room of somebody else an operator has the role of a moderator."""
        self.type("Ann", "server:join den")
        session = next(iter(self.hub.users["olga"].sessions))
        self.assertEqual(self.hub.permissions.role_of(session, "den"), "moderator")


class Paces(OverseenCase):
    """What people may do only a number of times a minute."""

    limits = Limits(reports_a_minute=2)

    def test_each(self) -> None:
        """It is counted by account, on all devices, and by address for guests."""
        self.type("Ann", "hello")
        self.connect("Bob2", f"server:login Bob {SECRET}")
        self.hear()
        seq = self.hub.lobby.last_seq
        codes = [self.type(name, f"server:report {number}")[-1] for name in ("Bob", "Bob2") for number in (seq, 9999)]
        often = "server: error: that is too often, try again in a minute"
        self.assertEqual([code == often for code in codes], [False, False, True, True])
        self.assertNotEqual(self.type("Guy", "server:report 9999")[-1], often)
        self.now += 30
        self.assertNotEqual(self.type("Bob", "server:report 9999")[-1], often)
        self.assertEqual(self.type("Bob", "server:report 9999")[-1], often)
