-- Rounds: which were held, what they found, what is imported for them, and what couriers tell of parcels.
CREATE TABLE rounds (
    round TEXT NOT NULL,
    day TEXT NOT NULL,
    at TEXT NOT NULL,
    due_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'missed')),
    session TEXT,
    claimed_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    listed INTEGER,
    PRIMARY KEY (round, day, at)
) STRICT, WITHOUT ROWID;

CREATE INDEX rounds_by_day ON rounds (day, round, at);

CREATE TABLE round_lines (
    line_id INTEGER PRIMARY KEY AUTOINCREMENT,
    round TEXT NOT NULL,
    line_key TEXT NOT NULL,
    order_no TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    role TEXT NOT NULL,
    rank INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done')),
    since_ms INTEGER NOT NULL,
    seen_day TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    done_ms INTEGER,
    done_by TEXT NOT NULL DEFAULT '',
    did TEXT NOT NULL DEFAULT '[]',
    doc TEXT NOT NULL,
    UNIQUE (round, line_key)
) STRICT;

CREATE INDEX round_lines_open ON round_lines (round, rank, line_id) WHERE state = 'open';

CREATE INDEX round_lines_since ON round_lines (round, since_ms);

CREATE TABLE round_records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE parcels (
    tracking_no TEXT PRIMARY KEY,
    asked_ms INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX conversations_with_wishes ON conversations (id) WHERE instr(doc, '"stock_wishes":') > 0;
