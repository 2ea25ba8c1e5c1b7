"""Lines typed with `nc`, and the answers: transcripts, in memory and over sockets."""

from hashlib import sha256

from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.hub.hub import Lobby
from chat.limits import Limits
from tests.fresh import fresh_hub
from tests.transcript import MemoryWire, replay
from tests.transcripts.both import OverBoth

_TWO = """
        Alice connects
        Alice> server:register Alice
        Alice< server: welcome, Alice
        Alice< server: 1 online; …
        Bob connects
        Bob> server:register Bob
        Bob< server: welcome, Bob
        Bob< server: 2 online; …
        Alice< server: Bob joined
"""


class Meant(OverBoth, SynchronousTestCase):
    """A command that is typed in another place, or with a colon too many, does what the person means."""

    transcript = (
        _TWO
        + """
        Alice> server:join den
        Alice< server: you are in den (1): Alice
        Alice> join lobby
        Alice> server:join Lobby
        Alice< server: you left den
        Alice> hello
        Bob< Alice (in lobby): hello
        Alice> server:join #lobby
        Alice< server: error: you are in lobby already
        Alice> /msg Bob: one
        Bob< Alice: one
        Alice> server:message @Bob ： two: words
        Bob< Alice: two: words
        Alice> message Bob: three
        Bob< Alice: three
        Alice> /msg Bob:four
        Bob< Alice: four
        Alice> /msg Bob:
        Alice< server: error: type server:message <name> <text>
        Alice> server:login Carol correct-horse
        Alice< server: error: you are already Alice
        Alice> login Carol correct-horse
        Alice< server: not said, it may hold a password; server:say … says it; you have a name already, …
        Alice> server:exit
        Alice< server: goodbye
        Alice is closed
        Bob< server: Alice left
    """
    )


class NeverASecret(OverBoth, SynchronousTestCase):
    """A line that may hold a password is told to nobody, and the speaker learns that."""

    transcript = (
        _TWO
        + """
        Alice> login Alice hunter2222
        Alice< server: not said, it may hold a password; server:say … says it; you have a name already, …
        Alice> Login is broken for me
        Alice< server: not said, it may hold a password; server:say … says it; you have a name already, …
        Alice> password is hunter2222
        Alice< server: not said, it may hold a password; server:say … says it
        Alice> password: hunter2222
        Alice< server: not said, it may hold a password; server:say … says it
        Alice> register for the picnic on Monday, please
        Alice< server: not said, it may hold a password; server:say … says it; you have a name already, …
        Alice> register Anna Johansson
        Alice< server: not said, it may hold a password; server:say … says it; you have a name already, …
        Alice> unregister
        Alice< server: error: type server:unregister <password>
        Alice> unregister me please
        Alice< server: error: that needs an account, type server:password <new password> to make one
        Alice> join den
        Alice< server: you are in den (1): Alice
        Bob> join den
        Bob< server: you are in den (2): Alice, Bob
        Alice< server: Bob joined den
        Alice> password hunter2222
        Alice< server: not said, it may hold a password; server:say … says it
        Alice>   UNREGISTER hunter2222
        Alice< server: not said, it may hold a password; server:say … says it
        Alice> \\login Alice hunter2222
        Alice< server: not said, it may hold a password; server:say … says it
        Alice> server:say password reminders are sent on Mondays
        Bob< Alice (in den): password reminders are sent on Mondays
        Alice> //x
        Bob< Alice (in den): /x
        Alice> /say //x
        Bob< Alice (in den): //x
        Alice> /say
        Alice< server: error: type server:say <text>
        Alice> leave
        Alice< server: you left den
        Bob< server: Alice left den
        Alice> server:say login is broken
        Bob< Alice (in lobby): login is broken
        Alice> server：say  Bob: hi
        Bob< Alice (in lobby): Bob: hi
    """
    )


