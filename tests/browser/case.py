"""The base of tests of the page: each of them runs in every browser, against a real server."""

import atexit
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

from twisted.trial.unittest import SynchronousTestCase

from tests.browser.chromium import Chromium
from tests.browser.firefox import Firefox
from tests.browser.tab import DESKTOP, HOST, PHONE, Browser, Tab
from tests.running import ROOT, RunningServer

_KINDS: Final[Mapping[str, Callable[[], Browser]]] = {"chromium": Chromium, "firefox": Firefox}
# Those that run: a start costs seconds. They end with the process of the tests.
_RUNNING: Final[dict[str, Browser]] = {}
# Pictures are kept in this folder, if the environment names one.
_PICTURES: Final = "CHAT_PICTURES"


class BrowserCase(SynchronousTestCase):
    """Each method `test_x` becomes `test_x_chromium` and `test_x_firefox`, where `browser` is that browser.

    A method `test_together_x` runs once, and takes what it needs with `browser_called`. What a test opens is closed
    after it. Pages come from a host name that only the browsers know, over plain HTTP.
    """

    browser: Browser
    _wanted: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._wanted = dict(cls._wanted)
        for name, method in list(vars(cls).items()):
            if not name.startswith("test_") or name.startswith("test_together_"):
                continue
            delattr(cls, name)
            for kind in _KINDS:
                setattr(cls, f"{name}_{kind}", _named(method, f"{name}_{kind}"))
                cls._wanted = {**cls._wanted, f"{name}_{kind}": kind}

    def setUp(self) -> None:
        if (kind := self._wanted.get(self._testMethodName)) is not None:
            self.browser = self.browser_called(kind)

    def browser_called(self, kind: str) -> Browser:
        """The browser `chromium` or `firefox`. Fails, and says what to install, if there is none."""
        if kind not in _RUNNING:
            _RUNNING[kind] = _KINDS[kind]()
            atexit.register(_RUNNING[kind].end)
        # What earlier tests left there is no news.
        _RUNNING[kind].log()
        return _RUNNING[kind]

    def serve(self, *options: str, root: Path = ROOT) -> RunningServer:
        """A new server, with options, of the program at `root`."""
        server = RunningServer("--host", HOST, *options, root=root)
        server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        return server

    def address_of(self, server: RunningServer) -> str:
        """Where its page is, for the browsers."""
        return f"http://{HOST}:{server.port}/"

    def secure_address_of(self, server: RunningServer) -> str:
        """The same, for browsers that trust it: they take this machine's own plain HTTP for secure."""
        return f"http://localhost:{server.port}/"

    def tab(self, browser: Browser | None = None) -> Tab:
        """A new person's tab, as wide as a desk."""
        return self._sized((browser or self.browser).tab(), DESKTOP)

    def phone(self, browser: Browser | None = None) -> Tab:
        """A new person's phone."""
        return self._sized((browser or self.browser).tab(), PHONE, is_phone=True)

    def tab_beside(self, tab: Tab) -> Tab:
        """Another tab of the same person."""
        return self._sized(tab.browser.tab_beside(tab), DESKTOP)

    def _sized(self, tab: Tab, size: tuple[int, int], *, is_phone: bool = False) -> Tab:
        self.addCleanup(tab.close)
        tab.set_size(*size, is_phone=is_phone)
        return tab

    def pictures(self) -> Path:
        """A folder for pictures: the one that `CHAT_PICTURES` names, or one that is deleted after the test."""
        if named := os.environ.get(_PICTURES):
            return Path(named)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Path(folder.name)

    def assert_within_policy(self, tab: Tab) -> None:
        """No page did anything that its policy forbids, or asked another server, since the last call."""
        self.assertEqual(tab.browser.policy_violations(tab.browser.log()), [])
        origin = tab.run("return location.origin + '/'")
        self.assertEqual([address for address in tab.requests() if not address.startswith(origin)], [])


def _named(method: Callable[..., object], name: str) -> Callable[..., object]:
    def test(self: BrowserCase) -> object:
        return method(self)

    test.__name__, test.__doc__ = name, method.__doc__
    return test
