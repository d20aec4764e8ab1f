-- What kind of event an entry tells of, so that one need not read all of them. It is read from the event itself, so that it says
-- nothing that the chain of hashes does not hold. NULL: it is no event.
ALTER TABLE journal ADD COLUMN kind TEXT
    GENERATED ALWAYS AS (CASE WHEN json_valid(event) THEN json_extract(event, '$.event') END) VIRTUAL;

CREATE INDEX journal_by_kind ON journal (kind, sequence);

PRAGMA user_version = 5;
