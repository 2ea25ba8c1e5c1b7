"""Requests without some of their fields: whatever is missing, the answer says so, and nothing fails inside."""

import json
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import msgspec

from chat.wire import schema
from tests.hub.rooms_case import PASSWORD, RoomsCase

# A value that each field takes, by its name; others are texts.
VALUES: Mapping[str, Any] = {
    **dict.fromkeys(("seq", "answers", "before", "since", "around", "next", "number", "close"), 2),
    **dict.fromkeys(("limit", "replay", "uses", "size", "client_id", "timestamp"), 3),
    **dict.fromkeys(("remember", "confirms", "typing", "undo", "link", "alone"), True),
    # Otherwise nobody without an account comes in any more.
    "on": False,
    "seconds": 60.0,
    "rooms": ["team"],
    "direct": {"Bob": 1},
    "names": ["Bob"],
    "settings": {"topic": "x"},
    "level": "all",
    "sha256": "0" * 64,
    "room": "team",
    "to": "Bob",
    "name": "Bob",
    "emoji": "👍",
    "how": "archive",
    "role": "member",
    "colour": "red",
}
# With this many fields or fewer every subset is tried; with more only those that lack, or have, up to two.
EVERY = 6


class Missing(RoomsCase):
    """Alice is an operator, and the owner of a room."""

    def test_every_subset(self) -> None:
        """Each request is answered in a way that clients know: no combination of fields is an internal error."""
        self.successResultOf(self.hub._accounts._store.set_operator("alice", is_one=True))
        self.alice.type("server:join team", "hello", "again")
        for name, kind in sorted(schema.REQUESTS.items()):
            for fields in subsets(kind):
                with self.subTest(request=name, fields=sorted(fields)):
                    self._ask({"type": name, **fields})
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_invitation_of_nobody(self) -> None:
        """Whoever invites somebody says whom, or asks for a link."""
        alice = self.program("Alice", password=PASSWORD)
        alice.ask({"type": "join", "room": "team"})
        [answer] = alice.ask({"type": "invite", "room": "team", "id": 1})
        self.assertEqual((answer["code"], answer["id"]), ("missing_field", 1))

    def _ask(self, request: Mapping[str, object]) -> None:
        # Nothing that people do a number of times a minute is refused for that.
        self.now += 600
        for asker in (self.program("Alice", password=PASSWORD), self.program("Visitor")):
            asker.ask({"type": "join", "room": "team"})
            answers = [push for push in asker.ask({**request, "id": "x"}) if push.get("id") == "x"]
            self.assertIn(answers[-1]["type"], ("ack", "error"), answers)
            self.assertNotEqual(answers[-1].get("code"), "internal", json.dumps(request))
            asker.leave()


def subsets(kind: type[msgspec.Struct]) -> Iterator[Mapping[str, Any]]:
    """The fields of a request, in many subsets."""
    names = [field.encode_name for field in msgspec.structs.fields(kind) if field.encode_name != "id"]
    values = {name: (VALUES.get(name, "words") if name != "rooms" else _rooms(kind)) for name in names}
    counts = range(len(names) + 1)
    for count in counts if len(names) <= EVERY else [0, 1, 2, *counts[-3:]]:
        for chosen in combinations(names, count):
            yield {name: values[name] for name in chosen}


def _rooms(kind: type[msgspec.Struct]) -> object:
    return {"team": 1} if kind is schema.REQUESTS["resume"] else ["team"]
