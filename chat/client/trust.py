"""Recognises a server by its certificate: pins self-signed certificates on first use, as SSH does."""

from collections.abc import Callable
from pathlib import Path


class UntrustedError(Exception):
    """The certificate of a server is not trusted, and trying again will not help. The message is for the person."""


class PinFile:
    """A file with the fingerprints of servers' certificates. Each line has an address and its fingerprint."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, address: str) -> str | None:
        """The fingerprint of the server at `address`, or None. Raises OSError if the file cannot be read."""
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return None
        pins = dict(line.split(" ", 1) for line in lines if " " in line)
        return pins.get(address)

    def keep(self, address: str, fingerprint: str) -> None:
        """Save a fingerprint. Raises OSError if that fails."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{address} {fingerprint}\n")


class Trust:
    """Decides whether to trust the certificate of the server at `address`.

    Without `pins` (None) only certificates that an authority signed are trusted. `tell` shows news to the person.
    """

    def __init__(self, address: str, pins: PinFile | None, tell: Callable[[str], None]) -> None:
        self._address = address
        self._pins = pins
        self._tell = tell

    def check(self, fingerprint: str, doubt: str | None) -> None:
        """Raises UntrustedError unless the certificate is trusted. `doubt`: why no authority confirms it, or None."""
        if doubt is None:
            return
        if self._pins is None:
            raise UntrustedError(
                f"the certificate of {self._address} is not trusted: {doubt}; --ca FILE names an authority to trust"
            )
        try:
            known = self._pins.find(self._address)
            if known is None:
                self._pins.keep(self._address, fingerprint)
                self._tell(f"the certificate of {self._address} is new; this client remembers it from now on")
                self._tell(f"compare it with the fingerprint in the server's log: SHA-256 {fingerprint}")
        except OSError as error:
            raise UntrustedError(f"cannot remember the certificate: {self._pins.path}: {error.strerror}") from None
        if known not in (None, fingerprint):
            raise UntrustedError(
                f"THE CERTIFICATE OF {self._address} HAS CHANGED: somebody may be reading along! It was SHA-256 {known}"
                f" and is {fingerprint}. If the server's operator confirms the new one, delete its line in"
                f" {self._pins.path}"
            )
