"""Prosody and ejabberd as they are measured: both keep every message in SQLite, and nothing slows a client down.

Any name may log in with any password: the load has thousands, and accounts are not what is measured.
"""

from pathlib import Path

from bench.xmpp import DOMAIN, ROOMS

_PROSODY = """\
run_as_root = true
daemonize = false
data_path = "{folder}"
log = {{ error = "*console" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
modules_enabled = {{ "saslauth", "roster", "disco", "mam", "offline" }}
modules_disabled = {{ "s2s" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "insecure"
insecure_open_authentication = "Yes please, I know what I'm doing!"
storage = {{ archive = "sql", muc_log = "sql" }}
sql = {{ driver = "SQLite3", database = "{folder}/prosody.sqlite" }}
default_archive_policy = true
archive_expires_after = "never"
VirtualHost "{domain}"
Component "{rooms}" "muc"
    modules_enabled = {{ "muc_mam" }}
    muc_room_locking = false
    muc_log_by_default = true
    muc_log_expires_after = "never"
"""

_EJABBERD = """\
hosts: [{domain}]
loglevel: error
auth_method: [anonymous]
anonymous_protocol: login_anon
allow_multiple_connections: true
sql_type: sqlite
sql_database: "{folder}/ejabberd.sqlite"
listen:
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    backlog: 1024
    starttls: false
modules:
  mod_roster: {{}}
  mod_mam:
    db_type: sql
    default: always
  mod_muc:
    hosts: ["{rooms}"]
    history_size: 0
    max_users: 20000
    min_message_interval: 0
    min_presence_interval: 0
    default_room_options:
      max_users: 20000
      mam: true
"""


def prosody_config(port: int, folder: Path) -> str:
    """Its configuration, to listen on `port` and keep its data in `folder`."""
    return _PROSODY.format(port=port, folder=folder, domain=DOMAIN, rooms=ROOMS)


def ejabberd_config(port: int, folder: Path) -> str:
    """Its configuration, to listen on `port` and keep its data in `folder`."""
    return _EJABBERD.format(port=port, folder=folder, domain=DOMAIN, rooms=ROOMS)
