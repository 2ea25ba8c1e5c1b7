"""Firefox, driven by Mozilla's own client of its Marionette protocol: Debian has no geckodriver."""

import base64
import json
import shutil
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from marionette_driver.errors import MarionetteException
from marionette_driver.marionette import Marionette

from tests.browser.keys import Actions
from tests.browser.process import PATIENCE, BrowserProcess
from tests.browser.tab import HOST, Browser, Tab

NEEDED: Final = "this test needs Firefox (on Debian: apt-get install firefox-esr)"
_PREFERENCES: Final[Mapping[str, object]] = {
    # A free port, which it prints.
    "marionette.port": 0,
    "network.dns.localDomains": HOST,
    "dom.security.https_first": False,
    "intl.accept_languages": "en-US, en",
    "devtools.console.stdout.content": True,
    # It asks nobody for news: a test has no network.
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "browser.safebrowsing.update.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    # A test may go through many addresses at once.
    "browser.navigation.navigationRateLimit.count": 0,
    "dom.navigation.navigationRateLimit.count": 0,
    # Notifications are its own windows: a test has no desktop.
    "alerts.useSystemBackend": False,
    # All windows of a test have the focus: people have devices of their own.
    "focusmanager.testmode": True,
}
# Makes a window with a storage of its own, or that of a tab before; calls back with its handle and that storage.
_NEW_TAB: Final = """
const [known, done] = arguments;
const shared = {};
ChromeUtils.defineESModuleGetters(shared, {
  NavigableManager: "chrome://remote/content/shared/NavigableManager.sys.mjs",
  UserContextManager: "chrome://remote/content/shared/UserContextManager.sys.mjs",
  windowManager: "chrome://remote/content/shared/WindowManager.sys.mjs",
});
const make = async () => {
  const storage = known || shared.UserContextManager.createContext("test");
  const made = await shared.windowManager.openBrowserWindow({userContextId: storage, focus: true});
  return [shared.NavigableManager.getIdForBrowser(made.gBrowser.selectedBrowser), storage];
};
make().then(done, error => done(String(error)));
"""
# As Firefox's own responsive design mode does.
_SET_SIZE: Final = """
const { NavigableManager } = ChromeUtils.importESModule("chrome://remote/content/shared/NavigableManager.sys.mjs");
const [handle, width, height, isPhone] = arguments;
const browser = NavigableManager.getBrowserById(handle);
for (const [side, pixels] of [["width", width], ["height", height]])
  for (const bound of ["min-", "max-"]) browser.style.setProperty(bound + side, pixels + "px");
const context = browser.browsingContext;
context.inRDMPane = isPhone;
context.touchEventsOverride = isPhone ? "enabled" : "none";
context.overrideDPPX = isPhone ? 2 : 1;
arguments[4]();
"""
_SELECT: Final = """
const { NavigableManager } = ChromeUtils.importESModule("chrome://remote/content/shared/NavigableManager.sys.mjs");
const [handle, isShown] = arguments;
const browser = NavigableManager.getBrowserById(handle);
const { gBrowser } = (browser.ownerGlobal ?? browser.ownerDocument.defaultView);
gBrowser.selectedTab = isShown ? gBrowser.getTabForBrowser(browser) : gBrowser.addTrustedTab("about:blank");
arguments[2]();
"""
_ALLOW: Final = """
const principal = Services.scriptSecurityManager.createContentPrincipalFromOrigin(arguments[0]);
Services.perms.addFromPrincipal(principal, "desktop-notification", Services.perms.ALLOW_ACTION);
arguments[1]();
"""
_END_STORAGE: Final = """
const { UserContextManager } =
  ChromeUtils.importESModule("chrome://remote/content/shared/UserContextManager.sys.mjs");
UserContextManager.removeUserContext(arguments[0], {closeContextTabs: true});
"""
_LOG: Final = """
const lines = Services.console.getMessageArray().map(each => {
  try { each.QueryInterface(Ci.nsIScriptError); } catch (error) { return null; }
  return /^(resource|chrome|moz-extension):/.test(each.sourceName) ? null
    : `${each.category}: ${each.errorMessage} (${each.sourceName}:${each.lineNumber})`;
});
Services.console.reset();
return lines.filter(line => line !== null);
"""


