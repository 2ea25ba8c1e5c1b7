"""Secrets that let somebody in, and what is kept of them."""

import secrets
from hashlib import sha256


def digest(secret: str) -> bytes:
    """What is kept of a secret that was made by us: it is long and random, so no slow hash is needed."""
    return sha256(secret.encode()).digest()


def handle_of(digest: bytes) -> str:
    """What an access token is called that has this digest: it tells them apart, and nothing of the secret."""
    return digest.hex()[:12]


def new_secret() -> str:
    """A secret that nobody can guess: a token, or an invitation."""
    return secrets.token_urlsafe(24)
