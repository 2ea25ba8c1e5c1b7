-- The accounts that are operators of the server.
CREATE TABLE operators (name_key TEXT PRIMARY KEY) WITHOUT ROWID;
-- What moderators, operators and the operator's tool did, and never what was said. room_key is '' for the whole server.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, by TEXT NOT NULL, what TEXT NOT NULL,
    room_key TEXT NOT NULL, whom TEXT NOT NULL, why TEXT NOT NULL
);
CREATE INDEX audit_rooms ON audit (room_key, id);
-- Messages that were put before the operators, and not yet closed: never their texts. said_at is the message's time.
CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, by TEXT NOT NULL, room_key TEXT NOT NULL, place TEXT,
    seq INTEGER NOT NULL, said_at REAL NOT NULL, why TEXT NOT NULL, UNIQUE (by, room_key, seq, said_at)
);
-- Messages that wait for a moderator, as JSON (chat.events.Message). since is that of the sender's account, NULL for a
-- guest.
CREATE TABLE held_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, room_key TEXT NOT NULL, sender_key TEXT NOT NULL,
    holder TEXT NOT NULL, since INTEGER, message TEXT NOT NULL
);
CREATE INDEX held_messages_rooms ON held_messages (room_key, id);
-- The settings of the whole server that change while it runs (chat.store.interfaces.ServerSettings), as JSON.
CREATE TABLE server_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
