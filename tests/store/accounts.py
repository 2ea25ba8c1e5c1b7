"""What every store promises of accounts."""

from collections.abc import Sequence

from chat.errors import ChatError
from chat.names import Name, direct_room, fold
from chat.personal import NO_SETTINGS, Level, PersonalSettings, with_ignored, with_level
from chat.store.interfaces import Account, AccountChange, Draft, LoginToken, Query, Span, What
from tests.store.case import NOON, StoreCase, came, said, sent, texts_of
from tests.store.counting import count_waiting
from tests.store.tokens import access_token

AL_AND_BOB = direct_room("al", "bob")


class AccountsContract(StoreCase):
    """Names, passwords, tokens and invitations; mixed into the test case of each implementation."""

    def find(self, key: str) -> Account | None:
        return self.result(self.store.accounts.find(key))

    def owner(self, digest: bytes = b"t") -> str | None:
        """Whose token it is."""
        account = self.result(self.store.accounts.token_owner(digest))
        return None if account is None else account.key

    def names(self) -> Sequence[str]:
        """The keys of all accounts."""
        return [account.key for account in self.result(self.store.accounts.all())]

    def test_resembling(self) -> None:
        """No account looks like another one; what looks like a deleted one is free when that is no longer held."""
        self.claim("Alice")
        for raw, alike in (("аlice", True), ("AIice", True), ("ALICE", False), ("Bob", False), ("аliсе", True)):
            self.assertEqual(self.result(self.store.accounts.resembling(Name(raw, fold(raw)))), alike, raw)
        other = Account("аlice", "аlice", "hash", self.now)
        self.assertEqual(self.code_of(self.store.accounts.create(other, None)), "name_resembles")
        self.assertIsNone(self.find("аlice"))
        self.delete("alice", 10)
        self.assertTrue(self.result(self.store.accounts.resembling(Name("аlice", "аlice"))))
        self.now += 10
        self.assertFalse(self.result(self.store.accounts.resembling(Name("аlice", "аlice"))))
        self.result(self.store.accounts.create(other, None))
        again = self.store.accounts.create(Account("alice", "Alice", "hash", self.now), None)
        self.assertEqual(self.code_of(again), "name_resembles")

    def test_resembling_at_once(self) -> None:
        """Of two names that look alike, and are claimed at the same time, one is somebody's."""
        pair = (Account("alice", "Alice", "hash", self.now), Account("аlice", "аlice", "hash", self.now))
        first, second = (self.store.accounts.create(each, None) for each in pair)
        self.assertEqual(self.result(first).key, "alice")
        self.assertEqual(self.code_of(second), "name_resembles")
        refused = self.store.accounts.create(Account("bob", "Bob", "hash", self.now), b"wrong")
        self.assertEqual(self.code_of(refused), "bad_invitation")
        self.claim("Вob")

    def test_create(self) -> None:
        """An account is found by its key, as it was made; its `since` is after all that was said before."""
        self.assertIsNone(self.find("al"))
        account = self.claim("Al")
        self.assertEqual(account, Account("al", "Al", "hash", NOON, account.since))
        self.assertEqual(self.find("al"), account)
        self.assertIsNone(self.find("Al"))
        self.append(said("a"))
        self.assertGreater(self.claim("Bob").since, account.since)

    def test_keys(self) -> None:
        """The keys of all accounts are one set, which follows each change; a deleted account is not among them."""
        keys = self.store.accounts.keys
        self.claim("Alice")
        self.claim("Bob")
        self.assertEqual(keys, {"alice", "bob"})
        self.delete("alice", 10)
        self.assertEqual(keys, {"bob"})
        self.assertIs(self.store.accounts.keys, keys)

    def test_all(self) -> None:
        """All accounts come in the order of their keys, those whose name is held among them."""
        accounts = [self.claim(name) for name in ("Cy", "Zoë", "Al", "éa", "Bob")]
        self.assertEqual(self.names(), ["al", "bob", "cy", "zoë", "éa"])
        self.assertEqual(self.result(self.store.accounts.all())[2], accounts[0])
        self.delete("bob", 60)
        self.assertEqual(self.names(), ["al", "bob", "cy", "zoë", "éa"])
        self.now += 60
        self.assertEqual(self.names(), ["al", "cy", "zoë", "éa"])

    def test_claimed_twice(self) -> None:
        """A name has one account; who comes later changes nothing, and does not use their invitation up."""
        first = self.claim("Al")
        self.result(self.store.accounts.add_invitation(b"i", self.now + 9))
        for invitation in (None, b"i", b"wrong"):
            again = self.store.accounts.create(Account("al", "AL", "other", self.now), invitation)
            self.assertEqual(self.code_of(again), "name_claimed")
        self.assertEqual(self.find("al"), first)
        self.result(self.store.accounts.create(Account("bob", "Bob", "hash", self.now), b"i"))

    def test_claimed_at_once(self) -> None:
        """Of two who ask at the same time, one has it."""
        asked = [self.store.accounts.create(Account("al", "Al", text, self.now), None) for text in ("one", "two")]
        self.assertEqual(self.result(asked[0]).password_hash, "one")
        self.assertEqual(self.code_of(asked[1]), "name_claimed")

    def test_invitation(self) -> None:
        """It is good for one account; a wrong one, and one that has expired, for none."""
        self.result(self.store.accounts.add_invitation(b"good", self.now + 10))
        self.result(self.store.accounts.add_invitation(b"late", self.now + 9))
        self.now += 9
        for name, invitation, code in (
            ("al", b"wrong", "bad_invitation"),
            ("al", b"late", "bad_invitation"),
            ("al", b"good", None),
            ("bob", b"good", "bad_invitation"),
        ):
            asked = self.store.accounts.create(Account(name, name, "hash", self.now), invitation)
            if code is None:
                self.result(asked)
            else:
                self.assertEqual(self.code_of(asked), code)
                self.assertIsNone(self.find(name))

    def test_tokens(self) -> None:
        """A token leads to its account until it expires; an account may have several."""
        account = self.claim("Al")
        self.result(self.store.accounts.add_token(b"t", account, self.now + 10, 9))
        self.result(self.store.accounts.add_token(b"u", account, self.now + 20, 9))
        self.assertEqual(self.result(self.store.accounts.token_owner(b"t")), account)
        self.assertIsNone(self.owner(b"wrong"))
        self.now += 10
        self.assertEqual((self.owner(b"t"), self.owner(b"u")), (None, "al"))

    def test_many_tokens(self) -> None:
        """There are so many of an account, and of each; a new one takes the place of the one that expires first."""
        al, bob = self.claim("Al"), self.claim("Bob")
        for number, digest in enumerate((b"1", b"2", b"3")):
            self.result(self.store.accounts.add_token(digest, al, self.now + 20 - number, 2))
            self.result(self.store.accounts.add_token(digest * 2, bob, self.now + 10, 3))
        self.assertEqual([self.owner(digest) for digest in (b"1", b"2", b"3")], ["al", None, "al"])
        self.assertEqual([self.owner(digest * 2) for digest in (b"1", b"2", b"3")], ["bob"] * 3)

    def test_drop_tokens(self) -> None:
        """All of one account, and nobody else's."""
        for name in ("Al", "Bob"):
            account = self.claim(name)
            for digest in (b"1", b"2"):
                self.result(self.store.accounts.add_token(name.encode() + digest, account, self.now + 10, 9))
        self.result(self.store.accounts.drop_tokens("al"))
        self.assertEqual([self.owner(digest) for digest in (b"Al1", b"Al2", b"Bob1")], [None, None, "bob"])

    def test_renewed(self) -> None:
        """A token lasts anew while it is there, and its account is as it was: one that has ended does not come back."""
        accounts, account = self.store.accounts, self.claim("Al")
        bob = self.claim("Bob")
        self.assertFalse(self.result(accounts.renew_token(b"t", account, self.now + 10)))
        self.result(accounts.add_token(b"t", account, self.now + 10, 9))
        self.result(accounts.add_token(b"u", account, self.now + 15, 9))
        for digest, whose, is_done in ((b"t", account, True), (b"t", bob, False)):
            self.assertIs(self.result(accounts.renew_token(digest, whose, self.now + 20)), is_done)
        changed = account._replace(password_hash="another")
        self.assertFalse(self.result(accounts.renew_token(b"t", changed, self.now + 30)))
        self.assertEqual(
            self.result(accounts.tokens("al")), [LoginToken(b"t", self.now + 20), LoginToken(b"u", self.now + 15)]
        )
        self.now += 15
        self.assertEqual([token.digest for token in self.result(accounts.tokens("al"))], [b"t"])
        self.assertFalse(self.result(accounts.renew_token(b"u", account, self.now + 20)))
        self.assertEqual(self.result(accounts.tokens("bob")), [])

    def test_drop_token(self) -> None:
        """One token of one account; the watcher hears which."""
        accounts, account = self.store.accounts, self.claim("Al")
        self.claim("Bob")
        self.result(accounts.add_token(b"t", account, self.now + 10, 9))
        self.result(accounts.add_token(b"u", account, self.now + 10, 9))
        heard: list[AccountChange] = []
        accounts.watch(heard.append)
        self.assertFalse(self.result(accounts.drop_token(b"t", "bob")))
        self.assertTrue(self.result(accounts.drop_token(b"t", "al")))
        self.assertFalse(self.result(accounts.drop_token(b"t", "al")))
        self.assertEqual([self.owner(b"t"), self.owner(b"u")], [None, "al"])
        self.assertEqual(heard, [AccountChange("al", What.DEVICE, digest=b"t")])

    def test_change_password(self) -> None:
        """The account has the new one, and no tokens any more; where there is no account nothing happens."""
        account = self.claim("Al")
        self.result(self.store.accounts.add_token(b"t", account, self.now + 10, 9))
        self.result(self.store.accounts.change_password("al", "new"))
        self.assertEqual(self.find("al"), account._replace(password_hash="new"))
        self.assertIsNone(self.owner())
        self.result(self.store.accounts.change_password("bob", "new"))
        self.assertEqual(self.names(), ["al"])

    def test_token_of_nobody(self) -> None:
        """A token that comes too late, when its account is gone, lets nobody in: not then, and not the next owner."""
        account = self.claim("Al")
        self.delete("al")
        self.assertFalse(self.result(self.store.accounts.add_token(b"t", account, self.now + 1000, 9)))
        self.assertIsNone(self.owner())
        self.now += 60
        self.claim("Al")
        self.assertIsNone(self.owner())


