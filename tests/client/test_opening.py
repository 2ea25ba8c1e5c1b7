"""The page in a browser, opened by the client."""

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from chat.client.conversation import Profile
from chat.client.opening import PageOpener, address_of
from tests.client.case import ClientCase
from tests.client.harness import Network
from tests.client.terminal.harness import TerminalClient


class Desk:
    """See `chat.client.files.Desk`."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def tell(self, text: str) -> None:
        self.said.append(text)

    def refuse(self, text: str) -> None:
        self.said.append(f"! {text}")

    def progress(self, name: str, done: int, size: int) -> None:
        raise AssertionError("there is no file")


class Opening(ClientCase):
    """`/open`, and `--open`."""

    def setUp(self) -> None:
        super().setUp()
        self.desk = Desk()
        self.addresses: list[str] = []
        self.has_browser = True
        self.bob = TerminalClient(Network(self.wire.factory), self.wire.clock, Profile("Bob", is_person=True))
        self.opener = PageOpener(self.bob.conversation, self.desk, "http://127.0.0.1:8080", self.browse)

    def browse(self, address: str) -> Deferred[bool]:
        self.addresses.append(address)
        return succeed(self.has_browser)

    def test_lets_in(self) -> None:
        """The address lets a browser in as the same person."""
        self.opener.open()
        self.bob.network.pump()
        before, _, ticket = self.addresses[0].partition("#ticket=")
        self.assertEqual((before, self.desk.said), ("http://127.0.0.1:8080/", ["the page is open in your browser"]))
        page = self.wire.connect()
        page.send(f'{{"type":"join","ticket":"{ticket}"}}')
        self.assertIn('"nickname":"Bob"', self.read(page)[0])

    def test_no_browser(self) -> None:
        """Then the person is told the address."""
        self.has_browser = False
        self.opener.open()
        self.bob.network.pump()
        self.assertEqual(len(self.desk.said), 1)
        self.assertTrue(self.desk.said[0].endswith(f" once, for 60 seconds: {self.addresses[0]}"), self.desk.said)

    def test_no_connection(self) -> None:
        """Then there is no ticket."""
        self.bob.network.cut()
        self.opener.open()
        self.assertEqual(self.desk.said, ["! there is no connection to the server now; try again"])

    def test_at_once(self) -> None:
        """With `--open` it opens when the person is in the chat, once."""
        opener = PageOpener(self.bob.conversation, self.desk, "https://a", self.browse, at_once=True)
        opener.entered(None)
        opener.entered(None)
        self.bob.network.pump()
        self.assertEqual(len(self.addresses), 1)


class Addresses(SynchronousTestCase):
    """Where the page is."""

    def test_table(self) -> None:
        """The server's own name, or where we are connected to."""
        for server, site, expected in (
            (None, "http://[::1]:8080", "http://[::1]:8080/"),
            ("chat.example.org", "http://127.0.0.1:8080", "https://chat.example.org/"),
            ("chat.example.org:8080", "http://127.0.0.1:8080", "http://chat.example.org:8080/"),
            ("chat.example.org:8080", "https://127.0.0.1:8080", "https://chat.example.org:8080/"),
            ("evil/../x", "http://a:1", "http://a:1/"),
            ("a b", "http://a:1", "http://a:1/"),
        ):
            self.assertEqual(address_of(server, site), expected, server)
