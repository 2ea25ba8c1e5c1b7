"""What the door of a page is made of, and the address of a server as a QR code."""

import re
from ipaddress import ip_network
from typing import Any

import segno

from chat import __version__
from chat.accounts.rules import Policy
from chat.hub.hub import Hub
from chat.hub.permissions import Lobby
from chat.limits import TOLD, Limits
from chat.store.memory.store import MemoryStore
from chat.web.access import Reached
from chat.web.hosts import Hosts
from chat.web.origins import Origins
from chat.web.page.assets import page_assets
from chat.web.routes import make_site
from tests.fresh import fresh_accounts, fresh_hub
from tests.web.asking import AskingCase, Response

PROXIED = {"Forwarded": 'for=192.0.2.1;proto=https;host="chat.example:444"'}


class About(AskingCase):
    """`/about.json`."""

    limits = Limits(line_bytes=20_000)

    def serve(self, hub: Hub) -> None:
        """Have the site tell of this server."""
        self.site = make_site(self.factory_class(hub, self.clock), Origins(), self.clock)

    def about(self, **headers: str) -> Any:
        """What the server says of itself."""
        answer = self.ask("GET", "/about.json", b"", **headers)
        self.assertEqual((answer.status, answer.headers["cache-control"]), (200, "no-store"))
        return answer.json

    def test_plain(self) -> None:
        """All of it, to anybody, who need not be in the chat."""
        told = self.about()
        limits = told.pop("limits")
        self.assertEqual(
            told,
            {
                "name": None,
                "version": __version__,
                "page": page_assets().version,
                "guests": True,
                "accounts": "optional",
                "registration": "open",
                "lobby": "lobby",
                "tls": False,
            },
        )
        self.assertEqual((tuple(limits), limits["line_bytes"]), (TOLD, 20_000))

    def test_name(self) -> None:
        """The server has the name of the address that `--url` gives it, whatever the client calls it."""
        self.factory.hub.invitations.url = "https://chat.example.org:444/"
        self.assertEqual(self.about()["name"], "chat.example.org:444")

    def test_private_server(self) -> None:
        """One for people with accounts, which are made by invitation; and there is no lobby."""
        policy, lobby = Policy(guests=False, registration="invite"), Lobby("plaza", is_open=False)
        self.serve(fresh_hub(self.limits, self.clock.seconds, lobby, policy=policy))
        told = self.about()
        self.assertEqual((told["guests"], told["accounts"], told["registration"]), (False, "required", "invite"))
        self.assertIsNone(told["lobby"])

    def test_lockdown(self) -> None:
        """It tells what holds now."""
        store = MemoryStore(self.limits, self.clock.seconds)
        accounts = fresh_accounts(store.accounts, self.limits, self.clock.seconds, Policy())
        self.serve(Hub(store, accounts, self.limits))
        accounts.is_locked_down = True
        told = self.about()
        self.assertEqual((told["guests"], told["accounts"], told["registration"]), (False, "required", "closed"))
        accounts.is_locked_down = False
        self.assertTrue(self.about()["guests"])

    def test_proxy(self) -> None:
        """A proxy that is believed says whether the client speaks TLS; nobody else does."""
        self.assertFalse(self.about(**PROXIED)["tls"])
        self.site = make_site(self.factory, Origins(), self.clock, reached=behind_proxy())
        self.assertTrue(self.about(**PROXIED)["tls"])