class ChangesContract(StoreCase):
    """Who watches is told of every change, and what is asked with an older password changes nothing."""

    def watched(self) -> list[AccountChange]:
        """What is told from now on."""
        told: list[AccountChange] = []
        self.store.accounts.watch(told.append)
        return told

    def test_told(self) -> None:
        """Each change once, before its result; a refusal is no change."""
        told = self.watched()
        self.claim("Al")
        self.code_of(self.store.accounts.create(Account("al", "AL", "other", self.now), None))
        self.result(self.store.accounts.rehash("al", "hash again", "hash"))
        self.result(self.store.accounts.add_access_token(access_token("h", "al"), b"", 9, "hash again"))
        for handle, user in (("h", "bob"), ("h", None), ("h", None)):
            self.result(self.store.accounts.drop_access_token(handle, user))
        self.result(self.store.accounts.drop_tokens("al"))
        self.result(self.store.accounts.change_password("al", "new"))
        self.result(self.store.accounts.change_password("bob", "new"))
        self.delete("al")
        self.delete("al")
        self.assertEqual(
            told,
            [
                AccountChange("al", What.MADE, "hash"),
                AccountChange("al", What.REHASHED, "hash again", "hash"),
                AccountChange("al", What.TOKEN, handle="h"),
                AccountChange("al", What.LOGGED_OUT),
                AccountChange("al", What.PASSWORD, "new"),
                AccountChange("al", What.DELETED),
            ],
        )

    def test_settings(self) -> None:
        """Each account has its own; those who change them hear of it before the answer, and find them again."""
        self.claim("Ольга")
        self.claim("Bob")
        self.assertEqual(self.result(self.store.accounts.settings("ольга")), NO_SETTINGS)
        wanted = PersonalSettings(
            ignored={"мария": "Мария"},
            levels={"café": Level.NONE},
            level=Level.MENTIONS,
            away="",
            colour="red",
            line='Ünï "q" \\',
            tells_seen=False,
        )
        told = self.watched()
        self.assertEqual(self.result(self.store.accounts.change_settings("ольга", lambda _: wanted)), wanted)
        self.assertEqual(told, [AccountChange("ольга", What.SETTINGS, settings=wanted)])
        self.assertEqual(self.result(self.store.accounts.settings("ольга")), wanted)
        self.assertEqual(self.result(self.store.accounts.settings("bob")), NO_SETTINGS)
        self.reopen()
        self.assertEqual(self.result(self.store.accounts.settings("ольга")), wanted)

    def test_settings_in_turn(self) -> None:
        """Each change begins with what the one before it made, also of two that are asked for at once."""
        self.claim("Al")
        both = [
            self.store.accounts.change_settings("al", lambda old: with_ignored(old, "bob", "Bob", 9)),
            self.store.accounts.change_settings("al", lambda old: with_level(old, "den", Level.NONE, 9)),
        ]
        for each in both:
            self.result(each)
        expected = PersonalSettings(ignored={"bob": "Bob"}, levels={"den": Level.NONE})
        self.assertEqual(self.result(self.store.accounts.settings("al")), expected)

    def test_settings_refused(self) -> None:
        """What a change raises is the answer, and nothing is changed; who is no account has no settings."""
        self.claim("Al")
        told = self.watched()

        def refuse(_: PersonalSettings) -> PersonalSettings:
            raise ChatError("bad_seq")

        self.assertEqual(self.code_of(self.store.accounts.change_settings("al", refuse)), "bad_seq")
        self.assertIsNone(self.result(self.store.accounts.change_settings("bob", lambda old: old)))
        self.assertEqual(self.result(self.store.accounts.settings("bob")), NO_SETTINGS)
        self.assertEqual(told, [])

    def test_settings_deleted(self) -> None:
        """They go with the account: whoever has the name later begins with none."""
        self.claim("Al")
        away = PersonalSettings(away="gone")
        self.result(self.store.accounts.change_settings("al", lambda _: away))
        self.delete("al", 10)
        self.assertEqual(self.result(self.store.accounts.settings("al")), NO_SETTINGS)
        self.assertIsNone(self.result(self.store.accounts.change_settings("al", lambda _: away)))
        self.now += 10
        self.claim("Al")
        self.assertEqual(self.result(self.store.accounts.settings("al")), NO_SETTINGS)

    def test_too_late(self) -> None:
        """Who has proved a password that is no longer the one gets nothing by it, also if they asked before."""
        old = self.claim("Al")
        accounts = self.store.accounts
        change = accounts.change_password("al", "new", "hash")
        asked = [
            accounts.change_password("al", "newer", "hash"),
            accounts.rehash("al", "newer", "hash"),
            accounts.add_token(b"t", old, self.now + 10, 9),
            accounts.add_access_token(access_token("h", "al"), b"", 9, "hash"),
            accounts.delete("al", self.now + 10, "hash"),
        ]
        self.assertTrue(self.result(change))
        self.assertEqual([self.result(each) for each in asked], [False] * 5)
        self.assertEqual(self.find("al"), old._replace(password_hash="new"))
        self.assertEqual((self.owner(), self.result(accounts.access_tokens("al"))), (None, []))
        self.assertTrue(self.result(accounts.delete("al", self.now + 10, "new")))

    def test_rehash(self) -> None:
        """Another hash of the same password: tokens of both kinds stay."""
        account = self.claim("Al")
        self.result(self.store.accounts.add_token(b"t", account, self.now + 10, 9))
        self.result(self.store.accounts.add_access_token(access_token("h", "al"), b"", 9, "hash"))
        self.assertTrue(self.result(self.store.accounts.rehash("al", "again", "hash")))
        self.assertEqual((self.owner(), self.find("al")), ("al", account._replace(password_hash="again")))
        self.assertEqual(len(self.result(self.store.accounts.access_tokens("al"))), 1)

    def test_looked_at(self) -> None:
        """An invitation that is looked at is not used up."""
        self.result(self.store.accounts.add_invitation(b"i", self.now + 9))
        look = self.store.accounts.invitation
        self.assertEqual([self.result(look(each)) for each in (b"i", b"i", b"other")], [True, True, False])
        self.result(self.store.accounts.create(Account("al", "Al", "hash", self.now), b"i"))
        self.assertFalse(self.result(look(b"i")))
        self.result(self.store.accounts.add_invitation(b"j", self.now + 9))
        self.now += 9
        self.assertFalse(self.result(look(b"j")))

    def find(self, key: str) -> Account | None:
        return self.result(self.store.accounts.find(key))

    def owner(self, digest: bytes = b"t") -> str | None:
        """Whose token it is."""
        account = self.result(self.store.accounts.token_owner(digest))
        return None if account is None else account.key