class BeforeAName(OverBoth, SynchronousTestCase):
    """Whoever has no name is told how to get one, and nothing that was typed is repeated."""

    transcript = """
        Alice connects
        Alice> password: hunter2222
        Alice< server: error: you have no name yet, type server:register <name>
        Alice> login hunter2222
        Alice< server: error: type server:login <name> <password>
        Alice> Johansson: hi
        Alice< server: error: you have no name yet, type server:register <name>
        Alice> register Anna Johansson
        Alice< server: error: type server:register <name>, or server:register <name> password <password> …
        Alice> register Anna von Suttner
        Alice< server: error: type server:register <name>, or server:register <name> password <password> …
        Alice> server:register Anna Johansson Berg
        Alice< server: error: type server:register <name> password <password>; nobody needs an invitation here
        Alice> server:register Anna Johansson
        Alice< server: welcome, Anna
        Alice< server: 1 online; the name Anna is yours now, with the password you typed: server:login Anna <password> …
    """


class PassPhrases(OverBoth, SynchronousTestCase):
    """A password is the rest of its line."""

    transcript = """
        Alice connects
        Alice> register Alice password correct horse battery
        Alice< server: welcome, Alice
        Alice< server: 1 online; the name Alice is yours now, …
        Alice> server:password staple of nails / correct horse battery
        Alice< server: your password is changed; other devices have to log in again
        Alice> server:password one two three four
        Alice< server: error: type server:password <new password> / <old password>
        Alice> server:exit
        Alice< server: goodbye
        Alice is closed
        Again connects
        Again> login Alice staple
        Again< server: error: that name and password do not match
        Again> login Alice staple of nails
        Again< server: welcome, Alice
        Again< server: 1 online; what …
        Bob connects
        Bob> register Bob
        Bob< server: welcome, Bob
        Bob< server: 2 online; …
        Again< server: Bob joined
        Bob> server:password a phrase with spaces
        Bob< server: the name Bob is yours, and all that you typed is its password; next time type server:login Bob …
        Bob> server:unregister a phrase
        Bob< server: error: that name and password do not match
        Bob> server:unregister a phrase with spaces
        Bob< server: goodbye
        Bob is closed
        Again< server: Bob left
    """


class BareCommands(OverBoth, SynchronousTestCase):
    """In no room the table's words do what the table says; the rest is talk."""

    transcript = (
        _TWO
        + """
        Alice> the lost keys
        Bob< Alice (in lobby): the lost keys
        Bob> history
        Bob< server: 1 message in lobby
        Bob< […] Alice (in lobby): the lost keys
        Bob> since 2
        Bob< server: 1 message in lobby
        Bob< […] Alice (in lobby): the lost keys
        Bob> search lost keys
        Bob< server: 1 message found
        Bob< […] Alice (in lobby): the lost keys
        Bob> search in：lobby keys
        Bob< server: 1 message found
        Bob< […] Alice (in lobby): the lost keys
        Bob> history is not over
        Alice< Bob (in lobby): history is not over
        Bob> since then it works
        Alice< Bob (in lobby): since then it works
        Bob> :)
        Alice< Bob (in lobby): :)
        Bob> Remember this: buy milk
        Alice< Bob (in lobby): Remember this: buy milk
        Bob> 10:30 is fine
        Alice< Bob (in lobby): 10:30 is fine
        Bob> /who of us plans
        Bob< server: error: type server:who, or server:who <room>
        Bob> /who plans
        Bob< server: nobody is in plans
        Bob> server:history 10 lobby
        Bob< server: error: type server:history [room or name] [n] [before or around seq]
    """
    )


