"""Says when all that was written has left."""

from collections.abc import Callable

from twisted.internet.interfaces import IConsumer, IPullProducer
from zope.interface import implementer


@implementer(IPullProducer)
class Flush:
    """Makes `calls` when `consumer` has written everything it was given, after calling `flushed`.

    A consumer asks a pull producer for more when it has nothing left to write.
    """

    def __init__(self, consumer: IConsumer, flushed: Callable[[], None]) -> None:
        self.calls: list[Callable[[], None]] = []
        self._consumer = consumer
        self._flushed = flushed
        # It also asks once while the producer is being registered.
        self._is_due = False
        consumer.registerProducer(self, False)
        self._is_due = True

    def resumeProducing(self) -> None:
        """Everything has been written."""
        if self._is_due:
            self._is_due = False
            self._consumer.unregisterProducer()
            self._flushed()
            for call in self.calls:
                call()

    def stopProducing(self) -> None:
        """Nothing more will be written."""
        self._is_due = False