class GuestsPastContract(StoreCase):
    """A guest had a name before somebody made an account of it."""

    def test_nothing_of_it(self) -> None:
        """Nothing of the guest's conversations is found, but what nobody has received yet."""
        self.append(sent("the code is 4711"), sent("thanks", sender="Bob", to="Al"), sent("to Cy", to="Cy"))
        self.append(sent("still waits", sender="Dee", to="Al"))
        self.store.acknowledge("al", AL_AND_BOB, 2)
        account = self.claim("Al")
        self.assertEqual([head.name for head in self.heads("al")], ["Dee"])
        self.assertEqual(self.history(AL_AND_BOB, Span(9, since=account.since)), ([], False))
        page = self.result(self.store.search(Query(["code"], 9, user="al", since=account.since)))
        self.assertEqual(page.events, [])
        self.assertEqual(self.missed("al"), ["still waits"])
        self.reopen()
        self.assertEqual([head.name for head in self.heads("al")], ["Dee"])

    def test_goes_on(self) -> None:
        """When the conversation goes on it is theirs from there; what is left of it keeps its places."""
        self.append(sent("old"))
        account = self.claim("Al")
        self.append(sent("new"))
        [head] = self.heads("al")
        self.assertEqual((head.name, head.last), ("Bob", 2))
        self.assertEqual(self.history(AL_AND_BOB, Span(9, since=account.since)), (["new"], False))

    def test_others_keep_theirs(self) -> None:
        """The other one, who had an account then, has all of it."""
        self.claim("Bob")
        self.append(sent("old"))
        self.claim("Al")
        self.assertEqual([head.name for head in self.heads("bob")], ["Al"])

    def test_only_some_rooms(self) -> None:
        """A search may be told which rooms it is about."""
        self.append(said("x", room="hall"), said("x", room="den"), sent("x"))
        self.claim("Al")
        for rooms, found in ((frozenset({"den"}), 1), (frozenset({"den", "hall"}), 2), (frozenset[str](), 0)):
            page = self.result(self.store.search(Query(["x"], 9, user="al", rooms=rooms)))
            self.assertEqual(len(page.events), found)

    def reopen(self) -> None:
        """Stop and start, where that keeps something."""


