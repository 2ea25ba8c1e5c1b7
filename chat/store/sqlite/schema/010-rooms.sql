-- What rooms are beside what is said in them (chat/room_state.py), as JSON. A room without a row is open to all.
CREATE TABLE room_states (
    room_id INTEGER PRIMARY KEY REFERENCES rooms (id),
    state TEXT NOT NULL
) STRICT;

-- The same as in the state, so that a search can see it: only members find what is said in a private room.
ALTER TABLE rooms ADD COLUMN is_private INTEGER NOT NULL DEFAULT 0;
-- A room that is closed for good: it is deleted, with all that is in it.
ALTER TABLE rooms ADD COLUMN is_deleted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX rooms_deleted ON rooms (id) WHERE is_deleted = 1;

-- The messages that name somebody who has been here.
CREATE TABLE mentions (
    user_id INTEGER NOT NULL REFERENCES users (id),
    message_id INTEGER NOT NULL REFERENCES messages (id),
    room_id INTEGER NOT NULL REFERENCES rooms (id),
    seq INTEGER NOT NULL,
    PRIMARY KEY (user_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_room ON mentions (user_id, room_id, seq);
CREATE INDEX mentions_message ON mentions (message_id);

-- From which seq on messages count as unread. What had arrived before this schema does not.
ALTER TABLE cursors ADD COLUMN from_seq INTEGER NOT NULL DEFAULT 0;
UPDATE cursors SET from_seq = delivered_seq;

-- The edits of a message, whose texts go with it. messages.kind: 28 edited.
CREATE INDEX messages_edits ON messages (room_id, json_extract(data, '$.of')) WHERE kind = 28;

-- Whether the index of words may still have words of deleted messages.
ALTER TABLE state ADD COLUMN has_traces INTEGER NOT NULL DEFAULT 0;