class Firefox(Browser):
    """One Firefox."""

    name = "firefox"

    def __init__(self) -> None:
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        assert program is not None, NEEDED
        self._process = BrowserProcess()
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items())
        self._process.folder.joinpath("user.js").write_text("".join(lines))
        options = ["-headless", "-no-remote", "-marionette", "-remote-allow-system-access"]
        self._process.start([program, *options, "-profile", str(self._process.folder)])
        try:
            port = int(self._process.wait_for(r"Listening on port (\d+)")[1])
            self.driver = Marionette(host="127.0.0.1", port=port, socket_timeout=PATIENCE + 10)
            self.driver.start_session()
            self.driver.timeout.page_load = PATIENCE
            self.driver.timeout.script = PATIENCE + 5
        except BaseException:
            self._process.end()
            raise
        self._current = ""
        self._first = str(self.driver.current_window_handle)

    def tab(self) -> Tab:
        return self._tab("")

    def tab_beside(self, tab: Tab) -> Tab:
        assert isinstance(tab, FirefoxTab)
        return self._tab(tab.storage)

    def _tab(self, known: str) -> "FirefoxTab":
        made = self.command(_NEW_TAB, known)
        assert isinstance(made, list), made
        handle, storage = made
        return FirefoxTab(self, handle, storage, is_first=not known)

    def command(self, script: str, *values: object) -> Any:
        """Run a script of the browser itself, which calls its last argument with its result."""
        self.enter(self._first)
        with self.driver.using_context("chrome"):
            return self.driver.execute_async_script(script, script_args=values, sandbox="system")

    def enter(self, handle: str, *, is_hidden: bool = False) -> Any:
        """The driver, which now speaks of that tab. It comes to the front of its window, unless it is hidden."""
        if self._current != handle:
            self.driver.switch_to_window(handle, focus=not is_hidden)
            self._current = handle
        return self.driver

    def log(self) -> Sequence[str]:
        self.enter(self._first)
        with self.driver.using_context("chrome"):
            lines = self.driver.execute_script(_LOG, sandbox="system")
        return [*self._process.news(), *lines]

    def left(self, storage: str, *, is_last: bool) -> None:
        """A tab is closed; perhaps it was the one for which the storage was made."""
        self._current = ""
        self.enter(self._first)
        if is_last:
            with self.driver.using_context("chrome"):
                self.driver.execute_script(_END_STORAGE, script_args=[storage], sandbox="system")

    def end(self) -> None:
        self._process.end()


class FirefoxTab(Tab):
    """A tab, by its handle, in the storage (a container) that it was made with."""

    browser: Firefox

    def __init__(self, browser: Firefox, handle: str, storage: str, *, is_first: bool) -> None:
        self.browser = browser
        self.storage = storage
        self._handle = handle
        self._is_first = is_first
        self._is_hidden = False

    @property
    def driver(self) -> Any:
        """Marionette, which speaks of this tab: for what this interface does not have."""
        return self.browser.enter(self._handle, is_hidden=self._is_hidden)

    def open(self, url: str) -> None:
        self.driver.navigate(url)

    def reload(self) -> None:
        self.driver.refresh()

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, script_args=values, sandbox=None)

    def run_later(self, script: str, *values: object, seconds: float = PATIENCE) -> Any:
        milliseconds = round(seconds * 1000)
        return self.driver.execute_async_script(script, script_args=values, sandbox=None, script_timeout=milliseconds)

    def perform(self, actions: Actions) -> None:
        self.driver._send_message("WebDriver:PerformActions", {"actions": list(actions)})

    def set_size(self, width: int, height: int, *, is_phone: bool = False) -> None:
        self.browser.command(_SET_SIZE, self._handle, width, height, is_phone)
        # The page learns it a little later; on a phone it may believe to be wider, and be shown smaller.
        script = "return [innerWidth, innerHeight].every((n, at) => Math.abs(n * visualViewport.scale - given[at]) < 1)"
        self.until(script, width, height)

    def picture(self) -> bytes:
        return base64.b64decode(cast("str", self.driver.screenshot(full=False)))

    def close(self) -> None:
        self.driver.close_chrome_window()
        self.browser.left(self.storage, is_last=self._is_first)

    def hide(self) -> None:
        self._is_hidden = True
        self.browser.command(_SELECT, self._handle, False)
        self.until("return document.visibilityState == 'hidden'")

    def show(self) -> None:
        self._is_hidden = False
        self.browser.command(_SELECT, self._handle, True)
        self.until("return document.visibilityState == 'visible'")

    def allow_notifications(self) -> None:
        self.browser.command(_ALLOW, self.run("return location.origin"))

    def click_on(self, element: Any) -> None:
        self.browser.enter(self._handle)
        element.click()

    def send(self, element: Any, text: str) -> None:
        self.browser.enter(self._handle)
        element.send_keys(text)

    def insert(self, text: str) -> None:
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self.perform([{"type": "key", "id": "keyboard", "actions": keys}])

    def lost(self, error: Exception) -> bool:
        said = str(error)
        gone = ("unloaded", "Timed out", "navigat", "DiscardedBrowsingContext", "AbortError", "actor")
        return isinstance(error, MarionetteException) and any(word in said for word in gone)
