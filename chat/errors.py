"""Every refusal: a stable code, and the sentence that people read."""

from typing import Final

ERRORS: Final[dict[str, str]] = {
    # the line itself
    "too_long": "that line is too long (the limit is {limit} bytes)",
    "not_utf8": "that line is not UTF-8 text",
    "not_json": "that line is not JSON",
    "not_an_object": "a request is a JSON object",
    "unknown_type": "there is no such type of request",
    "missing_field": "the field {field} is missing",
    "wrong_type": "the field {field} has a wrong type or value",
    "unknown_command": "there is no such command, type server:help for the list",
    "usage": "type {usage}",
    "not_said": "not said, it may hold a password; server:say … says it",
    "login_not_said": (
        "not said, it may hold a password; server:say … says it;"
        " you have a name already, to come in under another one type server:exit and connect again"
    ),
    # who you are
    "not_registered": "you have no name yet, type server:register <name>",
    "already_registered": "you are already {name}",
    "name_taken": "the name {name} is taken, choose another",
    "bad_name": "a name is 1 to {limit} letters, digits, - or _",
    "no_letter": "a name needs a letter, {name} has none",
    "confusing_name": "the name {name} mixes letters of several scripts, or has signs, choose another",
    "name_resembles": "the name {name} looks like one that somebody has, or that is reserved, choose another",
    "reserved_name": "the name {name} is reserved, choose another",
    "name_claimed": "the name {name} belongs to somebody, type server:login {name} <password>",
    "name_held": "the name {name} was deleted recently, nobody can take it or write to it yet",
    "no_guests": "this server wants an account, type {usage}",
    "wrong_password": "that name and password do not match",
    "bad_password": "a password has {least} to {most} bytes",
    "control_characters": "a password must not contain control characters",
    "too_many_accounts": "too many accounts were made from your address, try again in {minutes} minutes",
    "bad_token": "that token is not valid, or no longer",
    "throttled": "too many wrong passwords, try again in {minutes} minutes",
    "account_needed": "that needs an account, {how}",
    "old_password_needed": "type server:password <new password> / <old password>",
    "logged_out": "you were logged out, from another of your devices or by the operator",
    "replaced": "you came back on another connection, this one ends",
    "not_for_programs": "programs that use an access token may not do that",
    "too_many_tokens": "you have {limit} access tokens already, revoke one first",
    "bad_token_rooms": "an access token is for 1 to {limit} rooms",
    "no_such_token": "you have no access token with that handle",
    "token_needed": "that needs an access token, in a header: Authorization: Bearer <token>",
    "wrong_room": "that access token is not for that room",
    "too_many_sessions": "you are connected {limit} times already",
    "registration_closed": "nobody can make an account here",
    "invitation_needed": "that needs an invitation, type {first}server:register <name> <password> <invitation>",
    "bad_invitation": "that invitation is not valid, or no longer",
    # messages
    "bad_recipient": (
        "a message goes to a name of 1 to {limit} letters, digits, - or _;"
        " to say a line with a colon to everybody, start it with all:"
    ),
    "empty_message": "that message has no visible text",
    "to_yourself": "that is your own name",
    "no_lobby": "you are in no room, type server:join <room> or <name>:<text>",
    "no_lobby_here": "there is no lobby here: name a room, or type server:join <room> to enter one",
    "mailbox_full": "too many messages wait for {name} already, try again later",
    "share_full": "too many of your messages are waiting to be read; server:unsend takes some back",
    "strangers_full": "too many messages wait for names without an account, try again later",
    "nothing_waits": "nothing of yours waits for {name}; what was delivered cannot be taken back",
    # rooms
    "too_many_followers": "{limit} clients follow rooms over HTTP already, try again later",
    "too_many_of_yours": "you follow rooms over HTTP {limit} times already, end one of those first",
    "bad_room": "a room's name is 1 to {limit} letters, digits, - or _",
    "already_in_room": "you are in {room} already",
    "not_in_room": "you are not in that room",
    "in_no_room": "you are in no room",
    "too_many_rooms": "you are in too many rooms, leave one first",
    "other_room": "that names another place than the room that it is about",
    "rooms_full": "the server cannot hold more rooms and conversations, try again later",
    "room_share_full": "you have made {limit} rooms and conversations today, use one of those or wait until tomorrow",
    "no_owner": "nobody owns {room}, so only an operator of this server may do that",
    "not_allowed": "that is for {role} of {room}",
    "higher_role": "that person is {role} of {room}",
    "room_closed": "{room} is closed",
    "bad_code": "that invitation is not valid, or no longer",
    "too_many_pins": "{limit} messages are pinned here already, unpin one first",
    "no_such_message": "there is no message #{seq} here",
    "too_many_reactions": "that message has {limit} different reactions already",
    # history
    "bad_query": "search for words, and any of from:<name> in:<room> before:<date> after:<date>",
    "unsearchable": "there is no word in that: search for letters, digits, emoji or other symbols",
    "too_many_words": "search for at most {limit} words at once; of scripts without spaces each character is one",
    "bad_date": "a date is YYYY-MM-DD, or YYYY-MM-DDTHH:MM, in UTC",
    "bad_seq": "a message's number is a whole number from 0 up",
    "other_life": "the room's last number is {seq}: yours is after it, or from before a restore",
    # the store
    "busy": "too much is waiting to be stored, try again in a moment",
    "disk_full": "the server's disk is full, that was not stored",
    "store_failed": "that could not be stored or read, try again later; the server's log says why",
    # over HTTP
    "not_found": "there is nothing at that address",
    "wrong_method": "that address takes {methods}",
    "body_too_long": "the request's body is too long (the limit is {limit} bytes)",
    "too_many_chunks": "the request's body has too many chunks (the limit is {limit})",
    "too_many_fields": "the form has too many fields (the limit is {limit})",
    "too_many_elements": "the webhook has too many blocks, attachments and elements (the limit is {limit})",
    "bad_request": "that is not a valid request of HTTP/1.1: {what} is wrong",
    "target_too_long": "that address is too long (the limit is {limit} bytes)",
    "headers_too_long": "those headers are too long (the limits are {limit} bytes, and {count} fields)",
    "unknown_coding": "the only transfer coding here is chunked",
    "http_version": "this server speaks HTTP/1.1",
    "unknown_host": "this server does not answer to the name {host}; its operator can allow it with --host {host}",
    "no_websocket": "that address is for WebSocket, version 13",
    "foreign_origin": "pages of that site may not connect; the operator can allow them with --allow-origin",
    "bad_parameter": "{name} has a wrong value",
    "not_over_http": "that cannot be done over HTTP: it needs a connection to the chat",
    "not_acceptable": "that is available as {types}",
    "unsupported_type": "send the message as {types}",
    "too_fast": "too many requests, try again in a moment",
    "local_only": "only the server's own machine may see that; the operator can allow others with --metrics-from",
    # the server
    "server_full": "the server is full ({limit} clients), try again later",
    "address_full": "there are {limit} connections from your address already, try again later",
    "banned": "{what} is banned from this server{until}{why}",
    "kicked": "the operator has ended your connection{why}",
    "tls_required": "this server wants TLS on this port: connect with openssl s_client, or with --tls, or by https",
    "registration_timeout": "you took too long to give a name",
    "slowed": "too fast, you are slowed down to {rate:g} lines a second",
    "slowed_together": "too much comes from your address at once, it is slowed down to {rate:g} lines a second",
    "internal": "something went wrong in the server, its log says what",
}


class ChatError(Exception):
    """A refusal, whose sentence goes to the client that asked.

    `code` is a key of `ERRORS`. The other arguments fill its sentence and must be safe to show: validated names,
    numbers, words of our own. `request_id` is the id of the refused request, if the server could read it. `seq` is
    the room's latest number, if the refusal is about that.
    """

    def __init__(self, code: str, *, request_id: str | int | None = None, **parts: object) -> None:
        super().__init__(ERRORS[code].format(**parts))
        self.code = code
        self.request_id = request_id
        seq = parts.get("seq")
        self.seq = seq if isinstance(seq, int) else None
