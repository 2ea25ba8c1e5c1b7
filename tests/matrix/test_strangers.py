"""A stranger learns nothing of a private room but that it is private: whatever is in it, every answer is the same."""

import json
from collections.abc import Iterator, Sequence

from twisted.trial.unittest import SynchronousTestCase

from chat.changes import Deleted, Edited, Invited, Muted, Pinned, Reacted, RoleSet, SettingsChanged, TopicSet
from chat.events import Message
from tests.matrix.drivers import PASSWORD
from tests.matrix.world import World
from tests.server.case import ADDRESS
from tests.web.asking import request_of
from tests.web.case import Served, Transport

# What a stranger types. Each guess names the room, somebody in it, or a word that was said there.
TYPED = (
    *("who", "rooms", "rooms den", "rooms treasure", "members den", "members #DEN"),
    *("join den", f"join Den {'x' * 32}", "leave", "help join"),
    *("history den", "history #den 5", "history den 5 before 4", "since 0 den", "since 999 den", "history @Max"),
    *("search treasure", "search treasure in:den", "search in:#den from:Max treasure", "search from:Max treasure"),
    *("whois Max", "whois Olga", "topic", "settings", "invite Max", "kick Max", "role Max owner", "bans", "audit den"),
    *("report #den 3", "notify none den", "edit #den 3 mine", "delete #den 3", "react #den 3 x", "reply #den 3 x"),
    *("pins den", "token make den", "message den hello", "unsend den"),
)
# What their program asks for.
ASKED: Sequence[dict[str, object]] = (
    {"type": "join", "room": "den"},
    {"type": "join", "room": "den", "replay": 10, "code": "x" * 32},
    {"type": "message", "room": "den", "text": "hi", "id": "m"},
    {"type": "message", "room": "den", "text": "hi", "answers": 3},
    {"type": "history", "room": "den"},
    {"type": "history", "where": "den"},
    {"type": "history", "room": "den", "since": 2},
    {"type": "history", "room": "den", "since": 999},
    {"type": "search", "query": "treasure"},
    {"type": "search", "query": "treasure", "room": "den"},
    {"type": "search", "query": "mentions:me"},
    {"type": "resume", "rooms": {"den": 0}},
    {"type": "resume", "rooms": {"den": 999}},
    {"type": "read", "room": "den", "seq": 3},
    {"type": "delivered", "room": "den", "seq": 3},
    {"type": "leave", "room": "den"},
    {"type": "rooms"},
    {"type": "rooms", "query": "treasure"},
    {"type": "rooms", "after": "den"},
    {"type": "members", "room": "den"},
    {"type": "members", "room": "den", "after": "A"},
    {"type": "topic", "room": "den"},
    {"type": "settings", "room": "den"},
    {"type": "settings", "room": "den", "settings": {"private": False}},
    {"type": "edit", "room": "den", "seq": 3, "text": "x"},
    {"type": "delete", "room": "den", "seq": 3},
    {"type": "react", "room": "den", "seq": 3, "emoji": "x"},
    {"type": "pin", "room": "den", "seq": 3},
    {"type": "pins", "room": "den"},
    {"type": "typing", "room": "den"},
    {"type": "upload", "room": "den", "name": "a", "size": 1},
    {"type": "message", "room": "den", "text": "", "file": "x"},
    {"type": "invite", "room": "den", "name": "Stranger"},
    {"type": "kick", "room": "den", "name": "Max"},
    {"type": "mute", "room": "den", "name": "Max"},
    {"type": "bans", "room": "den"},
    {"type": "role", "room": "den", "name": "Stranger", "role": "owner"},
    {"type": "rename", "room": "den", "name": "lair"},
    {"type": "close", "room": "den", "how": "archive"},
    {"type": "audit", "room": "den"},
    {"type": "report", "room": "den", "seq": 3},
    {"type": "notify", "room": "den", "level": "all"},
    {"type": "token.make", "rooms": ["den"]},
    {"type": "whois", "name": "Max"},
    {"type": "who"},
)
# What they ask for over HTTP.
TARGETS = (
    *("/rooms/den/messages", "/rooms/DEN/messages?limit=1", "/rooms/den/messages?before=4"),
    *("/rooms/den/messages?since=0", "/rooms/den/messages?since=999"),
    *("/rooms/den/messages?follow", "/rooms/den/messages?follow&since=1"),
    *("/rooms/den", "/rooms/den/requests", "/rooms", "/healthz", "/openapi.json"),
)


