-- What was said in each room, without those who came and went: the latest message, and what is unread, at every login.
CREATE INDEX messages_said ON messages (room_id, seq, sender_id) WHERE kind = 0;
