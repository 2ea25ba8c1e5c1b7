"""Access tokens, as an operator makes, lists and revokes them."""

import json

from twisted.internet.defer import ensureDeferred

from chat.accounts.tokens import digest, handle_of
from chat.admin.context import OrderContext
from chat.admin.orders import MakeToken, RevokeToken, carry_out, request_line
from chat.store.interfaces import Account
from tests.admin.case import Person, ToolCase, no_sweep
from tests.running import RunningServer
from tests.store.case import NOON
from tests.store.folders import StoreCase

HASH = "$argon2id$nobody"
DIGEST = digest("secret")


class Orders(StoreCase):
    """Each order, on a store."""

    def answer(self, order: MakeToken | RevokeToken) -> str | None:
        """Why it was not done."""
        context = OrderContext(
            self.store.accounts,
            self.store.maintenance,
            self.store.moderation,
            self.store.files,
            lambda: self.now,
            lambda: None,
            no_sweep,
        )
        answered = self.reactor.wait(ensureDeferred(carry_out(context, request_line(order))))
        error: str | None = json.loads(answered)["error"]
        return error

    def made(self, name: str, *rooms: str, secret: str = "secret") -> str | None:
        """Make one; why it was not done."""
        return self.answer(MakeToken(name, list(rooms), digest(secret).hex(), HASH))

    def test_make(self) -> None:
        """A name that nobody has becomes an account; one that somebody has stays as it is."""
        accounts = self.store.accounts
        self.reactor.wait(accounts.create(Account("al", "Al", "hash", NOON), None))
        self.assertIsNone(self.made("@CI", "Team", "#team", "attic"))
        self.assertIsNone(self.made("al", "team", secret="other"))
        bot, al = (self.reactor.wait(accounts.find(key)) for key in ("ci", "al"))
        assert bot is not None and al is not None
        self.assertEqual((bot.name, bot.password_hash, al.password_hash), ("CI", HASH, "hash"))
        found = self.reactor.wait(accounts.access_token(handle_of(DIGEST)))
        assert found is not None
        self.assertEqual((found[0].user, found[0].rooms, found[1]), ("ci", ["team", "attic"], DIGEST))

    def test_refused(self) -> None:
        """Names and rooms are checked; a deleted account speaks no more."""
        self.assertIn("reserved", str(self.made("server", "team")))
        self.assertIn("a name is", str(self.made("a b", "team")))
        self.assertIn("a room's name", str(self.made("ci", "te am")))
        self.assertIn("1 to 20 rooms", str(self.made("ci", *(f"r{number}" for number in range(21)))))
        self.assertIsNone(self.reactor.wait(self.store.accounts.find("ci")))
        self.assertIsNone(self.made("ci", "team"))
        self.reactor.wait(self.store.accounts.delete("ci", self.now + 60))
        self.assertIn("deleted", str(self.made("ci", "team", secret="other")))

    def test_revoke(self) -> None:
        """Whoever's it is."""
        self.assertIsNone(self.made("ci", "team"))
        self.assertIsNone(self.answer(RevokeToken(handle_of(DIGEST))))
        self.assertIn("no access token", str(self.answer(RevokeToken(handle_of(DIGEST)))))


class Tool(ToolCase):
    """The tool itself, beside a server that runs and without one."""

    def test_running(self) -> None:
        """Its secret is shown once; then it is listed, until it is revoked."""
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Al"):
            self.go_through()

    def test_stopped(self) -> None:
        """The same without a server."""
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Al"):
            pass
        self.go_through()

    def go_through(self) -> None:
        self.assertEqual(self.done("token", "list"), "")
        secret = self.done("token", "make", "CI", "--room", "Team", "-r", "attic").strip()
        handle = handle_of(digest(secret))
        self.assertRegex(self.done("token", "list"), rf"^{handle}  CI in team, attic, since 20\d\d-.* UTC\n$")
        self.assertNotIn(secret, self.done("token", "list"))
        self.done("token", "revoke", handle)
        self.assertEqual(self.refused("token", "revoke", handle), f"there is no access token {handle}")
        self.assertIn("reserved", self.refused("token", "make", "all", "--room", "team"))
        self.assertIn("--room", self.refused("token", "make", "CI"))
