-- The journal: only ever added to, each entry chained to the one before.
CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
    at       TEXT NOT NULL,
    who      TEXT NOT NULL,
    event    TEXT NOT NULL,
    previous TEXT NOT NULL UNIQUE,
    hash     TEXT NOT NULL UNIQUE
) STRICT;

CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END;

CREATE TRIGGER journal_is_never_shortened BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END;

CREATE TRIGGER journal_grows_at_its_end BEFORE INSERT ON journal
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM journal)
  OR NEW.previous <> coalesce((SELECT hash FROM journal ORDER BY sequence DESC LIMIT 1), NEW.previous)
BEGIN SELECT RAISE(ABORT, 'an entry follows the last one'); END;

-- The forge. Numbers are never used twice.
CREATE TABLE pull_requests (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    head         TEXT NOT NULL,
    base         TEXT NOT NULL,
    head_commit  TEXT NOT NULL,
    title        TEXT NOT NULL,
    body         TEXT NOT NULL,
    opened       TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'merged', 'closed')),
    merge_commit TEXT,
    merged_at    TEXT,
    merged_by    TEXT,
    conflicting  INTEGER NOT NULL DEFAULT 0 CHECK (conflicting IN (0, 1)),
    CHECK ((state = 'merged') = (merge_commit IS NOT NULL)),
    CHECK ((merge_commit IS NULL) = (merged_at IS NULL) AND (merge_commit IS NULL) = (merged_by IS NULL))
) STRICT;

CREATE UNIQUE INDEX one_open_pull_request_per_head ON pull_requests (head) WHERE state = 'open';

-- An approval is of one commit: what comes after has to be looked at again.
CREATE TABLE approvals (
    number      INTEGER NOT NULL REFERENCES pull_requests (number),
    commit_id   TEXT NOT NULL,
    who         TEXT NOT NULL,
    at          TEXT NOT NULL,
    PRIMARY KEY (number, commit_id, who)
) STRICT;

CREATE TABLE checks (
    commit_id TEXT NOT NULL,
    name      TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('pending', 'success', 'failure')),
    PRIMARY KEY (commit_id, name)
) STRICT;

CREATE TABLE releases (
    tag        TEXT PRIMARY KEY,
    title      TEXT NOT NULL,
    notes      TEXT NOT NULL,
    prerelease INTEGER NOT NULL CHECK (prerelease IN (0, 1)),
    latest     INTEGER NOT NULL DEFAULT 0 CHECK (latest IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX at_most_one_latest_release ON releases (latest) WHERE latest = 1;

PRAGMA user_version = 1;
