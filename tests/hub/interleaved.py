"""A room with several people, each with two devices, on a store that commits, refuses and answers when told to."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from chat.accounts.rules import Policy
from chat.changes import Banned, Deleted, Edited, Kicked, Uninvited
from chat.events import (
    Changed,
    Command,
    Entered,
    Event,
    Exited,
    Failure,
    Joined,
    Left,
    Listed,
    Message,
    Recalled,
    Reply,
    RoomEvent,
)
from chat.hub.hub import Hub
from chat.hub.people import Asker
from chat.hub.positions import Position
from chat.hub.session import Session
from chat.hub.visitors import Visitor
from chat.interfaces import Batch
from chat.limits import Limits
from chat.names import fold
from chat.room_state import RoomState
from chat.server.factory import ChatFactory
from chat.store.interfaces import Commit, Page, Span
from tests.fresh import fresh_accounts
from tests.hub.test_session import ReadPeer
from tests.store.late import SlowStore

PASSWORD = "correct-horse"
# The first of them owns the den.
ACCOUNTS: Final = ("Ann", "Bob", "Cy")
PEOPLE: Final = (*ACCOUNTS, "Dee")
DEVICES: Final = 2 * len(ACCOUNTS) + 1
# What happens to the store: see `LateStore` and `SlowStore`.
STORE: Final = ("flush", "store", "tell", "find", "recall", "look", "fail", "fail one")
# What else happens: nobody takes more of a long answer, or everybody does again; a follower comes back, or is lost.
OTHERS: Final = ("slow", "fast", "follow", "lose")


class Asked(NamedTuple):
    """A request of a device. `about` numbers a person, `of` one of the messages so far."""

    device: int
    command: str
    about: int = 0
    of: int = 0


# The arguments of each command beside the room; `{name}`, `{seq}` and `{number}` are filled in.
_ARGUMENTS: Final[Mapping[str, Mapping[str, object]]] = {
    "join": {"replay": 3},
    "leave": {},
    "message": {"text": "v{number}"},
    "edit": {"seq": "{seq}", "text": "v{number}"},
    "delete": {"seq": "{seq}"},
    "react": {"seq": "{seq}", "emoji": "👍"},
    "unreact": {"seq": "{seq}"},
    "pin": {"seq": "{seq}"},
    "reply": {"seq": "{seq}", "text": "v{number}"},
    "kick": {"name": "{name}"},
    "ban": {"name": "{name}"},
    "unban": {"name": "{name}"},
    "mute": {"name": "{name}"},
    "unmute": {"name": "{name}"},
    "invite": {"name": "{name}"},
    "uninvite": {"name": "{name}"},
    "moderator": {"name": "{name}", "role": "moderator"},
    "member": {"name": "{name}", "role": "member"},
    "owner": {"name": "{name}", "role": "owner"},
    "private": {"settings": {"private": True}},
    "public": {"settings": {"private": False}},
    "joined": {"settings": {"history": "joined"}},
    "rename": {"name": "attic"},
    "rename back": {"name": "den"},
    "archive": {"how": "archive"},
    "open": {"how": "open"},
    "close": {"how": "delete", "name": "den"},
    "history": {},
    "resume": {"rooms": {"den": 0}},
    "topic": {"text": "v{number}"},
}
COMMANDS: Final = tuple(_ARGUMENTS)
# The names in the command table, where they are others.
_NAMES: Final = {
    "moderator": "role",
    "member": "role",
    "owner": "role",
    "private": "settings",
    "public": "settings",
    "joined": "settings",
    "rename back": "rename",
    "archive": "close",
    "open": "close",
}


class Journal(SlowStore):
    """Keeps all commits, and the state of each room before each of its events.

    `versions` has, for each text, the seq of the event that said it: no text is said twice.
    """

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[Commit] = []
        self.before: dict[tuple[str, int], RoomState | None] = {}
        self.versions: dict[str, int] = {}
        self._states: dict[str, RoomState | None] = {}
        self._pages: list[tuple[Deferred[Page[Any]], Page[Any]]] = []

    def committed(self, commits: Sequence[Commit]) -> None:
        for commit in commits:
            event = commit.event
            self.commits.append(commit)
            self.before[event.room, event.seq] = self._states.get(event.room)
            if isinstance(event, Message | Edited):
                self.versions[event.text] = event.seq
            if commit.state is not None:
                self._states[event.room] = commit.state
        super().committed(commits)

    def history(self, room: str, span: Span) -> Deferred[Page[Any]]:
        answer = Deferred[Page[Any]]()

        def find() -> None:
            self._store.history(room, span).addCallback(lambda page: self._pages.append((answer, page)))

        self.asked.append(find)
        return answer

    def find(self) -> None:
        """Find the answers to what was asked about the past, and do not tell yet."""
        asked, self.asked = self.asked, []
        for find in asked:
            find()

    def recall(self) -> None:
        """Answer the oldest question about the past."""
        if not self._pages and self.asked:
            self.asked.pop(0)()
        if self._pages:
            answer, page = self._pages.pop(0)
            answer.callback(page)

    @property
    def is_quiet(self) -> bool:
        return super().is_quiet and not self._pages

    @property
    def states(self) -> Mapping[str, RoomState]:
        """The states as the store has them."""
        return self._store._states.by_room

    def text_of(self, room: str, seq: int) -> str | None:
        """The present text of a message; None if it is not there any more."""
        found = self._store._find(room, seq)
        return None if found is None else found.text


class Device(ReadPeer):
    """What one device of somebody heard, and what is wrong with that.

    `shown` has the versions of the messages that it shows, by room and seq, since it came into the room.
    """

    def __init__(self, name: str, world: "World", before: "Device | None" = None) -> None:
        super().__init__()
        self.name = name
        self.faults: list[str] = []
        self.answers: list[object] = []
        self.shown: dict[tuple[str, int], int] = {}
        self._world = world
        self._deleted: set[tuple[str, int]] = set()
        self._seqs: dict[str, int] = {}
        if before is not None:
            # It shows what it showed on its connection before.
            self.faults, self.shown, self._deleted, self._seqs = (
                before.faults,
                before.shown,
                before._deleted,
                before._seqs,
            )

    def last_of(self, room: str) -> int:
        """The seq of the last event that it heard of a room."""
        return self._seqs.get(room, 0)

    def deliver(self, batch: Batch) -> bool:
        for event in batch.events if self.is_open else ():
            self._hear(event)
        return super().deliver(batch)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Reply | Failure) and event.id is not None:
            self.answers.append(event.id)
        if isinstance(event, Listed):
            for each in event.messages:
                self._see_past(each)
        elif isinstance(event, Recalled):
            self._see_past(event.event)
            if not self.name:
                self._seqs[event.event.room] = max(self._seqs.get(event.event.room, 0), event.event.seq)
        elif isinstance(event, Changed):
            self._note(event.event)
        elif isinstance(event, RoomEvent):
            if event.seq <= self._seqs.get(event.room, 0):
                self.faults.append(f"{event} came after {self._seqs[event.room]}")
            self._seqs[event.room] = event.seq
            if self._may_not_hear(event):
                self.faults.append(f"{self.name} heard {event}")
            self._note(event)
            if isinstance(event, Joined | Left | Kicked | Banned) and self.name == getattr(event, "name", event.sender):
                self._forget(event.room)
        elif isinstance(event, Entered | Exited):
            self._forget("den")

    def _forget(self, room: str) -> None:
        """Somebody who is in a room no more does not hear how it goes on."""
        self.shown = {place: version for place, version in self.shown.items() if place[0] != room}

    def _see_past(self, event: RoomEvent) -> None:
        if self.name != "Dee" and not self._world.hub.permissions.is_open_to(fold(self.name), event.room):
            self.faults.append(f"{self.name} was shown {event}")
        self._note(event)

    def _note(self, event: RoomEvent) -> None:
        if isinstance(event, Deleted):
            place = event.room, event.of
            self._deleted.add(place)
            self.shown.pop(place, None)
        elif isinstance(event, Message | Edited):
            place = event.room, event.of if isinstance(event, Edited) else event.seq
            version = self._world.store.versions[event.text]
            if place in self._deleted:
                if isinstance(event, Message):
                    self.faults.append(f"{event} was deleted")
            elif version < self.shown.get(place, 0):
                self.faults.append(f"{event} is older than version {self.shown[place]}")
            elif isinstance(event, Message) or place in self.shown:
                self.shown[place] = version

    def _may_not_hear(self, event: RoomEvent) -> bool:
        """Whether the person was outside of the room before that event, which does not concern them."""
        key = fold(self.name)
        if isinstance(event, Kicked | Banned | Uninvited) and event.name == self.name:
            return False
        state = self._world.store.before[event.room, event.seq]
        if state is None or self.name == "Dee":
            return False
        if not self.name:
            return state.settings.private
        return not state.is_open_to(key) or key in state.bans


class World:
    """Ann's room den, in which all are. Bob is a moderator. `asked` are the ids of each device."""

    def __init__(self, *, is_private: bool) -> None:
        self.store = Journal()
        limits = Limits(edits_a_minute=9999, reactions_a_minute=9999, invitations_a_minute=9999)
        clock = Clock()
        accounts = fresh_accounts(self.store.accounts, limits, clock.seconds, Policy())
        self.hub = Hub(self.store, accounts, limits)
        self._factory = ChatFactory(self.hub)
        names = [name for name in PEOPLE for _ in range(2 if name in ACCOUNTS else 1)]
        self.devices = [Device(name, self) for name in names]
        self.follower = Device("", self)
        self.sessions = [self._come(device) for device in self.devices]
        self.asked: list[list[object]] = [[] for _ in self.devices]
        self._numbers = 0
        self._failures: list[object] = []
        everybody = range(DEVICES)
        for device in everybody:
            self.take(Asked(device, "join"), "settle")
        self.take(Asked(0, "moderator", PEOPLE.index("Bob")), "settle")
        if is_private:
            self.take(Asked(0, "private"), "settle")

    def _come(self, device: Device) -> Session:
        session = self._factory.new_session(device, "")
        secret = {"password": PASSWORD} if device.name in ACCOUNTS else {}
        session.handle(Command("register", {"name": device.name, **secret}))
        self.settle()
        return session

    def take(self, *steps: str | Asked) -> None:
        """These happen, one after another."""
        for step in steps:
            if isinstance(step, Asked):
                self._ask(step)
            elif step == "settle":
                self.settle()
            elif step in ("fail", "fail one"):
                # Refusals come in the order of the drafts.
                self.store.tell()
                self.store.fail(*([1] if step == "fail one" else []))
            elif step == "look":
                self.store.answer()
            elif step in ("slow", "fast"):
                self._be(step)
            elif step == "follow":
                self._follow()
            elif step == "lose":
                self._lose()
            else:
                getattr(self.store, step)()

    def _be(self, how: str) -> None:
        for device in (*self.devices, self.follower):
            device.takes = how == "fast"
            while device.takes and device.waiting:
                device.waiting.pop(0)()

    def _lose(self) -> None:
        self.follower.is_open = False
        self.hub.visitors.followers.leave(self.follower)

    def _follow(self) -> None:
        """The follower comes back with the last place that it has."""
        self._lose()
        self.follower = Device("", self, self.follower)
        after = Position(self.follower.last_of("den"), None)
        asked = Deferred.fromCoroutine(
            self.hub.visitors.follow(Visitor(address="10.0.0.9"), "den", self.follower, after)
        )
        asked.addErrback(self._failures.append)

    def settle(self) -> None:
        """Commit and answer everything."""
        self.store.tell()
        self._be("fast")
        while not self.store.is_quiet:
            self.store.settle()
            self.store.recall()

    def _ask(self, step: Asked) -> None:
        messages = [each.event.seq for each in self.store.commits if isinstance(each.event, Message)]
        self._numbers += 1
        values: Mapping[str, object] = {
            "name": PEOPLE[step.about % len(PEOPLE)],
            "seq": messages[step.of % len(messages)] if messages else 1,
            "number": self._numbers,
        }
        given = {field: _filled(value, values) for field, value in _ARGUMENTS[step.command].items()}
        name = _NAMES.get(step.command, step.command)
        room = {} if step.command == "resume" else {"room": "den"}
        self.asked[step.device].append(self._numbers)
        self.sessions[step.device].handle(Command(name, {**room, **given}, self._numbers))

    # --- how it must be when all is quiet

    def faults(self) -> list[str]:
        """What is wrong, when everything is settled."""
        found = [fault for device in (*self.devices, self.follower) for fault in device.faults]
        found += map(str, self._failures)
        for _, session, _ in self.hub.visitors.followers.all():
            found += self._wrong_views(self.follower, session)
        for device, asked, session in zip(self.devices, self.asked, self.sessions, strict=True):
            if device.answers != asked:
                found.append(f"{device.name} asked {asked}, and was answered {device.answers}")
            if session.is_held or session.turns:
                found.append(f"{device.name} is stuck")
            found += self._wrong_views(device, session)
        if self.hub.permissions.states != self.store.states:
            found.append(f"the hub has {self.hub.permissions.states}, the store has {self.store.states}")
        return found + self._wrong_rooms()

    def _wrong_views(self, device: Device, session: Asker) -> list[str]:
        """Messages that a device in the room shows otherwise than they are."""
        return [
            f"{device.name} shows version {version} of {seq}, which is {self.store.text_of(room, seq)}"
            for (room, seq), version in device.shown.items()
            if room in session.rooms and self.store.versions.get(self.store.text_of(room, seq) or "") != version
        ]

    def _wrong_rooms(self) -> list[str]:
        found = []
        for session in self.sessions:
            user = session.user
            if user is None:
                continue
            for key in session.rooms:
                room = self.hub.rooms.get(key)
                if room is None or session not in room.members:
                    found.append(f"{user.name} types in {key}, and is not there")
                if not self.hub.permissions.sees(session, key):
                    found.append(f"{user.name} is in {key}, and may not see it")
        for key, room in self.hub.rooms.items():
            here = {session.user.key for session in room.members if session.user is not None}
            if set(room.roster.names) != here:
                found.append(f"the roster of {key} has {room.roster.names}, and there are {here}")
            found += [
                f"{member.user.name} hears {key}, and does not type there"
                for member in room.members
                if member.user is not None and key not in member.rooms
            ]
        return found


def _filled(value: object, values: Mapping[str, object]) -> object:
    """The value of an argument, with what its words in braces stand for."""
    if not isinstance(value, str) or "{" not in value:
        return value
    return values["seq"] if value == "{seq}" else value.format(**values)
