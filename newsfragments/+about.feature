`/about.json` tells clients who may come in and what the limits are; `/invite.svg` is a QR code of the server or of a room.
