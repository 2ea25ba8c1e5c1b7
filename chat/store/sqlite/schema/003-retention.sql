-- The first place of the room that is still kept: everything from it to last_seq is there, what was before it was pruned.
ALTER TABLE rooms ADD COLUMN first_seq INTEGER NOT NULL DEFAULT 1;

-- kind: 3 pruned. Nothing is left of such a message but its nonce, for as long as a repeat of it may come.
CREATE INDEX messages_pruned ON messages (sent_at) WHERE kind = 3;
