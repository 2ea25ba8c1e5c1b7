-- The files that people send (chat.store.interfaces.StoredFile): what is known of them, and never their bytes.
-- owner is the key of an account or that of an address, guest the key of a guest's name, '' for an account. sha256 is
-- what the sender announced until the file is whole (whole_at), then what it is. message_id is the message with it.
CREATE TABLE files (
    id TEXT PRIMARY KEY,
    secret BLOB NOT NULL,
    owner TEXT NOT NULL,
    guest TEXT NOT NULL,
    request TEXT,
    room_key TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    made_at REAL NOT NULL,
    until REAL NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    width INTEGER,
    height INTEGER,
    key TEXT,
    whole_at REAL,
    message_id INTEGER REFERENCES messages (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX files_secrets ON files (secret);
CREATE INDEX files_owners ON files (owner, size);
CREATE INDEX files_sums ON files (sha256) WHERE whole_at IS NOT NULL;
CREATE INDEX files_until ON files (until);
CREATE UNIQUE INDEX files_messages ON files (message_id);

-- Files without a row whose bytes may still be on the disk. sha256 is NULL for one that was never whole.
CREATE TABLE dropped_files (id TEXT PRIMARY KEY, sha256 TEXT) STRICT, WITHOUT ROWID;
CREATE TRIGGER files_dropped AFTER DELETE ON files BEGIN
    INSERT OR REPLACE INTO dropped_files
    VALUES (OLD.id, CASE WHEN OLD.whole_at IS NOT NULL THEN OLD.sha256 END);
END;
-- A file goes with its message, whatever deletes or empties that. Only messages with something in data may have one.
CREATE TRIGGER messages_deleted AFTER DELETE ON messages WHEN OLD.data IS NOT NULL BEGIN
    DELETE FROM files WHERE message_id = OLD.id;
END;
CREATE TRIGGER messages_emptied AFTER UPDATE OF kind ON messages WHEN OLD.data IS NOT NULL AND NEW.kind != OLD.kind
BEGIN
    DELETE FROM files WHERE message_id = OLD.id;
END;

-- A search finds the names of files, too. words() is ours, see chat/store/words.py.
DROP VIEW message_text;
CREATE VIEW message_text (id, room, body) AS
SELECT id, 'r' || room_id,
    words(body || coalesce(char(10) || CASE WHEN json_valid(data) THEN json_extract(data, '$.file.name') END, ''))
FROM messages WHERE kind = 0;
