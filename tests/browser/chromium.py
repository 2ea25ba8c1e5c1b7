"""Chromium, driven by Selenium through Debian's chromedriver."""

import base64
import json
import shutil
import urllib.request
from collections.abc import Sequence
from typing import Any, Final

import websocket
from selenium import webdriver
from selenium.common.exceptions import JavascriptException, WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
from selenium.webdriver.remote.client_config import ClientConfig

from tests.browser.keys import Actions
from tests.browser.process import PATIENCE, BrowserProcess
from tests.browser.tab import HOST, Browser, Tab

NEEDED: Final = "this test needs Chromium (on Debian: apt-get install chromium chromium-driver)"
_OPTIONS: Final = (
    "--headless=new",
    # Tests run as root in containers; the pages are our own.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-crash-reporter",
    "--disable-breakpad",
    # A test may go through many addresses at once.
    "--disable-ipc-flooding-protection",
    "--no-first-run",
    "--lang=en-US",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
)


class Chromium(Browser):
    """One chromedriver, and the Chromium that it started."""

    name = "chromium"

    def __init__(self) -> None:
        program, driver = shutil.which("chromium"), shutil.which("chromedriver")
        assert program is not None and driver is not None, NEEDED
        self._script_seconds = 0.0
        self._process = BrowserProcess()
        self._process.start([driver, "--port=0"])
        try:
            port = self._process.wait_for(r"started successfully on port (\d+)")[1]
            self._connect(program, port)
        except BaseException:
            self._process.end()
            raise
        self._current = ""

    def _connect(self, program: str, port: str) -> None:
        options = Options()
        options.binary_location = program
        for option in (*_OPTIONS, f"--user-data-dir={self._process.folder}"):
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        address = f"http://127.0.0.1:{port}"
        connection = ChromeRemoteConnection(address, client_config=ClientConfig(address, timeout=PATIENCE + 10))
        self.driver = webdriver.Remote(connection, options=options)
        self.driver.set_page_load_timeout(PATIENCE)
        self.allow_scripts(PATIENCE)
        # Windows with a storage of their own are made by the browser's own connection, not by that of a page.
        where = self.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
        with urllib.request.urlopen(f"http://{where}/json/version", timeout=PATIENCE) as answer:
            address = json.load(answer)["webSocketDebuggerUrl"]
        self._tools = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
        self._asked = 0

    def ask(self, method: str, **parameters: object) -> Any:
        """Give the whole browser a command of the DevTools protocol."""
        self._asked += 1
        self._tools.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._tools.recv())
            if answer.get("id") == self._asked:
                assert "result" in answer, answer
                return answer["result"]

    def tab(self) -> Tab:
        storage = self.ask("Target.createBrowserContext")["browserContextId"]
        return self._tab(storage, is_first=True)

    def tab_beside(self, tab: Tab) -> Tab:
        assert isinstance(tab, ChromiumTab)
        return self._tab(tab.storage, is_first=False)

    def _tab(self, storage: str, *, is_first: bool) -> "ChromiumTab":
        made = self.ask("Target.createTarget", url="about:blank", browserContextId=storage, newWindow=True)
        return ChromiumTab(self, made["targetId"], storage, is_first=is_first)

    def enter(self, handle: str) -> webdriver.Remote:
        """The driver, which now speaks of that tab."""
        if self._current != handle:
            self.driver.switch_to.window(handle)
            self._current = handle
        return self.driver

    def log(self) -> Sequence[str]:
        self.enter(self._current or self.driver.window_handles[0])
        entries = self.driver.execute("getLog", {"type": "browser"})["value"]
        return [f"{entry['level']}: {entry['message']}" for entry in entries]

    def allow_scripts(self, seconds: float) -> None:
        """How long a script may take."""
        if self._script_seconds != seconds:
            self._script_seconds = seconds
            self.driver.set_script_timeout(seconds)

    def left(self, handle: str) -> None:
        """That tab is closed."""
        if self._current == handle:
            self._current = self.driver.window_handles[0]
            self.driver.switch_to.window(self._current)

    def end(self) -> None:
        self._tools.close()
        self._process.end()


class ChromiumTab(Tab):
    """A tab, by its window's handle, in the storage that it was made with."""

    browser: Chromium

    def __init__(self, browser: Chromium, handle: str, storage: str, *, is_first: bool) -> None:
        self.browser = browser
        self.storage = storage
        self._handle = handle
        self._is_first = is_first

    @property
    def driver(self) -> webdriver.Remote:
        """Selenium's driver, which speaks of this tab: for what this interface does not have."""
        return self.browser.enter(self._handle)

    def command(self, name: str, **parameters: object) -> Any:
        """Give the tab a command of the DevTools protocol."""
        return self.driver.execute("executeCdpCommand", {"cmd": name, "params": parameters})["value"]

    def open(self, url: str) -> None:
        self.driver.get(url)

    def reload(self) -> None:
        self.driver.refresh()

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def run_later(self, script: str, *values: object, seconds: float = PATIENCE) -> Any:
        self.browser.allow_scripts(seconds)
        return self.driver.execute_async_script(script, *values)

    def perform(self, actions: Actions) -> None:
        self.driver.execute("actions", {"actions": actions})

    def set_size(self, width: int, height: int, *, is_phone: bool = False) -> None:
        size = {"width": width, "height": height, "screenWidth": width, "screenHeight": height}
        self.command("Emulation.setDeviceMetricsOverride", **size, deviceScaleFactor=1 + is_phone, mobile=is_phone)
        self.command("Emulation.setTouchEmulationEnabled", enabled=is_phone, maxTouchPoints=5 if is_phone else 1)

    def picture(self) -> bytes:
        return base64.b64decode(self.driver.get_screenshot_as_base64())

    def close(self) -> None:
        if self._is_first:
            self.browser.ask("Target.disposeBrowserContext", browserContextId=self.storage)
        else:
            self.browser.ask("Target.closeTarget", targetId=self._handle)
        self.browser.left(self._handle)

    def hide(self) -> None:
        self._set_window("minimized")
        self.until("return document.visibilityState == 'hidden'")

    def show(self) -> None:
        self._set_window("normal")
        self.until("return document.visibilityState == 'visible'")

    def _set_window(self, state: str) -> None:
        window = self.browser.ask("Browser.getWindowForTarget", targetId=self._handle)["windowId"]
        self.browser.ask("Browser.setWindowBounds", windowId=window, bounds={"windowState": state})

    def allow_notifications(self) -> None:
        origin = self.run("return location.origin")
        given = {"origin": origin, "browserContextId": self.storage}
        self.browser.ask("Browser.grantPermissions", permissions=["notifications"], **given)

    def click_on(self, element: Any) -> None:
        self.driver.execute("clickElement", {"id": element.id})

    def send(self, element: Any, text: str) -> None:
        self.driver.execute("sendKeysToElement", {"id": element.id, "text": text, "value": list(text)})

    def insert(self, text: str) -> None:
        if any(ord(letter) > 0xFFFF for letter in text):
            # chromedriver has no keys for these.
            self.command("Input.insertText", text=text)
        else:
            keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
            self.perform([{"type": "key", "id": "keyboard", "actions": keys}])

    def lost(self, error: Exception) -> bool:
        said = getattr(error, "msg", None) or ""
        gone = ("document unloaded", "context was destroyed", "detached", "navigat", "aborted by", "script timeout")
        return isinstance(error, JavascriptException | WebDriverException) and any(word in said for word in gone)
