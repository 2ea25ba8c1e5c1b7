"""Mosquitto as it is measured: no queue has a limit, and nothing is kept."""

_MOSQUITTO = """\
listener {port} 127.0.0.1
user root
allow_anonymous true
persistence false
max_connections -1
max_inflight_messages 0
max_queued_messages 0
sys_interval 0
log_type none
"""


def mosquitto_config(port: int) -> str:
    """Its configuration, to listen on `port`."""
    return _MOSQUITTO.format(port=port)
