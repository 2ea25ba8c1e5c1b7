"""Accounts in SQLite. They are read on the reader's thread and changed on the writer's."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, TypeVar

import msgspec
from twisted.internet.defer import Deferred, succeed

from chat.errors import ChatError
from chat.events import AccessToken
from chat.looks import Looks
from chat.names import Name
from chat.personal import NO_SETTINGS, PersonalSettings
from chat.room_state import RoomState
from chat.store.interfaces import Account, AccountChange, LoginToken, What
from chat.store.sqlite.faults import refuse
from chat.store.sqlite.reader import Reader
from chat.store.sqlite.rows import ACCESS_TOKEN_COLUMNS, ACCOUNT, ACCOUNT_COLUMNS, access_token_of, settings_of
from chat.store.sqlite.said_files import forget_owner
from chat.store.sqlite.states import forget_account
from chat.store.sqlite.worker import Worker
from chat.store.sqlite.writer import Writer

R = TypeVar("R")
# A conversation that gets another key: the key of the user to whom it still belongs, the old key, and the new one.
Move = tuple[str, str, str]

_SETTINGS = "SELECT value FROM settings WHERE name_key = ?"
_DROP_ACCESS_TOKENS = "DELETE FROM access_tokens WHERE name_key = ?"
_FORGET_HELD = "DELETE FROM held_messages WHERE sender_key = ? AND since IS NOT NULL"
# JSON, because there may be any number of names.
_ONE_OF = "name_key IN (SELECT value FROM json_each(?))"
# The names are kept in memory: only one process uses the database.
_NAMES = "SELECT name, name_key, password_hash IS NULL FROM accounts"
# The account whose password hash is still the one that was verified; with None, the account as it is.
_VERIFIED = f"name_key = ? AND {ACCOUNT} AND password_hash = coalesce(?, password_hash)"


class SqliteAccounts:
    """An `AccountStore` beside the messages of one database. `now` is in seconds since the epoch.

    `flush` writes all that was appended and acknowledged so far, before anything else. `forgotten` is called for an
    account that was deleted, with its conversations: (the other's key, old room, new room) of each, and the states of
    rooms that have changed with it.
    """

    def __init__(
        self,
        writer: Worker[Writer],
        reader: Worker[Reader],
        now: Callable[[], float],
        flush: Callable[[], object],
        forgotten: Callable[[str, Sequence[Move], Mapping[str, RoomState]], None],
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._now = now
        self._flush = flush
        self._forgotten = forgotten
        # The names of all accounts, and some more: names that are no longer held, or whose account could not be made.
        self._names: set[str] = set()
        # The names of accounts that exist and are not deleted.
        self._owned: set[str] = set()
        self._operators: set[str] = set()
        self._looks = Looks()
        self._changed: Callable[[AccountChange], None] = lambda _: None

    @property
    def keys(self) -> Set[str]:
        return self._owned

    def watch(self, changed: Callable[[AccountChange], None]) -> None:
        self._changed = changed

    def load(self) -> None:
        """Called once, when the threads run."""
        for name, key, is_deleted in self._reader.ask(lambda reader: reader.connection.execute(_NAMES).fetchall()):
            self._note(Name(name, key))
            if not is_deleted:
                self._owned.add(key)
        select = "SELECT name_key FROM operators"
        self._operators.update(
            key for (key,) in self._reader.ask(lambda reader: reader.connection.execute(select).fetchall())
        )

    def is_account(self, key: str) -> bool:
        """Whether a name is an account's."""
        return key in self._owned

    def find(self, key: str) -> Deferred[Account | None]:
        # Most people who come have no account; they cost no question to the database.
        return self._one("name_key = ?", key) if key in self._names else succeed(None)

    def resembling(self, name: Name) -> Deferred[bool]:
        rivals = self._looks.rivals(name)
        if not rivals:
            return succeed(False)
        return self._one(_ONE_OF, json.dumps([*rivals])).addCallback(lambda found: found is not None)

    def create(self, account: Account, invitation: bytes | None) -> Deferred[Account]:
        now, name = self._now(), Name(account.name, account.key)
        rivals = self._looks.rivals(name)

        def change(connection: sqlite3.Connection) -> Account:
            connection.execute("DELETE FROM accounts WHERE held_until <= ?", (now,))
            if connection.execute("SELECT 1 FROM accounts WHERE name_key = ?", (account.key,)).fetchone():
                raise ChatError("name_claimed", name=account.name)
            alike = f"SELECT 1 FROM accounts WHERE {_ONE_OF}"
            if rivals and connection.execute(alike, (json.dumps([*rivals]),)).fetchone():
                raise ChatError("name_resembles", name=account.name)
            if invitation is not None:
                use = "UPDATE invitations SET used_by = ? WHERE digest = ? AND used_by IS NULL AND expires_at > ?"
                if not connection.execute(use, (account.key, invitation, now)).rowcount:
                    raise ChatError("bad_invitation")
            since = connection.execute("SELECT last_id FROM state").fetchone()[0]
            kept = account._replace(since=since)
            connection.execute(f"INSERT INTO accounts ({ACCOUNT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", kept)
            return kept

        def told(kept: Account) -> AccountChange:
            self._owned.add(kept.key)
            return AccountChange(kept.key, What.MADE, kept.password_hash)

        self._note(name)
        return self._change(change, told)

    def invitation(self, digest: bytes) -> Deferred[bool]:
        select = "SELECT 1 FROM invitations WHERE digest = ? AND used_by IS NULL AND expires_at > ?"
        return self._ask(select, digest, self._now()).addCallback(bool)

    def change_password(self, key: str, password_hash: str, verified: str | None = None) -> Deferred[bool]:
        def change(connection: sqlite3.Connection) -> bool:
            if not _set_hash(connection, password_hash, key, verified):
                return False
            _drop_tokens(connection, key)
            connection.execute(_DROP_ACCESS_TOKENS, (key,))
            return True

        return self._change(change, lambda done: AccountChange(key, What.PASSWORD, password_hash) if done else None)

    def rehash(self, key: str, password_hash: str, verified: str) -> Deferred[bool]:
        told = AccountChange(key, What.REHASHED, password_hash, verified)
        return self._change(
            lambda connection: _set_hash(connection, password_hash, key, verified), lambda done: told if done else None
        )

    def delete(self, key: str, held_until: float, verified: str | None = None) -> Deferred[bool]:
        def change(connection: sqlite3.Connection) -> tuple[Sequence[Move], Mapping[str, RoomState]] | None:
            hold = f"UPDATE accounts SET password_hash = NULL, held_until = ? WHERE {_VERIFIED}"
            if not connection.execute(hold, (held_until, key, verified)).rowcount:
                return None
            _drop_tokens(connection, key)
            connection.execute(_DROP_ACCESS_TOKENS, (key,))
            connection.execute("DELETE FROM settings WHERE name_key = ?", (key,))
            connection.execute("DELETE FROM operators WHERE name_key = ?", (key,))
            connection.execute(_FORGET_HELD, (key,))
            forget_owner(connection, key)
            return _forget_user(connection, key), forget_account(connection, key)

        def told(forgotten: tuple[Sequence[Move], Mapping[str, RoomState]] | None) -> AccountChange | None:
            if forgotten is None:
                return None
            self._owned.discard(key)
            self._operators.discard(key)
            self._forgotten(key, *forgotten)
            return AccountChange(key, What.DELETED)

        # Cursors of a conversation must be written while it still has its old key.
        self._flush()
        return self._change(change, told).addCallback(lambda forgotten: forgotten is not None)

    def settings(self, key: str) -> Deferred[PersonalSettings]:
        return self._ask(_SETTINGS, key).addCallback(lambda rows: settings_of(rows[0][0]) if rows else NO_SETTINGS)

    def change_settings(
        self, key: str, change: Callable[[PersonalSettings], PersonalSettings]
    ) -> Deferred[PersonalSettings | None]:
        def change_row(connection: sqlite3.Connection) -> PersonalSettings | None:
            if not connection.execute(f"SELECT 1 FROM accounts WHERE {_VERIFIED}", (key, None)).fetchone():
                return None
            row = connection.execute(_SETTINGS, (key,)).fetchone()
            settings = change(settings_of(row[0]) if row else NO_SETTINGS)
            put = "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name_key) DO UPDATE SET value = excluded.value"
            connection.execute(put, (key, msgspec.json.encode(settings).decode()))
            return settings

        def told(settings: PersonalSettings | None) -> AccountChange | None:
            return None if settings is None else AccountChange(key, What.SETTINGS, settings=settings)

        return self._change(change_row, told)

    def add_token(self, digest: bytes, account: Account, expires_at: float, most: int) -> Deferred[bool]:
        now, key = self._now(), account.key

        def change(connection: sqlite3.Connection) -> bool:
            connection.execute("DELETE FROM tokens WHERE expires_at <= ?", (now,))
            select = f"SELECT ?, name_key, ? FROM accounts WHERE {_VERIFIED}"
            values = (digest, expires_at, key, account.password_hash)
            if not connection.execute(f"INSERT INTO tokens {select}", values).rowcount:
                return False
            others = "SELECT digest FROM tokens WHERE name_key = ? AND digest != ? ORDER BY expires_at DESC LIMIT -1"
            delete = f"DELETE FROM tokens WHERE digest IN ({others} OFFSET ?)"
            connection.execute(delete, (key, digest, most - 1))
            return True

        return self._change(change)

    def token_owner(self, digest: bytes) -> Deferred[Account | None]:
        return self._one(
            "name_key = (SELECT name_key FROM tokens WHERE digest = ? AND expires_at > ?)", digest, self._now()
        )

    def renew_token(self, digest: bytes, account: Account, expires_at: float) -> Deferred[bool]:
        now = self._now()

        def change(connection: sqlite3.Connection) -> bool:
            update = (
                "UPDATE tokens SET expires_at = ? WHERE digest = ? AND expires_at > ? AND name_key ="
                f" (SELECT name_key FROM accounts WHERE {_VERIFIED})"
            )
            values = (expires_at, digest, now, account.key, account.password_hash)
            return connection.execute(update, values).rowcount > 0

        return self._change(change)

    def tokens(self, key: str) -> Deferred[Sequence[LoginToken]]:
        select = "SELECT digest, expires_at FROM tokens WHERE name_key = ? AND expires_at > ?"
        found = self._ask(f"{select} ORDER BY expires_at DESC, digest", key, self._now())
        return found.addCallback(lambda rows: [LoginToken(*row) for row in rows])

    def drop_token(self, digest: bytes, key: str) -> Deferred[bool]:
        def change(connection: sqlite3.Connection) -> bool:
            delete = "DELETE FROM tokens WHERE digest = ? AND name_key = ?"
            return connection.execute(delete, (digest, key)).rowcount > 0

        told = AccountChange(key, What.DEVICE, digest=digest)
        return self._change(change, lambda done: told if done else None)

    def drop_tokens(self, key: str) -> Deferred[None]:
        return self._change(
            lambda connection: _drop_tokens(connection, key), lambda _: AccountChange(key, What.LOGGED_OUT)
        )

    def add_access_token(self, token: AccessToken, digest: bytes, most: int, verified: str | None) -> Deferred[bool]:
        def change(connection: sqlite3.Connection) -> bool:
            count = "SELECT count(*) FROM access_tokens WHERE name_key = ?"
            if connection.execute(count, (token.user,)).fetchone()[0] >= most:
                raise ChatError("too_many_tokens", limit=most)
            select = f"SELECT ?, ?, name_key, ?, ? FROM accounts WHERE {_VERIFIED}"
            values = (token.handle, digest, " ".join(token.rooms), token.created_at, token.user, verified)
            return connection.execute(f"INSERT INTO access_tokens {select}", values).rowcount > 0

        return self._change(change)

    def access_token(self, handle: str) -> Deferred[tuple[AccessToken, bytes] | None]:
        select = f"SELECT {ACCESS_TOKEN_COLUMNS}, digest FROM access_tokens WHERE handle = ?"
        found = self._ask(select, handle)
        return found.addCallback(lambda rows: (access_token_of(rows[0][:-1]), rows[0][-1]) if rows else None)

    def access_tokens(self, user: str) -> Deferred[Sequence[AccessToken]]:
        select = f"SELECT {ACCESS_TOKEN_COLUMNS} FROM access_tokens WHERE name_key = ? ORDER BY created_at, handle"
        return self._ask(select, user).addCallback(lambda rows: [access_token_of(row) for row in rows])

    def drop_access_token(self, handle: str, user: str | None) -> Deferred[bool]:
        def change(connection: sqlite3.Connection) -> str | None:
            which = "FROM access_tokens WHERE handle = ? AND name_key = coalesce(?, name_key)"
            found = connection.execute(f"SELECT name_key {which}", (handle, user)).fetchone()
            connection.execute(f"DELETE {which}", (handle, user))
            return str(found[0]) if found is not None else None

        def told(owner: str | None) -> AccountChange | None:
            return None if owner is None else AccountChange(owner, What.TOKEN, handle=handle)

        return self._change(change, told).addCallback(lambda owner: owner is not None)

    def add_invitation(self, digest: bytes, expires_at: float) -> Deferred[None]:
        def change(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT INTO invitations (digest, expires_at) VALUES (?, ?)", (digest, expires_at))

        return self._change(change)

    def all(self) -> Deferred[Sequence[Account]]:
        return self._read("held_until IS NULL OR held_until > ? ORDER BY name_key", self._now())

    @property
    def operators(self) -> Set[str]:
        return self._operators

    def set_operator(self, key: str, *, is_one: bool) -> Deferred[bool]:
        if is_one:
            statement = f"INSERT OR IGNORE INTO operators SELECT name_key FROM accounts WHERE {_VERIFIED}"
        else:
            statement = "DELETE FROM operators WHERE name_key = ?"

        def change(connection: sqlite3.Connection) -> bool:
            return connection.execute(statement, (key, None) if is_one else (key,)).rowcount > 0

        def told(is_done: bool) -> AccountChange | None:
            if not is_done:
                return None
            (self._operators.add if is_one else self._operators.discard)(key)
            return AccountChange(key, What.OPERATOR)

        return self._change(change, told)

    def _note(self, name: Name) -> None:
        if name.key not in self._names:
            self._names.add(name.key)
            self._looks.add(name)

    def _one(self, condition: str, *values: object) -> Deferred[Account | None]:
        now = self._now()
        still = f"{condition} AND (held_until IS NULL OR held_until > ?)"
        return self._read(still, *values, now).addCallback(lambda found: found[0] if found else None)

    def _read(self, condition: str, *values: object) -> Deferred[Sequence[Account]]:
        found = self._ask(f"SELECT {ACCOUNT_COLUMNS} FROM accounts WHERE {condition}", *values)
        return found.addCallback(lambda rows: [Account(*row) for row in rows])

    def _ask(self, select: str, *values: object) -> Deferred[Sequence[Any]]:
        return self._reader.call(lambda reader: reader.connection.execute(select, values).fetchall()).addErrback(refuse)

    def _change(
        self,
        change: Callable[[sqlite3.Connection], R],
        changed: Callable[[R], AccountChange | None] = lambda _: None,
    ) -> Deferred[R]:
        """Make a change on the writer's thread. The watcher gets what `changed` makes of its result, unless None."""

        def tell(result: R) -> R:
            if (told := changed(result)) is not None:
                self._changed(told)
            return result

        return self._writer.call(lambda writer: writer.transact(change)).addCallback(tell).addErrback(refuse)


def _set_hash(connection: sqlite3.Connection, password_hash: str, key: str, verified: str | None) -> bool:
    update = f"UPDATE accounts SET password_hash = ? WHERE {_VERIFIED}"
    return connection.execute(update, (password_hash, key, verified)).rowcount > 0


def _drop_tokens(connection: sqlite3.Connection, key: str) -> None:
    connection.execute("DELETE FROM tokens WHERE name_key = ?", (key,))


def _forget_user(connection: sqlite3.Connection, key: str) -> Sequence[Move]:
    """Let nothing be found under the name any more. The other people keep their side of each conversation."""
    row = connection.execute("SELECT id FROM users WHERE name_key = ?", (key,)).fetchone()
    if row is None:
        return []
    user_id = row[0]
    mark = f" deleted {user_id}"
    others = (
        "SELECT u.name_key, r.name_key, r.name_key || ? FROM rooms r"
        " JOIN cursors mine ON mine.room_id = r.id AND mine.user_id = ?"
        " JOIN cursors c ON c.room_id = r.id AND c.user_id != mine.user_id JOIN users u ON u.id = c.user_id"
        " WHERE r.kind = 'direct'"
    )
    moves: list[Move] = connection.execute(others, (mark, user_id)).fetchall()
    connection.executemany("UPDATE rooms SET name_key = ? WHERE name_key = ?", [(new, old) for _, old, new in moves])
    connection.execute("DELETE FROM cursors WHERE user_id = ?", (user_id,))
    connection.execute("UPDATE users SET name_key = name_key || ? WHERE id = ?", (mark, user_id))
    return moves
