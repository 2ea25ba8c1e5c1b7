"""Files in the page: how they get into it, on their way, and before the eyes of others."""

import base64
import random
import signal
from hashlib import sha256

from tests.browser.axe import inaccessible
from tests.browser.files_case import FilesCase, with_exif
from tests.browser.tab import Tab

_COMPOSER = ".composer textarea"
_SHOWN = """
const image = document.querySelector(given[0]);
return image && image.complete && image.naturalWidth > 0 && [image.naturalWidth, image.naturalHeight];
"""
_TEXT = ("notes.txt", "text/plain", b"tide tables\n")


class Choosing(FilesCase):
    """The ways into the tray, and out of it."""

    def test_pick(self) -> None:
        """Files are picked, and said with the text, one message for each, in their order."""
        tab = self.entered(self.tab())
        folder = self.folder()
        paths = [folder / name for name in ("one.bin", "two.csv")]
        for path in paths:
            path.write_bytes(path.name.encode() * 1000)
        tab.attach(".tray input", *paths)
        tab.find(".upload-card", "ready")
        tab.type("both of them\n", into=_COMPOSER)
        tab.find(".row .file", "two.csv")
        tab.wait_gone(".upload-card")
        self.assertEqual(tab.texts(".row .text"), ["both of them"])
        self.assertEqual([text.split("\n")[1] for text in tab.texts(".row .file")], ["one.bin", "two.csv"])
        tab.find(".row .file", "kept until")
        self.assertEqual(tab.run("return document.querySelector('.composer textarea').value"), "")
        self.assertCountEqual(self.kept(self.server), [path.read_bytes() for path in paths])
        self.assert_within_policy(tab)

    def test_drop(self) -> None:
        """While files are over the window it says where they would go; then they are in the tray."""
        tab = self.entered(self.tab())
        self.drop(tab, _TEXT, events=("dragenter", "dragover"))
        self.assertEqual(tab.text(".drop-zone"), "Drop into #tides")
        self.drop(tab, _TEXT, events=("drop",))
        tab.wait_gone(".drop-zone")
        tab.find(".upload-card", "ready")
        self.assertEqual(inaccessible(tab), [])
        tab.save_picture(self.pictures() / f"{self.browser.name}-tray.png")
        tab.click(".upload-card button[aria-label^=Remove]")
        tab.wait_gone(".upload-card")
        tab.type("without it\n", into=_COMPOSER)
        tab.find(".row .text", "without it")
        self.assertFalse(tab.has(".row .file"))

    def test_paste(self) -> None:
        """A picture is pasted, also outside of the composer; a long text can be sent as a file."""
        tab = self.entered(self.tab())
        picture = self.drawn(tab, 40, 30, "image/png")
        self.paste(tab, ("image.png", "image/png", picture))
        tab.find(".upload-card", "ready")
        tab.press("Enter")
        tab.find(".row .picture img")
        self.paste(tab, _TEXT, into="body")
        tab.find(".upload-card", "notes.txt")
        tab.click(".upload-card button[aria-label^=Remove]")
        self.paste_text(tab, "line\n" * 50)
        tab.click(".tray-line button", "Send it as a file")
        tab.find(".upload-card", "text.txt")
        tab.find(".upload-card", "ready")
        tab.press("Enter")
        tab.find(".row .file", "text.txt")
        self.assertEqual(self.kept(self.server)[-1], b"line\n" * 50)

    def test_refused(self) -> None:
        """What the server does not take says so, and the rest is sent; the text waits for no file that has failed."""
        self.server = self.serve("--file-bytes", "1000")
        tab = self.entered(self.tab(), server=self.server)
        self.drop(tab, ("large.bin", "", b"x" * 1001), ("empty.bin", "", b""), _TEXT)
        tab.find(".upload-card.failed", "A file has up to 1 kB.")
        tab.find(".upload-card.failed", "There is nothing in this file.")
        tab.find(".upload-card", "ready")
        tab.type("only one\n", into=_COMPOSER)
        tab.find(".row .file", "notes.txt")
        self.assertEqual(tab.texts(".row .text"), ["only one"])
        self.assertEqual(len(tab.texts(".upload-card")), 2)
        tab.type("more\n")
        tab.find(".row .text", "more")

    def test_finger(self) -> None:
        """A phone offers its camera."""
        tab = self.entered(self.phone())
        tab.tap(".attach")
        tab.find("[role=menu]", "Take a photo")
        tab.press("Escape")
        self.drop(tab, _TEXT)
        tab.find(".upload-card", "ready")
        self.assertLessEqual(tab.run("return document.documentElement.scrollWidth"), 390)
        self.assertEqual(inaccessible(tab), [])


