"""What every store promises of access tokens."""

from collections.abc import Sequence

from chat.events import AccessToken
from tests.store.case import NOON, StoreCase


def access_token(handle: str, user: str, *rooms: str, at: float = NOON) -> AccessToken:
    return AccessToken(handle, user, list(rooms or ("team",)), at)


class TokensContract(StoreCase):
    """With what programs speak for an account; mixed into the test case of each implementation."""

    def test_access_tokens(self) -> None:
        """One is found by its handle, with its digest; an account's are listed, the oldest first."""
        self.claim("Al")
        self.claim("Bob")
        first, second = access_token("b", "al", "team", "attic"), access_token("a", "al", at=NOON + 1)
        other = access_token("c", "bob")
        for token in (first, second, other):
            self.result(self.store.accounts.add_access_token(token, token.handle.encode(), 2, "hash"))
        self.assertEqual(self.result(self.store.accounts.access_token("b")), (first, b"b"))
        self.assertIsNone(self.result(self.store.accounts.access_token("nothing")))
        self.assertEqual(self.access_tokens("al"), ["b", "a"])
        self.assertEqual(self.access_tokens("bob"), ["c"])

    def test_too_many_access_tokens(self) -> None:
        """An account has as many as it may, and who is nobody has none."""
        self.claim("Al")
        self.result(self.store.accounts.add_access_token(access_token("a", "al"), b"a", 1, "hash"))
        asked = self.store.accounts.add_access_token(access_token("b", "al"), b"b", 1, "hash")
        self.assertEqual(self.code_of(asked), "too_many_tokens")
        self.result(self.store.accounts.add_access_token(access_token("c", "nobody"), b"c", 1, "hash"))
        self.assertEqual((self.access_tokens("al"), self.access_tokens("nobody")), (["a"], []))

    def test_drop_access_token(self) -> None:
        """Its owner can end it, and the operator; nobody else."""
        self.claim("Al")
        for handle in "ab":
            self.result(self.store.accounts.add_access_token(access_token(handle, "al"), b"", 9, "hash"))
        dropped = [("a", "bob"), ("a", "al"), ("a", "al"), ("b", None), ("b", None)]
        done = [self.result(self.store.accounts.drop_access_token(*each)) for each in dropped]
        self.assertEqual(done, [False, True, False, True, False])
        self.assertEqual(self.access_tokens("al"), [])

    def test_access_tokens_end(self) -> None:
        """They end with the password and with the account, and not with the other tokens."""
        for name in ("Al", "Bob", "Cy"):
            self.claim(name)
            token = access_token(name, name.lower())
            self.result(self.store.accounts.add_access_token(token, b"", 9, "hash"))
        self.result(self.store.accounts.drop_tokens("al"))
        self.result(self.store.accounts.change_password("bob", "new"))
        self.delete("cy", 60)
        self.assertEqual([self.access_tokens(user) for user in ("al", "bob", "cy")], [["Al"], [], []])

    def access_tokens(self, user: str) -> Sequence[str]:
        """The handles of an account's."""
        return [token.handle for token in self.result(self.store.accounts.access_tokens(user))]
