"""Whether a server is the one it was the last time: certificates that nobody vouches for are remembered, as by SSH."""

from collections.abc import Callable
from pathlib import Path


class UntrustedError(Exception):
    """The certificate of a server is not to be trusted, however often we try. The message is for the person."""


class PinFile:
    """The fingerprints of servers' certificates in a file, a line each: an address, and what is remembered of it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def find(self, address: str) -> str | None:
        """What is remembered of the server at `address`. Raises OSError where the file cannot be read."""
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return None
        pins = dict(line.split(" ", 1) for line in lines if " " in line)
        return pins.get(address)

    def keep(self, address: str, fingerprint: str) -> None:
        """Remember it, beyond the end of the program. Raises OSError where that is not possible."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{address} {fingerprint}\n")


class Trust:
    """What is to be thought of the certificates of the server at `address`.

    `pins` is None where nothing may be remembered: then somebody must vouch for them. `tell` gets news for the person.
    """

    def __init__(self, address: str, pins: PinFile | None, tell: Callable[[str], None]) -> None:
        self._address = address
        self._pins = pins
        self._tell = tell

    def check(self, fingerprint: str, doubt: str | None) -> None:
        """Raises UntrustedError, unless the certificate is to be trusted. `doubt`: why nobody vouches for it, if so."""
        if doubt is None:
            return
        if self._pins is None:
            raise UntrustedError(
                f"the certificate of {self._address} is not to be trusted: {doubt}; --ca names who does"
            )
        try:
            known = self._pins.find(self._address)
            if known is None:
                self._pins.keep(self._address, fingerprint)
                self._tell(f"the certificate of {self._address} is new here, and is remembered from now on")
                self._tell(f"compare it with what the server says of itself: SHA-256 {fingerprint}")
        except OSError as error:
            raise UntrustedError(f"cannot remember the certificate: {self._pins.path}: {error.strerror}") from None
        if known not in (None, fingerprint):
            raise UntrustedError(
                f"THE CERTIFICATE OF {self._address} HAS CHANGED: somebody may be reading along! It was SHA-256 {known}"
                f" and is {fingerprint}. If whoever runs the server says that this is right, take its line out of"
                f" {self._pins.path}"
            )
