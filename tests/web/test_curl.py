"""curl, as a client: a real one, against a real server, on its one port."""

import json
import subprocess
from collections.abc import Sequence
from types import TracebackType

from twisted.trial.unittest import SynchronousTestCase

from tests.admin.case import Person, typed
from tests.running import SECONDS, RunningServer


def command(server: RunningServer, path: str, *options: str) -> Sequence[str]:
    return ["curl", "-sS", "--max-time", str(SECONDS), *options, f"http://127.0.0.1:{server.port}{path}"]


def curl(server: RunningServer, path: str, *options: str) -> str:
    """What it prints."""
    done = subprocess.run(command(server, path, *options), capture_output=True, text=True, timeout=SECONDS * 2)
    assert done.returncode == 0, done
    return done.stdout


class Follower:
    """`curl -N`, which reads until it is ended; a context manager."""

    def __init__(self, server: RunningServer, path: str, *options: str) -> None:
        self._process = subprocess.Popen(command(server, path, "-N", *options), stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._lines = self._process.stdout

    def __enter__(self) -> "Follower":
        return self

    def read(self) -> str:
        """The next line."""
        return self._lines.readline().rstrip("\n")

    def wait(self) -> int:
        """Its status, when the server has ended the response."""
        return self._process.wait(SECONDS)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._lines.close()
        self._process.wait(SECONDS)


class Curl(SynchronousTestCase):
    """A server with a database, so that everything waits for the disk."""

    def test_post(self) -> None:
        """In all its shapes; once under one key; who is in the room reads it, and nobody comes or goes."""
        with RunningServer() as server, Person(server.port, "Al") as al:
            al.ask({"type": "join", "room": "team"})
            json_body = ("-H", "Content-Type: application/json", "-d")
            for options in (
                ("-d", "build done"),
                ("-d", "text=in+a+form&username=hook"),
                (*json_body, '{"text": "in JSON", "username": "hook"}'),
                ("-d", 'payload={"text": "in both"}'),
                ("-d", '{"text": "not said to be JSON"}'),
                ("-H", "Content-Type: text/plain", "--data-binary", "two\nlines\n"),
                ("-H", "Idempotency-Key: 7", "-d", "once"),
                ("-H", "Idempotency-Key: 7", "-d", "once"),
                ("-H", "Expect: 100-continue", "-d", "expected"),
                ("-H", "Transfer-Encoding: chunked", "-d", "in chunks"),
            ):
                answer = json.loads(curl(server, "/rooms/team/messages", *options))
                self.assertEqual((answer["type"], answer["room"]), ("ack", "team"), options)
            al.ask({"type": "history", "room": "team"})
            said = [line.partition("] ")[2] for line in curl(server, "/rooms/team/messages?limit=50").splitlines()]
        self.assertEqual(
            said,
            [
                "guest (in team): build done",
                "hook (in team): in a form",
                "hook (in team): in JSON",
                "guest (in team): in both",
                "guest (in team): not said to be JSON",
                "guest (in team): two",
                "guest (in team): lines",
                "guest (in team): once",
                "guest (in team): expected",
                "guest (in team): in chunks",
            ],
        )

    def test_token(self) -> None:
        """Made by typing; in a header, or in the URL; it is neither in the log nor in the database."""
        with RunningServer("--accounts", "required") as server:
            lines = typed(server.port, "server:register Al correct-horse", "server:token make team")
            [secret] = [line.split()[1] for line in lines if "new access token" in line]
            bearer = ("-H", f"Authorization: Bearer {secret}")
            posted = json.loads(curl(server, "/rooms/team/messages", *bearer, "-d", "hi"))
            self.assertEqual(posted["seq"], 1)
            self.assertIn("Al (in team): hi", curl(server, "/rooms/team/messages", "-u", f"anybody:{secret}"))
            for options, code in (((), "token_needed"), (("-H", "Authorization: Bearer x"), "bad_token")):
                refused = curl(server, "/rooms/team/messages", "-d", "hi", *options)
                self.assertEqual(json.loads(refused)["code"], code)
            database = server.folder / "chat-data"
            kept = b"".join(path.read_bytes() for path in database.glob("chat.db*"))
            self.assertIn(b"Al", kept)
        self.assertNotIn(secret, server.log)
        self.assertNotIn(secret.encode(), kept)

    def test_requests(self) -> None:
        """Requests of the NDJSON wire, as people type them; with a token the account makes them."""
        with RunningServer() as server:
            lines = typed(server.port, "server:register Al correct-horse", "server:token make team")
            [secret] = [line.split()[1] for line in lines if "new access token" in line]
            bearer = ("-H", f"Authorization: Bearer {secret}")
            path = "/rooms/team/requests"
            for number, options in enumerate(
                (
                    ("-d", '{"type":"message","text":"50% & more"}'),
                    ("-H", "Content-Type: application/json", "-d", '{"type":"message","text":"50% & more"}'),
                    ("-d", "type=message", "--data-urlencode", "text=50% & more"),
                )
            ):
                answer = json.loads(curl(server, path, *bearer, *options))
                self.assertEqual((answer["type"], answer["room"], answer["seq"]), ("ack", "team", number + 1))
            found = json.loads(curl(server, path, *bearer, "-d", '{"type":"search","query":"more"}'))
            self.assertEqual([each["from"] for each in found["pushes"]], ["Al"] * 3)
            history = curl(server, path, "-H", "Accept: application/x-ndjson", "-d", "type=history", "-d", "limit=2")
            self.assertEqual([json.loads(line)["type"] for line in history.splitlines()], ["message", "message", "ack"])
            status = ("-o", "/dev/null", "-w", "%{http_code}")
            self.assertEqual(curl(server, path, *status, "-d", '{"type":"leave"}'), "403")

    def test_follow(self) -> None:
        """Lines as they are said, to three who read three formats; what was before comes first; an end is one."""
        with RunningServer() as server:
            curl(server, "/rooms/team/messages", "-d", "before")
            path, last = "/rooms/team/messages?follow", ("-H", "Last-Event-ID: 0")
            with (
                Follower(server, path, *last) as text,
                Follower(server, f"{path}&since=0", "-H", "Accept: application/x-ndjson") as lines,
                Follower(server, path, *last, "-H", "Accept: text/event-stream") as events,
            ):
                # Whoever has read what was before is there for what comes.
                self.assertTrue(text.read().endswith(" UTC #1] guest (in team): before"))
                self.assertEqual(json.loads(lines.read())["text"], "before")
                first = events.read()
                self.assertEqual((first[-2:], events.read()[:5], events.read()), ("-1", "data:", ""))
                with Person(server.port, "Al") as al:
                    al.ask({"type": "join", "room": "team"})
                    al.ask({"type": "message", "room": "team", "text": "hé 🦊"})
                self.assertEqual([text.read() for _ in range(2)], ["server: Al joined team", "Al (in team): hé 🦊"])
                self.assertEqual([json.loads(lines.read())["type"] for _ in range(2)], ["joined", "message"])
                self.assertEqual(events.read(), f"{first[:-1]}2")
                again = ("-o", "/dev/null", "-w", "%{http_code}", "-H", "Accept: application/x-ndjson", "-H")
                status = [
                    curl(server, "/rooms/team/messages", *again, f"Last-Event-ID: {place}")
                    for place in (first.removeprefix("id: "), "1", "0badcafe-1", "0badcafe-0", "77", "a_b-1")
                ]
                self.assertEqual(status, ["200", "200", "409", "200", "409", "400"])
                self.assertEqual(json.loads(events.read().removeprefix("data: "))["nickname"], "Al")
                server.stop()
                self.assertEqual([text.wait(), lines.wait(), events.wait()], [0, 0, 0])
        self.assertNotIn("Traceback", server.log)

    def test_figures(self) -> None:
        """Health, and what was counted: commits, too, where there is a disk."""
        with RunningServer() as server:
            self.assertEqual(json.loads(curl(server, "/healthz")), {"status": "ok"})
            curl(server, "/rooms/team/messages", "-d", "hi")
            figures = curl(server, "/metrics").splitlines()
            for line in ("chat_messages_total 1.0", "chat_commit_events_sum 1.0", "chat_commit_seconds_count 1.0"):
                self.assertIn(line, figures)
            self.assertEqual(json.loads(curl(server, "/openapi.json"))["openapi"], "3.1.0")
            status = ("-o", "/dev/null", "-w", "%{http_code}", "-X")
            self.assertEqual(curl(server, "/rooms/team/messages", *status, "PUT"), "405")
