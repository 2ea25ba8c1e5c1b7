-- Who is kept out: a name's key, or a network; until NULL is for ever. The server has all of them in memory.
CREATE TABLE bans (
    target TEXT PRIMARY KEY,
    is_name INTEGER NOT NULL,
    made_at REAL NOT NULL,
    until REAL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