class Addressed(OverBoth, SynchronousTestCase):
    """Who begins a line in a room with the name of somebody here learns, once for each, that all have read it."""

    transcript = (
        _TWO
        + """
        Alice> join den
        Alice< server: you are in den (1): Alice
        Alice> Bob:see you at five?
        Alice< server: that went to everybody in den; server:message Bob … writes to Bob alone
        Alice> @bob: or at six?
        Alice> Nobody: is here
        Alice> alice: that is me
        Alice> 10:30 is fine
        Alice> server:message Bob alone
        Bob< Alice: alone
        Alice> /join attic
        Alice< server: you are in attic (1): Alice
        Alice< server: you left den
        Carol connects
        Carol> server:register Carol carolcarol
        Carol< server: welcome, Carol
        Carol< server: 3 online; …
        Alice< server: Carol joined
        Bob< server: Carol joined
        Carol> exit
        Carol< server: goodbye
        Carol is closed
        Alice< server: Carol left
        Bob< server: Carol left
        Alice> carol: are you there?
        Alice< server: that went to everybody in attic; server:message Carol … writes to Carol alone
        Alice> carol: hello?
        Alice> BOB： up here?
        Alice< server: that went to everybody in attic; server:message Bob … writes to Bob alone
    """
    )


class AddressedOnce(OverBoth, SynchronousTestCase):
    """That note comes once for each name and room, also where its owner comes or goes in between."""

    transcript = """
        Alice connects
        Alice> server:register Alice alicealice
        Alice< server: welcome, Alice
        Alice< server: 1 online; …
        Bob connects
        Bob> server:register Bob bobbobbob
        Bob< server: welcome, Bob
        Bob< server: 2 online; …
        Alice< server: Bob joined
        Alice> join den
        Alice< server: you are in den (1): Alice
        Alice> Bob: are you here?
        Alice< server: that went to everybody in den; server:message Bob … writes to Bob alone
        Alice> Carol: not yet anybody's
        Bob> exit
        Bob< server: goodbye
        Bob is closed
        Alice< server: Bob left
        Alice> Bob: and now?
        Alice> /join attic
        Alice< server: you are in attic (1): Alice
        Alice< server: you left den
        Alice> Bob: up here?
        Alice< server: that went to everybody in attic; server:message Bob … writes to Bob alone
        Bobs connects
        Bobs> server:login Bob bobbobbob
        Bobs< server: welcome, Bob
        Bobs< server: 2 online; …
        Alice< server: Bob joined
        Alice> Bob: welcome back
        Carol connects
        Carol> server:register Carol
        Carol< server: welcome, Carol
        Carol< server: 3 online; …
        Alice< server: Carol joined
        Bobs< server: Carol joined
        Alice> /join den
        Alice< server: you are in den (1): Alice
        Alice< […] Alice (in den): Bob: are you here?
        Alice< […] Alice (in den): Carol: not yet anybody's
        Alice< […] Alice (in den): Bob: and now?
        Alice< server: you left attic
        Alice> Carol: now somebody's
        Alice< server: that went to everybody in den; server:message Carol … writes to Carol alone
    """


