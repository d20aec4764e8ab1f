-- How many entries the journal has, and the hash of the last one, so that what is cut off at the end is missed. It follows the
-- journal only as long as the two agree: what was cut once stays known. `beside` is 1 once the same is in a file as well.
CREATE TABLE journal_head (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    count  INTEGER NOT NULL,
    hash   TEXT NOT NULL,
    beside INTEGER NOT NULL CHECK (beside IN (0, 1))
) STRICT;

INSERT INTO journal_head (id, count, hash, beside)
SELECT 1, count(*),
       coalesce((SELECT hash FROM journal ORDER BY sequence DESC LIMIT 1),
                '0000000000000000000000000000000000000000000000000000000000000000'),
       0
FROM journal;

CREATE TRIGGER journal_head_follows AFTER INSERT ON journal
BEGIN
    UPDATE journal_head SET count = NEW.sequence, hash = NEW.hash WHERE count = NEW.sequence - 1 AND hash = NEW.previous;
    UPDATE journal_head SET beside = 1;
END;

CREATE TRIGGER journal_head_is_never_lost BEFORE DELETE ON journal_head
BEGIN SELECT RAISE(ABORT, 'the head of the journal stays'); END;

PRAGMA user_version = 4;
