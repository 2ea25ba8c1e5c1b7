-- Everybody who ever spoke or was spoken to; guests have no password.
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name_key TEXT NOT NULL UNIQUE
) STRICT;

-- A conversation of two is a room of kind 'direct'.
CREATE TABLE rooms (
    id INTEGER PRIMARY KEY,
    name_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('public', 'direct')),
    last_seq INTEGER NOT NULL
) STRICT;

-- Everything that happened, in the order it was committed: id rises over all rooms, (room_id, seq) is the public id.
-- kind: 0 message, 1 joined, 2 left. place is the room's name as shown, NULL in a conversation of two and for the chat itself.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    room_id INTEGER NOT NULL REFERENCES rooms (id),
    seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    sender_id INTEGER NOT NULL REFERENCES users (id),
    sender TEXT NOT NULL,
    place TEXT,
    recipient TEXT,
    client_id INTEGER,
    sent_at REAL NOT NULL,
    body TEXT NOT NULL,
    nonce TEXT,
    UNIQUE (room_id, seq)
) STRICT;

CREATE UNIQUE INDEX messages_nonce ON messages (sender_id, nonce) WHERE nonce IS NOT NULL;

-- How far each of the two in a direct conversation has received it.
CREATE TABLE cursors (
    user_id INTEGER NOT NULL REFERENCES users (id),
    room_id INTEGER NOT NULL REFERENCES rooms (id),
    delivered_seq INTEGER NOT NULL,
    PRIMARY KEY (user_id, room_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cursors_room ON cursors (room_id, user_id);

-- The highest message id ever committed, in the same transaction: pruning does not lower it.
CREATE TABLE state (only INTEGER PRIMARY KEY CHECK (only = 1), last_id INTEGER NOT NULL) STRICT;
INSERT INTO state VALUES (1, 0);

-- Searched by words, and by the room as a word of its own ('r' and its id): a common word in a quiet room stays fast.
CREATE VIEW message_text (id, room, body) AS SELECT id, 'r' || room_id, body FROM messages WHERE kind = 0;
CREATE VIRTUAL TABLE message_fts USING fts5 (room, body, content = 'message_text', content_rowid = 'id');