class Pictures(AskingCase):
    """`/invite.svg`."""

    def leads_to(self, answer: Response, address: str) -> None:
        """That the answer is a picture of this address."""
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "image/svg+xml"))
        code = segno.make(address, micro=False, error="m", boost_error=False)
        expected = {
            (x, y) for y, row in enumerate(code.matrix_iter(border=4)) for x, is_dark in enumerate(row) if is_dark
        }
        self.assertEqual(dark_cells(answer.body.decode()), expected, address)

    def test_own_address(self) -> None:
        """The address under which the client has reached the server."""
        self.leads_to(self.ask("GET", "/invite.svg"), "http://chat.example/")
        self.leads_to(self.ask("GET", "/invite.svg?room=tides"), "http://chat.example/#/r/tides")
        self.leads_to(self.ask("GET", "/invite.svg?room=%23Tides"), "http://chat.example/#/r/Tides")
        self.leads_to(self.ask("GET", "/invite.svg?room=h%C3%A9"), "http://chat.example/#/r/h%C3%A9")
        link = self.ask("GET", "/invite.svg?room=tides&code=aB-_9")
        self.leads_to(link, "http://chat.example/#join=tides.aB-_9")
        self.assertEqual(link.headers["cache-control"], "no-store")
        # A code without a room leads nowhere.
        self.leads_to(self.ask("GET", "/invite.svg?code=abc"), "http://chat.example/")

    def test_proxy(self) -> None:
        """Behind a proxy that is believed it is the address that the proxy names."""
        self.site = make_site(self.factory, Origins(), self.clock, reached=behind_proxy())
        answer = self.ask("GET", "/invite.svg?room=tides", b"", **PROXIED)
        self.leads_to(answer, "https://chat.example:444/#/r/tides")

    def test_url(self) -> None:
        """`--url` says better than the client what the address is."""
        self.factory.hub.invitations.url = "https://chat.example.org/"
        answer = self.ask("GET", "/invite.svg?room=tides")
        self.leads_to(answer, "https://chat.example.org/#/r/tides")
        self.assertEqual(answer.headers["cache-control"], "private, max-age=3600")

    def test_drawing(self) -> None:
        """It has no styles and scripts, which the page's policy would stop, and grows with its frame."""
        body = self.ask("GET", "/invite.svg?room=tides").body.decode()
        self.assertNotRegex(body, r"style|script|class|\bon[a-z]+=")
        self.assertRegex(body, r'^<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \d+ \d+">')

    def test_refused(self) -> None:
        """What no room is called, and what no code is, gets no picture."""
        for query, code in (
            ("room=", "bad_room"),
            ("room=a%20b", "bad_room"),
            ("room=" + "a" * 1000, "bad_room"),
            ("room=a&room=b", "bad_parameter"),
            ("room=a&code=", "bad_parameter"),
            ("room=a&code=%3Cx%3E", "bad_parameter"),
            ("room=a&code=x%0A", "bad_parameter"),
            ("room=a&code=" + "x" * 129, "bad_parameter"),
        ):
            answer = self.ask("GET", f"/invite.svg?{query}")
            self.assertEqual((answer.status, answer.code), (400, code), query)
        served = self.http()
        served.send(b"GET /invite.svg HTTP/1.0\r\n\r\n")
        self.assertIn(b'"bad_request"', served.answer())


class PacedPictures(AskingCase):
    """Pictures cost time."""

    limits = Limits(burst_lines=40, lines_per_second=1)

    def test_paced(self) -> None:
        """Each counts as twenty requests."""
        self.assertEqual([self.ask("GET", "/invite.svg").status for _ in range(4)], [200, 200, 429, 429])


def dark_cells(svg: str) -> set[tuple[int, int]]:
    """The dark cells of a QR code that is drawn in lines from left to right."""
    match = re.search(r'<path stroke="#000" d="M([^"]+)"', svg)
    assert match is not None, svg
    cells, x, y = set(), 0, 0.0
    for command, first, second in re.findall(r"([Mmh]?)(-?[\d.]+)(?: (-?[\d.]+))?", "M" + match[1]):
        if command == "h":
            cells |= {(x + step, int(y)) for step in range(int(first))}
            x += int(first)
        else:
            x, y = (int(first), float(second)) if command == "M" else (x + int(first), y + float(second))
    return cells


def behind_proxy() -> Reached:
    """A site behind a proxy on this machine."""
    return Reached(Hosts({"chat.example"}), [ip_network("127.0.0.1")])