class Signs(OverBoth, SynchronousTestCase):
    """`#room` and `@name` are understood wherever one is typed; what the server says to type has them."""

    transcript = """
        Ann connects
        Ann> server:register Ann annannann
        Ann< server: welcome, Ann
        Ann< server: 1 online; …
        Ann> Bob:m1
        Ann< server: Bob is offline, your message is queued
        Ann< server: nobody called Bob has been here yet; …
        Ann> @Bob: m2
        Ann< server: Bob is offline, your message is queued
        Ann< server: nobody called Bob has been here yet; …
        Ann> /msg @Bob m3
        Ann< server: Bob is offline, your message is queued
        Ann< server: nobody called Bob has been here yet; …
        Ann> server:history @Bob 2
        Ann< server: 2 messages in @Bob
        Ann< […#2] Ann (to Bob): m2
        Ann< […#3] Ann (to Bob): m3
        Ann< server: there is more: server:history @Bob 2 before 2
        Ann> server:history @Bob 2 before 2
        Ann< server: 1 message in @Bob
        Ann< […#1] Ann (to Bob): m1

        # without a sign it is the person, who is not here, for nobody has spoken in such a room
        Ann> server:history Bob 1 before 2
        Ann< server: 1 message in @Bob
        Ann< […#1] Ann (to Bob): m1
        Ann> server:since 2 bob
        Ann< server: 1 message in @bob
        Ann< […#3] Ann (to Bob): m3
        Ann> server:search m3 in:bob
        Ann< server: 1 message found
        Ann< […#3] Ann (to Bob): m3
        Ann> server:search m3 in:@bob from:@ann
        Ann< server: 1 message found
        Ann< […#3] Ann (to Bob): m3
        Ann> server:join #2024
        Ann< server: you are in 2024 (1): Ann
        Ann> one
        Ann> two
        Ann> server:history 1
        Ann< server: 1 message in 2024
        Ann< […#3] Ann (in 2024): two
        Ann< server: there is more: server:history #2024 1 before 3
        Ann> server:history #2024 1 before 3
        Ann< server: 1 message in 2024
        Ann< […#2] Ann (in 2024): one
        Ann> server:history 2024 1 before 3
        Ann< server: 1 message in 2024
        Ann< […#2] Ann (in 2024): one
        Ann> server:search one in:#2024
        Ann< server: 1 message found
        Ann< […#2] Ann (in 2024): one
        Ann> server:leave #2024
        Ann< server: you left 2024

        # somebody has spoken in a room of that name: the word is the room from now on
        Ann> server:join bob
        Ann< server: you are in bob (1): Ann
        Ann> a word in the room
        Ann> server:leave
        Ann< server: you left bob
        Ann> server:history Bob 1
        Ann< server: 1 message in Bob
        Ann< […#2] Ann (in bob): a word in the room
        Ann> server:history @Bob 1
        Ann< server: 1 message in @Bob
        Ann< […#3] Ann (to Bob): m3
        Ann< server: there is more: server:history @Bob 1 before 3
        Ann> server:history #nowhere
        Ann< server: nothing in nowhere
    """


class ByPrograms(OverBoth, SynchronousTestCase):
    """The signs are understood in fields, too."""

    transcript = """
        Ann connects
        Ann> {"type":"join","nickname":"@Ann","password":"annannann"}
        Ann< {"type":"ack","request":"join","nickname":"Ann",…}
        Ann> {"type":"join","room":"#team"}
        Ann< {"type":"ack","request":"join","room":"team",…}
        Ann> {"type":"message","room":"#team","text":"hi"}
        Ann< {"type":"ack","request":"message","room":"team","seq":2,…}
        Ann> {"type":"message","to":"@Bob","text":"hi"}
        Ann< {"type":"ack","request":"message","to":"Bob",…}
        Ann> {"type":"history","room":"#team"}
        Ann< {"type":"message","from":"Ann","room":"team",…}
        Ann< {"type":"ack","request":"history","count":0}
        Ann> {"type":"history","to":"@Bob"}
        Ann< {"type":"message","from":"Ann","to":"Bob",…}
        Ann< {"type":"ack","request":"history","count":0}
        Ann> {"type":"history","where":"bob"}
        Ann< {"type":"message","from":"Ann","to":"Bob",…}
        Ann< {"type":"ack","request":"history","count":0}
        Ann> {"type":"history","where":"team"}
        Ann< {"type":"message","from":"Ann","room":"team",…}
        Ann< {"type":"ack","request":"history","count":0}
        Ann> {"type":"resume","rooms":{"#team":2},"direct":{"@Bob":1}}
        Ann< {"type":"ack","request":"resume"}
        Ann> {"type":"delivered","room":"#team","seq":2}
        Ann< {"type":"ack","request":"delivered"}
        Ann> {"type":"read","to":"@Bob","seq":1}
        Ann< {"type":"ack","request":"read"}
        Ann> {"type":"token.make","rooms":["#team"]}
        Ann< {"type":"ack","request":"token.make",…}
        Ann> {"type":"leave","room":"#team"}
        Ann< {"type":"ack","request":"leave","room":"team"}
    """


