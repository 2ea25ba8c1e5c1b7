`python -m bench` measures the server side by side with ngircd, InspIRCd, two tutorials' servers and a bare loop, in lines, over WebSocket and within TLS.
