"""What the hub refuses: full mailboxes, too many rooms, reserved names."""

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.bans import Bans
from chat.hub.hub import Hub, Lobby
from chat.limits import Limits
from chat.server.factory import make_accounts
from chat.store.memory.store import MemoryStore
from tests.transcript import MemoryWire, replay

_ANN = """
    Ann connects
    Ann> {"type":"join","nickname":"Ann","id":1}
    Ann< {"type":"ack","request":"join","id":1,"nickname":"Ann","seq":…,"online":["Ann"],"lobby":"lobby",…}
"""


class Refusals(SynchronousTestCase):
    """Each refusal leaves everything as it was."""

    def test_full_mailbox(self) -> None:
        """Messages that do not fit are refused; those that did are kept; other mailboxes still have room."""
        transcript = """
            Ann connects
            Ann> register Ann
            Ann< server: welcome, Ann
            Ann< server: 1 online; …
            Ann> Bob:one
            Ann< server: Bob is offline, your message is queued
            Ann< server: nobody called Bob has been here yet; …
            Ann> Bob:two
            Ann< server: Bob is offline, your message is queued
            Ann< server: nobody called Bob has been here yet; …
            Ann> Bob:three
            Ann< server: error: too many messages wait for Bob already, try again later
            Ann> Carol:one
            Ann< server: Carol is offline, your message is queued
            Ann< server: nobody called Carol has been here yet; …
            Bob connects
            Bob> register Bob
            Bob< server: welcome, Bob
            Bob< server: 2 online; …
            Bob< server: 2 messages while you were away
            Bob< […UTC #1] Ann: one
            Bob< […UTC #2] Ann: two
            Ann< server: Bob joined
        """
        replay(transcript, MemoryWire(Limits(waiting_messages=2)))

    def test_full_mailboxes_are_for_the_absent(self) -> None:
        """Two people who are here talk to each other, however full the mailboxes are."""
        transcript = """
            Ann connects
            Ann> register Ann
            Ann< server: welcome, Ann
            Ann< server: 1 online; …
            Bob connects
            Bob> register Bob
            Bob< server: welcome, Bob
            Bob< server: 2 online; …
            Ann< server: Bob joined
            Ann> Carol:one
            Ann< server: error: too many messages wait for Carol already, try again later
            Ann> Bob:one
            Bob< Ann: one
        """
        replay(transcript, MemoryWire(Limits(waiting_bytes=1)))

    def test_too_many_rooms_for_one(self) -> None:
        """A session may be in a limited number of rooms at once."""
        transcript = f"""{_ANN}
            Ann> {{"type":"join","room":"a"}}
            Ann< {{"type":"ack","request":"join","room":"a","seq":1,"members":["Ann"]}}
            Ann> {{"type":"join","room":"b","id":2}}
            Ann< {{"type":"error","code":"too_many_rooms","message":"…","id":2}}
            Ann> {{"type":"leave","room":"A"}}
            Ann< {{"type":"ack","request":"leave","room":"a"}}
            Ann> {{"type":"join","room":"b"}}
            Ann< {{"type":"ack","request":"join","room":"b","seq":1,"members":["Ann"]}}
        """
        replay(transcript, MemoryWire(Limits(rooms_per_session=1)))

    def test_too_many_rooms_for_the_store(self) -> None:
        """A room that the store cannot take is not entered."""
        transcript = f"""{_ANN}
            Ann> {{"type":"join","room":"a"}}
            Ann< {{"type":"error","code":"rooms_full","message":"…"}}
            Ann> {{"type":"leave"}}
            Ann< {{"type":"error","code":"in_no_room","message":"…"}}
            Ann> {{"type":"message","room":"a","text":"hello?"}}
            Ann< {{"type":"error","code":"not_in_room","message":"…"}}
        """
        replay(transcript, MemoryWire(Limits(known_rooms=1)))

    def test_nobody_can_enter(self) -> None:
        """A registration that the store cannot take leaves the name free."""
        wire = MemoryWire(Limits(known_rooms=0))
        transcript = """
            Ann connects
            Ann> register Ann
            Ann< server: error: the server cannot hold more rooms and conversations, try again later
            Ann> who
            Ann< server: error: you have no name yet, …
        """
        replay(transcript, wire)
        self.assertEqual(wire.factory.users, {})

    def test_names_that_are_nobody(self) -> None:
        """The server is no recipient, the lobby is no room to enter or leave, and to speak in it needs no `room`."""
        transcript = f"""{_ANN}
            Bob connects
            Bob> register Bob
            Bob< server: welcome, Bob
            Bob< server: 2 online; …
            Ann< {{"type":"joined","nickname":"Bob",…}}
            Ann> {{"type":"message","to":"Server","text":"hi"}}
            Ann< {{"type":"error","code":"reserved_name",…}}
            Ann> {{"type":"join","room":"everyone"}}
            Ann< {{"type":"error","code":"reserved_name",…}}
            Ann> {{"type":"join","room":"Lobby"}}
            Ann< {{"type":"error","code":"already_in_room",…}}
            Ann> {{"type":"leave","room":"lobby"}}
            Ann< {{"type":"error","code":"not_in_room",…}}
            Ann> {{"type":"message","room":"Lobby","text":"hello"}}
            Ann< {{"type":"ack","request":"message","room":"lobby",…}}
            Bob< Ann (in lobby): hello
            Ann> {{"type":"message","to":"all","text":"hello"}}
            Ann< {{"type":"ack","request":"message","room":"lobby",…}}
            Bob< Ann (in lobby): hello
            Ann> {{"type":"message","text":"\\u200b \\u202e"}}
            Ann< {{"type":"error","code":"empty_message",…}}
        """
        replay(transcript, MemoryWire())

    def test_the_same_id_for_another_message(self) -> None:
        """Two runs of a script may both count from 1: their messages are different ones."""
        transcript = f"""{_ANN}
            Ann> {{"type":"message","text":"one","id":7}}
            Ann< {{"type":"ack","request":"message","id":7,"room":"lobby","seq":2,…}}
            Ann> {{"type":"message","text":"two","id":7}}
            Ann< {{"type":"ack","request":"message","id":7,"room":"lobby","seq":3,…}}
            Ann> {{"type":"message","text":"two","id":"7"}}
            Ann< {{"type":"ack","request":"message","id":"7","room":"lobby","seq":4,…}}
            Ann> {{"type":"message","text":"two","id":7}}
            Ann< {{"type":"ack","request":"message","id":7,"room":"lobby","seq":3,…}}
        """
        replay(transcript, MemoryWire())


