"""One server, and the programs that people have: nc, telnet, openssl, curl and the bundled client, all on its port."""

import subprocess

from twisted.trial.unittest import SynchronousTestCase

from tests.running import SECONDS, RunningServer, start_client

REGISTERED = "server: online (1): "


class Programs(SynchronousTestCase):
    """Each enters the chat, or gets its page, on one and the same port."""

    def setUp(self) -> None:
        self.server = RunningServer("--tls", "auto", "--proxy-protocol", "127.0.0.1")
        self.server.__enter__()
        self.addCleanup(self.server.__exit__, None, None, None)

    def run_program(self, command: str, said: str = "") -> str:
        """What a program prints, to its end. HOST stands for the address, PORT for the port."""
        words = [word.replace("PORT", str(self.server.port)).replace("HOST", "127.0.0.1") for word in command.split()]
        ended = subprocess.run(words, input=said, capture_output=True, text=True, timeout=SECONDS)
        return ended.stdout

    def test_all_of_them(self) -> None:
        """Whatever they begin with, and however they end."""
        text = "server:register {}\nserver:who\nserver:exit\n"
        for number, (command, said, answer) in enumerate(
            (
                ("nc -N HOST PORT", "server:register {}\nserver:who", REGISTERED),
                ("nc HOST PORT", text, REGISTERED),
                ("nc HOST PORT", text.replace("\n", "\r\n"), REGISTERED),
                ("nc -N HOST PORT", '{{"type":"join","nickname":"{}"}}\n{{"type":"who"}}', '"type":"who"'),
                ("openssl s_client -quiet -connect HOST:PORT", text, REGISTERED),
                ("openssl s_client -quiet -tls1_2 -connect HOST:PORT", text, REGISTERED),
                ("openssl s_client -quiet -alpn irc -connect HOST:PORT", text, REGISTERED),
                ("openssl s_client -quiet -alpn h2 -connect HOST:PORT", text, REGISTERED),
                ("curl -si http://HOST:PORT/", "", "HTTP/1.1 200 OK"),
                ("curl -ksi https://HOST:PORT/", "", "HTTP/1.1 200 OK"),
                ("curl -ksi --no-alpn https://HOST:PORT/", "", "HTTP/1.1 200 OK"),
                ("curl -ksi --http2 https://HOST:PORT/", "", "HTTP/1.1 200 OK"),
                ("curl -si --http2 http://HOST:PORT/", "", "HTTP/1.1 200 OK"),
                ("curl -si --haproxy-protocol http://HOST:PORT/", "", "HTTP/1.1 200 OK"),
                ("curl -ksi --haproxy-protocol https://HOST:PORT/", "", "HTTP/1.1 200 OK"),
                ("curl -si -X DELETE http://HOST:PORT/", "", "HTTP/1.1 405 "),
                ("curl -si -X PROPFIND http://HOST:PORT/", "", "HTTP/1.1 405 "),
                ("curl -si --data-binary @- http://HOST:PORT/", "server:register Eve\nhello\n", "HTTP/1.1 405 "),
            )
        ):
            self.assertIn(answer, self.run_program(command, said.format(f"Ann{number}")), command)
        self.server.stop()
        self.assertNotIn("Traceback", self.server.log)
        self.assertNotIn("Eve", self.server.log)

    def test_refused_versions(self) -> None:
        """TLS before 1.2 is none."""
        ended = self.run_program("openssl s_client -tls1_1 -cipher ALL:@SECLEVEL=0 -connect HOST:PORT")
        self.assertIn("Cipher is (NONE)", ended)

    def test_telnet(self) -> None:
        """A person with telnet."""
        telnet = subprocess.Popen(
            ["timeout", str(SECONDS), "telnet", "127.0.0.1", str(self.server.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            assert telnet.stdin is not None
            assert telnet.stdout is not None
            telnet.stdin.write("server:register Ann\nserver:who\n")
            telnet.stdin.flush()
            while REGISTERED not in (line := telnet.stdout.readline()):
                self.assertTrue(line, "telnet has ended")
            telnet.stdin.write("server:exit\n")
            telnet.stdin.flush()
            # At the end of its input it would forget what it has read.
            self.assertIn("server: goodbye\n", list(telnet.stdout))
        finally:
            telnet.terminate()
            telnet.communicate()

    def test_bundled_client(self) -> None:
        """The same client, with and without TLS."""
        for options in ((), ("--ca", str(self.server.folder / "chat-data" / "tls.pem"))):
            client = start_client("--port", str(self.server.port), "--name", "Ann", *options)
            self.assertIn("welcome, Ann", client.communicate("/who\n", timeout=SECONDS)[0])
