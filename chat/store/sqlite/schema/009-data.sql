-- What an event says that is no message, as JSON: the fields that its kind declares (chat/store/kinds.py), or NULL.
-- That module also has the numbers in messages.kind. None of them ever changes.
ALTER TABLE messages ADD COLUMN data TEXT;
