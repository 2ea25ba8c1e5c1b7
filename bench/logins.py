"""`python -m bench.logins`: whether the time of a refused login tells if the name has an account.

Refusals of a known and of an unknown name alternate, in this process and on a real database. What is printed is
Welch's t of the two: beyond 4.5 the times are told apart.
"""

import argparse
import sys
import tempfile
import time
from math import sqrt
from pathlib import Path
from statistics import mean, variance

from twisted.internet.defer import Deferred

from bench.in_process import Nobody, OpenStore
from chat.accounts.failed_logins import FailedLogins
from chat.accounts.passwords import Passwords
from chat.accounts.rules import Accounts, Credentials, Policy
from chat.errors import ChatError
from chat.limits import Limits
from chat.names import Name

_LIMITS = Limits(address_failures=10**9, pair_failures=10**9)


def seconds_of(opened: OpenStore, accounts: Accounts, name: str) -> float:
    """How long it takes to refuse a wrong password for `name`."""
    attempt = accounts.admit(Name(name, name), Credentials("wrong-horse", is_login=True), "somewhere")
    began = time.perf_counter()
    refused = Deferred.fromCoroutine(attempt).addErrback(lambda failure: failure.trap(ChatError))
    while not refused.called:
        opened.next_call()()
    return time.perf_counter() - began


def main() -> int:
    """Measure, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=2000)
    tries = parser.parse_args().tries // 2
    with tempfile.TemporaryDirectory() as folder, OpenStore(Path(folder), Nobody()) as opened:
        passwords = Passwords(_LIMITS)
        failed_logins = FailedLogins(_LIMITS, time.monotonic)
        accounts = Accounts(opened.store.accounts, passwords, failed_logins, time.time, lambda: "", Policy(), _LIMITS)
        made = Deferred.fromCoroutine(accounts.claim(Name("known", "known"), "correct-horse", None))
        while not made.called:
            opened.next_call()()
        times = [(seconds_of(opened, accounts, "known"), seconds_of(opened, accounts, "unknown")) for _ in range(tries)]
    known, unknown = [pair[0] for pair in times], [pair[1] for pair in times]
    t = (mean(known) - mean(unknown)) / sqrt(variance(known) / tries + variance(unknown) / tries)
    print(f"known {mean(known) * 1000:.3f} ms, unknown {mean(unknown) * 1000:.3f} ms, {2 * tries} tries: t = {t:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
