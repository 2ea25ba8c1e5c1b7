"""A private room whose people change what they said, and who is in it, while the server is being killed."""

import random
from collections.abc import Iterator, Mapping
from threading import Event
from typing import Any, NamedTuple

from tests.crash.people import Person, Push, Wire

CLUB = "club"
_PASSWORD = "correct-horse"
_OWNER = "boss"
_EMOJI = "👍"


class Done(NamedTuple):
    """A change that was acknowledged: the kind of its event, its seq, and the fields of what was asked."""

    kind: str
    seq: int
    asked: Mapping[str, Any]


class Fellow(Person):
    """Somebody in the club, with an account. Does one thing after another, each when the one before is answered.

    `heard` are the events by seq, without texts that change, `live` the seqs of those that were heard at once. `shown`
    are the messages as this person sees them, by seq, and `done` is what was acknowledged. `complete`: everything up to
    there has been heard. `doubts` are what cannot be.
    """

    def __init__(self, name: str, fellows: "list[Fellow]", port: int, stop: Event) -> None:
        super().__init__(name, port, stop)
        self.heard: dict[int, tuple[object, ...]] = {}
        self.shown: dict[int, str] = {}
        self.live: set[int] = set()
        self.done: list[Done] = []
        self.doubts: list[str] = []
        self.first: int | None = None
        self.complete = 0
        self.goal: int | None = None
        self._random = random.Random(name)
        self._fellows = fellows
        self._token: str | None = None
        self._own: list[int] = []
        self._numbers = 0
        self._asked: Mapping[str, Any] | None = None

    def is_content(self) -> bool:
        return self.stop.is_set() and self.goal is not None and self.complete >= self.goal

    def talk(self, wire: Wire) -> None:
        self._asked = None
        secret = {"password": _PASSWORD, "remember": True} if self._token is None else {"token": self._token}
        wire.ask({"type": "join", "nickname": self.name, **secret}, {"type": "join", "room": CLUB, "id": "in"})
        entered = ahead = 0
        is_caught_up = False
        for push in wire.pushes():
            if push is None:
                pass
            elif push["type"] == "error" and push.get("id") == "in" and push["code"] != "already_in_room":
                return
            elif push["type"] == "ack" and push["request"] == "join" and "room" not in push:
                self._token = push.get("token", self._token)
            elif push.get("id") == "in":
                # With an account one is there already, but not yet at once.
                entered = push.get("seq", 0)
                self.first = entered if self.first is None and entered else self.first
                self.complete = max(self.complete, self.first or 0)
                wire.ask({"type": "resume", "rooms": {CLUB: self.complete}, "id": "r"})
            elif push.get("id") == "r":
                if push["type"] == "error":
                    return
                assert not push.get("more"), "nobody is away for long"
                is_caught_up = True
                self.complete = max(self.complete, entered, ahead)
            elif push.get("room") == CLUB and "seq" in push:
                self._hear(push)
                # What is older may still be on its way: if that is cut, it is to be asked for again.
                ahead = max(ahead, push["seq"])
                if is_caught_up:
                    self.complete = max(self.complete, ahead)
                if push["type"] == "kicked" and push["name"] == self.name and not push.get("past"):
                    return
            elif self._asked is not None and push.get("id") == self._asked["id"]:
                # It is so already, or may not be done.
                self._asked = None
            if self.is_content():
                return
            if is_caught_up and self._asked is None and not self.stop.is_set():
                self._act(wire)

    # --- what happens

    def _hear(self, push: Push) -> None:
        kind, seq, sender = push["type"], push["seq"], push.get("from", push.get("nickname"))
        if kind == "ack":
            self._answered(push)
            return
        what = kind, sender, push.get("of"), push.get("name"), push.get("emoji")
        if kind not in ("joined", "left") and self.heard.setdefault(seq, what) != what:
            self.doubts.append(f"{self.name} heard {what} at {seq}, and {self.heard[seq]}")
        if not push.get("past"):
            self.live.add(seq)
        if kind == "message":
            self.shown[seq] = push["text"]
        elif kind == "edited" and push["of"] in self.shown:
            self.shown[push["of"]] = push["text"]
        elif kind == "deleted":
            self.shown.pop(push["of"], None)

    def _answered(self, ack: Push) -> None:
        if self._asked is None or ack.get("id") != self._asked["id"]:
            return
        asked, self._asked = self._asked, None
        kind, seq = str(asked["type"]), ack["seq"]
        self.done.append(Done(kind, seq, asked))
        if kind == "message":
            self.shown[seq] = str(asked["text"])
            self._own.append(seq)
        elif kind == "edit" and asked["seq"] in self.shown:
            self.shown[asked["seq"]] = str(asked["text"])
        elif kind == "delete":
            self.shown.pop(asked["seq"], None)

    # --- what this person does

    def _act(self, wire: Wire) -> None:
        self._numbers += 1
        name = f"{self.name}-{self._numbers}"
        choices = list(self._choices(name))
        asked = {**self._random.choice(choices), "room": CLUB, "id": name}
        self._asked = asked
        wire.ask(asked)

    def _choices(self, name: str) -> Iterator[dict[str, Any]]:
        yield from [{"type": "message", "text": f"{name} says"}] * 4
        if self._own:
            seq = self._random.choice(self._own[-5:])
            yield {"type": "edit", "seq": seq, "text": f"{name} changed"}
            yield {"type": "delete", "seq": seq}
        if self.shown:
            seq = self._random.choice([*self.shown][-9:])
            yield {"type": "message", "text": f"{name} answers", "answers": seq}
            yield {"type": "react", "seq": seq, "emoji": _EMOJI}
        if self.name == _OWNER:
            other = self._random.choice(self._fellows[1:]).name
            yield {"type": "topic", "text": f"{name} topic"}
            yield {"type": "role", "name": other, "role": self._random.choice(("moderator", "member"))}
            # The last one is kicked all the time.
            yield {"type": "kick", "name": self._fellows[-1].name}
            yield {"type": "invite", "name": self._fellows[-1].name}


class Owner(Fellow):
    """Makes the club, and makes it private: then `is_private` is set. Invites the others until all are invited."""

    def __init__(self, fellows: "list[Fellow]", port: int, stop: Event) -> None:
        super().__init__(_OWNER, fellows, port, stop)
        self.is_private, self.has_invited = Event(), Event()

    def talk(self, wire: Wire) -> None:
        if self.has_invited.is_set():
            super().talk(wire)
            return
        others = [each.name for each in self._fellows[1:]]
        wire.ask({"type": "join", "nickname": self.name, "password": _PASSWORD})
        wire.ask({"type": "join", "room": CLUB}, {"type": "settings", "settings": {"private": True}, "id": "private"})
        wire.ask(*({"type": "invite", "room": CLUB, "name": name, "id": name} for name in others))
        unknown = 0
        for push in wire.pushes():
            if push is not None and push.get("id") == "private":
                self.is_private.set()
            elif push is not None and push.get("id") in others:
                unknown += push.get("code") == "no_such_person"
                if push["id"] == others[-1]:
                    break
        if not unknown:
            self.has_invited.set()


def make_fellows(port: int, stop: Event) -> list[Fellow]:
    """The owner first, and last the one who is kicked and invited again and again."""
    fellows: list[Fellow] = []
    fellows.append(Owner(fellows, port, stop))
    fellows += [Fellow(f"fellow{number}", fellows, port, stop) for number in range(3)]
    return fellows
