-- What lets a program speak for an account over HTTP, in these rooms (their keys, with a space between), until it is
-- revoked. The secret itself is not kept.
CREATE TABLE access_tokens (
    handle TEXT PRIMARY KEY,
    digest BLOB NOT NULL,
    name_key TEXT NOT NULL REFERENCES accounts (name_key),
    rooms TEXT NOT NULL,
    created_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX access_tokens_name ON access_tokens (name_key);