class Sending(FilesCase):
    """What is on its way."""

    def held(self, most: int, size: int, server_options: tuple[str, ...] = ()) -> Tab:
        """Somebody whose upload stands still after `most` bytes."""
        self.server = self.serve(*server_options)
        self.gate = self.relay(self.server, most)
        tab = self.tab()
        tab.open(f"http://chat.test:{self.gate.port}/#/r/tides")
        tab.type("Ann\n", into="input[name=name]")
        tab.find(_COMPOSER)
        self.path = self.folder() / "tides.bin"
        self.path.write_bytes(random.Random(1).randbytes(size))
        tab.attach(".tray input", self.path)
        tab.until("return document.querySelector('.upload-card progress')?.value > 0")
        return tab

    def test_progress(self) -> None:
        """Its card says how far it is; Send waits for it, or goes without; it can be taken back."""
        tab = self.held(8_000_000, 20_000_000)
        tab.find(".upload-card", "of 20 MB")
        tab.type("look\n", into=_COMPOSER)
        tab.find(".tray-line", "as soon as the files are there")
        self.assertEqual(inaccessible(tab), [])
        self.assertFalse(tab.has(".row .text"))
        tab.click(".tray-line button", "Send without")
        tab.find(".row .text", "look")
        tab.find(".upload-card", "of 20 MB")
        tab.type("and this\n")
        tab.click(".tray-line button", "Do not send yet")
        tab.wait_gone(".tray-line")
        tab.click(".upload-card button[aria-label^=Remove]")
        tab.wait_gone(".upload-card")
        self.gate.release()
        tab.press("Enter")
        tab.find(".row .text", "and this")
        self.assertEqual(self.kept(self.server), [])
        self.drop(tab, _TEXT)
        tab.find(".upload-card", "ready")
        self.assertEqual([path for path in self.server.folder.glob("*/files/partial/*") if path.stat().st_size], [])

    def test_killed(self) -> None:
        """The server is killed meanwhile: the upload goes on from where it was, and the bytes are right."""
        tab = self.held(12_000_000, 20_000_000)
        tab.type("all of it\n", into=_COMPOSER)
        self.assertTrue(tab.until("return document.querySelector('.upload-card progress')?.value > 50"))
        self.server.stop(signal.SIGKILL)
        there = sum(path.stat().st_size for path in self.server.folder.glob("*/files/partial/*"))
        self.assertGreater(there, 1_000_000)
        tab.run("""
        window.offsets = [];
        const set = XMLHttpRequest.prototype.setRequestHeader;
        XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
          if (name == "Upload-Offset") offsets.push(Number(value));
          return set.call(this, name, value);
        };
        """)
        self.gate.release()
        self.server.start_again()
        tab.find(".row .file", "tides.bin")
        self.assertEqual(tab.run("return offsets"), [there])
        self.assertEqual(tab.texts(".row .text"), ["all of it"])
        digests = [sha256(each).hexdigest() for each in self.kept(self.server)]
        self.assertEqual(digests, [sha256(self.path.read_bytes()).hexdigest()])


