-- Which life of the journal this is: another one where it was put back from a backup, or has lost messages. Places in
-- rooms that somebody remembers from another life say nothing here.
ALTER TABLE state ADD COLUMN life TEXT NOT NULL DEFAULT '';
UPDATE state SET life = lower(hex(randomblob(4)));
