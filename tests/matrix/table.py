"""The table of the matrix: every command that concerns a room or a message, with sample arguments."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from chat.changes import Banned, Change, Invited, Muted, Pinned
from chat.room_state import Role

# The seq of the message of somebody else, behind the joins of those who made the room.
FIRST: Final = 3


class Filled(NamedTuple):
    """A command with its arguments, as `tests.matrix.drivers.Sample` says."""

    typed: str | None
    request: Mapping[str, object] | None


class Row(NamedTuple):
    """One command, as people type it in the room and as programs ask for it; None where a wire has it not.

    Both have blanks: `{room}`, `{name}` (the person it is used on), `{own}` and `{other}` (the seqs of a message of
    one's own and of somebody else's), `{new}` (a name that no room has), and `{rooms}` (a position in it).

    `power` is its row in the table of powers, if it has one, and `refusal` the code for lower roles. `on` is the role
    of the person it is used on. `speaks`: whoever is muted may not, but for `spared` and higher roles. `is_in`: whoever
    gives it is in the room before, where they may be. `is_about_room`: it is refused where the room is closed to them.
    `outside`: the code for somebody who is not in the room, whatever room it is. `before` makes what has to have
    happened.
    """

    command: str
    typed: str | None
    request: Mapping[str, object] | None
    power: str | None = None
    refusal: str = "not_allowed"
    on: Role | None = None
    speaks: bool = False
    spared: Role | None = None
    is_in: bool = True
    is_about_room: bool = True
    outside: str | None = None
    before: Callable[[str], Change] | None = None

    @property
    def name_of_target(self) -> str:
        """The person it is used on."""
        return "Olga" if self.on is Role.OWNER else "Max"

    @property
    def needs_own(self) -> bool:
        """Whether it is about a message of one's own."""
        return "{own}" in f"{self.typed} {self.request}"

    def filled(self, blanks: Mapping[str, object]) -> Filled:
        """The command with its blanks filled."""
        typed = None if self.typed is None else self.typed.format_map(blanks)
        request = None
        if self.request is not None:
            request = {name: _filled(value, blanks) for name, value in self.request.items()}
        return Filled(typed, request)


def _filled(value: object, blanks: Mapping[str, object]) -> object:
    if not isinstance(value, str):
        return value
    blank = re.fullmatch(r"\{(\w+)\}", value)
    return value.format_map(blanks) if blank is None else blanks[blank[1]]


def _in_room(kind: str, **fields: object) -> Mapping[str, object]:
    return {"type": kind, "room": "{room}", **fields}


def _ban(room: str) -> Change:
    return Banned(room=room, place=room, sender="Olga", name="Ida", target="ida")


def _mute(room: str) -> Change:
    return Muted(room=room, place=room, sender="Olga", name="Ida", target="ida")


def _invitation(room: str) -> Change:
    return Invited(room=room, place=room, sender="Olga", name="Ida")


def _pin(room: str) -> Change:
    return Pinned(room=room, place=room, sender="Olga", of=FIRST)


def _on_person(command: str, *roles: Role) -> Sequence[Row]:
    """A command that is used on people of these roles."""
    return [
        Row(command, f"server:{command} {{name}}", _in_room(command, name="{name}"), power=command, on=role)
        for role in roles
    ]


def _setting(command: str, typed: str, **settings: object) -> Row:
    return Row(command, f"server:{command}{typed}", _in_room("settings", settings=settings), power=command)


