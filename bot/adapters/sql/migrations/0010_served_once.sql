-- Cases of what may be served once (one card per household, one gift per receipt): who has the key, and since when.
-- No reference to cases: the digest outlives what is forgotten of a talk.
CREATE TABLE case_keys (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX case_keys_by_key ON case_keys (key, seq);
