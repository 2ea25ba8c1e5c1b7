"""The devices of an account: they are listed, and one of them is logged out."""

from chat.accounts.tokens import digest, handle_of
from tests.accounts.slow_logins import PASSWORD, Later, SlowLoginCase, Somebody

SECRET = "secret-1"
HANDLE = handle_of(digest(SECRET))


class OwnDevices(SlowLoginCase):
    """Al has an account, and comes in with a token."""

    def setUp(self) -> None:
        super().setUp()
        self.al = self.connect().say({"type": "join", "nickname": "Al", "password": PASSWORD, "remember": True})
        self.passwords.answer()
        self.assertEqual(self.al.told()[0]["token"], SECRET)

    def again(self, **more: object) -> Somebody:
        """Al comes in on another connection."""
        somebody = self.connect().say({"type": "join", "nickname": "Al", **more})
        self.passwords.answer()
        return somebody

    def listed(self, asker: Somebody) -> list[tuple[object, ...]]:
        """The devices: handle, wire, whether it asks, whether it has a token."""
        asker.told()
        push, ack = asker.say({"type": "device.list", "id": 7}).told()
        self.assertEqual((push["type"], push["id"], ack["request"]), ("devices", 7, "device.list"))
        devices = push["devices"]
        assert isinstance(devices, list)
        return [(each["device"], each.get("wire"), each.get("this", False), "used" in each) for each in devices]

    def test_listed(self) -> None:
        """Connections with the same token are one device; a token whose device is away is listed, too."""
        tab, plain = self.again(token=SECRET, remember=True), self.again(password=PASSWORD)
        self.assertEqual(tab.told()[0]["token"], SECRET)
        unnamed = f"c{plain.protocol.session.number}"
        here = [(HANDLE, "ndjson", False, True), (HANDLE, "ndjson", True, True), (unnamed, "ndjson", False, False)]
        self.assertEqual(self.listed(tab), here)
        for each in (self.al, tab):
            each.lose()
        self.assertEqual(self.listed(plain), [(unnamed, "ndjson", True, False), (HANDLE, None, False, True)])

    def test_token_stays_the_same(self) -> None:
        """A device that comes a hundred times is one device, whose token lasts for a month from the last time."""
        for _ in range(3):
            self.clock.advance(20 * 86400)
            self.al.lose()
            self.al = self.again(token=SECRET, remember=True)
            self.assertEqual(self.al.told()[0]["token"], SECRET)
        self.assertEqual(len(self.listed(self.al)), 1)

    def test_end(self) -> None:
        """All of its connections end, and its token; nobody else's."""
        tab, plain = self.again(token=SECRET), self.again(password=PASSWORD)
        plain.told(), self.al.told(), tab.told()
        self.assertEqual(plain.say({"type": "device.end", "device": HANDLE}).codes(), ["ack"])
        self.assertEqual((self.al.codes(), tab.codes()), (["logged_out"], ["logged_out"]))
        self.assertEqual((self.al.is_closed, tab.is_closed, plain.is_closed), (True, True, False))
        self.assertEqual(self.again(token=SECRET).codes(), ["bad_token"])
        self.assertEqual(plain.say({"type": "device.end", "device": HANDLE}).codes(), ["no_such_device"])

    def test_end_of_a_connection(self) -> None:
        """A connection without a token, one that is away, and the own one."""
        plain = self.again(password=PASSWORD)
        self.al.told()
        self.al.say({"type": "device.end", "device": f"c{plain.protocol.session.number}"})
        self.assertEqual((self.al.codes(), plain.codes()[-1], plain.is_closed), (["ack"], "logged_out", True))
        self.al.lose()
        plain = self.again(password=PASSWORD, remember=True)
        self.assertEqual(plain.say({"type": "device.end", "device": HANDLE}).codes(), ["ack", "ack"])
        own = plain.protocol.session.device
        self.assertEqual(plain.say({"type": "device.end", "device": own}).codes(), ["ack"])
        self.assertTrue(plain.is_closed)
        self.assertEqual(self.listed(self.again(password=PASSWORD))[1:], [])

    def test_others(self) -> None:
        """A device of somebody else is none of theirs; guests have no list, and programs may not ask."""
        bob = self.connect().say({"type": "join", "nickname": "Bob", "password": PASSWORD, "remember": True})
        self.passwords.answer()
        self.assertEqual(bob.say({"type": "device.end", "device": HANDLE}).codes()[-1], "no_such_device")
        guest = self.guest("Carol")
        self.assertEqual(guest.say({"type": "device.list"}).codes(), ["account_needed"])
        bob.told()
        secret = bob.say({"type": "token.make", "rooms": ["team"]}).told()[-1]["token"]
        program = self.connect().say({"type": "join", "token": secret}, {"type": "device.list"})
        self.assertEqual(program.codes(), ["ack", "not_for_programs"])
        [device] = [each for each in self.listed(bob) if each[0] == program.protocol.session.device]
        self.assertEqual(bob.say({"type": "device.end", "device": device[0]}).codes(), ["ack"])
        self.assertTrue(program.is_closed)
        self.assertEqual(self.connect().say({"type": "join", "token": secret}).codes(), ["bad_token"])

    def test_ended_while_it_comes(self) -> None:
        """A token that ends while its device is coming in lets nobody in, and does not last on."""
        plain = self.again(password=PASSWORD)
        held = Later(self.store.accounts.token_owner)
        self.store.accounts.token_owner = held  # type: ignore[method-assign, assignment]
        coming = self.again(token=SECRET, remember=True)
        plain.say({"type": "device.end", "device": HANDLE})
        held.answer()
        self.assertEqual(coming.codes(), ["bad_token"])
        self.assertEqual([each for each in self.listed(plain) if each[0] == HANDLE], [])

    def test_cookies(self) -> None:
        """A device that is ended reads no files any more; the others do."""
        tab, files = self.again(password=PASSWORD, remember=True), self.hub.file_access
        self.al.told(), tab.told()
        words = [str(each.say({"type": "ticket"}).told()[-1]["ticket"]) for each in (self.al, tab, self.al)]
        cookies = [files.begin(word) for word in words[:2]]
        tab.say({"type": "device.end", "device": HANDLE})
        self.assertEqual([files.reader(cookie) is not None for cookie in cookies], [False, True])
        joined = self.connect().say({"type": "join", "ticket": words[2]})
        self.assertEqual(joined.codes(), ["bad_ticket"])


