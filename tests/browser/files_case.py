"""The base of tests of files in the page: making pictures, and giving them to a page in every way."""

import base64
import struct
import tempfile
from pathlib import Path
from typing import Final

from tests.browser.relay import Relay
from tests.browser.tab import Tab
from tests.browser.test_shell import ShellCase
from tests.running import RunningServer

# Files of a page's own making: `given` has their names, their types and their bytes in base64.
_FILES: Final = """
const transfer = new DataTransfer();
for (const [name, type, data] of arguments[0])
  transfer.items.add(new File([Uint8Array.from(atob(data), each => each.charCodeAt(0))], name, {type}));
"""
_OVER: Final = """
for (const kind of arguments[1])
  window.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
"""
_PASTE: Final = """
const event = new ClipboardEvent("paste", {bubbles: true, cancelable: true});
Object.defineProperty(event, "clipboardData", {value: transfer});
document.querySelector(arguments[1]).dispatchEvent(event);
"""
_DRAW: Final = """
const done = arguments[arguments.length - 1], [width, height, type] = arguments;
const canvas = Object.assign(document.createElement("canvas"), {width, height});
const context = canvas.getContext("2d");
context.fillStyle = "#d03020"; context.fillRect(0, 0, width, height);
context.fillStyle = "#2040c0"; context.fillRect(0, 0, width / 2, height);
canvas.toBlob(blob => { const reader = new FileReader();
  reader.onload = () => done(reader.result.split(",")[1]); reader.readAsDataURL(blob); }, type, 0.9);
"""

Chosen = tuple[str, str, bytes]


class FilesCase(ShellCase):
    """Somebody who is in, and has files."""

    def drawn(self, tab: Tab, width: int, height: int, kind: str = "image/jpeg") -> bytes:
        """A picture that the browser has drawn: its left half is blue, its right one red."""
        return base64.b64decode(tab.run_later(_DRAW, width, height, kind))

    def drop(self, tab: Tab, *files: Chosen, events: tuple[str, ...] = ("dragenter", "dragover", "drop")) -> None:
        """Drag files over the window, and let them go."""
        tab.run(_FILES + _OVER, _given(files), events)

    def paste(self, tab: Tab, *files: Chosen, into: str = ".composer textarea") -> None:
        """Paste files, as from the clipboard."""
        tab.run(_FILES + _PASTE, _given(files), into)

    def paste_text(self, tab: Tab, text: str) -> None:
        """Paste a text into the composer."""
        tab.run(f"{_FILES} transfer.setData('text/plain', arguments[2]); {_PASTE}", [], ".composer textarea", text)

    def folder(self) -> Path:
        """A folder that is deleted after the test."""
        found = tempfile.TemporaryDirectory()
        self.addCleanup(found.cleanup)
        return Path(found.name)

    def relay(self, server: RunningServer, most: int) -> Relay:
        """A relay in front of a server."""
        relay = Relay(server.port, most)
        self.addCleanup(relay.end)
        return relay

    def kept(self, server: RunningServer) -> list[bytes]:
        """The whole files that a server has, the smallest first."""
        paths = server.folder.glob("*/files/??/*")
        return sorted((path.read_bytes() for path in paths), key=len)


def with_exif(jpeg: bytes, orientation: int) -> bytes:
    """The same JPEG with EXIF: how it is to be turned, the camera, and the place where it was taken."""
    camera = b"Camera of Ann\0"
    place = struct.pack("<6I", 54, 1, 30, 1, 0, 1)
    ends = 8 + 2 + 3 * 12 + 4
    gps_at = ends + len(camera)
    main = struct.pack("<H", 3)
    main += struct.pack("<HHII", 0x010F, 2, len(camera), ends)
    main += struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    main += struct.pack("<HHII", 0x8825, 4, 1, gps_at) + struct.pack("<I", 0)
    values_at = gps_at + 2 + 2 * 12 + 4
    gps = struct.pack("<H", 2) + struct.pack("<HHI4s", 1, 2, 2, b"N\0\0\0")
    gps += struct.pack("<HHII", 2, 5, 3, values_at) + struct.pack("<I", 0) + place
    body = b"Exif\0\0" + b"II*\0" + struct.pack("<I", 8) + main + camera + gps
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def _given(files: tuple[Chosen, ...]) -> list[list[str]]:
    return [[name, kind, base64.b64encode(data).decode()] for name, kind, data in files]
