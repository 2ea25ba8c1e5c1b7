-- The words of scripts that write no spaces, marks that belong to words, emoji: all of it is in words(), see
-- chat/store/words.py. The tokenizer only parts them.
DROP TABLE message_fts;
CREATE VIRTUAL TABLE message_fts USING fts5 (
    room, body, content = 'message_text', content_rowid = 'id', tokenize = 'ascii'
);
INSERT INTO message_fts (message_fts) VALUES ('rebuild');

-- When the messages of each block of 4,096 ids were said, the first and the last of them: who searches by a date skips
-- the others. Clocks are set, and rooms are imported, so ids say little of it by themselves.
CREATE TABLE spans (block INTEGER PRIMARY KEY, earliest REAL NOT NULL, latest REAL NOT NULL) STRICT;
INSERT INTO spans SELECT id >> 12, min(sent_at), max(sent_at) FROM messages GROUP BY id >> 12;
