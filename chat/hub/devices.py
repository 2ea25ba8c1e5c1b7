"""The devices of an account: its connections, and the tokens with which others may come in again."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from chat.accounts.rules import Accounts
from chat.errors import ChatError
from chat.events import Device, Devices, Done, Goodbye, RequestId
from chat.hub.entrance import end_session
from chat.hub.file_access import FileAccess
from chat.hub.people import Asker, account_of, user_of
from chat.interfaces import Reason


class OwnDevices:
    """Lists the devices of an account, and ends one. `Session.run` runs its coroutines; they raise ChatError.

    Within the context `acts`, a session's change of its account does not end it (`Entrance.acts`).
    """

    def __init__(
        self, accounts: Accounts, file_access: FileAccess, acts: Callable[[Asker], AbstractContextManager[None]]
    ) -> None:
        self._accounts = accounts
        self._file_access = file_access
        self._acts = acts

    async def list(self, session: Asker, request_id: RequestId) -> None:
        """Answer with the devices."""
        logins = await self._accounts.logins(account_of(session))
        session.answer(Devices(devices=_devices(session, logins), id=request_id))

    async def end(self, session: Asker, handle: str, request_id: RequestId) -> None:
        """End all connections of a device, and the token, or access token, with which it would come in again.

        Raises ChatError (`no_such_device`). If it is the device of `session`, that ends, too, with a goodbye.
        """
        account = account_of(session)
        found = [other for other in user_of(session).sessions if other.device == handle]
        for other in found:
            if other is not session:
                end_session(other, Reason.LOGGED_OUT, "logged_out")
        if any(other.scope is not None for other in found):
            await self._accounts.revoke_access_token(account, handle)
        with self._acts(session):
            had_token = await self._accounts.end_login(account, handle)
        if not had_token and not found:
            raise ChatError("no_such_device")
        self._file_access.device_ended(account.key, handle)
        if session.device == handle:
            session.finish(Reason.EXIT, Goodbye(request="end", id=request_id))
        else:
            session.answer(Done(request="end", message="that device is logged out", id=request_id))


def _devices(session: Asker, logins: Mapping[str, float]) -> Sequence[Device]:
    here = [
        Device(
            handle=other.device,
            since=other.came_at,
            wire=other.peer.wire,
            address=other.address,
            is_asking=other is session,
            is_program=other.scope is not None,
            used=logins.get(other.device),
        )
        for other in user_of(session).sessions
    ]
    there = {device.handle for device in here}
    return [*here, *(Device(handle=handle, used=used) for handle, used in logins.items() if handle not in there)]
