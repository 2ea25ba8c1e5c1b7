"""Where somebody comes from."""

from ipaddress import ip_network

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.trial.unittest import SynchronousTestCase

from chat.net.addresses import is_in, is_local, source_of


class Source(SynchronousTestCase):
    """Where somebody comes from."""

    def test_source(self) -> None:
        """Another port is the same source, and so is another address in an IPv6 network that one person may have.

        On a listener for both, a client of IPv4 is its own address: they are not all one source.
        """
        for address, source in (
            (IPv4Address("TCP", "192.0.2.1", 1), "192.0.2.1"),
            (IPv4Address("TCP", "192.0.2.1", 2), "192.0.2.1"),
            (IPv6Address("TCP", "2001:db8::1", 1), "2001:db8::/64"),
            (IPv6Address("TCP", "2001:db8::ffff:2", 1), "2001:db8::/64"),
            (IPv6Address("TCP", "fe80::1%eth0", 1), "fe80::/64"),
            (IPv6Address("TCP", "::ffff:192.0.2.1", 1), "192.0.2.1"),
            (IPv6Address("TCP", "::ffff:192.0.2.2", 1), "192.0.2.2"),
            (UNIXAddress(b"/tmp/chat"), "here"),
            (None, "here"),
        ):
            self.assertEqual(source_of(address), source)


class Addresses(SynchronousTestCase):
    """What is near, and what is in a network."""

    def test_near(self) -> None:
        """This machine, in every way to write it, and its sockets."""
        for address, near in (
            (IPv4Address("TCP", "127.0.0.1", 1), True),
            (IPv4Address("TCP", "127.9.9.9", 1), True),
            (IPv4Address("TCP", "10.0.0.1", 1), False),
            (IPv6Address("TCP", "::1", 1), True),
            (IPv6Address("TCP", "::ffff:127.0.0.1", 1), True),
            (IPv6Address("TCP", "::ffff:10.0.0.1", 1), False),
            (IPv6Address("TCP", "fe80::1%eth0", 1), False),
            (UNIXAddress(b"/tmp/chat"), True),
        ):
            self.assertEqual(is_local(address), near, address)

    def test_in(self) -> None:
        """A network holds addresses of its own kind, mapped ones included, and no sockets in files."""
        networks = [ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")]
        for address, inside in (
            (IPv4Address("TCP", "10.1.2.3", 1), True),
            (IPv6Address("TCP", "::ffff:10.1.2.3", 1), True),
            (IPv6Address("TCP", "2001:db8::1", 1), True),
            (IPv4Address("TCP", "11.1.2.3", 1), False),
            (UNIXAddress(b"/tmp/chat"), False),
            (None, False),
        ):
            self.assertEqual(is_in(address, networks), inside, address)
