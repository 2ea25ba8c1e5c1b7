"""The modules whose mutants are tried, with the tests that should notice, and the mutants that nothing can notice."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

# The quick ones first: a run ends with the first that fails.
_HUB: Final = (
    *("tests/hub/test_devices.py", "tests/hub/test_leaving.py", "tests/hub/test_delivery.py", "tests/hub/test_hub.py"),
    *("tests/hub/test_rooms.py", "tests/hub/test_commits.py"),
    "tests/hub",
)
_ROOMS: Final = (*_HUB, "tests/accounts/test_programs.py", "tests/server/test_crowds.py")
_DOORS: Final = (
    "tests/accounts/test_own_business.py",
    *("tests/accounts/test_concurrent_logins.py", "tests/accounts/test_entrance.py", "tests/accounts/test_programs.py"),
    *("tests/accounts/test_guest_tokens.py", "tests/accounts/test_arrival.py"),
)
_GATE: Final = (
    *("tests/hub/test_permissions.py", "tests/hub/test_powers.py", "tests/hub/test_private.py"),
    *("tests/hub/test_invitations.py", "tests/hub/test_settings.py"),
)
_NAMES: Final = (
    *("tests/hub/test_renamed.py", "tests/hub/test_settings.py", "tests/hub/test_groups.py"),
    *("tests/hub/test_listings.py", "tests/commands/test_turns.py"),
)
_FILES: Final = ("tests/hub/test_uploads.py", "tests/hub/test_file_gate.py")
_MESSAGES: Final = ("tests/hub/test_amending.py", "tests/hub/test_amended.py", "tests/hub/test_activity.py")
_OVERSEERS: Final = (
    *("tests/hub/test_operators.py", "tests/hub/test_reports.py", "tests/hub/test_audit.py"),
    "tests/hub/test_words.py",
)
_VISITORS: Final = ("tests/hub/test_visitors.py", "tests/web/test_rooms.py", "tests/web/test_revoking.py")
_MEMORY_STORE: Final = ("tests/store/test_memory.py", "tests/store/test_model.py")
_ARGUMENTS: Final = ("tests/commands",)
_PEOPLE: Final = ("tests/hub/test_away.py", "tests/hub/test_whois.py", "tests/hub/test_ignoring.py")

_WRITER: Final = (
    *("tests/store/test_writer.py", "tests/store/test_sqlite.py::Journal", "tests/store/test_sqlite.py::Deleted"),
    *(
        "tests/store/test_durable.py",
        "tests/store/test_broken.py::Moved",
        "tests/store/test_broken.py::MovedLog",
        "tests/store/test_damage.py",
    ),
)

# By the module's path below `chat/`. Tests that start programs are not among them: each run takes seconds.
MODULES: Final[Mapping[str, Sequence[str]]] = {
    "net/outbox": ("tests/net/test_outbox.py",),
    "net/framed": ("tests/net/test_framed.py",),
    "wire/framing": ("tests/wire/test_framing.py",),
    "accounts/rules": (
        *("tests/accounts/test_rules.py", "tests/accounts/test_tokens.py"),
        *("tests/accounts/test_concurrent_logins.py", "tests/accounts/test_entrance.py"),
    ),
    "store/mailboxes": (
        *("tests/store/test_mailboxes.py", "tests/store/test_memory.py::Journal"),
        *("tests/store/test_memory.py::Deleted", "tests/store/test_sqlite.py::Journal"),
    ),
    "store/mailbox_shares": ("tests/store/test_mailboxes.py", "tests/store/test_memory.py::Journal"),
    "store/sqlite/numbers": _WRITER,
    "store/sqlite/writer": _WRITER,
    "hub/entrance": (*_DOORS, *_HUB),
    "hub/room": ("tests/hub/test_room.py", "tests/server/test_crowds.py", "tests/hub/test_replay.py"),
    "hub/replay": ("tests/hub/test_replay.py", "tests/hub/test_cursors.py", *_HUB),
    "hub/backlog": ("tests/hub/test_replay.py", "tests/hub/test_cursors.py", *_HUB),
    "hub/returning": ("tests/hub/test_replay.py", "tests/hub/test_cursors.py", *_HUB),
    "hub/session": ("tests/hub/test_session.py", *_HUB, *_DOORS),
    "hub/rooms": (*_ROOMS, *_DOORS),
    "hub/membership": (*_ROOMS, *_DOORS, "tests/server/test_connections.py::Log"),
    "hub/permissions": (*_GATE, *_ROOMS),
    "hub/rules": _GATE,
    "hub/states": _GATE,
    "hub/slow_mode": _GATE,
    "hub/targets": _GATE,
    "hub/standing": _GATE,
    "hub/invitations": _GATE,
    "hub/exclusion": (*_GATE, *_VISITORS),
    "hub/finding": ("tests/hub/test_finding.py", *_NAMES, *_GATE, *_MESSAGES),
    "hub/founding": _NAMES,
    "hub/room_names": _NAMES,
    "hub/room_settings": _NAMES,
    "hub/groups": _NAMES,
    "hub/listings": _NAMES,
    "hub/changes": (*_MESSAGES, *_GATE),
    "hub/amending": _MESSAGES,
    "hub/activity": _MESSAGES,
    "hub/file_gate": _FILES,
    "hub/uploads": _FILES,
    "hub/mentioning": (*_MESSAGES, "tests/hub/test_ignoring.py"),
    "hub/paced": (*_MESSAGES, *_GATE),
    "hub/filtering": _OVERSEERS,
    "hub/oversight": _OVERSEERS,
    "hub/reports": _OVERSEERS,
    "hub/holding": _OVERSEERS,
    "hub/audit_log": _OVERSEERS,
    "hub/operating": _OVERSEERS,
    "hub/followers": _VISITORS,
    "hub/visitors": _VISITORS,
    "hub/directory": (*_ROOMS, *_DOORS),
    "hub/receipts": _ROOMS,
    "hub/talk": _ROOMS,
    "hub/delivery": _ROOMS,
    "hub/direct": _ROOMS,
    "hub/posts": _ROOMS,
    "hub/hub": (*_ROOMS, *_DOORS),
    "hub/ignoring": _PEOPLE,
    "hub/personal": _PEOPLE,
    "hub/whois": _PEOPLE,
    "personal": _PEOPLE,
    "room_state": ("tests/test_room_state.py",),
    "mentions": ("tests/test_mentions.py",),
    "word_list": ("tests/hub/test_words.py",),
    "commands/people_arguments": _ARGUMENTS,
    "commands/operator_arguments": _ARGUMENTS,
    "commands/room_arguments": _ARGUMENTS,
    "commands/references": _ARGUMENTS,
    "store/memory/kept": _MEMORY_STORE,
    "store/memory/heads": _MEMORY_STORE,
    "store/memory/states": _MEMORY_STORE,
    "store/sqlite/amending": ("tests/store/test_sqlite.py", "tests/store/test_traces.py"),
    "store/sqlite/states": ("tests/store/test_states.py", "tests/store/test_sqlite.py"),
}


class Equivalent(NamedTuple):
    """A mutant that behaves as the module does: the `text` of its line, without spaces around, and what stands there.

    `after` is the changed piece of code, as a run lists it.
    """

    module: str
    text: str
    after: str
    why: str


_MEMORY: Final = "it only frees memory early"
_NO_BLOCK: Final = "no block of ids has a number below zero, so that the times beside it are never read"
_TURN: Final = "any number near it bounds a turn as well"
_SAVES: Final = "it only saves work: what comes of it is the same"
_BOUND: Final = "it only bounds memory, and any other bound near it would do"

EQUIVALENTS: Final[Sequence[Equivalent]] = (
    Equivalent("net/outbox", "self.unsent = None", "pass", _MEMORY),
    Equivalent("net/outbox", "self._queue = None", "pass", _MEMORY),
    Equivalent("net/framed", "self.line_mode = 1", "2", "Twisted only asks whether it is true"),
    *(
        Equivalent(
            "net/framed",
            "if self._draining or self._waits or self._backlog or self.paused or len(data) > BYTES_IN_A_TURN:",
            after,
            "what is framed at once stands behind what is held all the same",
        )
        for after in (
            "self._waits or self._backlog or self.paused or (len(data) > BYTES_IN_A_TURN)",
            "self._draining or self._backlog or self.paused or (len(data) > BYTES_IN_A_TURN)",
            "len(data) >= BYTES_IN_A_TURN",
        )
    ),
    Equivalent("net/framed", "FRAMES_IN_A_TURN = 64", "65", _TURN),
    Equivalent("net/framed", "BYTES_IN_A_TURN = 4096", "4097", _TURN),
    Equivalent(
        "accounts/rules",
        "if not is_right or account is None or password_hash is None:",
        "not is_right or password_hash is None",
        "no password is right where there is no hash",
    ),
    Equivalent(
        "accounts/rules",
        "if not is_right or account is None or password_hash is None:",
        "not is_right or account is None",
        "no password is right where there is no hash",
    ),
    Equivalent("hub/replay", "_PAGE = 32", "33", "any number near it makes a page as well"),
    Equivalent("hub/replay", "backlog.past = None", "pass", _MEMORY),
    Equivalent(
        "hub/replay",
        "since = account_of(session).since if asked.direct else 0",
        "1",
        "where no conversation is asked for nothing uses it",
    ),
    *(
        Equivalent("hub/entrance", text, "token", "whoever gives no name, and whoever has a bad token, has a token")
        for text in ('return await self._program(token or "")', 'program = await self._program(token or "")')
    ),
    Equivalent("hub/backlog", "self._is_behind = False", "True", "each page sets it before anything reads it"),
    Equivalent(
        "hub/session",
        "elif self._is_busy and self._held is not None and reason not in _AT_ONCE:",
        "self._is_busy and reason not in _AT_ONCE",
        "while a command takes its time there is a queue behind it",
    ),
    Equivalent(
        "hub/delivery",
        "if event.place is not None and event.place != (room := self._rooms.of(event)).name:",
        "event.place != (room := self._rooms.of(event)).name",
        _SAVES,
    ),
    Equivalent("hub/direct", "if user is None or not user.programs:", "user is None", _SAVES),
    Equivalent(
        "hub/delivery",
        "if event.place is None or event.place == room.name or not room.is_named:",
        "event.place is None or not room.is_named",
        _SAVES,
    ),
    Equivalent(
        "hub/delivery",
        "if commit.recalled and origin is not None and event.room in origin.session.backlog.entered:",
        "commit.recalled and event.room in origin.session.backlog.entered",
        "messages are recalled only for a session that asked",
    ),
    Equivalent(
        "hub/delivery",
        "others = session.user.others(session) if session.user is not None and session.scope is None else ()",
        "session.scope is None",
        "a session whose `Joined` is committed has a user until its connection is gone",
    ),
    Equivalent(
        "hub/room",
        "if self._later is None or (len(self.members) <= self._limits.told_members and not self._pending):",
        "self._later is None",
        _SAVES,
    ),
    Equivalent(
        "hub/hub",
        "self.bans = bans or Bans(lambda: 0.0)",
        "1.0",
        "no ban could end in it",
    ),
    *(
        Equivalent(
            "hub/rooms",
            "if self.seat(session, room, room.last_seq + 1):",
            after,
            "a follower asks for nothing that it missed, so that nobody asks from where on it hears",
        )
        for after in ("2", "room.last_seq - 1")
    ),
    Equivalent("store/mailbox_shares", "number: int = 0", "1", "of a message that does not wait nobody asks for it"),
    Equivalent("store/mailbox_shares", "is_stranger: bool = False", "True", "nor for that"),
    Equivalent(
        "store/sqlite/writer",
        'self._connection.execute("PRAGMA foreign_keys = OFF")',
        "pass",
        "SQLite's default, unless it was compiled with another",
    ),
    Equivalent("store/sqlite/numbers", "self._noted = -1, 0.0, 0.0", "2", _NO_BLOCK),
    Equivalent("store/sqlite/numbers", "self._noted = -1, 0.0, 0.0", "1.0", _NO_BLOCK),
    Equivalent("store/sqlite/numbers", "_KEPT_IDS = 50_000", "50001", _BOUND),
    *(
        Equivalent(
            "store/sqlite/numbers", "if len(self._users) > _KEPT_IDS or len(self._rooms) > _KEPT_IDS:", after, _BOUND
        )
        for after in (
            *("len(self._users) >= _KEPT_IDS", "len(self._rooms) >= _KEPT_IDS"),
            *("len(self._users) > _KEPT_IDS", "len(self._rooms) > _KEPT_IDS"),
        )
    ),
    Equivalent("store/sqlite/numbers", "if len(self._held) > _KEPT_IDS:", "len(self._held) >= _KEPT_IDS", _BOUND),
    Equivalent("store/sqlite/numbers", "self._held.clear()", "pass", _MEMORY),
)
