-- People: staff, the cases they act on, what was promised, and the topics of their group.
CREATE TABLE staff (
    staff_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    telegram_id INTEGER,
    doc TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX staff_by_telegram ON staff (telegram_id) WHERE telegram_id IS NOT NULL;

CREATE INDEX staff_active ON staff (staff_id) WHERE state = 'active';

CREATE TABLE staff_codes (
    staff_id TEXT PRIMARY KEY REFERENCES staff (staff_id),
    code_hash TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    used_ms INTEGER
) STRICT;

CREATE UNIQUE INDEX staff_codes_unused ON staff_codes (code_hash) WHERE used_ms IS NULL;

CREATE TABLE staff_topics (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id),
    chat_id INTEGER NOT NULL,
    thread_id INTEGER NOT NULL,
    card_id INTEGER,
    card_shown TEXT NOT NULL,
    UNIQUE (chat_id, thread_id)
) STRICT;

CREATE TABLE promises (
    promise_id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    order_no TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'kept', 'withdrawn')),
    due_ms INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;

CREATE INDEX promises_by_due ON promises (due_ms, promise_id);

CREATE INDEX promises_open ON promises (due_ms, promise_id) WHERE state = 'open';

CREATE INDEX promises_of_conversation ON promises (conversation_id, due_ms, promise_id);

CREATE INDEX promises_of_order ON promises (order_no, due_ms, promise_id) WHERE order_no != '';

CREATE TABLE ratings (
    case_id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    mark INTEGER NOT NULL CHECK (mark BETWEEN 1 AND 5),
    words TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX ratings_since ON ratings (at_ms);

CREATE TABLE sheets (
    sheet_id TEXT PRIMARY KEY,
    shift TEXT NOT NULL,
    day TEXT NOT NULL,
    made_ms INTEGER NOT NULL,
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    doc TEXT NOT NULL,
    UNIQUE (shift, day)
) STRICT;

CREATE INDEX sheets_by_age ON sheets (made_ms, sheet_id);

CREATE INDEX sheets_open ON sheets (made_ms, sheet_id) WHERE confirmed = 0;

ALTER TABLE cases ADD COLUMN assigned TEXT NOT NULL DEFAULT '';

ALTER TABLE cases ADD COLUMN alarm_ms INTEGER;

ALTER TABLE cases ADD COLUMN updated_ms INTEGER NOT NULL DEFAULT 0;

UPDATE cases SET updated_ms = opened_ms;

DROP INDEX cases_open;

CREATE INDEX cases_open ON cases (opened_ms, case_id) WHERE state != 'closed';

CREATE INDEX cases_open_of_conversation ON cases (conversation_id, opened_ms, case_id) WHERE state != 'closed';

CREATE INDEX cases_due ON cases (alarm_ms) WHERE alarm_ms IS NOT NULL;

ALTER TABLE conversations ADD COLUMN agent_id TEXT NOT NULL DEFAULT '';

ALTER TABLE conversations ADD COLUMN waiting_ms INTEGER;

ALTER TABLE conversations ADD COLUMN posted_seq INTEGER;

CREATE INDEX conversations_unposted ON conversations (id) WHERE posted_seq < last_seq;

ALTER TABLE outbox ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;

CREATE INDEX outbox_marks ON outbox (id)
WHERE kind = 'person' AND ref != '' AND shown = 0 AND state NOT IN ('waiting', 'sending');

CREATE INDEX outbox_of_ref ON outbox (ref, id) WHERE kind = 'person';
