"""What the tool could not do."""

from collections.abc import Sequence


class AdminError(Exception):
    """It cannot be done, and nothing was changed. The message is a sentence for the operator."""


class DamagedError(AdminError):
    """A database is not whole; `faults` says what is wrong with it, a sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
