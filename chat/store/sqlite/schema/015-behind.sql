-- The index of words is written behind the messages: those after this id are not in it yet, and searches read them.
ALTER TABLE state ADD COLUMN indexed_id INTEGER NOT NULL DEFAULT 0;
UPDATE state SET indexed_id = last_id;

-- What the index has, and nothing else. words() is ours, see chat/store/words.py; it changes no text in ASCII.
DROP VIEW message_text;
CREATE VIEW message_text (id, room, body) AS
SELECT id, 'r' || room_id,
    CASE WHEN data IS NULL AND length(CAST(body AS BLOB)) = length(body) THEN body
    ELSE words(body || coalesce(char(10) || CASE WHEN json_valid(data) THEN json_extract(data, '$.file.name') END, ''))
    END
FROM messages WHERE kind = 0 AND id <= (SELECT indexed_id FROM state);
