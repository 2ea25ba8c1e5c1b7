"""`python -m chat.admin`: carries out a command, or prints a sentence about why it could not."""

import getpass
import os
import secrets
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper

from twisted.python.failure import Failure

from chat.accounts.passwords import Passwords
from chat.accounts.tokens import digest
from chat.admin import listings
from chat.admin.arguments import parse
from chat.admin.errors import AdminError, plainly
from chat.admin.file_orders import DeleteFiles, SweepFiles
from chat.admin.moderation import (
    Announce,
    CloseReport,
    KeepAudit,
    ListAudit,
    ListOperators,
    ListReports,
    SetLockdown,
    SetOperator,
    SetWords,
)
from chat.admin.orders import DropMailbox, Invite, MakeToken, Passwd, Retain, RevokeToken
from chat.admin.people import EndBan, Kick, ListAddresses, ListBans, ListSessions, MakeBan
from chat.admin.progress import bar
from chat.admin.sending import send
from chat.errors import ChatError
from chat.limits import Limits
from chat.store.files import new_file
from chat.store.interfaces import DamagedError, FileQuery, Records
from chat.store.sqlite.records import SqliteRecords

_DAY = 86400


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out `arguments`, or those of this process. Returns the exit status."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, TextIOWrapper):
        # The name of a file may be no valid text.
        sys.stdout.reconfigure(errors="surrogateescape")
    try:
        with plainly():
            COMMANDS[options.command](options)
            sys.stdout.flush()
    except DamagedError as error:
        return _complain(*error.faults)
    except (AdminError, ChatError) as error:
        return _complain(str(error))
    except BrokenPipeError:
        # The reader of our output is gone. Otherwise the interpreter would complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        _complain("interrupted")
        return 130
    return 0


def _complain(*sentences: str) -> int:
    for sentence in sentences:
        print(f"chat.admin: {sentence}", file=sys.stderr)
    return 1


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _records(options: Namespace) -> Records:
    return SqliteRecords(options.data, bar)


# --- the commands


def _backup(options: Namespace) -> None:
    _print_lines(listings.backup(options.file, _records(options).backup(options.file)))


def _verify(options: Namespace) -> None:
    print(_records(options).verify(options.file))


def _restore(options: Namespace) -> None:
    _print_lines(listings.restored(_records(options).restore(options.file, datetime.now(UTC))))


def _export(options: Namespace) -> None:
    if options.file is None:
        _records(options).export(options.room, sys.stdout.buffer, private=options.private, files=options.files)
        return
    with new_file(options.file) as part, part.open("wb") as target:
        count, files = _records(options).export(options.room, target, private=options.private, files=options.files)
    print(f"wrote {options.file}, {count} events{listings.with_files(files, options.files)}")


def _import(options: Namespace) -> None:
    name, count, files = _records(options).take_in(options.file, options.files)
    print(f"{count} events are in {name} now{listings.with_files(files, options.files)}")


def _users(options: Namespace) -> None:
    _print_lines(listings.users(_records(options), time.time()))


def _rooms(options: Namespace) -> None:
    _print_lines(listings.rooms(_records(options), options.limit, options.after))


def _mailboxes(options: Namespace) -> None:
    if options.request is None:
        _print_lines(listings.mailboxes(_records(options), options.limit))
    else:
        send(options.data, DropMailbox(options.name, options.sender))
        print(f"the messages for {options.name} are deleted")


def _files(options: Namespace) -> None:
    match options.request:
        case "usage":
            _print_lines(listings.file_usage(_records(options), options.limit))
        case "delete":
            if (options.file, options.room, options.sender) == (None, None, None):
                raise AdminError("say which file: an ID, --room or --from")
            _print_lines(send(options.data, DeleteFiles(options.file, options.room, options.sender)))
        case "sweep":
            _print_lines(send(options.data, SweepFiles()))
        case "verify":
            _print_lines(listings.verified_files(_records(options)))
        case _:
            query = FileQuery(options.limit, options.room, options.sender, options.after, options.newest)
            _print_lines(listings.files(_records(options), query))


def _invite(options: Namespace) -> None:
    secret = secrets.token_urlsafe(24)
    send(options.data, Invite(digest(secret).hex(), options.days * _DAY))
    print(secret)


