"""What a transport tells of the other side."""

from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress
from twisted.trial.unittest import SynchronousTestCase

from chat.transports import source_of


class Source(SynchronousTestCase):
    """Where somebody comes from."""

    def test_source(self) -> None:
        """Another port is the same source, and so is another address in an IPv6 network that one person may have."""
        for address, source in (
            (IPv4Address("TCP", "192.0.2.1", 1), "192.0.2.1"),
            (IPv4Address("TCP", "192.0.2.1", 2), "192.0.2.1"),
            (IPv6Address("TCP", "2001:db8::1", 1), "2001:db8::/64"),
            (IPv6Address("TCP", "2001:db8::ffff:2", 1), "2001:db8::/64"),
            (IPv6Address("TCP", "fe80::1%eth0", 1), "fe80::/64"),
            (UNIXAddress(b"/tmp/chat"), "here"),
            (None, "here"),
        ):
            self.assertEqual(source_of(address), source)
