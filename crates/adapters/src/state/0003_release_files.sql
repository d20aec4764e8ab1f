-- Releases that wait for their files, and the files: their bytes lie beside this one, by digest.
ALTER TABLE releases ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));

CREATE TABLE release_files (
    tag    TEXT NOT NULL REFERENCES releases (tag),
    name   TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (tag, name)
) STRICT;

PRAGMA user_version = 3;
