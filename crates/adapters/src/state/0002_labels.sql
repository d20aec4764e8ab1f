-- Labels of pull requests, by number: also of those that are kept elsewhere.
CREATE TABLE labels (
    number INTEGER NOT NULL,
    label  TEXT NOT NULL,
    PRIMARY KEY (number, label)
) STRICT;

PRAGMA user_version = 2;
