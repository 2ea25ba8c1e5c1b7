"""The modules whose mutants are tried, with the tests that should notice, and the mutants that nothing can notice."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

# By the module's path below `chat/`. Tests that start programs are not among them: each run takes seconds.
MODULES: Final[Mapping[str, Sequence[str]]] = {
    "net/outbox": ("tests/net/test_outbox.py",),
    "net/framed": ("tests/net/test_framed.py",),
    "wire/framing": ("tests/wire/test_framing.py",),
    "accounts/rules": (
        *("tests/accounts/test_rules.py", "tests/accounts/test_tokens.py"),
        *("tests/accounts/test_doors.py", "tests/accounts/test_entrance.py"),
    ),
    "store/mailboxes": (
        *("tests/store/test_mailboxes.py", "tests/store/test_memory.py::Journal"),
        *("tests/store/test_memory.py::Deleted", "tests/store/test_sqlite.py::Journal"),
    ),
    "store/sqlite/writer": (
        *("tests/store/test_writer.py", "tests/store/test_sqlite.py::Journal", "tests/store/test_sqlite.py::Deleted"),
        *("tests/store/test_durable.py", "tests/store/test_broken.py::Moved"),
    ),
    "hub/entrance": ("tests/accounts", "tests/hub"),
    "hub/room": ("tests/hub",),
    "hub/replay": ("tests/hub",),
    "hub/session": ("tests/hub", "tests/accounts"),
    "hub/delivery": ("tests/hub",),
    "hub/hub": ("tests/hub", "tests/commands", "tests/accounts"),
}


class Equivalent(NamedTuple):
    """A mutant that behaves as the module does: the `text` of its line, without spaces around, and what stands there.

    `after` is the changed piece of code, as a run lists it.
    """

    module: str
    text: str
    after: str
    why: str


EQUIVALENTS: Final[Sequence[Equivalent]] = ()
