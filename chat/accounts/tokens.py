"""Secrets that let somebody in, and their digests."""

import secrets
from hashlib import sha256


def digest(secret: str) -> bytes:
    """The digest to store of a secret that we made: it is long and random, so it needs no slow hash."""
    return sha256(secret.encode()).digest()


def handle_of(digest: bytes) -> str:
    """The handle of the access token with this digest: it identifies the token, and reveals nothing of the secret."""
    return digest.hex()[:12]


def new_secret() -> str:
    """A secret that nobody can guess: a token, or an invitation."""
    return secrets.token_urlsafe(24)
