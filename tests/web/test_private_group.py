"""Five people run a private group: with nc, the bundled client, a JSON program, curl, and a WebSocket."""

import json
import re
import socket
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from threading import Timer
from types import TracebackType
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.client_framing import Lines, Messages
from tests.running import SECONDS, RunningServer, start_client
from tests.web.test_curl import curl

PASSWORD = "correct-horse"


class Typist:
    """A program on pipes, in which somebody types; a context manager."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def __enter__(self) -> "Typist":
        return self

    def enter(self, *lines: str) -> None:
        """Type these lines."""
        assert self._process.stdin is not None
        for line in lines:
            self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def read(self, text: str) -> str:
        """The next line with `text` in it, waiting for it."""
        assert self._process.stdout is not None
        seen = []
        # A program that reads nothing more is ended.
        watch = Timer(SECONDS, self._process.kill)
        watch.start()
        try:
            for line in self._process.stdout:
                seen.append(line)
                if text in line:
                    return line.rstrip("\n")
        finally:
            watch.cancel()
        raise AssertionError(f"no {text!r} in {seen}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()


def nc(port: int) -> Typist:
    """Somebody with nc."""
    pipe = subprocess.PIPE
    return Typist(subprocess.Popen(["nc", "127.0.0.1", str(port)], stdin=pipe, stdout=pipe, text=True))


def client(port: int, name: str) -> Typist:
    """Somebody with the bundled client."""
    return Typist(start_client("--port", str(port), "--name", name))


class Program:
    """A program that speaks JSON, in lines or by WebSocket; a context manager. `pushes`: what it has not looked at."""

    def __init__(self, port: int, framing: Lines) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self._framing = framing
        self._asked = 0
        self.pushes: list[Mapping[str, Any]] = []

    def __enter__(self) -> "Program":
        return self

    def ask(self, kind: str, **fields: object) -> Mapping[str, Any]:
        """Make a request; its answer, with the past messages before it under `texts`."""
        self._asked += 1
        self._socket.sendall(self._framing.say(json.dumps({"type": kind, "id": self._asked, **fields})))
        answer = self.wait(lambda push: push.get("id") == self._asked and push["type"] in ("ack", "error"))
        past = [push for push in self.pushes if push["type"] == "message" and push.get("past")]
        self.pushes = [push for push in self.pushes if not push.get("past")]
        # What was missed may come at the same time.
        return {**answer, "texts": list({push["seq"]: push["text"] for push in past}.values())}

    def wait(self, is_it: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
        """The first push of that kind, waiting for it."""
        while True:
            for at, push in enumerate(self.pushes):
                if is_it(push):
                    return self.pushes.pop(at)
            data = self._socket.recv(65536)
            assert data, "the server closed the connection"
            self.pushes += [json.loads(line) for line in self._framing.hear(data)]

    def hear(self, kind: str) -> Mapping[str, Any]:
        """The next push of this type."""
        return self.wait(lambda push: push["type"] == kind)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._socket.close()


class Group(SynchronousTestCase):
    """Nora owns the room, and types with nc; Cleo has the client, Pia a program, Wim a WebSocket, and Curt has curl."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = f"{folder.name}/data"
        self.open = ExitStack()
        self.addCleanup(self.open.close)
        self.start()

    def start(self) -> None:
        """Start a server on the same data."""
        self.server = self.open.enter_context(RunningServer("--data", self.data))
        self.port = self.server.port

    def restart(self) -> None:
        """End the server and everybody's connections, and start it again."""
        self.open.close()
        self.assertNotIn("Traceback", self.server.log)
        self.start()

    def program(self, name: str, framing: Lines, **credentials: object) -> Program:
        """Somebody whose program has come in."""
        program = self.open.enter_context(Program(self.port, framing))
        answer = program.ask("join", nickname=name, **(credentials or {"password": PASSWORD}))
        self.assertEqual(answer["type"], "ack", answer)
        return program

    def typist(self, *lines: str) -> Typist:
        """Somebody with nc, who types these lines."""
        typist = self.open.enter_context(nc(self.port))
        typist.enter(*lines)
        return typist

    def token(self, name: str) -> str:
        """An access token for the room, which somebody makes by typing."""
        typist = self.typist(f"server:login {name} {PASSWORD}", "server:token make den")
        return typist.read("new access token").split()[1]

    def ask_by_curl(self, secret: str | None, request: Mapping[str, object], room: str = "den") -> Mapping[str, Any]:
        """What a request over HTTP is answered with."""
        bearer = () if secret is None else ("-H", f"Authorization: Bearer {secret}")
        answer: Mapping[str, Any] = json.loads(
            curl(self.server, f"/rooms/{room}/requests", *bearer, "-d", json.dumps(request))
        )
        return answer

    def look_by_curl(self, secret: str | None) -> str:
        """What curl shows of the room."""
        bearer = () if secret is None else ("-H", f"Authorization: Bearer {secret}")
        return curl(self.server, "/rooms/den/messages", *bearer)

    def test_group(self) -> None:
        """One is invited by link, one is kicked and sees nothing any more, one edits and deletes; then a restart."""
        nora, cleo, pia, wim, curt, tokens = self.gather()
        edited, deleted = self.talk(nora, cleo, pia, wim, curt)
        self.kick(nora, cleo, pia, tokens["Pia"])
        self.check_stranger(None)
        self.restart()
        self.check_present(tokens["Curt"], edited, deleted)
        self.check_gone(tokens["Pia"])

    def gather(self) -> tuple[Typist, Typist, Program, Program, str, Mapping[str, str]]:
        """Everybody comes into the room, which is private: Cleo, a guest, by a link, and the others by invitation."""
        pia, wim = self.program("Pia", Lines()), self.program("Wim", Messages())
        self.typist(f"server:register Curt {PASSWORD}").read("welcome, Curt")
        tokens = {name: self.token(name) for name in ("Pia", "Curt")}
        nora = self.typist(f"server:register Nora {PASSWORD}", "server:join den")
        nora.read("you are in den")
        nora.enter("server:private")
        nora.read("Nora made den private")
        self.assertEqual(pia.ask("join", room="den")["code"], "private")
        self.assertEqual(self.ask_by_curl(tokens["Curt"], {"type": "message", "text": "hi"})["code"], "private")
        nora.enter("server:topic Plans", "server:invite Pia", "server:invite Wim", "server:invite Curt")
        nora.read("Nora invited Curt to den")
        for program in (pia, wim):
            program.hear("invitation")
            self.assertEqual(program.ask("join", room="den")["type"], "ack")
        nora.enter("server:invite link 1 1h")
        code = self.code_in(nora.read("server:join den "))
        cleo = self.open.enter_context(client(self.port, "Cleo"))
        cleo.enter("/join den", f"/join den {code}")
        cleo.read("den is private")
        cleo.read("you are in den")
        # The link was for one person.
        eve = self.typist("server:register Eve", f"server:join den {code}")
        eve.read("server: error: ")
        self.assertEqual(self.ask_by_curl(tokens["Curt"], {"type": "message", "text": "hi"})["room"], "den")
        nora.read("Curt (in den): hi")
        return nora, cleo, pia, wim, tokens["Curt"], tokens

    def code_in(self, line: str) -> str:
        """The code in the line that tells of a link."""
        found = re.search(r"server:join den ([\w-]+)", line)
        assert found is not None, line
        return found[1]

    def talk(self, nora: Typist, cleo: Typist, pia: Program, wim: Program, curt: str) -> tuple[int, int]:
        """Everybody says something, and Wim edits and deletes; the seqs of both messages."""
        cleo.enter("plan A")
        nora.read("Cleo (in den): plan A")
        edited, deleted = (wim.ask("message", room="den", text=text)["seq"] for text in ("plan bee", "plan C"))
        wim.ask("edit", room="den", seq=edited, text="plan B")
        nora.read(f"server: Wim changed #{edited} in den: plan B")
        wim.ask("delete", room="den", seq=deleted)
        nora.read(f"server: Wim deleted #{deleted} in den")
        cleo.read(f"Wim deleted #{deleted} in den")
        self.assertEqual((pia.hear("edited")["of"], pia.hear("deleted")["of"]), (edited, deleted))
        nora.enter(f"server:reply {edited} agreed")
        cleo.read("agreed")
        self.assertEqual(wim.wait(lambda push: push.get("answers") == edited)["answered"], "Wim")
        self.assertEqual(self.ask_by_curl(curt, {"type": "react", "seq": edited, "emoji": "👍"})["request"], "react")
        self.assertEqual(wim.hear("reacted")["emoji"], "👍")
        return edited, deleted

    def kick(self, nora: Typist, cleo: Typist, pia: Program, secret: str) -> None:
        """Pia is removed, and has nothing of the room any more."""
        nora.enter("server:kick Pia enough")
        nora.read("server: Nora removed Pia from den: enough")
        cleo.read("Nora removed Pia from den: enough")
        self.assertEqual(pia.hear("kicked")["name"], "Pia")
        nora.enter("she is gone")
        cleo.read("she is gone")
        # The answer comes behind everything that was said before.
        self.assertEqual(pia.ask("who")["type"], "ack")
        self.assertNotIn("she is gone", json.dumps(pia.pushes))
        self.check_program(pia)
        self.check_gone(secret)

    def check_gone(self, secret: str) -> None:
        """Pia sees nothing, on any wire."""
        for framing in (Lines(), Messages()):
            with self.program("Pia", framing) as pia:
                self.check_program(pia)
        self.check_typist(self.typist(f"server:login Pia {PASSWORD}"))
        self.check_stranger(secret)

    def check_stranger(self, secret: str | None) -> None:
        """Nothing is to be seen over HTTP, with a token or without."""
        self.assertEqual(json.loads(self.look_by_curl(secret))["code"], "private")
        for request in (
            {"type": "message", "text": "hi"},
            {"type": "history"},
            {"type": "history", "since": 0},
            {"type": "search", "query": "plan"},
            {"type": "members"},
            {"type": "topic"},
        ):
            self.assertEqual(self.ask_by_curl(secret, request)["code"], "private", request)

    def check_program(self, program: Program) -> None:
        """A program that is no member sees nothing."""
        for kind, fields in (
            ("join", {}),
            ("message", {"text": "hi"}),
            ("history", {}),
            ("history", {"since": 0}),
            ("search", {"query": "plan"}),
            ("members", {}),
            ("topic", {}),
        ):
            answer = program.ask(kind, room="den", **fields)
            self.assertEqual((answer.get("code"), answer["texts"]), ("private", []), kind)
        self.assertEqual(program.ask("resume", rooms={"den": 0}).get("code"), "private")
        self.assertEqual(program.ask("search", query="plan")["texts"], [])
        program.ask("rooms")
        self.assertNotIn("den", json.dumps(program.hear("rooms")))

    def check_typist(self, typist: Typist) -> None:
        """Somebody who types, and is no member, sees nothing."""
        for line in ("join den", "history den", "since 0 den", "members den", "search plan in:den"):
            typist.enter(f"server:{line}")
            typist.read("server: error: den is private")
        typist.enter("server:search plan", "server:rooms")
        typist.read("server: nothing found")
        typist.read("server: 0 rooms")

    def check_present(self, secret: str, edited: int, deleted: int) -> None:
        """History and search show the messages as they are now, on every wire."""
        wim = self.program("Wim", Messages())
        texts = wim.ask("history", room="den")["texts"]
        self.assertEqual(texts, ["hi", "plan A", "plan B", "agreed", "she is gone"])
        for program in (wim, self.program("Nora", Lines())):
            self.assertEqual(program.ask("history", room="den")["texts"], texts)
            found = program.ask("search", query="plan")["texts"]
            self.assertEqual(sorted(text for text in found if "plan" in text), ["plan A", "plan B"])
            self.assertNotIn("plan bee", program.ask("search", query="bee")["texts"])
        nora = self.typist(f"server:login Nora {PASSWORD}", "server:history den")
        self.assertEqual(nora.read("plan B").partition("] ")[2], "Wim (in den): plan B (edited)")
        nora.enter("server:search plan C", "server:search bee")
        nora.read("server: nothing found")
        nora.read("server: nothing found")
        cleo = self.open.enter_context(client(self.port, "Cleo"))
        cleo.enter("/history den")
        cleo.read("den is private")
        shown = self.look_by_curl(secret)
        self.assertIn("Wim (in den): plan B (edited)", shown)
        for gone in ("plan C", "plan bee"):
            self.assertNotIn(gone, shown)
        found = self.ask_by_curl(secret, {"type": "search", "query": "plan"})["pushes"]
        self.assertEqual(sorted(each["text"] for each in found), ["plan A", "plan B"])
        [message] = [each for each in found if each["seq"] == edited]
        self.assertEqual((message["edited"], message["reactions"]), (True, {"👍": ["Curt"]}))
        self.assertNotIn(deleted, [each["seq"] for each in found])
