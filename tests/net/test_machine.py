"""The addresses of the machine that the tests run on, and of one without a network."""

import subprocess
import sys
from ipaddress import ip_address
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from chat.net.machine import machine_addresses
from tests.running import SECONDS, environment

ASK = """
from socket import AF_INET, AF_INET6
from chat.net.machine import machine_addresses
print(machine_addresses(AF_INET), machine_addresses(AF_INET6))
"""
# Gives the one interface that there is an address.
UP = """
import fcntl, socket, struct
with socket.socket() as asked:
    fcntl.ioctl(asked, 0x8914, struct.pack("16sH", b"lo", 0x41))
    address = socket.inet_aton("ADDRESS")
    fcntl.ioctl(asked, 0x8916, struct.pack("16sHH4s8x", b"lo", socket.AF_INET, 0, address))
"""


class Addresses(SynchronousTestCase):
    """Of this machine."""

    def test_ours(self) -> None:
        """Each is an address that this machine can listen on, and others can send to."""
        for family, version in ((AF_INET, 4), (AF_INET6, 6)):
            for address in machine_addresses(family):
                found = ip_address(address)
                self.assertEqual((found.version, found.is_loopback, found.is_unspecified), (version, False, False))
                with socket(family) as probe:
                    probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
                    probe.bind((address, 0))

    def alone(self, script: str) -> str:
        """What a script prints in a network of its own, which has no route to anywhere."""
        command = ["unshare", "--net", sys.executable, "-c", script]
        try:
            ended = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=SECONDS)
        except OSError:
            raise SkipTest("no networks of our own here") from None
        if "unshare" in ended.stderr:
            raise SkipTest("no networks of our own here")
        self.assertEqual(ended.stderr, "")
        return ended.stdout

    def test_no_network(self) -> None:
        """A machine without any has none."""
        self.assertEqual(self.alone(ASK), "[] []\n")

    def test_no_route(self) -> None:
        """Where no way leads out, interfaces have addresses all the same."""
        for address, expected in (("10.9.8.7", "['10.9.8.7'] []\n"), ("127.0.0.1", "[] []\n")):
            self.assertEqual(self.alone(UP.replace("ADDRESS", address) + ASK), expected)
