"""IRC servers as they are measured: what slows a client down is off, and so are look-ups of names."""

from pathlib import Path

NGIRCD = """\
[Global]
Name = irc.bench.test
Info = bench
AdminEMail = bench@bench.test
Listen = 127.0.0.1
Ports = {port}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 31
MaxPenaltyTime = 0
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
"""

INSPIRCD = """\
<server name="irc.bench.test" description="bench" network="bench" id="0BN">
<admin name="bench" nick="bench" email="bench@bench.test">
<bind address="127.0.0.1" port="{port}" type="clients">
<power diepass="none" restartpass="none">
<connect allow="*" timeout="60" pingfreq="3600" hardsendq="64M" softsendq="64M" recvq="1M" threshold="1000000"
 commandrate="1000000000" fakelag="no" localmax="100000" globalmax="100000" maxchans="100" maxconnwarn="no"
 resolvehostnames="no" useident="no" limit="100000">
<performance softlimit="100000" somaxconn="1024" quietbursts="yes">
<limits maxnick="31">
<options defaultmodes="n">
"""

# Ergo's file of settings has more that must be there than the others'; these are its own defaults where no limit is.
ERGO = """\
network:
  name: bench
server:
  name: irc.bench.test
  listeners:
    "127.0.0.1:{port}": {{}}
  casemapping: ascii
  enforce-utf8: true
  lookup-hostnames: false
  check-ident: false
  max-sendq: 64M
  ip-limits:
    count: false
    throttle: false
  ip-cloaking:
    enabled: false
accounts:
  authentication-enabled: true
  registration:
    enabled: true
    bcrypt-cost: 4
    throttling:
      enabled: false
  login-throttling:
    enabled: false
  nick-reservation:
    enabled: true
    method: strict
    force-nick-equals-account: true
  multiclient:
    enabled: true
    allowed-by-default: true
    always-on: disabled
channels:
  default-modes: +nt
  max-channels-per-client: 100
logging:
  - method: stderr
    type: "*"
    level: error
limits:
  nicklen: 32
  identlen: 20
  realnamelen: 150
  channellen: 64
  awaylen: 390
  kicklen: 390
  topiclen: 390
  monitor-entries: 100
  whowas-entries: 100
  chan-list-modes: 100
  registration-messages: 1024
fakelag:
  enabled: false
{kept}"""
ERGO_NOT_KEPT = """\
datastore:
  path: "{folder}/ircd.db"
  autoupgrade: true
history:
  enabled: false
"""
# Direct messages are kept between accounts only.
ERGO_KEPT = """\
datastore:
  path: "{folder}/ircd.db"
  autoupgrade: true
  sqlite:
    enabled: true
    database-path: "{folder}/history.sqlite"
history:
  enabled: true
  channel-length: 2048
  client-length: 256
  chathistory-maxmessages: 1000
  persistent:
    enabled: true
    unregistered-channels: true
    registered-channels: mandatory
    direct-messages: mandatory
"""


def ngircd_config(port: int) -> str:
    """Its configuration, to listen on `port`."""
    return NGIRCD.format(port=port)


def inspircd_config(port: int) -> str:
    """Its configuration, to listen on `port`."""
    return INSPIRCD.format(port=port)


def ergo_config(port: int, folder: Path, *, keeps: bool) -> str:
    """Its configuration, to listen on `port` and have its data in `folder`; with every message, if it `keeps` them."""
    kept = (ERGO_KEPT if keeps else ERGO_NOT_KEPT).format(folder=folder)
    return ERGO.format(port=port, kept=kept)