class Shared(SynchronousTestCase):
    """What the hub keeps for all front-ends."""

    def test_given(self) -> None:
        """It has what it was made of, and asks its own store how that fares."""
        store, clock, limits = MemoryStore(Limits(), lambda: 0.0), Clock(), Limits()
        accounts = make_accounts(store.accounts, limits)
        bans = Bans(clock.seconds)
        hub = Hub(store, accounts, limits, Lobby("hall", is_open=False), ["be kind"], bans=bans)
        self.assertEqual((hub.limits, hub.motd), (limits, ["be kind"]))
        self.assertIs(hub.bans, bans)
        self.assertIs(hub.claims, accounts.claims)
        self.assertEqual(hub.store_state(), store.state())
        self.assertEqual((hub.lobby.key, hub.lobby_is_open, hub.is_stopping), ("hall", False, False))
        hub.stop()
        self.assertTrue(hub.is_stopping)

    def test_who(self) -> None:
        """The people behind a name, in its turn; the longest name that somebody may have counts whole."""
        longest = "b" * Limits().name_characters
        wire = MemoryWire()
        transcript = f"""
            Ann connects
            Ann> {{"type":"join","nickname":"{longest}a"}}
            Ann< {{"type":"error","code":"bad_name",…}}
            Ann> {{"type":"join","nickname":"{longest}"}}
            Ann< {{"type":"ack","request":"join","nickname":"{longest}",…}}
            Ann> {{"type":"message","text":"x"}}
            Ann< {{"type":"ack","request":"message",…}}
            Ann> {{"type":"who","after":"{longest}"}}
            Ann< {{"type":"who","names":[],"count":1}}
            Ann< {{"type":"ack","request":"who"}}
            Ann> {{"type":"who","after":"{longest[1:]}"}}
            Ann< {{"type":"who","names":["{longest}"]}}
            Ann< {{"type":"ack","request":"who"}}
        """
        replay(transcript, wire)
