"""Command × role × wire × state: the answer is the same everywhere, and the one that the table of powers gives."""

import json
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final

from twisted.trial.unittest import SynchronousTestCase

from chat.changes import Banned, Invited, Kicked, Muted, RoleSet, SettingsChanged
from chat.commands.specs import CommandSpec
from chat.commands.table import SPECS
from chat.hub.powers import POWERS
from chat.names import fold
from chat.room_state import Role, target_of
from chat.wire import NDJSON
from tests.matrix.drivers import DRIVERS, Driver
from tests.matrix.table import ELSEWHERE, FIRST, ROWS, Filled, Row
from tests.matrix.world import ADDRESS, World


class Who(Enum):
    """The people who give commands. A STRANGER has an account, and is no member of the room, which is private."""

    GUEST = "Guest"
    MEMBER = "Member"
    MODERATOR = "Moderator"
    OWNER = "Owner"
    OPERATOR = "Operator"
    STRANGER = "Stranger"

    @property
    def role(self) -> Role:
        """What they are in the room. Operators count as moderators of every room."""
        return _ROLES[self]


_ROLES: Final = {
    Who.GUEST: Role.GUEST,
    Who.MEMBER: Role.MEMBER,
    Who.MODERATOR: Role.MODERATOR,
    Who.OWNER: Role.OWNER,
    Who.OPERATOR: Role.MODERATOR,
    Who.STRANGER: Role.MEMBER,
}


class State(Enum):
    """The states that they are in. The room from which somebody is KICKED is private."""

    PRESENT = "present"
    AWAY = "away"
    MUTED = "muted"
    BANNED = "banned"
    KICKED = "kicked"
    LOGGED_OUT = "logged out"


AWAY: Final = Filled("server:away", {"type": "away"})


def is_out(who: Who, state: State) -> bool:
    """Whether the room is closed to them."""
    return who is Who.STRANGER or state in (State.KICKED, State.BANNED)


def spec_of(row: Row) -> CommandSpec:
    """The row in the table of commands of what programs ask for; on the text wire that may have a name of its own."""
    request = row.filled(dict.fromkeys(("room", "name", "new"), "x") | {"own": 1, "other": 1, "rooms": {}}).request
    decoded = None if request is None else NDJSON.decode(json.dumps(request).encode(), None)
    return SPECS[row.command if decoded is None else decoded.commands[0].name]


def expected(row: Row, who: Who, state: State, wire: str) -> str | None:
    """The code of the answer; None where the command is carried out."""
    spec = spec_of(row)
    if wire == "http" and who is Who.GUEST and state is State.KICKED:
        # Guests hear so before they have sent a body.
        return "private"
    if wire == "http" and not (spec.for_visitors and (spec.for_programs or who is not Who.GUEST)):
        return "not_over_http"
    if state is State.LOGGED_OUT:
        return "bad_token" if wire == "http" else "not_registered"
    if wire == "http" and not spec.for_programs and not is_out(who, state):
        return "not_for_programs"
    # Every request over HTTP is about the room of its address.
    if not row.is_about_room and wire != "http":
        return None
    if is_out(who, state):
        is_banned = state is State.BANNED and who is not Who.STRANGER
        return row.outside or ("room_banned" if is_banned else "private")
    is_spared = row.spared is not None and who.role.rank >= row.spared.rank
    if row.speaks and state is State.MUTED and not is_spared:
        return "muted"
    if row.power is None:
        return None
    power = POWERS[row.power]
    if who.role.rank < power.least.rank:
        return row.refusal
    if power.on_lower and row.on is not None and row.on.rank >= who.role.rank:
        return "higher_role"
    return None


class Cell:
    """One cell: somebody, on one wire, in a room of their own."""

    def __init__(self, world: World, driver: Driver, who: Who, name: str) -> None:
        self._world = world
        self._driver = driver
        self._who = who
        self._name = name
        self._key = None if who is Who.GUEST else fold(name)

    def answer(self, row: Row, state: State, room: str) -> str | None:
        """What `row` is answered with, in a new room, when it has come to `state`."""
        self._furnish(row, room)
        is_private = self._who is Who.STRANGER or state is State.KICKED
        if is_private:
            self._close(room)
        own = FIRST
        if state is not State.LOGGED_OUT and self._who is not Who.STRANGER and row.is_in:
            self._enter(room)
            own = self._say(room, row)
        names = {"room": room, "name": row.name_of_target, "new": f"{room}-2"}
        blanks = {**names, "other": FIRST, "own": own, "rooms": {room: 1}}
        self._come_to(state, room)
        return self._driver.do(row.filled(blanks), room)

    def _furnish(self, row: Row, room: str) -> None:
        """Make the room, with everybody's role and with what `row` needs."""
        world = self._world
        world.found(room)
        if row.on is Role.MODERATOR:
            world.publish(RoleSet(room=room, place=room, sender="Olga", name="Max", role=Role.MODERATOR))
        if self._who in (Who.MODERATOR, Who.OWNER):
            world.publish(RoleSet(room=room, place=room, sender="Olga", name=self._name, role=self._who.role))
        if row.before is not None:
            world.publish(row.before(room))

    def _close(self, room: str) -> None:
        """Make the room private; whoever is no stranger is a member."""
        publish = self._world.publish
        publish(SettingsChanged(room=room, place=room, sender="Olga", settings={"private": True}))
        if self._who is not Who.STRANGER:
            is_guest = self._who is Who.GUEST
            publish(Invited(room=room, place=room, sender="Olga", name=self._name, is_guest=is_guest))

    def _enter(self, room: str) -> None:
        refused = self._driver.enter(room)
        assert refused is None, (refused, room)

    def _say(self, room: str, row: Row) -> int:
        """Say something there, where `row` needs that; its seq."""
        if row.needs_own:
            said = Filled("hello", {"type": "message", "room": room, "text": "hello"})
            refused = self._driver.do(said, room)
            assert refused is None, (refused, room)
        return self._world.last_seq(room)

    def _come_to(self, state: State, room: str) -> None:
        publish, name = self._world.publish, self._name
        if state in (State.KICKED, State.BANNED) and self._who is Who.OWNER:
            # Nobody puts an owner out: this one has given the room away before.
            publish(RoleSet(room=room, place=room, sender=name, name="Olga", role=Role.OWNER))
        match state:
            case State.KICKED:
                publish(Kicked(room=room, place=room, sender="Olga", name=name))
            case State.BANNED:
                target = target_of(self._key, fold(name), ADDRESS)
                publish(Banned(room=room, place=room, sender="Olga", name=name, target=target))
            case State.MUTED:
                target = target_of(self._key, fold(name), "")
                publish(Muted(room=room, place=room, sender="Olga", name=name, target=target))