def _passwd(options: Namespace) -> None:
    send(options.data, Passwd(options.name, _hashed(_new_password())))
    print(f"the password of {options.name} is changed, and its tokens are gone")


def _new_password() -> str:
    if not sys.stdin.isatty():
        try:
            return sys.stdin.buffer.readline().decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError:
            raise AdminError("the password is not UTF-8 text") from None
    password = getpass.getpass("new password: ")
    if getpass.getpass("once more: ") != password:
        raise AdminError("those were two different passwords")
    return password


def _hashed(password: str) -> str:
    results: list[str | Failure] = []
    # The tool hashes it, so that no server ever gets the password, and at once: there is no other thread.
    Passwords(Limits()).hash(password).addBoth(results.append)
    if isinstance(results[0], Failure):
        results[0].raiseException()
    return str(results[0])


def _token(options: Namespace) -> None:
    if options.request == "list":
        _print_lines(listings.access_tokens(_records(options)))
    elif options.request == "revoke":
        send(options.data, RevokeToken(options.handle))
    else:
        secret = secrets.token_urlsafe(24)
        nobody = _hashed(secrets.token_urlsafe(24))
        send(options.data, MakeToken(options.name, options.room, digest(secret).hex(), nobody))
        print(secret)


def _retention(options: Namespace) -> None:
    if options.show:
        _print_lines(listings.retention(_records(options), options.room))
        return
    if options.default and options.room is None:
        raise AdminError("--default is for one room, name it with --room")
    seconds = None if options.days is None else options.days * _DAY
    send(options.data, Retain(options.room, seconds, options.messages, options.default))


def _sessions(options: Namespace) -> None:
    _print_lines(send(options.data, ListSessions(options.limit)))


def _addresses(options: Namespace) -> None:
    _print_lines(send(options.data, ListAddresses(options.limit)))


def _kick(options: Namespace) -> None:
    _print_lines(send(options.data, Kick(options.whom, options.reason)))


def _ban(options: Namespace) -> None:
    _print_lines(send(options.data, MakeBan(options.whom, options.seconds, options.reason)))


def _unban(options: Namespace) -> None:
    send(options.data, EndBan(options.whom))


def _bans(options: Namespace) -> None:
    _print_lines(send(options.data, ListBans()))


def _operator(options: Namespace) -> None:
    is_list = options.request == "list"
    order = ListOperators() if is_list else SetOperator(options.name, options.request == "add")
    _print_lines(send(options.data, order))


def _announce(options: Namespace) -> None:
    send(options.data, Announce(" ".join(options.text)))


def _lockdown(options: Namespace) -> None:
    _print_lines(send(options.data, SetLockdown(None if options.state is None else options.state == "on")))


def _audit(options: Namespace) -> None:
    if options.keep is not None:
        send(options.data, KeepAudit(options.keep * _DAY))
        return
    _print_lines(send(options.data, ListAudit(options.limit, options.room, options.before)))


def _reports(options: Namespace) -> None:
    order = ListReports(options.limit) if options.request is None else CloseReport(options.number)
    _print_lines(send(options.data, order))


def _words(options: Namespace) -> None:
    text = "" if options.clear else None
    if options.file is not None:
        try:
            text = options.file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise AdminError(f"{options.file} is not UTF-8 text") from None
        if len(text.encode()) > Limits().word_list_bytes:
            raise AdminError(f"the list has more than {Limits().word_list_bytes} bytes")
    _print_lines(send(options.data, SetWords(text)))


COMMANDS: Mapping[str, Callable[[Namespace], None]] = {
    "backup": _backup,
    "verify": _verify,
    "restore": _restore,
    "export": _export,
    "import": _import,
    "users": _users,
    "rooms": _rooms,
    "mailboxes": _mailboxes,
    "files": _files,
    "invite": _invite,
    "passwd": _passwd,
    "token": _token,
    "retention": _retention,
    "sessions": _sessions,
    "addresses": _addresses,
    "kick": _kick,
    "ban": _ban,
    "unban": _unban,
    "bans": _bans,
    "operator": _operator,
    "announce": _announce,
    "lockdown": _lockdown,
    "audit": _audit,
    "reports": _reports,
    "words": _words,
}


if __name__ == "__main__":
    sys.exit(main())