class OtherServers(SynchronousTestCase):
    """Where something else is allowed."""

    def test_invitations(self) -> None:
        """One that is wanted may follow a password of one word, or of several."""
        wire = MemoryWire()
        wire.serve(fresh_hub(Limits(), lambda: 1_700_000_000.5, policy=Policy(registration="invite")))
        transcript = """
            Ann connects
            Ann> register Ann correct-horse
            Ann< server: error: that needs an invitation, type server:register <name> <password> <invitation>
            Ann> register Ann correct-horse wrong
            Ann< server: error: that invitation is not valid, or no longer
            Ann> register Ann password correct horse invitation wrong
            Ann< server: error: that invitation is not valid, or no longer
        """
        replay(transcript, wire)

    def test_guest_and_invitation(self) -> None:
        """A guest learns how to make the name theirs with an invitation, and what is said works."""
        wire = MemoryWire()
        hub = fresh_hub(Limits(), lambda: 1_700_000_000.5, policy=Policy(registration="invite"))
        hub.entrance._accounts._store.add_invitation(sha256(b"secret-1").digest(), 2e9)
        wire.serve(hub)
        transcript = """
            Ann connects
            Ann> register Ann
            Ann< server: welcome, Ann
            Ann< server: 1 online; …
            Ann> password correct-horse
            Ann< server: error: that needs an invitation, type server:exit, connect again and type …
            Ann> server:exit
            Ann< server: goodbye
            Ann is closed
            Again connects
            Again> server:register Ann correct-horse secret-1
            Again< server: welcome, Ann
            Again< server: 1 online; the name Ann is yours now, …
        """
        replay(transcript, wire)

    def test_how_to_get_an_account(self) -> None:
        """A guest who needs an account is told how this server's guests get one."""
        for registration, how in (
            ("open", "type server:password <new password> to make one"),
            ("invite", "type server:exit, connect again and type server:register <name> <password> <invitation>"),
            (
                "closed",
                "and nobody can make one here;"
                " if you have one, type server:exit, connect again and type server:login <name> <password>",
            ),
        ):
            wire = MemoryWire()
            wire.serve(fresh_hub(Limits(), lambda: 1_700_000_000.5, policy=Policy(registration=registration)))
            transcript = f"""
                Ann connects
                Ann> register Ann
                Ann< server: welcome, Ann
                Ann< server: 1 online; …
                Ann> history @Bob
                Ann< server: error: that needs an account, {how}
            """
            replay(transcript, wire)

    def test_no_lobby(self) -> None:
        """Talk is an error there, and the past of a lobby that does not exist is, too."""
        transcript = """
            Ann connects
            Ann> register Ann
            Ann< server: welcome, Ann
            Ann< server: 1 online; …
            Ann> Remember this: buy milk
            Ann< server: error: you are in no room, type server:join <room> or <name>:<text>
            Ann> /say hello
            Ann< server: error: you are in no room, type server:join <room> or <name>:<text>
            Ann> password: hunter2222
            Ann< server: not said, it may hold a password; server:say … says it
            Ann> history
            Ann< server: error: there is no lobby here: name a room, or type server:join <room> to enter one
            Ann> server:since 1
            Ann< server: error: there is no lobby here: name a room, or type server:join <room> to enter one
            Ann> history #lobby
            Ann< server: error: there is no lobby here: name a room, or type server:join <room> to enter one
            Ann> history den
            Ann< server: nothing in den
            Ann> join den
            Ann< server: you are in den (1): Ann
            Ann> server:history
            Ann< server: nothing in den
            Ann> server:join lobby
            Ann< server: error: the name lobby is reserved, choose another
        """
        replay(transcript, MemoryWire(lobby=Lobby(is_open=False)))
