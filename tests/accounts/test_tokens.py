"""Access tokens: how they are made, listed and revoked, and what they are good for."""

from datetime import datetime
from hashlib import sha256

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Accounts, Credentials, Policy
from chat.client.display import lines_of
from chat.client.typed import TypingContext, request_of
from chat.commands.queries import parse_token_request
from chat.errors import ChatError
from chat.events import Command
from chat.limits import Limits
from chat.names import Name
from chat.store.interfaces import Account
from chat.store.memory.store import MemoryStore
from chat.wire import schema
from chat.wire.ndjson import NdjsonCodec, encode_request
from tests.fresh import fresh_accounts
from tests.store.case import NOON
from tests.transcript import MemoryWire, replay
from tests.wire.decoding import only_command

HANDLE = sha256(b"secret-1").hexdigest()[:12]


class Asked(SynchronousTestCase):
    """On both wires, in memory: there the secrets are known beforehand."""

    def test_typed(self) -> None:
        """It is shown once, listed without its secret, and gone when it is revoked."""
        replay(
            f"""
            Al connects
            Al> server:register Al correct-horse
            Al< server: welcome, Al
            Al< server: 1 online; …
            Al> server:token
            Al< server: 0 access tokens
            Al> server:token make Team attic
            Al< server: secret-1 is your new access token for team, attic; it is shown only now
            Al< server: it ends with server:token revoke {HANDLE}
            Al> server:token list
            Al< server: 1 access token
            Al< server: {HANDLE} for team, attic, since …
            Al> server:token revoke {HANDLE}
            Al< server: that access token is revoked
            Al> server:token revoke {HANDLE}
            Al< server: error: you have no access token with that handle, server:token lists yours
            Al> server:token make
            Al< server: error: type server:token …
            Al> server:token make @Bob
            Al< server: error: a room's name is …
            """,
            MemoryWire(),
        )

    def test_json(self) -> None:
        """The same for programs."""
        replay(
            f"""
            Al connects
            Al> {{"type":"join","nickname":"Al","password":"correct-horse"}}
            Al< {{"type":"ack","request":"join",…}}
            Al> {{"type":"token.make","rooms":["Team"],"id":1}}
            Al< {{"type":"ack","request":"token.make","id":1,"token":"secret-1","handle":"{HANDLE}"}}
            Al> {{"type":"token.list","id":2}}
            Al< {{"type":"tokens","tokens":[{{"handle":"{HANDLE}","rooms":["team"],"timestamp":"…"}}],"id":2}}
            Al< {{"type":"ack","request":"token.list","id":2}}
            Al> {{"type":"token.revoke","handle":"{HANDLE}","id":3}}
            Al< {{"type":"ack","request":"token.revoke","id":3}}
            Al> {{"type":"token.make","rooms":[],"id":4}}
            Al< {{"type":"error","code":"bad_token_rooms",…,"id":4}}
            """,
            MemoryWire(),
        )

    def test_guest(self) -> None:
        """Who has no account has no tokens."""
        replay(
            """
            Al connects
            Al> server:register Al
            Al< server: welcome, Al
            Al< server: 1 online; …
            Al> server:token make team
            Al< server: error: that needs an account, …
            """,
            MemoryWire(),
        )

    def test_client(self) -> None:
        """The bundled client asks what was typed, and shows what comes."""
        for typed, kind in (
            ("/token", schema.ListTokens()),
            ("/token make team", schema.MakeToken(rooms=["team"])),
            ("/token revoke ab", schema.RevokeToken(handle="ab")),
        ):
            meant = NdjsonCodec().decode(encode_request(request_of(typed, TypingContext())), None)
            assert meant is not None
            self.assertEqual(
                only_command(meant), Command("token", parse_token_request(typed.removeprefix("/token"))), kind
            )
        now = datetime(2026, 11, 21, 12, 0)
        made = lines_of(schema.Ack(request="token.make", token="s3cret", handle="ab"), now)
        self.assertEqual([line[8:] for line in made], ["s3cret is your new access token; it is shown only now",
                                                      "/token revoke ab ends it"])  # fmt: skip
        listed = lines_of(schema.Tokens(tokens=[schema.Token(handle="ab", rooms=["team"], timestamp="T")]), now)
        self.assertEqual([line[8:] for line in listed], ["access tokens: 1", "ab for team, since T"])


class Bearer(SynchronousTestCase):
    """Who has the secret speaks for the account."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.clock.advance(NOON)
        self.store = MemoryStore(Limits(), self.clock.seconds)
        self.accounts = self.made(Policy())
        self.account = self.result(self.accounts.claim(Name("Al", "al"), "correct-horse", None))

    def made(self, policy: Policy) -> Accounts:
        return fresh_accounts(self.store.accounts, Limits(access_tokens=2), self.clock.seconds, policy)

    def result(self, asked: object) -> Account:
        return self.successResultOf(Deferred.fromCoroutine(asked))  # type: ignore[arg-type]

    def code_of(self, secret: str) -> str:
        """Why a secret is not good."""
        failure = self.failureResultOf(Deferred.fromCoroutine(self.accounts.program(secret)), ChatError)
        return str(failure.value.code)

    def test_bearer(self) -> None:
        """It says for which rooms it is good, until it is revoked; and is good for nothing else, not even to log in."""
        self.result(self.accounts.make_access_token(self.account, ["team"]))
        account, token = self.result(self.accounts.program("secret-1"))  # type: ignore[misc]
        self.assertEqual((account, token.handle, token.rooms), (self.account, HANDLE, ["team"]))
        login = Deferred.fromCoroutine(self.accounts.admit(Name("Al", "al"), Credentials(token="secret-1"), ""))
        self.assertEqual(self.failureResultOf(login, ChatError).value.code, "bad_token")
        self.result(self.accounts.revoke_access_token(self.account, HANDLE))
        self.assertEqual(self.code_of("secret-1"), "bad_token")

    def test_wrong(self) -> None:
        """A secret that nobody has is refused, also one whose digest begins the same."""
        self.result(self.accounts.make_access_token(self.account, ["team"]))
        self.assertEqual(self.code_of("secret-2"), "bad_token")
        [token] = self.result(self.accounts.access_tokens(self.account))  # type: ignore[misc]
        self.store.accounts.drop_access_token(HANDLE, None)
        self.store.accounts.add_access_token(token, b"\0" * 32, 9, "hash")
        self.assertEqual(self.code_of("secret-1"), "bad_token")

    def test_kept(self) -> None:
        """The store has a digest, and not the secret."""
        self.result(self.accounts.make_access_token(self.account, ["team"]))
        self.assertNotIn("secret-1", repr(vars(self.store.accounts)))
        self.assertIn(HANDLE, repr(vars(self.store.accounts)))

    def test_guests(self) -> None:
        """Without a token one may do something only where guests may."""
        self.accounts.check_guests()
        refused = self.assertRaises(ChatError, self.made(Policy(guests=False)).check_guests)
        self.assertEqual(refused.code, "token_needed")
