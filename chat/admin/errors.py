"""Errors of the operator's tool."""

from collections.abc import Iterator
from contextlib import contextmanager

from chat.store.interfaces import DamagedError, StoreError


class AdminError(Exception):
    """A command failed, and changed nothing. The message is a sentence for the operator."""


@contextmanager
def plainly() -> Iterator[None]:
    """Errors of stores and files become AdminErrors, except DamagedError, which has several sentences."""
    try:
        yield
    except DamagedError:
        raise
    except StoreError as error:
        raise AdminError(str(error)) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise AdminError(f"{error.filename or 'the system'}: {error.strerror or error}") from None
