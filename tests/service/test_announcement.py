"""The first line of the log."""

import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from socket import AF_INET, AF_INET6, AddressFamily

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.interfaces import IAddress
from twisted.trial.unittest import SynchronousTestCase

from chat.service.announcement import Announcement
from tests.running import SECONDS, RunningServer, environment, start, twistd

LOCAL = IPv4Address("TCP", "127.0.0.1", 8080)
ANY4 = IPv4Address("TCP", "0.0.0.0", 8080)
ANY6 = IPv6Address("TCP", "::", 8080)
SOCKET = UNIXAddress(b"/run/chat.sock")


def known(family: AddressFamily) -> Sequence[str]:
    """The addresses of a machine."""
    return {AF_INET: ["192.0.2.7", "10.0.0.7"], AF_INET6: ["2001:db8::7"]}[family]


def unknown(family: AddressFamily) -> Sequence[str]:
    """Those of a machine without a network."""
    return []


class Text(SynchronousTestCase):
    """What it says."""

    def ways(self, *listening: IAddress, has_tls: bool = False, has_network: bool = True) -> str:
        """What it says of a server that listens there, without its folder."""
        text = Announcement(None, has_tls, known if has_network else unknown).text(listening)
        kept, _, ways = text.partition("; ")
        self.assertEqual(kept, "messages are not kept")
        return ways

    def test_folder(self) -> None:
        """It is named in full."""
        text = Announcement(Path("chat-data"), False, known).text([LOCAL])
        self.assertTrue(
            text.startswith(f"messages are kept in {Path.cwd()}/chat-data; connect on this machine with nc ")
        )

    def test_ways(self) -> None:
        """What to type on other machines; on this one, where no other can reach it."""
        for listening, expected in (
            ([LOCAL], "connect on this machine with nc 127.0.0.1 8080 or http://127.0.0.1:8080/"),
            (
                [ANY4],
                "connect with nc 192.0.2.7 8080 or http://192.0.2.7:8080/ or nc 10.0.0.7 8080 or http://10.0.0.7:8080/",
            ),
            ([LOCAL, IPv4Address("TCP", "10.0.0.7", 9)], "connect with nc 10.0.0.7 9 or http://10.0.0.7:9/"),
            (
                [IPv6Address("TCP", "::ffff:127.0.0.1", 9)],
                "connect on this machine with nc ::ffff:127.0.0.1 9 or http://[::ffff:127.0.0.1]:9/",
            ),
            ([IPv6Address("TCP", "::1", 9)], "connect on this machine with nc ::1 9 or http://[::1]:9/"),
            ([LOCAL, SOCKET], f"{self.ways(LOCAL)} or nc -U /run/chat.sock"),
            ([SOCKET], "connect on this machine with nc -U /run/chat.sock"),
            ([SOCKET, ANY4], self.ways(ANY4)),
            ([ANY6], f"{self.ways(ANY4)} or nc 2001:db8::7 8080 or http://[2001:db8::7]:8080/"),
            ([], ""),
        ):
            self.assertEqual(self.ways(*listening), expected)
        self.assertEqual(self.ways(ANY6, has_network=False), self.ways(LOCAL))

    def test_tls(self) -> None:
        """With TLS, the commands are its."""
        self.assertEqual(
            self.ways(IPv6Address("TCP", "2001:db8::7", 9), has_tls=True),
            "connect with openssl s_client -quiet -connect [2001:db8::7]:9 or https://[2001:db8::7]:9/",
        )


class Log(SynchronousTestCase):
    """In the log of a real server."""

    def test_first(self) -> None:
        """It is the first line of ours, and what it says can be typed."""
        with RunningServer() as server:
            first = next(line for line in server.log.splitlines() if "chat.service" in line)
            self.assertIn(f"] messages are kept in {server.folder}/chat-data; connect on this machine with nc ", first)
            command = first.partition(" with ")[2].partition(" or ")[0].split()
            ended = subprocess.run(
                ["nc", "-N", *command[1:]], input="server:help who", capture_output=True, text=True, timeout=SECONDS
            )
            self.assertEqual(ended.stdout, "server: who - list who is online\n")

    def test_socket_activation(self) -> None:
        """A port that systemd holds is the server's, and is announced as any other."""
        with socket.socket() as held, tempfile.TemporaryDirectory() as folder:
            held.bind(("127.0.0.1", 0))
            held.listen()
            port = held.getsockname()[1]
            # systemd hands sockets over as descriptors from 3 on, to a process whose number it says.
            shell = f'export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=chat; exec "$@" 3<&{held.fileno()}'
            listen = ["--listen", "systemd:domain=INET:index=0"]
            command = ["bash", "-c", shell, "bash", *twistd(), "-n", "--pidfile=", "chatserver", *listen]
            process = start(command, folder, pass_fds=[held.fileno()])
            # Whoever came before the server waits in the socket's queue.
            with socket.create_connection(("127.0.0.1", port), SECONDS) as early, early.makefile("rw") as lines:
                held.close()
                print("server:help who", file=lines, flush=True)
                self.assertEqual(lines.readline(), "server: who - list who is online\n")
                process.terminate()
                log = process.communicate(timeout=SECONDS)[0]
        self.assertIn(f"; connect on this machine with nc 127.0.0.1 {port} or http://127.0.0.1:{port}/\n", log)
        self.assertIn(f"listening on 127.0.0.1:{port}\n", log)

    def test_no_activation(self) -> None:
        """Without systemd, the sentence says what is missing."""
        command = [*twistd(), "-n", "chatserver", "--data", ":memory:", "--listen", "systemd:domain=INET:index=0"]
        with tempfile.TemporaryDirectory() as folder:
            ended = subprocess.run(
                command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=SECONDS
            )
        complaint = f"--listen: {command[-1]!r} is no endpoint: this process was given no such socket"
        self.assertEqual((ended.returncode, ended.stderr), (1, f"chatserver: {complaint}\n"))
