"""Files on a real server, with clients that others wrote: curl, tuspy, tus-js-client."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from random import Random
from string import Template

from tusclient.client import TusClient
from twisted.trial.unittest import SynchronousTestCase

from tests.running import ROOT, SECONDS, RunningServer
from tests.web.sent_files import Patch, Sender, offset_of

_EXAMPLES = re.compile(r"<!-- run: files -->\n```sh\n(.*?)```", re.DOTALL)
_MODULES = ROOT / "tests/browser/node_modules"


class SocketsCase(SynchronousTestCase):
    """A server, a folder for the client's files, and bytes that nobody guesses."""

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.server = RunningServer("--data", "data")
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)
        with Sender(self.server.port, "Nobody") as sender:
            # From now on the server takes files.
            sender.begin(1)
        self.url = f"http://127.0.0.1:{self.server.port}"

    def bytes(self, size: int, seed: int = 1) -> bytes:
        """Bytes without any order; the same each time."""
        return Random(seed).randbytes(size)

    def file(self, size: int, name: str = "photo.jpg") -> Path:
        """A file with such bytes."""
        path = self.folder / name
        path.write_bytes(self.bytes(size))
        return path

    def curl(self, *options: str) -> "subprocess.CompletedProcess[str]":
        """curl, to its end, in the folder."""
        command = ["curl", "-sS", "--max-time", str(SECONDS), *options]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=SECONDS * 2)

    def blobs(self) -> list[str]:
        """The names of the whole files on the server's disk."""
        files = self.server.folder / "data/files"
        return sorted("".join(path.relative_to(files).parts) for path in files.rglob("*") if path.is_file())


class Curl(SocketsCase):
    """curl sends, and fetches."""

    def test_sent(self) -> None:
        """`curl -T`, from a file and from a pipe; the answer is the message."""
        path = self.file(3_000_000)
        done = self.curl("-T", path.name, f"{self.url}/rooms/team/files/")
        file = json.loads(done.stdout)["file"]
        self.assertEqual((file["name"], file["size"]), ("photo.jpg", 3_000_000), done)
        command = f"cat photo.jpg | curl -sS -T - {self.url}/rooms/team/files/piped.jpg?text=piped"
        piped = subprocess.run(["sh", "-c", command], cwd=self.folder, capture_output=True, text=True, timeout=SECONDS)
        message = json.loads(piped.stdout)
        self.assertEqual((message["text"], message["file"]["size"]), ("piped", 3_000_000), piped)
        self.assertEqual(self.blobs(), [hashlib.sha256(path.read_bytes()).hexdigest()])
        for each in (file, message["file"]):
            self.curl("-o", "copy", self.url + each["url"])
            self.assertEqual((self.folder / "copy").read_bytes(), path.read_bytes())

    def test_refused(self) -> None:
        """A file that is too large is refused at its head: curl does not send it."""
        path = self.folder / "large.bin"
        with path.open("wb") as file:
            file.truncate(200_000_000)
        done = self.curl("-T", path.name, "-w", "%{http_code} %{size_upload}", f"{self.url}/rooms/team/files/")
        self.assertEqual(done.stdout.splitlines()[-1], "413 0", done)

    def test_goes_on(self) -> None:
        """`curl -C -` goes on with a file of which it has a part."""
        path = self.file(3_000_000)
        url = self.url + json.loads(self.curl("-T", path.name, f"{self.url}/rooms/team/files/").stdout)["file"]["url"]
        (self.folder / "copy").write_bytes(path.read_bytes()[:1_234_567])
        done = self.curl("-C", "-", "-o", "copy", "-w", "%{http_code} %{size_download}", url)
        self.assertEqual(done.stdout, f"206 {3_000_000 - 1_234_567}")
        self.assertEqual((self.folder / "copy").read_bytes(), path.read_bytes())

    def test_slow(self) -> None:
        """Somebody who reads slowly gets all of it; meanwhile others are served."""
        path = self.file(3_000_000)
        url = self.url + json.loads(self.curl("-T", path.name, f"{self.url}/rooms/team/files/").stdout)["file"]["url"]
        slow = subprocess.Popen(
            ["curl", "-sS", "--limit-rate", "3M", "-o", "slow", url], cwd=self.folder, stdout=subprocess.PIPE
        )
        try:
            self.assertEqual(self.curl(f"{self.url}/healthz").stdout, '{"status":"ok"}\n')
            self.assertEqual(slow.wait(SECONDS), 0)
        finally:
            slow.kill()
            slow.communicate()
        self.assertEqual((self.folder / "slow").read_bytes(), path.read_bytes())