_MEMBER, _MODERATOR, _OWNER = Role.MEMBER, Role.MODERATOR, Role.OWNER
ROWS: Final[Sequence[Row]] = (
    # Coming and going.
    Row("join", "server:join {room}", _in_room("join"), is_in=False),
    Row("leave", "server:leave", _in_room("leave"), outside="not_in_room"),
    Row("rooms", "server:rooms", {"type": "rooms"}, is_about_room=False),
    Row("members", "server:members {room}", _in_room("members")),
    # What is said.
    Row("message", "hello", _in_room("message", text="hello"), speaks=True),
    Row("say", "server:say hello", None, speaks=True),
    Row("upload", None, _in_room("upload", name="a", size=1), speaks=True),
    Row("reply", "server:reply {other} hello", _in_room("message", answers="{other}", text="hello"), speaks=True),
    Row("begin", "server:begin\none\ntwo\nserver:end", _in_room("message", text="one\ntwo"), speaks=True),
    Row("edit", "server:edit {own} other", _in_room("edit", seq="{own}", text="other"), power="edit", speaks=True),
    Row(
        "delete", "server:delete {own}", _in_room("delete", seq="{own}"), power="delete", speaks=True, spared=_MODERATOR
    ),
    Row("delete", "server:delete {other}", _in_room("delete", seq="{other}"), "delete others", "not_yours"),
    Row("react", "server:react {other} 👍", _in_room("react", seq="{other}", emoji="👍"), power="react", speaks=True),
    Row("unreact", "server:unreact {other}", _in_room("react", seq="{other}", undo=True), power="unreact", speaks=True),
    Row("pin", "server:pin {other}", _in_room("pin", seq="{other}"), power="pin"),
    Row("unpin", "server:unpin {other}", _in_room("unpin", seq="{other}"), power="unpin", before=_pin),
    Row("pins", "server:pins", _in_room("pins")),
    Row("typing", None, _in_room("typing"), speaks=True),
    # What was said.
    Row("history", "server:history {room} 5", _in_room("history", limit=5)),
    Row("since", "server:since 1 {room}", _in_room("history", since=1)),
    Row("search", "server:search hello in:{room}", {"type": "search", "query": "hello in:{room}"}),
    Row("history", "server:history {room} 5 around 2", _in_room("history", around=2)),
    Row("who", "server:who {room}", _in_room("who")),
    Row("read", None, _in_room("read", seq=1)),
    Row("resume", None, {"type": "resume", "rooms": "{rooms}"}),
    Row("notify", "server:notify all {room}", _in_room("notify", level="all")),
    # The room.
    Row("settings", "server:settings", _in_room("settings")),
    Row("topic", "server:topic Tea", _in_room("topic", text="Tea"), power="topic"),
    _setting("private", "", private=True),
    _setting("public", "", private=False),
    _setting("speak", " all", speak="all"),
    _setting("slow", " 10s", slow=10),
    _setting("history", " all", history="all"),
    _setting("retention", " 30d", retention=30 * 86_400),
    _setting("edits", " 1h", edits=3600),
    Row("rename", "server:rename {new}", _in_room("rename", name="{new}"), power="rename"),
    Row("close", "server:close archive", _in_room("close", how="archive"), power="close"),
    # People.
    Row("invite", "server:invite Ida", _in_room("invite", name="Ida"), power="invite"),
    Row("uninvite", "server:uninvite Ida", _in_room("uninvite", name="Ida"), power="uninvite", before=_invitation),
    *_on_person("kick", _MEMBER, _MODERATOR, _OWNER),
    *_on_person("ban", _MEMBER, _MODERATOR, _OWNER),
    *_on_person("mute", _MEMBER, _MODERATOR, _OWNER),
    Row("unban", "server:unban Ida", _in_room("unban", name="Ida"), power="unban", before=_ban),
    Row("bans", "server:bans", _in_room("bans"), power="bans"),
    Row("unmute", "server:unmute Ida", _in_room("unmute", name="Ida"), power="unmute", before=_mute),
    Row("role", "server:role Max moderator", _in_room("role", name="Max", role="moderator"), power="role", on=_MEMBER),
    Row("owner", "server:owner Max", _in_room("owner", name="Max"), power="owner"),
    Row("held", "server:held", _in_room("held"), power="held"),
    Row("audit", "server:audit", _in_room("audit"), power="audit"),
    Row("report", "server:report {other} rude", _in_room("report", seq="{other}", reason="rude")),
)
# The commands that concern no room, or the whole server. All others have a row.
ELSEWHERE: Final = frozenset(
    (
        *("register", "login", "password", "token", "devices", "unregister", "logout", "exit", "help", "unsaid"),
        *("unsend", "delivered", "ping", "ticket"),
        # People.
        *("whois", "away", "back", "ignore", "unignore", "ignored", "profile", "seen", "reactions"),
        # Operators.
        *("announce", "lockdown", "reports", "close-room", "release", "discard"),
        *("server-kick", "server-ban", "server-unban", "server-bans"),
        # A room that does not exist yet, and the end of what the row of `begin` begins.
        *("group", "end"),
    )
)
