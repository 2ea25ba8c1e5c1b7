"""TLS to the server: the handshake, and the check of the certificate."""

import os
from pathlib import Path

from OpenSSL import SSL, crypto
from service_identity.exceptions import CertificateError as NoNames
from service_identity.exceptions import VerificationError
from service_identity.pyopenssl import verify_hostname, verify_ip_address
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from zope.interface import implementer

from chat.client.trust import Trust, UntrustedError
from chat.net.tls import fingerprint

# OpenSSL's errors for an answer that is no TLS, and for the alert of a server without TLS.
_NO_TLS = (
    "wrong version number",
    "packet length too long",
    "record layer failure",
    "http request",
    "unexpected message",
)


def complaint_of(error: BaseException | None) -> str | None:
    """The complaint if a connection ended because TLS failed; None if it ended otherwise."""
    if isinstance(error, UntrustedError):
        return str(error)
    if not isinstance(error, SSL.Error) or not error.args or not error.args[0]:
        return None
    why = str(error.args[0][0][-1])
    return "the server does not speak TLS here" if any(each in why for each in _NO_TLS) else f"TLS failed: {why}"


@implementer(IOpenSSLClientConnectionCreator)
class ServerTls:
    """Starts TLS with the server `host`, and lets `trust` check its certificate before any data is sent.

    Trusts the authorities in the file `ca` or, without one, the system's. Raises OSError if the file has none.
    """

    def __init__(self, host: str, ca: Path | None, trust: Trust) -> None:
        self._host = host
        self._trust = trust
        self._doubt: str | None = None
        self._context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        self._context.set_min_proto_version(SSL.TLS1_2_VERSION)
        self._context.set_verify(SSL.VERIFY_PEER, self._seen)
        self._context.set_info_callback(self._happened)
        if ca is None:
            self._context.set_default_verify_paths()
        else:
            try:
                self._context.load_verify_locations(os.fsencode(ca))
            except SSL.Error:
                raise OSError(f"there is no certificate in {ca}") from None

    def clientConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        """See `IOpenSSLClientConnectionCreator.clientConnectionForTLS`."""
        self._doubt = None
        connection = SSL.Connection(self._context, None)
        connection.set_app_data(tlsProtocol)
        if not self._is_address:
            connection.set_tlsext_host_name(self._host.encode("idna"))
        return connection

    @property
    def _is_address(self) -> bool:
        return isIPAddress(self._host) or isIPv6Address(self._host)

    def _seen(self, connection: SSL.Connection, certificate: crypto.X509, error: int, depth: int, ok: int) -> bool:
        # Check it after the handshake, which proves that the server has the key.
        if not ok and self._doubt is None:
            self._doubt = f"no authority that this system trusts has signed it (OpenSSL error {error})"
        return True

    def _happened(self, connection: SSL.Connection, where: int, result: int) -> None:
        if where & SSL.SSL_CB_HANDSHAKE_DONE:
            try:
                self._judge(connection)
            except Exception:
                connection.get_app_data().failVerification(Failure())

    def _judge(self, connection: SSL.Connection) -> None:
        certificate = connection.get_peer_certificate()
        if certificate is None:
            raise UntrustedError("the server has no certificate")
        if self._doubt is None:
            self._doubt = self._other_host(connection)
        self._trust.check(fingerprint(crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)), self._doubt)

    def _other_host(self, connection: SSL.Connection) -> str | None:
        try:
            (verify_ip_address if self._is_address else verify_hostname)(connection, self._host)
        except (VerificationError, NoNames):
            return f"it is for another host than {self._host}"
        return None