class Pictures(FilesCase):
    """What others see, and what they do not learn."""

    def test_shown(self) -> None:
        """Two people see a picture, at its size, before and after a reload; a click shows it larger."""
        ann = self.entered(self.tab())
        ben = self.entered(self.tab(), "Ben", server=self.server)
        self.drop(ann, ("sea.png", "image/png", self.drawn(ann, 800, 400, "image/png")))
        ann.find(".upload-card", "ready")
        ann.type("the sea\n", into=_COMPOSER)
        for tab in (ann, ben):
            self.assertEqual(tab.until(_SHOWN, ".picture img"), [800, 400])
            box = tab.run("return document.querySelector('.picture img').getBoundingClientRect().toJSON()")
            self.assertLessEqual(box["height"], 264)
            self.assertEqual(tab.run("return document.querySelector('.picture img').alt"), "sea.png")
        self.assertEqual(inaccessible(ben), [])
        ben.save_picture(self.pictures() / f"{self.browser.name}-picture.png")
        ben.click(".picture img")
        ben.until(_SHOWN, ".large-picture img")
        ben.find(".picture-foot", "800 × 400")
        self.assertEqual(inaccessible(ben), [])
        ben.press("Escape")
        ben.wait_gone("dialog")
        for tab in (ann, ben):
            tab.reload()
            self.assertEqual(tab.until(_SHOWN, ".picture img"), [800, 400])
            self.assert_within_policy(tab)

    def test_private(self) -> None:
        """Members of a private room see its picture; whoever has its address does not."""
        self.server, ann = self.serve(), self.tab()
        ann.open(self.address_of(self.server) + "#/r/den")
        ann.click("button", "Make the name mine")
        ann.type("Ann", into="input[name=name]")
        ann.type("correct horse battery\n", into="input[name=password]")
        ann.find(".self", "signed in")
        ann.find("h1", "den")
        ann.type("/private\n", into=_COMPOSER)
        ann.find(".line", "let only invited people in")
        stranger = self.entered(self.tab(), "Eve", server=self.server)
        self.drop(ann, ("sea.png", "image/png", self.drawn(ann, 80, 40, "image/png")))
        ann.find(".upload-card", "ready")
        ann.press("Enter")
        ann.until(_SHOWN, ".picture img")
        path = ann.run("return document.querySelector('.picture').pathname")
        status = "fetch(arguments[0]).then(answer => arguments[1](answer.status))"
        ann.until("return !document.querySelector('.row.waiting')")
        self.assertEqual([ann.run_later(status, path), stranger.run_later(status, path)], [200, 404])

    def test_place_is_gone(self) -> None:
        """A photo with EXIF is sent upright and without it; as "Original" it is sent as it was."""
        tab = self.entered(self.tab())
        photo = with_exif(self.drawn(tab, 60, 40), 6)
        self.assertIn(b"Camera of Ann", photo)
        self.drop(tab, ("IMG 1.jpg", "image/jpeg", photo))
        tab.find(".upload-card", "ready")
        tab.press("Enter")
        self.assertEqual(tab.until(_SHOWN, ".picture img"), [40, 60])
        [sent] = self.kept(self.server)
        self.assertEqual((sent[:4], sent[8:12]), (b"RIFF", b"WEBP"))
        for word in (b"Exif", b"EXIF", b"Camera", b"Ann"):
            self.assertNotIn(word, sent)
        self.drop(tab, ("IMG 1.jpg", "image/jpeg", photo))
        tab.find(".upload-card", "ready")
        tab.click(".upload-card button", "Original")
        tab.wait_gone(".upload-card button", "Original")
        tab.find(".upload-card", "ready")
        tab.press("Enter")
        tab.until(
            "return document.querySelectorAll('.row .picture').length == 2 && !document.querySelector('.row.waiting')"
        )
        self.assertIn(photo, self.kept(self.server))

    def test_large(self) -> None:
        """A photo of many pixels is sent smaller; a small one without EXIF, and a GIF, as they are."""
        tab = self.entered(self.tab())
        small = self.drawn(tab, 100, 50)
        gif = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs=")
        photos = (
            ("a.jpg", "image/jpeg", self.drawn(tab, 3200, 1600)),
            ("b.jpg", "image/jpeg", small),
            ("c.gif", "image/gif", gif),
        )
        self.drop(tab, *photos)
        tab.until("return document.querySelectorAll('.upload-card.done').length == 3")
        tab.press("Enter")
        tab.until("return document.querySelectorAll('.row .picture').length == 3")
        self.assertEqual(tab.until(_SHOWN, ".picture img"), [2560, 1280])
        tab.until("return !document.querySelector('.row.waiting')")
        kept = self.kept(self.server)
        self.assertIn(small, kept)
        self.assertIn(gif, kept)

    def test_cannot_draw(self) -> None:
        """Where the canvas lies, the photo is sent only after the person was told that it may tell the place."""
        tab = self.entered(self.tab())
        photo = with_exif(self.drawn(tab, 60, 40), 1)
        tab.run("CanvasRenderingContext2D.prototype.getImageData = () => ({data: [1, 2, 3, 255]})")
        self.drop(tab, ("IMG 1.jpg", "image/jpeg", photo))
        tab.find(".upload-card", "It may tell where it was taken")
        self.assertEqual(self.kept(self.server), [])
        tab.click(".upload-card button", "Send it so")
        tab.find(".upload-card", "ready")
        self.assertEqual(self.kept(self.server), [photo])

    def test_gone(self) -> None:
        """A file that was deleted, or has expired, is a quiet line; what cannot be saved is not saved."""
        tab = self.entered(self.tab())
        ben = self.entered(self.tab(), "Ben", server=self.server)
        self.drop(tab, _TEXT)
        tab.find(".upload-card", "ready")
        tab.press("Enter")
        ben.find(".row .file", "notes.txt")
        tab.find(".row .file", "kept until")
        # Ben's page does not hear of it.
        ben.run("window.fetch = () => Promise.resolve({ok: false, status: 404})")
        ben.click(".file .tool")
        ben.find(".file.gone", "not any more")
