-- Whether something that was said is kept. A room without that, and without members, is forgotten.
ALTER TABLE rooms ADD COLUMN has_messages INTEGER NOT NULL DEFAULT 0;
UPDATE rooms SET has_messages = EXISTS (SELECT 1 FROM messages m WHERE m.room_id = rooms.id AND m.kind = 0);
CREATE INDEX rooms_empty ON rooms (id) WHERE has_messages = 0;

-- Whether a message may wait there: a start looks only at those, however many conversations there are.
ALTER TABLE rooms ADD COLUMN may_wait INTEGER NOT NULL DEFAULT 0;
UPDATE rooms SET may_wait = 1 WHERE kind = 'direct' AND has_messages;
CREATE INDEX rooms_waiting ON rooms (id) WHERE may_wait = 1;

-- How far forgotten rooms had come, by a number made of their keys: whoever makes one again goes on behind that.
CREATE TABLE forgotten_rooms (bucket INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL) STRICT;

-- Whether they came in or said something; whoever was only written to is forgotten with what was written.
ALTER TABLE users ADD COLUMN was_here INTEGER NOT NULL DEFAULT 1;
UPDATE users SET was_here = 0 WHERE id NOT IN (SELECT sender_id FROM messages)
    AND name_key NOT IN (SELECT name_key FROM accounts);

-- messages.kind: 4 taken back, or expired. Nothing is left of such a message but its place and its nonce.
