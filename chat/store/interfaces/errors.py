"""What goes wrong with a store, said to its operator."""

from collections.abc import Sequence


class StoreError(Exception):
    """The store cannot be opened, or cannot do what its operator asked. The message is a sentence for the operator."""


class DamagedError(StoreError):
    """A database is damaged. `faults` says what is wrong with it, one sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
