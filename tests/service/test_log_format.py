"""The lines of the log are those that Twisted would write."""

from contextlib import redirect_stdout
from io import StringIO
from tempfile import TemporaryDirectory
from typing import cast

from twisted.logger import ILogObserver, LogEvent, Logger, LogLevel, formatEventAsClassicLogText
from twisted.python.failure import Failure
from twisted.scripts.twistd import ServerOptions  # type: ignore[attr-defined]  # public, but not in __all__
from twisted.trial.unittest import SynchronousTestCase

from chat.service.log_format import LineFormat, standard_output


class Broken:
    """Cannot be shown."""

    def __str__(self) -> str:
        raise ZeroDivisionError


class Lines(SynchronousTestCase):
    """Each event gives the same line as with Twisted's own format."""

    def setUp(self) -> None:
        self.events: list[LogEvent] = []
        self.log = Logger("chat.tests", observer=cast("ILogObserver", self.events.append))

    def check(self) -> list[str]:
        """Compare the lines of all events so far, which come twice; returns them."""
        format_event = LineFormat()
        lines = [format_event(event) for event in self.events for _ in range(2)]
        self.assertEqual(lines, [formatEventAsClassicLogText(event) for event in self.events for _ in range(2)])
        return list(filter(None, lines))

    def test_fields(self) -> None:
        """Fields with and without a conversion, an attribute or a width, and a text of several lines."""
        self.log.info("connected: {connection} from {address}", connection=7, address="10.0.0.7:99")
        self.log.warn("{a!r} {b.imag} {c[0]:>5}", a="x", b=1j, c="yz")
        self.log.critical("{text}", text="one\ntwo")
        self.log.debug("100 %, {{}}")
        self.assertTrue(self.check()[0].endswith(" [chat.tests#info] connected: 7 from 10.0.0.7:99\n"))

    def test_unusual(self) -> None:
        """Calls, failures, a system of its own, and what cannot be formatted."""
        self.log.info("{what()}", what=lambda: "called")
        self.log.info("{missing}")
        self.log.info("{0}")
        self.log.info("{it}", it=Broken())
        self.log.info("")
        self.log.emit(LogLevel.info)
        self.log.info("here", log_system="elsewhere")
        try:
            raise ValueError
        except ValueError:
            self.log.failure("failed: {what}", Failure(), what="it")
        self.events += [{}, {"log_format": "bare"}, {"log_format": b"bytes", "log_level": LogLevel.info}]
        self.assertIn("called", self.check()[0])

    def test_time(self) -> None:
        """Each second has its own time."""
        self.log.info("a")
        for seconds in (0, 0.9, 1, 1_700_000_000.5, 1_700_000_001):
            self.events.append({**self.events[0], "log_time": seconds})
        self.check()


class Observer(SynchronousTestCase):
    """What twistd logs to."""

    def test_standard_output(self) -> None:
        """The standard output has our lines."""
        with redirect_stdout(StringIO()) as output:
            Logger("chat.tests", observer=standard_output()).info("{it}", it="here")
        self.assertTrue(output.getvalue().endswith(" [chat.tests#info] here\n"))

    def test_chosen(self) -> None:
        """It is the log of a server in the foreground, where the operator names no other one."""
        for given, expected in (
            (["-n"], standard_output),
            (["-n", "--logfile=-"], standard_output),
            (["-n", "--syslog"], None),
            (["-n", "--logfile=chat.log"], None),
            (["-n", "--logger=twisted.logger.Logger"], Logger),
        ):
            twistd = ServerOptions()
            with TemporaryDirectory() as folder:
                twistd.parseOptions([*given, "--rundir", folder, "chatserver", "--port=0", "--data=:memory:"])
            self.assertIs(twistd.get("logger"), expected, given)
