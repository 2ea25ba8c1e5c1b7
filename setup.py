"""Everything stands in setup.cfg, but for what is compiled.

With CHATSERVER_COMPILED=1 mypyc makes C of the modules that every message passes; docs/operating.md says how. They are
the same modules: without that they run as they are, and both ways pass the same tests.
"""

import os

from setuptools import Extension, setup

# What a message and somebody who comes in cost is measured by `python -m bench`. A module belongs here if that becomes
# less, and if no module that stays as it is makes a subclass of what it defines.
COMPILED = (
    "chat/commands/typed.py",
    "chat/hub/activity.py",
    "chat/hub/backlog.py",
    "chat/hub/delivery.py",
    "chat/hub/direct.py",
    "chat/hub/directory.py",
    "chat/hub/membership.py",
    "chat/hub/mentioning.py",
    "chat/hub/naming.py",
    "chat/hub/people.py",
    "chat/hub/permissions.py",
    "chat/hub/posts.py",
    "chat/hub/publisher.py",
    "chat/hub/receipts.py",
    "chat/hub/replay.py",
    "chat/hub/room.py",
    "chat/hub/rooms.py",
    "chat/hub/roster.py",
    "chat/hub/session.py",
    "chat/hub/talk.py",
    "chat/mentions.py",
    "chat/net/deadlines.py",
    "chat/server/pace.py",
    "chat/shares.py",
    "chat/store/mailbox_shares.py",
    "chat/store/mailboxes.py",
    "chat/throttle.py",
    "chat/wire/composing.py",
    "chat/wire/framing.py",
    "chat/wire/telnet.py",
    "chat/wire/text.py",
)


def compiled() -> list[Extension]:
    """The modules in C."""
    # Only who compiles has it.
    from mypyc.build import mypycify

    return list(mypycify(list(COMPILED), opt_level="3"))


setup(ext_modules=compiled() if os.environ.get("CHATSERVER_COMPILED") == "1" else [])
