"""The log of connections."""

from time import time

from twisted.logger import Logger, LogLevel


class ConnectionLogger(Logger):
    """A `Logger` that makes the events of `info` itself: each connection has three, and Twisted looks the level up."""

    def info(self, format: str | None = None, **parts: object) -> None:
        """See `Logger.info`."""
        parts.update(
            log_logger=self,
            log_level=LogLevel.info,
            log_namespace=self.namespace,
            log_source=self.source,
            log_format=format,
            log_time=time(),
        )
        self.observer(parts)