def has(row: Row, who: Who, state: State, wire: str) -> bool:
    """Whether there is such a cell."""
    if wire == "text":
        # People type in the room that they are in; few commands name another.
        is_here = row.is_in and not is_out(who, state)
        return row.typed is not None and (is_here or "{room}" in row.typed or not row.is_about_room)
    if row.request is None:
        return False
    if wire == "http":
        is_guest = who is Who.GUEST
        # A guest is another one with each request, and has nothing to log out from.
        return not (is_guest and (row.needs_own or state in (State.LOGGED_OUT, State.AWAY)))
    return True


class Matrix(SynchronousTestCase):
    """A test for each state."""

    def walk(self, state: State) -> None:
        """Try everybody's commands over every wire in that state."""
        wrong = []
        for who in Who:
            rows = [row for row in ROWS if not (who is Who.OWNER and row.on is Role.OWNER)]
            for row, wire, answer in self.answers(who, state, rows):
                right = expected(row, who, state, wire)
                if answer != right:
                    wrong.append(f"{row.command} ({row.power}) by {who.name} over {wire}: {answer}, not {right}")
        self.assertEqual(wrong, [], "\n".join(wrong))

    def answers(self, who: Who, state: State, rows: Sequence[Row]) -> Iterator[tuple[Row, str, str | None]]:
        """What everything in `rows` is answered with over each wire."""
        world = World()
        for kind in DRIVERS:
            wire = kind.name
            name, has_account = f"{who.value}-{wire}", who is not Who.GUEST
            cells = {f"{wire}-{number}": row for number, row in enumerate(rows) if has(row, who, state, wire)}
            secret = None
            if has_account:
                world.open_account(name)
                secret = world.make_token(name, list(cells))
            driver = kind(world.factory, world.site, "nothing" if state is State.LOGGED_OUT else secret)
            if who is Who.OPERATOR:
                world.hub.permissions.operators = {*world.hub.permissions.operators, fold(name)}
            if state is not State.LOGGED_OUT:
                driver.come_in(name, has_account=has_account)
            if state is State.AWAY:
                self.go_away(driver, world, name)
            cell = Cell(world, driver, who, name)
            for room, row in cells.items():
                yield row, wire, cell.answer(row, state, room)

    def go_away(self, driver: Driver, world: World, name: str) -> None:
        """Have somebody be away; a visitor's account is away by another connection."""
        if driver.name == "http":
            driver = DRIVERS[1](world.factory, world.site, None)
            driver.come_in(name, has_account=True)
        self.assertIsNone(driver.do(AWAY, "lobby"))

    def test_present(self) -> None:
        """Somebody who is there may do what their role may."""
        self.walk(State.PRESENT)

    def test_away(self) -> None:
        """Being away changes nothing."""
        self.walk(State.AWAY)

    def test_muted(self) -> None:
        """Somebody who is muted may do what needs no speaking."""
        self.walk(State.MUTED)

    def test_banned(self) -> None:
        """Somebody who is banned is told so, whatever they try."""
        self.walk(State.BANNED)

    def test_kicked(self) -> None:
        """Somebody who was kicked from a private room is a stranger there."""
        self.walk(State.KICKED)

    def test_logged_out(self) -> None:
        """Somebody who has not come in may do nothing."""
        self.walk(State.LOGGED_OUT)


class Table(SynchronousTestCase):
    """The table is whole."""

    def test_commands(self) -> None:
        """Each command of the server is in the table, or concerns no room; each row is of a command."""
        commands = {row.command for row in ROWS}
        self.assertEqual((SPECS.keys() - commands - ELSEWHERE, commands - SPECS.keys()), (set(), set()))

    def test_powers(self) -> None:
        """Each row of the table of powers is walked."""
        self.assertEqual({row.power for row in ROWS if row.power is not None}, set(POWERS))
