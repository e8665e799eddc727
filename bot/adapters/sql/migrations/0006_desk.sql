-- The agents' desk: log-ins, tries at them, sessions; and conversations by when they changed.
CREATE TABLE desk_logins (
    login TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL UNIQUE REFERENCES staff (staff_id),
    hash TEXT NOT NULL,
    set_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE desk_tries (
    subject TEXT PRIMARY KEY,
    tries INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX desk_tries_age ON desk_tries (last_ms);

CREATE TABLE desk_sessions (
    token_hash TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX desk_sessions_of_staff ON desk_sessions (staff_id);

CREATE INDEX desk_sessions_age ON desk_sessions (seen_ms);

CREATE INDEX conversations_by_change ON conversations (changed_ms);
