"""The log on the standard output: the lines that Twisted would write, for a fifth of their price."""

import sys

from twisted.logger import FileLogObserver, LogEvent, formatEventAsClassicLogText, formatTime

# The name of `standard_output`, by which twistd imports it.
STANDARD_OUTPUT = f"{__name__}.standard_output"

# What a `Logger` gives its events; with one of the others Twisted knows what to write.
_USUAL = {"log_format", "log_time", "log_namespace", "log_level"}
_SELDOM = ("log_failure", "log_flattened", "log_system")


class LineFormat:
    """Makes the line of an event, as `formatEventAsClassicLogText`, which it asks where a format is more than fields.

    The time is made once a second.
    """

    def __init__(self) -> None:
        self._second = -1
        self._stamp = ""

    def __call__(self, event: LogEvent) -> str | None:
        """The line; None for an event without a text."""
        text = _text_of(event)
        if not text:
            return formatEventAsClassicLogText(event)
        if "\n" in text:
            text = text.replace("\n", "\n\t")
        second = int(event["log_time"])
        if second != self._second:
            self._second, self._stamp = second, formatTime(second)
        return f"{self._stamp} [{event['log_namespace']}#{event['log_level'].name}] {text}\n"


def standard_output() -> FileLogObserver:
    """Makes the observer for a log that goes to the standard output; twistd calls it (`--logger`)."""
    return FileLogObserver(sys.stdout, LineFormat())


def _text_of(event: LogEvent) -> str | None:
    """The text of an event whose format has fields alone; None for any other, and where its fields are not there."""
    text = event.get("log_format")
    # Twisted calls fields that end so.
    if not isinstance(text, str) or "()" in text or not (event.keys() >= _USUAL and event.keys().isdisjoint(_SELDOM)):
        return None
    try:
        return text.format_map(event)
    except Exception:
        return None