class Examples(SocketsCase):
    """What the document tells people to type."""

    def test_examples(self) -> None:
        """Each line does what it says, one after the other."""
        path = self.file(300_000)
        known = {"SIZE": "300000"}
        text = (ROOT / "docs/http.md").read_text()
        lines = [line for block in _EXAMPLES.findall(text) for line in block.splitlines()]
        answers = []
        for line in lines:
            (self.folder / "fetched").mkdir(exist_ok=True)
            place = self.folder / "fetched" if " -O " in line else self.folder
            command = line.replace("localhost:8080", self.url).replace("curl ", "curl -sS --fail ", 1)
            command = Template(command).substitute(known)
            if "-C -" in line:
                # It was broken off.
                os.truncate(self.folder / "fetched/photo.jpg", 123_456)
            done = subprocess.run(["sh", "-c", command], cwd=place, capture_output=True, text=True, timeout=SECONDS)
            self.assertEqual((done.returncode, done.stderr), (0, ""), line)
            if "type=upload" in line:
                ack = json.loads(done.stdout)
                known |= {"UPLOAD": ack["upload"], "FILE": ack["file"]}
            answers.append(done.stdout)
        self.assertEqual([json.loads(answer)["file"]["size"] for answer in answers[:3]], [300_000] * 3)
        self.assertEqual(json.loads(answers[1])["text"], "look at this")
        self.assertIn("upload-offset: 300000", answers[5].lower())
        self.assertEqual((self.folder / "fetched/photo.jpg").read_bytes(), path.read_bytes())


class Tus(SocketsCase):
    """Clients of tus."""

    def test_tuspy(self) -> None:
        """tuspy sends in pieces, and goes on where another one was broken off."""
        path = self.file(3_000_000)
        with Sender(self.server.port) as ann:
            file_id, url = ann.begin(3_000_000)
            with Patch(url, 0, 3_000_000) as broken:
                broken.send(path.read_bytes()[:1_000_000])
            client = TusClient(self.url)
            uploader = client.uploader(str(path), url=url, chunk_size=400_000)
            self.assertLessEqual(uploader.offset, 1_000_000)
            uploader.upload()
            self.assertEqual(uploader.offset, 3_000_000)
            ann.say(file_id)
            self.curl("-o", "copy", f"{self.url}/files/{file_id}/a.bin")
        self.assertEqual((self.folder / "copy").read_bytes(), path.read_bytes())

    def test_tus_js_client(self) -> None:
        """tus-js-client sends, is stopped in the middle, goes on, and gives up another one."""
        node = shutil.which("node")
        assert node is not None, "this test needs Node (on Debian: apt-get install nodejs)"
        assert (_MODULES / "tus-js-client").is_dir(), "this test needs tus-js-client (npm ci --prefix tests/browser)"
        path = self.file(3_000_000)
        with Sender(self.server.port) as ann:
            file_id, url = ann.begin(3_000_000)
            _, given_up = ann.begin(3_000_000)
            script = Path(__file__).with_name("tus_client.cjs")
            command = [node, str(script), str(_MODULES), str(path), url, given_up]
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS * 3)
            self.assertEqual(done.stdout.split(), ["stopped", "sent", "given-up"], done)
            ann.say(file_id)
            self.curl("-o", "copy", f"{self.url}/files/{file_id}/a.bin")
        self.assertEqual((self.folder / "copy").read_bytes(), path.read_bytes())
        self.assertEqual(len(self.blobs()), 1)


class Killed(SynchronousTestCase):
    """A server that is killed in the middle."""

    def test_kills(self) -> None:
        """Killed at twenty places of an upload, also of its end, it goes on each time, and the bytes are right."""
        random = Random(12)
        data = random.randbytes(4_000_000)
        with tempfile.TemporaryDirectory() as folder:
            options = ("--data", folder)
            with RunningServer(*options) as server, Sender(server.port) as ann:
                port = server.port
                # Its name, and so the upload, are a guest's; the address is all that it takes to go on.
                _, url = ann.begin(len(data), sha256=hashlib.sha256(data).hexdigest())
                server.process.kill()
                server.process.wait(SECONDS)
            offsets = [0]
            places = [random.randrange(len(data)) for _ in range(17)] + [len(data)] * 3
            for place in sorted(places):
                with RunningServer(*options, port=port) as server:
                    offset = offset_of(url)
                    self.assertGreaterEqual(offset, offsets[-1])
                    self.assertLessEqual(offset, place)
                    offsets.append(offset)
                    with Patch(url, offset, len(data) - offset) as patch:
                        patch.send(data[offset:place])
                        server.process.kill()
                        server.process.wait(SECONDS)
            with RunningServer(*options, port=port) as server:
                offset = offset_of(url)
                if offset < len(data):
                    with Patch(url, offset, len(data) - offset) as patch:
                        patch.send(data[offset:])
                        self.assertEqual(patch.status(), 204)
                self.assertEqual(offset_of(url), len(data))
            digest = hashlib.sha256(data).hexdigest()
            files = Path(folder) / "files"
            self.assertEqual((files / digest[:2] / digest[2:]).read_bytes(), data)
            self.assertEqual([*(files / "partial").iterdir()], [])
        # It is no test if nothing ever was on the disk before the end.
        self.assertGreater(offsets[-1], 0)


class Memory(SocketsCase):
    """A large file."""

    def test_bounded(self) -> None:
        """Twenty megabytes there and back again leave no more in the server than some pieces."""
        size = 20_000_000
        path = self.file(size)
        self.curl("-T", path.name, f"{self.url}/rooms/team/files/warm-up?text=x", "-r", "0-9")
        before = self.peak()
        done = self.curl("-T", path.name, f"{self.url}/rooms/team/files/")
        self.curl("-o", "copy", self.url + json.loads(done.stdout)["file"]["url"])
        self.assertEqual((self.folder / "copy").read_bytes(), path.read_bytes())
        self.assertLess(self.peak() - before, 10_000)

    def peak(self) -> int:
        """The most memory that the server has had, in kilobytes."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
