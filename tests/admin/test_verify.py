"""`verify`, as an operator uses it."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from chat.store.sqlite.migrations import known_migrations
from tests.admin.case import ToolCase, admin


class Program(ToolCase):
    """`verify`, as an operator uses it."""

    def test_lines(self) -> None:
        """A line for each fault, and status 1."""
        file = self.folder / "old.db"
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript("\n".join(step.sql for step in known_migrations() if step.number < 2))
            connection.executescript(
                "INSERT INTO rooms VALUES (1, 'hall', 'public', 3), (2, 'attic', 'public', 2); PRAGMA user_version = 1;"
            )
        self.assertEqual(self.complaints(file), ["old.db: room hall: …", "old.db: room attic: …"])

    def complaints(self, file: Path) -> list[str]:
        """What it says of a file, without the numbers."""
        ended = admin(self.data, "verify", file.name)
        self.assertEqual((ended.returncode, ended.stdout), (1, ""))
        lines = [line.removeprefix("chat.admin: ") for line in ended.stderr.splitlines()]
        return [re.sub(r"has .*", "…", line) for line in lines]
