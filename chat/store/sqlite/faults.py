"""Errors of the store: the error code that people get for each, and whether a connection survives it."""

import sqlite3
from typing import Final, NoReturn

from twisted.logger import Logger
from twisted.python.failure import Failure

from chat.errors import ChatError
from chat.store.interfaces import StoreError

log = Logger(namespace="chat.store")

# After these errors the connection can still be used: only the one request has failed.
_PASSING: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_INTERRUPT,
    }
)


class MisplacedError(StoreError):
    """The database's file is not where the operator has it. The connection to it is as good as before."""


def breaks(error: BaseException) -> bool:
    """Whether the connection on which this error happened must be made anew."""
    if isinstance(error, sqlite3.Error):
        return _kind_of(error) not in _PASSING
    return not isinstance(error, ChatError | MisplacedError | ValueError)


def code_of(error: BaseException) -> str:
    """The code of the error that people get."""
    code = _kind_of(error)
    if code == sqlite3.SQLITE_FULL:
        return "disk_full"
    return "busy" if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else "store_failed"


def refuse(failure: Failure) -> NoReturn:
    """An errback: turns a failure of the store into the ChatError that people get."""
    if not isinstance(failure.value, sqlite3.Error | StoreError | OSError | MemoryError):
        failure.raiseException()
    log.error("could not read or write: {error}", error=failure.value)
    raise ChatError(code_of(failure.value)) from None


def _kind_of(error: BaseException) -> int:
    # The lowest byte is the kind of error; the other bits give details. Some errors have no code.
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
