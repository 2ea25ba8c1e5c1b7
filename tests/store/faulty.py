"""A data folder whose connections fail when they are told to."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from chat.store.sqlite.folder import DataFolder

Fault = Callable[[], BaseException]


def sqlite_fault(code: int, sentence: str) -> Fault:
    """SQLite's own error of that code."""

    def make() -> BaseException:
        error = sqlite3.OperationalError(sentence)
        error.sqlite_errorcode = code
        return error

    return make


class FaultyFolder(DataFolder):
    """Counts what its connections are asked, and makes question number `fail_at` fail, and as many after it as told."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.asked = 0
        self.fail_at: int | None = None
        self.failures = 1
        self.fault: Fault = RuntimeError
        self.connections = 0

    def connect(self, timeout: float = 5.0) -> sqlite3.Connection:
        """See `DataFolder.connect`."""
        self.ask()
        self.connections += 1
        return cast("sqlite3.Connection", _Connection(super().connect(timeout), self))

    def ask(self) -> None:
        """Something is asked. Raises what it is to fail with."""
        self.asked += 1
        if self.fail_at is not None and self.fail_at <= self.asked < self.fail_at + self.failures:
            raise self.fault()


class _Connection:
    """Asks the folder before each question."""

    def __init__(self, connection: sqlite3.Connection, folder: FaultyFolder) -> None:
        self._connection = connection
        self._folder = folder

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._connection, name)
        if name not in ("execute", "executemany", "executescript", "rollback", "backup"):
            return found

        def asked(*arguments: Any) -> Any:
            self._folder.ask()
            return found(*arguments)

        return asked