class OneTimeLogins(SlowLoginCase):
    """A ticket logs another connection in as the same person."""

    def ticket(self, somebody: Somebody) -> str:
        """A ticket of theirs."""
        somebody.told()
        return str(somebody.say({"type": "ticket"}).told()[-1]["ticket"])

    def by(self, ticket: str, **more: object) -> Somebody:
        """Somebody comes with a ticket."""
        return self.connect().say({"type": "join", "ticket": ticket, **more})

    def test_account(self) -> None:
        """Once, with a token of its own if that is asked for."""
        al = self.connect().say({"type": "join", "nickname": "Al", "password": PASSWORD})
        self.passwords.answer()
        word = self.ticket(al)
        [ack] = self.by(word, remember=True).told()
        self.assertEqual((ack["nickname"], ack["account"]), ("Al", True))
        self.assertEqual(self.by(word).codes(), ["bad_ticket"])
        back = self.connect().say({"type": "join", "nickname": "Al", "token": ack["token"]})
        self.assertEqual(back.codes(), ["ack"])

    def test_guest(self) -> None:
        """A guest is in the same rooms on both; each browser has a token, and both let in again."""
        bo = self.connect().say({"type": "join", "nickname": "Bo", "remember": True}, {"type": "join", "room": "team"})
        first = bo.told()[0]["token"]
        tab = self.by(self.ticket(bo), remember=True)
        [ack] = tab.told()
        self.assertEqual((ack["nickname"], [place["room"] for place in ack["rooms"]]), ("Bo", ["team"]))  # type: ignore[attr-defined]
        for each in (bo, tab):
            each.lose()
        for token in (first, ack["token"]):
            self.assertEqual(self.connect().say({"type": "join", "nickname": "Bo", "token": token}).codes(), ["ack"])

    def test_guest_without_a_token(self) -> None:
        """A guest needs none for it, and nobody else comes in by that name."""
        bo = self.guest("Bo")
        self.assertEqual(self.by(self.ticket(bo)).codes(), ["ack"])
        self.assertEqual(self.connect().say({"type": "join", "nickname": "Bo"}).codes(), ["name_taken"])

    def test_ends(self) -> None:
        """After its time, when the guest is gone, has become an account, or the account has ended."""
        bo = self.guest("Bo")
        late, gone, made = (self.ticket(bo) for _ in range(3))
        self.clock.advance(self.limits.ticket_seconds)
        self.assertEqual(self.by(late).codes(), ["bad_ticket"])
        gone = self.ticket(bo)
        bo.lose()
        self.guest("Bo")
        self.assertEqual(self.by(gone).codes(), ["bad_ticket"])
        cy = self.guest("Cy")
        made = self.ticket(cy)
        cy.say({"type": "account.create", "password": PASSWORD})
        self.passwords.answer()
        self.assertEqual(self.by(made).codes(), ["bad_ticket"])
        word = self.ticket(cy)
        cy.say({"type": "logout"})
        self.assertEqual(self.by(word).codes(), ["bad_ticket"])

    def test_alone(self) -> None:
        """A ticket says who comes; a name beside it is refused."""
        word = self.ticket(self.guest("Bo"))
        self.assertEqual(self.by(word, nickname="Bo").codes(), ["wrong_type"])
        self.assertEqual(self.by(word).codes(), ["ack"])
