"""Brings a database to this program's schema: numbered SQL files, each applied once."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from twisted.logger import Logger

from chat.store.files import part_of, put, sync
from chat.store.interfaces import StoreError
from chat.store.sqlite.indexing import add_words

log = Logger(namespace="chat.store")


class Migration(NamedTuple):
    """One step: `number` counts from 1, `sql` is its script."""

    number: int
    sql: str


@cache
def known_migrations() -> Sequence[Migration]:
    """The steps this program knows, in order, from `schema/NNN-*.sql`."""
    found = [path for path in files("chat.store.sqlite").joinpath("schema").iterdir() if path.name.endswith(".sql")]
    return sorted(Migration(int(path.name[:3]), path.read_text()) for path in found)


def migrate(connection: sqlite3.Connection, database: Path, migrations: Sequence[Migration]) -> None:
    """Apply the missing migrations, all in one transaction. A database that is not new is copied first.

    Before that, the connection gets the SQL functions of the schema, which it needs to write to the index of words.
    The copy is `<database>.before-NNN`, where NNN is its schema. Raises StoreError for a database of a newer program,
    and sqlite3.Error if a step fails. In both cases the database stays as it was.
    """
    add_words(connection)
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    newest = migrations[-1].number
    if version > newest:
        raise StoreError(f"{database} was written by a newer version (schema {version}, this one knows {newest})")
    missing = [migration for migration in migrations if migration.number > version]
    if not missing:
        return
    if version:
        log.warn(
            "bringing the database from schema {version} to {newest}, a copy of it is kept; a million messages take"
            " ten seconds and more",
            version=version,
            newest=newest,
        )
        _copy(connection, database.with_name(f"{database.name}.before-{version:03}"))
    script = "\n".join(migration.sql for migration in missing)
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {newest};\nCOMMIT;")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.rollback()
        raise


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    """The copy appears whole or not at all: half of one would take the space that a full disk needs."""
    part = target.with_name(f"{target.name}.part")
    journal = part.with_name(f"{part.name}-journal")
    # A migration that was killed may have left these. The folder is locked, so nobody else writes them.
    for file in (target, part, journal):
        file.unlink(missing_ok=True)
    try:
        with part_of(target), closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
            copy.close()
            sync(part)
            put(part, target)
    finally:
        journal.unlink(missing_ok=True)
