"""The server's certificate: where it comes from, and how another one takes its place."""

import signal
import socket
import ssl
import subprocess
import tempfile
from pathlib import Path
from typing import TextIO

from twisted.trial.unittest import SynchronousTestCase

from chat.net.tls import Certificate, CertificateError, TlsCredentials, fingerprint, kept_certificate, read_certificate
from tests.running import SECONDS, RunningServer, make_certificate


class Folder(SynchronousTestCase):
    """A folder of its own for each test."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class Certificates(Folder):
    """Those made here, and those given."""

    def test_kept(self) -> None:
        """It is made once, for our eyes only, and is the same the next time."""
        first = kept_certificate(self.folder)
        self.assertEqual(kept_certificate(self.folder), first)
        (file,) = self.folder.iterdir()
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)

    def test_fingerprint(self) -> None:
        """It is what openssl shows, of the first certificate in the chain."""
        kept = kept_certificate(self.folder)
        command = ["openssl", "x509", "-noout", "-fingerprint", "-sha256"]
        shown = subprocess.run(command, input=kept.chain, capture_output=True, timeout=SECONDS, check=True).stdout
        self.assertEqual(shown.decode().strip().partition("=")[2], kept.fingerprint)
        other = read_certificate(*make_certificate(self.folder, "other"))
        self.assertEqual(Certificate(kept.chain + other.chain, kept.key).fingerprint, kept.fingerprint)

    def test_unusable(self) -> None:
        """What cannot be read, is none, or does not belong together has a sentence; what is used stays in use."""
        certificate, key = make_certificate(self.folder, "one")
        other = self.folder / "other"
        other.mkdir()
        _, foreign = make_certificate(other, "two")
        empty = self.folder / "empty"
        empty.touch()
        sources = iter([read_certificate(certificate, key), Certificate(b"", b"")])
        credentials = TlsCredentials(lambda: next(sources))
        before = credentials.fingerprint
        self.assertRaises(CertificateError, credentials.load)
        self.assertEqual(credentials.fingerprint, before)
        for chain, secret, complaint in (
            (self.folder / "none", key, "cannot read "),
            (certificate, empty, "the certificate and the key cannot be used: "),
            (certificate, foreign, "the certificate and the key cannot be used: "),
            (empty, key, "the certificate and the key cannot be used: "),
        ):
            error = self.assertRaises(
                CertificateError, TlsCredentials, lambda chain=chain, secret=secret: read_certificate(chain, secret)
            )
            self.assertIn(complaint, str(error))

    def test_nowhere_to_keep(self) -> None:
        """A folder that is none."""
        self.assertRaises(CertificateError, kept_certificate, self.folder / "none" / "there")


class Reloading(Folder):
    """SIGHUP, on a real server."""

    def connect(self, port: int) -> ssl.SSLSocket:
        """A connection by TLS, to whomever."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(socket.create_connection(("127.0.0.1", port), SECONDS))

    def shown(self, port: int) -> str:
        """The fingerprint of the certificate that a new connection is shown."""
        with self.connect(port) as connection:
            return fingerprint(connection.getpeercert(binary_form=True) or b"")

    def test_reload(self) -> None:
        """New connections see the new certificate, the others notice nothing; a bad one changes nothing."""
        certificate, key = make_certificate(self.folder, "one")
        first = read_certificate(certificate, key).fingerprint
        with RunningServer("--tls", f"{certificate},{key}") as server, self.connect(server.port) as old:
            lines = old.makefile("rw", newline="\n")
            self.say(lines, "server:register Ann", "server: welcome, Ann")
            self.assertIn(first, server.read_log("TLS: the certificate"))
            self.assertEqual(self.shown(server.port), first)
            make_certificate(self.folder, "two")
            second = read_certificate(certificate, key).fingerprint
            for expected, content in ((second, None), (second, "no certificate")):
                if content is not None:
                    certificate.write_text(content)
                server.process.send_signal(signal.SIGHUP)
                server.read_log("TLS: the certificate")
                self.assertEqual(self.shown(server.port), expected)
            self.say(lines, "server:who", "server: online (1): Ann")
        self.assertNotEqual(first, second)
        self.assertIn("stays as it is", server.log)
        self.assertNotIn("Traceback", server.log)

    def say(self, lines: TextIO, line: str, answer: str) -> None:
        """Say something, and read until it is answered."""
        lines.write(f"{line}\n")
        lines.flush()
        self.assertIn(f"{answer}\n", iter(lines.readline, ""))
