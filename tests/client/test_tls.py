"""The client over TLS: whom it trusts, and that nobody else hears a word."""

import subprocess
import tempfile
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from chat.client.trust import PinFile, Trust, UntrustedError
from tests.running import SECONDS, RunningServer, make_certificate, start_client


class Decisions(SynchronousTestCase):
    """What is thought of a certificate."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.pins = PinFile(Path(folder.name, "state", "servers"))
        self.told: list[str] = []

    def trust(self, address: str = "host:1") -> Trust:
        """The trust in the server at `address`."""
        return Trust(address, self.pins, self.told.append)

    def test_vouched_for(self) -> None:
        """Nothing is to be remembered then, whatever was."""
        self.trust().check("AB:CD", None)
        self.pins.keep("host:1", "12:34")
        self.trust().check("AB:CD", None)
        self.assertEqual((self.told, self.pins.find("host:1")), ([], "12:34"))

    def test_first_and_next(self) -> None:
        """The first is told, and remembered; the same is trusted without a word; another server is another one."""
        self.trust().check("AB:CD", "nobody vouches")
        self.assertEqual(len(self.told), 2)
        self.assertIn("AB:CD", self.told[1])
        self.trust().check("AB:CD", "nobody vouches")
        self.assertEqual(len(self.told), 2)
        self.trust("host:2").check("12:34", "nobody vouches")
        self.assertEqual((self.pins.find("host:1"), self.pins.find("host:2")), ("AB:CD", "12:34"))

    def test_changed(self) -> None:
        """Another one where one is remembered: loud, with both, and what to do; what is remembered stays."""
        self.trust().check("AB:CD", "nobody vouches")
        error = self.assertRaises(UntrustedError, self.trust().check, "12:34", "nobody vouches")
        for part in ("HAS CHANGED", "AB:CD", "12:34", str(self.pins.path)):
            self.assertIn(part, str(error))
        self.assertEqual(self.pins.find("host:1"), "AB:CD")

    def test_nowhere_to_remember(self) -> None:
        """Then somebody must vouch for it."""
        trust = Trust("host:1", None, self.told.append)
        trust.check("AB:CD", None)
        self.assertRaises(UntrustedError, trust.check, "AB:CD", "nobody vouches")

    def test_no_place(self) -> None:
        """What cannot be remembered is not trusted."""
        self.pins.path.parent.write_text("no folder")
        self.assertRaises(UntrustedError, self.trust().check, "AB:CD", "nobody vouches")


class Program(SynchronousTestCase):
    """The client as a program, and a server with a certificate of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = folder.name

    def said(self, server: RunningServer, *options: str) -> tuple[int, str, str]:
        """Enter, and leave; status, output and complaints."""
        client = start_client("--port", str(server.port), "--name", "Ann", *options)
        output, errors = client.communicate("secret words\n", timeout=SECONDS)
        return client.returncode, output, errors

    def test_first_use(self) -> None:
        """Remembered the first time; another certificate at the same address hears nothing, and ends it loudly."""
        pinning = ("--tls", "--state", self.state)
        with RunningServer("--tls", "auto") as server:
            status, output, errors = self.said(server, *pinning)
            self.assertEqual((status, errors), (0, ""))
            self.assertIn("is new; this client remembers it", output)
            self.assertIn("welcome, Ann", output)
            self.assertNotIn("is new; this client remembers it", self.said(server, *pinning)[1])
            port = server.port
        with RunningServer("--tls", "auto", port=port) as other:
            status, output, errors = self.said(other, *pinning)
            self.assertEqual((status, output), (1, ""))
            self.assertRegex(errors, rf"^chat: cannot connect: THE CERTIFICATE OF 127\.0\.0\.1:{port} HAS CHANGED.*\n$")
            other.stop()
            # Its port chooses a wire by the first byte that comes out of TLS.
            self.assertNotIn("connected: 1", other.log)

    def test_authority(self) -> None:
        """With --ca nothing is remembered; without anybody to vouch for it, it is refused."""
        with RunningServer("--tls", "auto") as server:
            ca = str(server.folder / "chat-data" / "tls.pem")
            for options, status, complaint in (
                (("--ca", ca), 0, ""),
                (("--host", "localhost", "--ca", ca), 0, ""),
                (("--tls",), 1, "no authority that this system trusts has signed it"),
                (("--ca", "/etc/hostname"), 1, "there is no certificate in /etc/hostname"),
            ):
                ended, _, errors = self.said(server, *options)
                self.assertEqual(ended, status, errors)
                self.assertIn(complaint, errors)

    def test_other_host(self) -> None:
        """A certificate that somebody vouches for is one for its own names only."""
        certificate, key = make_certificate(Path(self.state), "elsewhere.example")
        with RunningServer("--tls", f"{certificate},{key}") as server:
            status, _, errors = self.said(server, "--ca", str(certificate))
            self.assertEqual(status, 1)
            self.assertIn("it is for another host than 127.0.0.1", errors)

    def test_not_tls(self) -> None:
        """A server without TLS is no reason to go on without it."""
        with RunningServer() as server:
            client = start_client("--port", str(server.port), "--name", "Ann", "--tls")
            try:
                _, errors = client.communicate(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                client.kill()
                raise
            self.assertEqual(client.returncode, 1)
            self.assertEqual(errors, "chat: cannot connect: the server does not speak TLS here\n")
            server.stop()
            self.assertNotIn("registered", server.log)
            self.assertIn("cut: TLS from 127.0.0.1", server.log)
