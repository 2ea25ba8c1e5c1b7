-- Names that belong to somebody. Messages up to since_id were said by, and to, whoever had the name before.
-- A deleted account has no password_hash; nobody can have its name until held_until.
CREATE TABLE accounts (
    name_key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    password_hash TEXT,
    created_at REAL NOT NULL,
    since_id INTEGER NOT NULL,
    held_until REAL
) STRICT, WITHOUT ROWID;

-- What lets an account in without its password, until it expires. Only digests are kept.
CREATE TABLE tokens (
    digest BLOB PRIMARY KEY,
    name_key TEXT NOT NULL REFERENCES accounts (name_key),
    expires_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_name ON tokens (name_key);

-- Each lets one account be made.
CREATE TABLE invitations (
    digest BLOB PRIMARY KEY,
    expires_at REAL NOT NULL,
    used_by TEXT
) STRICT, WITHOUT ROWID;

-- How long what is said is kept; the room '' stands for all that have no row. NULL is for ever.
CREATE TABLE retention (
    room_key TEXT PRIMARY KEY,
    seconds REAL,
    messages INTEGER
) STRICT, WITHOUT ROWID;

-- A cursor in a public room says that the account belongs to it.
ALTER TABLE cursors ADD COLUMN read_seq INTEGER NOT NULL DEFAULT 0;

-- The name as it was first spelled.
ALTER TABLE rooms ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE rooms SET name = coalesce(
    (SELECT place FROM messages WHERE room_id = rooms.id AND place IS NOT NULL ORDER BY seq LIMIT 1), name_key
);

-- words() is ours, see chat/store/words.py.
DROP VIEW message_text;
CREATE VIEW message_text (id, room, body) AS SELECT id, 'r' || room_id, words(body) FROM messages WHERE kind = 0;
INSERT INTO message_fts (message_fts) VALUES ('rebuild');
