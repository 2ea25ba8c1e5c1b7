`python -m bench` measures the server beside ngircd, InspIRCd, two tutorials' servers and a bare loop, in lines, over WebSocket and within TLS.
