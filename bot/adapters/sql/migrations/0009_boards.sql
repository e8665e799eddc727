-- Boards of the desk: what is learned from unanswered questions, quick replies, calls ticked off.

-- Where the bot did not understand, or asked back; found by its moment.
CREATE INDEX events_missed ON events (at_ms)
WHERE instr(body, '"event":"NotUnderstood"') > 0 OR instr(body, '"reason":"misses"') > 0;

-- What somebody proposed to do about a question that was not understood, and what the owner said.
CREATE TABLE lessons (
    lesson_id INTEGER PRIMARY KEY AUTOINCREMENT,
    question TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'refused', 'dropped')),
    made_ms INTEGER NOT NULL,
    settled_ms INTEGER,
    settled_by TEXT NOT NULL DEFAULT '',
    doc TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX lessons_one_proposed ON lessons (question) WHERE state = 'proposed';

CREATE INDEX lessons_of_question ON lessons (question, lesson_id);

CREATE INDEX lessons_by_state ON lessons (state, lesson_id);

-- Words that are often used. `owner`: 'shared', 'role:…' or 'staff:…'.
CREATE TABLE quick_replies (
    quick_id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    short TEXT NOT NULL,
    words TEXT NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
    used_ms INTEGER,
    changed_ms INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    UNIQUE (owner, short)
) STRICT;

-- What came of each call from the phone list.
CREATE TABLE call_ticks (
    order_no TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    staff_id TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'no_answer', 'again')),
    words TEXT NOT NULL,
    PRIMARY KEY (order_no, at_ms)
) STRICT, WITHOUT ROWID;