class DeletedContract(StoreCase):
    """A name that was given up."""

    def test_held(self) -> None:
        """Nobody can have it, nor change it, until the time is over; then it is as free as any."""
        account = self.claim("Al")
        self.result(self.store.accounts.add_token(b"t", account, self.now + 1000, 9))
        self.delete("al", 60)
        held = self.result(self.store.accounts.find("al"))
        self.assertEqual(held, Account("al", "Al", None, NOON, account.since, NOON + 60))
        self.assertIsNone(self.result(self.store.accounts.token_owner(b"t")))
        self.result(self.store.accounts.change_password("al", "new"))
        self.assertEqual(self.result(self.store.accounts.find("al")), held)
        self.now += 59
        create = Account("al", "AL", "other", self.now)
        self.assertEqual(self.code_of(self.store.accounts.create(create, None)), "name_claimed")
        self.now += 1
        self.assertIsNone(self.result(self.store.accounts.find("al")))
        self.assertEqual(self.claim("AL").name, "AL")

    def test_not_held_again(self) -> None:
        """Deleting what is no account does nothing: to a guest, to a name that is held, and to one that is free."""
        self.append(sent("a"))
        self.delete("bob")
        self.assertIsNone(self.result(self.store.accounts.find("bob")))
        self.assertEqual(self.missed("bob"), ["a"])
        self.claim("Cy")
        self.delete("cy", 5)
        self.append(sent("b", sender="Cy"))
        self.delete("cy", 60)
        self.assertEqual([head.name for head in self.heads("cy")], ["Bob"])
        self.now += 5
        self.delete("cy", 60)
        self.claim("Cy")

    def test_no_recipient(self) -> None:
        """Nobody can write to a name that is held, by any spelling; in rooms nothing changes. Then they can again."""
        self.append(sent("a"))
        self.claim("Bob")
        self.delete("bob", 60)
        for _ in range(3):
            self.refused("name_held", sent("b"))
            self.refused("name_held", sent("b", to="BOB", sender="Cy", nonce="int:1"))
        self.assertEqual(count_waiting(self.store, "bob"), 0)
        self.assertEqual(self.append(said("c"))[0].event.seq, 1)
        self.now += 60
        commits = self.append(sent("b"), sent("b", to="BOB", sender="Cy", nonce="int:1"))
        self.assertEqual([(commit.event.seq, commit.repeat) for commit in commits], [(1, False), (1, False)])
        self.assertEqual(self.missed("bob"), ["b", "b"])

    def owned_twice(self) -> Account:
        """Al had an account, used it, and deleted it; the name has another owner now."""
        self.claim("Al")
        self.append(said("old", nonce="int:1"), sent("old to Bob", nonce="int:2"))
        self.append(sent("old to Al", sender="Bob", to="Al"), sent("old from Cy", sender="Cy", to="Al"))
        self.append_drafts(Draft(came(), belongs=True))
        self.delete("al", 60)
        self.now += 60
        return self.claim("Al")

    def test_next_owner(self) -> None:
        """They have none of the old messages: nothing waits, they belong nowhere, and they find what everybody does."""
        since = self.owned_twice().since
        self.assertEqual((self.missed("al"), count_waiting(self.store, "al")), ([], 0))
        self.assertEqual(self.heads("al"), [])
        self.assertEqual(self.history(AL_AND_BOB), ([], False))
        self.assertEqual(self.history(AL_AND_BOB, Span(9, since=since)), ([], False))
        for begin in (since, 0):
            page = self.result(self.store.search(Query(["old"], 9, user="al", since=begin)))
            self.assertEqual(texts_of(page), ["old"])
        self.assertEqual(self.result(self.store.search(Query(["old"], 9, user="al", sender="al"))).events, [])

    def test_next_owner_says_the_same(self) -> None:
        """Their nonces are their own, and so are their conversations."""
        self.owned_twice()
        commits = self.append(said("old", nonce="int:1"), sent("new to Bob", nonce="int:2"))
        self.assertEqual([commit.repeat for commit in commits], [False, False])
        self.assertEqual([commit.event.seq for commit in commits], [3, 1])
        page = self.result(self.store.search(Query(["old"], 9, sender="al")))
        self.assertEqual(list(page.events), [commits[0].event])
        self.assertEqual(self.history(AL_AND_BOB), (["new to Bob"], False))
        self.assertEqual([head.last for head in self.heads("al")], [1])

    def test_who_is_left(self) -> None:
        """The other one keeps what waits, what was said, and that they belong; and can receive it, and search it."""
        self.owned_twice()
        self.append(sent("new to Bob"))
        waiting = self.result(self.store.missed("bob", 9)).events
        self.assertEqual([message.text for message in waiting], ["old to Bob", "new to Bob"])
        self.assertEqual({message.sender for message in waiting}, {"Al"})
        old, new = (message.room for message in waiting)
        self.assertEqual(new, AL_AND_BOB)
        self.assertEqual(self.history(old), (["old to Bob", "old to Al"], False))
        heads = self.heads("bob")
        self.assertEqual(
            {head.room: (head.name, head.is_direct, head.last) for head in heads},
            {old: ("Al", True, 2), new: ("Al", True, 1)},
        )
        page = self.result(self.store.search(Query(["old"], 9, user="bob")))
        self.assertEqual(texts_of(page), ["old to Al", "old to Bob", "old"])
        self.store.acknowledge("bob", old, 1)
        self.assertEqual((self.missed("bob"), count_waiting(self.store, "bob")), (["new to Bob"], 1))
        self.store.acknowledge("bob", new, 1)
        self.assertEqual((self.missed("bob"), count_waiting(self.store, "bob")), ([], 0))

    def test_acknowledged_just_before(self) -> None:
        """What arrived before a conversation was given another key, or meanwhile, has arrived."""
        self.claim("Al")
        self.append(*map(sent, "abc"))
        self.store.acknowledge("bob", AL_AND_BOB, 1)
        deleted = self.store.accounts.delete("al", self.now + 60)
        self.store.acknowledge("bob", AL_AND_BOB, 2)
        self.result(deleted)
        waiting = self.missed("bob")
        self.assertEqual(len(waiting), count_waiting(self.store, "bob"))
        self.assertNotIn("a", waiting)
        self.assertEqual(waiting[-1], "c")

    def test_both_gone(self) -> None:
        """When the second one goes, too, nothing waits for either, and the next two begin anew."""
        for name in ("Al", "Bob"):
            self.claim(name)
        self.append(sent("a"), sent("b", sender="Bob", to="Al"))
        for user in ("al", "bob"):
            self.delete(user, 60)
            self.assertEqual((self.missed(user), count_waiting(self.store, user)), ([], 0))
        self.now += 60
        for name in ("Al", "Bob"):
            self.claim(name)
        self.assertEqual(self.append(sent("c"))[0].event.seq, 1)
        self.assertEqual((self.missed("al"), self.missed("bob")), ([], ["c"]))

    def test_again_and_again(self) -> None:
        """Each owner of a name has only their own."""
        for number in range(3):
            self.claim("Al")
            self.append(sent(f"{number}"), sent(f"answer {number}", sender="Bob", to="Al"))
            self.assertEqual(self.missed("al"), [f"answer {number}"])
            self.assertEqual(self.history(AL_AND_BOB), ([f"{number}", f"answer {number}"], False))
            self.delete("al", 60)
            self.now += 60
        self.assertEqual(self.missed("bob"), ["0", "1", "2"])
        self.assertEqual(len(self.heads("bob")), 3)

    def test_mailbox_of_who_is_gone(self) -> None:
        """What waited for a deleted account takes no room any more."""
        self.claim("Bob")
        self.append(*(sent("x", to="Bob") for _ in range(1000)))
        self.refused("mailbox_full", sent("y"))
        self.delete("bob", 60)
        self.now += 60
        self.assertEqual(self.append(sent("y"))[0].event.seq, 1)
