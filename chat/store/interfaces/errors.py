"""The errors of a store, with messages for its operator."""

from collections.abc import Sequence


class StoreError(Exception):
    """The store cannot be opened, or cannot do what its operator asked. The message is a sentence for the operator."""


class DamagedError(StoreError):
    """A database is damaged. `faults` are sentences, one for each fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
