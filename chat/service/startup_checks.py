"""Checks that run while twistd still has a terminal for their UsageErrors; in the background it has none."""

import os
import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOL_SOCKET, socket

from twisted.python.usage import Options, UsageError

from chat.net.tls import Certificate, CertificateError, TlsCredentials, kept_certificate, read_certificate, self_signed
from chat.service.owner import Owner, acting_as, give
from chat.store.interfaces import StoreError
from chat.store.sqlite.folder import DataFolder

# The value of `--tls` that makes a certificate.
SELF_SIGNED = "auto"


def check_data_folder(folder: DataFolder, owner: Owner | None) -> None:
    """Make the folder if need be, and check that it can be used. Everything in it becomes `owner`'s."""
    try:
        if owner is not None:
            folder.make()
            give(folder.files(), owner)
        with acting_as(owner):
            folder.open()
    except StoreError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"cannot use the data folder {folder.path}: {error.strerror}") from None
    folder.close()


def logs_to_output(twistd: Options) -> bool:
    """Whether the log of twistd goes to the standard output."""
    file = twistd.get("logfile")
    if twistd.get("logger") or twistd.get("syslog"):
        return False
    # Without `nodaemon` among its options this is another runner, which has a terminal.
    return file == "-" or (not file and bool(twistd.get("nodaemon", True)))


def check_log(twistd: Options) -> None:
    """Check that the log of twistd can be written, if it goes to a file."""
    if twistd.get("logger") or twistd.get("syslog") or logs_to_output(twistd):
        return
    path = Path(twistd.get("logfile") or "twistd.log").absolute()
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"cannot write the log {path}: twistd --logfile FILE chatserver names another")


def check_port(interface: str, port: int) -> None:
    """Listen on an IP address for an instant."""
    with socket(AF_INET6 if ":" in interface else AF_INET) as probe:
        probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            probe.bind((interface, port))
            probe.listen()
        except OSError as error:
            raise UsageError(f"cannot listen on {interface}:{port}: {error.strerror}") from None


def load_credentials(name: str, given: str, folder: Path | None, owner: Owner | None) -> TlsCredentials:
    """The certificate that the option `name` asks for: `auto` keeps one in `folder`, if there is one, as `owner`'s."""
    chain, _, key = given.partition(",")
    source: Callable[[], Certificate]
    if given != SELF_SIGNED:
        source = partial(read_certificate, Path(chain).absolute(), Path(key or chain).absolute())
    elif folder is None:
        source = self_signed
    else:
        source = partial(kept_certificate, folder)
    try:
        if owner is not None:
            # The first use reads Python modules that perhaps only root may read.
            TlsCredentials(self_signed)
        # The operator's files may be for root alone. Ours are for the user that the server becomes.
        with acting_as(owner if given == SELF_SIGNED else None):
            return TlsCredentials(source)
    except CertificateError as error:
        raise UsageError(f"{name}: {error}") from None


def allow_descriptors(name: str, needed: int) -> None:
    """Raise this process's limit of open files to `needed`, which the option `name` asks for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and needed > hard:
        raise UsageError(f"{name}: this system allows a process {hard} open files, that needs {needed}")
    if soft != resource.RLIM_INFINITY and needed > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
