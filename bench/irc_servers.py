"""ngircd and InspIRCd as they are measured: what slows a client down is off, and so are look-ups of names."""

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


def ngircd_config(port: int) -> str:
    """Its configuration, to listen on `port`."""
    return NGIRCD.format(port=port)


def inspircd_config(port: int) -> str:
    """Its configuration, to listen on `port`."""
    return INSPIRCD.format(port=port)
