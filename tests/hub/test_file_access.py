"""Tickets for the cookie with which a browser reads files, and how long the cookie lasts."""

from chat.errors import ChatError
from chat.hub.people import User
from tests.accounts.slow_logins import PASSWORD, SlowLoginCase, Somebody


class Cookies(SlowLoginCase):
    """Al is a guest, Bo has an account."""

    def setUp(self) -> None:
        super().setUp()
        self.passwords.hashes_slowly = False
        self.al = self.guest("Al")
        self.bo = self.connect().say({"type": "join", "nickname": "Bo", "password": PASSWORD})
        self.assertEqual(self.bo.codes(), ["ack"])
        self.al.told()
        self.files = self.hub.file_access

    def ticket(self, somebody: Somebody) -> str:
        """A ticket that they ask for."""
        [ack] = somebody.say({"type": "ticket"}).told()
        return str(ack["ticket"])

    def cookie(self, somebody: Somebody) -> str:
        """A cookie for their ticket."""
        return self.files.begin(self.ticket(somebody))

    def test_readers(self) -> None:
        """A guest reads as the person who is here, somebody with an account as that account."""
        guest = self.files.reader(self.cookie(self.al))
        assert guest is not None and isinstance(guest.guest, User)
        self.assertIs(guest.guest, self.hub.users["al"])
        reader = self.files.reader(self.cookie(self.bo))
        self.assertEqual(reader and reader.person, ("bo", None))

    def test_once(self) -> None:
        """A ticket is good once, and for a minute."""
        word = self.ticket(self.bo)
        self.files.begin(word)
        for spent in (word, "wrong", ""):
            self.assertEqual(self.assertRaises(ChatError, self.files.begin, spent).code, "bad_ticket")
        word = self.ticket(self.bo)
        self.clock.advance(60)
        self.assertRaises(ChatError, self.files.begin, word)

    def test_guest_leaves(self) -> None:
        """With the guest their cookie ends, and a ticket too; the next guest of that name has none of it."""
        cookie, word = self.cookie(self.al), self.ticket(self.al)
        self.al.lose()
        self.guest("Al")
        self.assertIsNone(self.files.reader(cookie))
        self.assertRaises(ChatError, self.files.begin, word)

    def test_account_goes_on(self) -> None:
        """Somebody with an account may leave; logging out of one browser ends its cookie alone."""
        one, other = self.cookie(self.bo), self.cookie(self.bo)
        self.bo.lose()
        self.files.end(one)
        self.assertEqual([each and each.person for each in map(self.files.reader, (one, other))], [None, ("bo", None)])

    def test_account_ends(self) -> None:
        """Logging out everywhere, another password and deletion end all cookies of the account, and of nobody else."""
        for request in (
            {"type": "logout"},
            {"type": "account.change", "password": "another-horse", "old": PASSWORD},
            {"type": "account.delete", "password": PASSWORD},
        ):
            self.setUp()
            cookie, word, others = self.cookie(self.bo), self.ticket(self.bo), self.cookie(self.al)
            self.bo.say(request)
            self.passwords.answer()
            self.assertIsNone(self.files.reader(cookie), request)
            self.assertRaises(ChatError, self.files.begin, word)
            self.assertIsNotNone(self.files.reader(others))

    def test_programs(self) -> None:
        """A program has its token, and gets no ticket."""
        self.bo.say({"type": "token.make", "rooms": ["team"]})
        secret = self.bo.told()[-1]["token"]
        program = self.connect().say({"type": "join", "token": secret}, {"type": "ticket"})
        self.assertEqual(program.codes(), ["ack", "not_for_programs"])


class Pings(SlowLoginCase):
    """A ping is answered at once."""

    def test_out_of_turn(self) -> None:
        """Its ack comes while a password is being compared, and before that command is done."""
        al = self.connect().say({"type": "ping", "id": 1})
        self.assertEqual(al.told(), [{"type": "ack", "request": "ping", "id": 1}])
        al.say({"type": "join", "nickname": "Al", "password": PASSWORD, "id": 2}, {"type": "ping", "id": 3})
        self.assertEqual([push["id"] for push in al.told()], [3])
        self.passwords.answer()
        self.assertEqual([push["id"] for push in al.told()], [2])
        self.assertEqual(al.say({"type": "ping"}).codes(), ["ack"])

    def test_is_no_activity(self) -> None:
        """A page that pings does not make its owner look busy."""
        al = self.guest("Al")
        self.clock.advance(600)
        al.say({"type": "ping"})
        [session] = self.hub.users["al"].sessions
        self.assertEqual(session.acted_at, 0)