class Strangers(SynchronousTestCase):
    """Two servers, on which the same stranger asks the same. In one of them much has happened in the private room."""

    def test_guesses(self) -> None:
        """The answers are the same, to the byte."""
        for has_account in (False, True):
            quiet, lively = (list(self.guesses(is_lively, has_account=has_account)) for is_lively in (False, True))
            self.assertEqual(quiet, lively)
            heard = " ".join(answer for _, answer in lively)
            for told in ("oak", "Tea"):
                self.assertNotIn(told, heard)

    def world(self, *, is_lively: bool) -> World:
        """A server with a private room."""
        world = World()
        world.found("den")
        world.publish(SettingsChanged(room="den", place="den", sender="Olga", settings={"private": True}))
        room, place, sender = "den", "den", "Olga"
        for event in (
            TopicSet(room=room, place=place, sender=sender, text="Tea"),
            RoleSet(room=room, place=place, sender=sender, name="Mona", role="moderator"),
            Invited(room=room, place=place, sender=sender, name="Ida"),
            Message(
                room=room, place=place, sender="Max", text="a treasure under the oak, Stranger", mentions=["stranger"]
            ),
            Edited(room=room, place=place, sender="Max", of=8, text="a treasure under the old oak"),
            Reacted(room=room, place=place, sender=sender, of=8, emoji="👍"),
            Pinned(room=room, place=place, sender=sender, of=8),
            Muted(room=room, place=place, sender=sender, name="Max", target="max"),
            Deleted(room=room, place=place, sender="Max", of=3),
        ):
            if is_lively:
                world.publish(event)
        return world

    def guesses(self, is_lively: bool, *, has_account: bool) -> Iterator[tuple[str, str]]:
        """Each guess with its answer, on every wire. `is_lively`: much has happened in the room."""
        world = self.world(is_lively=is_lively)
        if has_account:
            world.open_account("Stranger")
        transport = Transport(peerAddress=ADDRESS, lenient=True)
        typist = world.factory.buildProtocol(ADDRESS)
        typist.makeConnection(transport)
        come_in = f"login Stranger {PASSWORD}" if has_account else "register Stranger"
        for line in (come_in, *TYPED):
            transport.clear()
            typist.dataReceived(f"server:{line}\n".encode())
            yield line, transport.value().decode()
        typist.dataReceived(b"server:exit\n")
        program_end = Transport(peerAddress=ADDRESS, lenient=True)
        program = world.factory.buildProtocol(ADDRESS)
        program.makeConnection(program_end)
        joining: dict[str, object] = {"type": "join", "nickname": "Stranger"}
        for request in (joining | ({"password": PASSWORD} if has_account else {}), *ASKED):
            program_end.clear()
            program.dataReceived(json.dumps({"id": 1, **request}).encode() + b"\n")
            yield json.dumps(request), program_end.value().decode()
        headers = {"Authorization": f"Bearer {world.make_token('Stranger', ['den', 'lobby'])}"} if has_account else {}
        asked = [("GET", target, b"") for target in TARGETS] + [("HEAD", target, b"") for target in TARGETS]
        asked += [("POST", "/rooms/den/messages", b"hi")]
        asked += [("POST", "/rooms/den/requests", json.dumps(request).encode()) for request in ASKED]
        for method, target, body in asked:
            served = Served(world.site.buildProtocol(ADDRESS))
            served.send(request_of(method, target, body, **headers))
            answer = served.answer().decode()
            served.lose()
            yield (
                f"{method} {target} {body.decode()}",
                "\n".join(line for line in answer.splitlines() if not line.startswith("Date:")),
            )
