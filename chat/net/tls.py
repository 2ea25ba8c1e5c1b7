"""The server's side of TLS: its certificate, the source of that, and the agreement on a protocol."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

# For TLS 1.2: only authenticated encryption, with a new key for each connection. TLS 1.3 has no other ciphers.
_CIPHERS = b"ECDHE+AESGCM:ECDHE+CHACHA20"
# The application protocols that can be agreed on (ALPN).
HTTP = b"http/1.1"
_SELF_SIGNED_DAYS = 3650


class CertificateError(Exception):
    """A certificate or its key cannot be used. The message names it and the reason."""


class Certificate(NamedTuple):
    """A chain of certificates and the private key of the first of them, both PEM."""

    chain: bytes
    key: bytes

    @property
    def fingerprint(self) -> str:
        """The SHA-256 fingerprint of the first of them."""
        first = x509.load_pem_x509_certificates(self.chain)[0]
        return fingerprint(first.public_bytes(serialization.Encoding.DER))

    @property
    def names(self) -> frozenset[str]:
        """The names of hosts that the first of them is for, in lower case; `*.` stands for any below."""
        first = x509.load_pem_x509_certificates(self.chain)[0]
        try:
            found = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (x509.ExtensionNotFound, ValueError):
            return frozenset()
        return frozenset(name.lower() for name in found.get_values_for_type(x509.DNSName))


def fingerprint(der: bytes) -> str:
    """The SHA-256 fingerprint of a certificate, as openssl and browsers show it: `AB:CD:…`."""
    return sha256(der).digest().hex(":").upper()


def read_certificate(chain: Path, key: Path) -> Certificate:
    """The certificate in two files, which may be the same. Raises CertificateError if one cannot be read."""
    try:
        return Certificate(chain.read_bytes(), key.read_bytes())
    except OSError as error:
        raise CertificateError(f"cannot read {error.filename}: {error.strerror}") from None


def kept_certificate(folder: Path) -> Certificate:
    """The self-signed certificate in `folder`. The first call makes it. Raises CertificateError."""
    path = folder / "tls.pem"
    try:
        if not path.exists():
            made, unfinished = self_signed(), path.with_suffix(".new")
            unfinished.touch(0o600)
            unfinished.write_bytes(made.chain + made.key)
            unfinished.replace(path)
    except OSError as error:
        raise CertificateError(f"cannot write {path}: {error.strerror}") from None
    return read_certificate(path, path)


def self_signed() -> Certificate:
    """A new self-signed certificate for this machine. It is valid for ten years."""
    now, host = datetime.now(UTC), socket.gethostname()
    names = [x509.DNSName(name) for name in ("localhost", host) if name.isascii()]
    addresses = [x509.IPAddress(ip_address(address)) for address in ("127.0.0.1", "::1")]
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "chatserver")])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_SELF_SIGNED_DAYS))
        .add_extension(x509.SubjectAlternativeName([*names, *addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Certificate(
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def make_context(certificate: Certificate) -> SSL.Context:
    """The TLS settings of new connections. Raises CertificateError if the certificate and the key do not match."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_cipher_list(_CIPHERS)
    context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE)
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)
    context.set_alpn_select_callback(_agree)
    try:
        first, *others = x509.load_pem_x509_certificates(certificate.chain)
        context.use_certificate(first)
        for other in others:
            context.add_extra_chain_cert(other)
        key: Any = serialization.load_pem_private_key(certificate.key, None)
        context.use_privatekey(key)
        context.check_privatekey()
    except (SSL.Error, ValueError, TypeError) as error:
        raise CertificateError(f"the certificate and the key cannot be used: {_reason(error)}") from None
    return context


@implementer(IOpenSSLServerConnectionCreator)
class TlsCredentials:
    """Begins TLS with the certificate that `source` gave last. Open connections keep theirs.

    Making this asks `source`, and raises CertificateError if there is no usable certificate.
    """

    def __init__(self, source: Callable[[], Certificate]) -> None:
        self._source = source
        self.load()

    def load(self) -> None:
        """Ask the source again. If the new certificate is unusable, keeps the old one and raises CertificateError."""
        certificate = self._source()
        self._context = make_context(certificate)
        self.fingerprint, self.names = certificate.fingerprint, certificate.names

    def serverConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        """See `IOpenSSLServerConnectionCreator.serverConnectionForTLS`."""
        return SSL.Connection(self._context, None)


def _agree(connection: SSL.Connection, offered: list[bytes]) -> Any:
    # Without this, Twisted ends the handshake of a client that offers only protocols which we do not have.
    return HTTP if HTTP in offered else SSL.NO_OVERLAPPING_PROTOCOLS


def _reason(error: Exception) -> str:
    errors = error.args[0] if error.args else ""
    return str(errors[0][-1]) if isinstance(errors, list) and errors else str(errors)
