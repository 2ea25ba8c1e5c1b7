"""Members of the load without a server."""

import socket

from twisted.trial.unittest import SynchronousTestCase

from bench.crowd import Member, Place


def a_member() -> Member:
    """One that is not connected yet."""
    return Member(Place("m0", None), iter(()))


class MemberCase(SynchronousTestCase):
    """`member` is connected with `server`, a socket."""

    def setUp(self) -> None:
        self.member = a_member()
        self.member.socket.close()
        self.member.socket, self.server = socket.socketpair()
        self.member.socket.setblocking(False)
        self.addCleanup(self.server.close)
        self.addCleanup(self.member.socket.close)
