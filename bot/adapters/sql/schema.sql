-- Moments are milliseconds since 1970 in UTC (…_ms). `doc` and `body` are JSON written by bot/core/codec.py.
-- `head` is 1 on the one row of a conversation that may be worked on next or is in work: claiming looks only at
-- heads, so it costs the same with ten rows waiting as with a hundred thousand behind one another.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- What channels delivered. Rows of one conversation are handled in order of id, one at a time.
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    update_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'claimed', 'done', 'set_aside')),
    head INTEGER NOT NULL DEFAULT 0 CHECK (head IN (0, 1)),
    -- Not to be claimed before; 0 unless the row was given back for a later try.
    ready_ms INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    worker TEXT,
    -- Of the process that claimed it; see store_locks.py.
    session TEXT,
    lease_until_ms INTEGER,
    finished_ms INTEGER,
    error TEXT,
    UNIQUE (channel, update_id)
) STRICT;

CREATE UNIQUE INDEX inbox_one_head ON inbox (conversation_id) WHERE head = 1;

-- A row given back goes before those never tried, hence DESC.
CREATE INDEX inbox_ready ON inbox (ready_ms DESC, id) WHERE state = 'waiting' AND head = 1;

CREATE INDEX inbox_behind ON inbox (conversation_id, id) WHERE state = 'waiting' AND head = 0;

CREATE INDEX inbox_leases ON inbox (lease_until_ms, session) WHERE state = 'claimed';

CREATE INDEX inbox_set_aside ON inbox (conversation_id) WHERE state = 'set_aside';

CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    -- Counts commits; a commit that loaded an older one is refused.
    version INTEGER NOT NULL,
    -- Sequence number of the newest event.
    last_seq INTEGER NOT NULL,
    owner TEXT NOT NULL CHECK (owner IN ('bot', 'waiting', 'agent', 'closed')),
    changed_ms INTEGER NOT NULL,
    doc TEXT NOT NULL,
    -- She wants no reminders.
    opted_out INTEGER NOT NULL DEFAULT 0,
    -- When a message could not reach her, NULL when she wrote since.
    unreachable_ms INTEGER,
    -- Who owns it while `owner` is 'agent'.
    agent_id TEXT NOT NULL DEFAULT '',
    -- Since when she waits for a person, NULL while she does not.
    waiting_ms INTEGER,
    -- Of its topic in the staff group: the newest event shown there; NULL: it has no topic.
    posted_seq INTEGER
) STRICT;

CREATE INDEX conversations_with_people ON conversations (owner, changed_ms) WHERE owner IN ('waiting', 'agent');

-- For the agents' desk.
CREATE INDEX conversations_by_change ON conversations (changed_ms);

-- Those that somebody put aside, also where they are back.
CREATE INDEX conversations_snoozed ON conversations (changed_ms) WHERE instr(doc, '"snoozed_until":') > 0;

-- Only those whose topic lags behind: what is quiet costs nothing, however much of it there is.
CREATE INDEX conversations_unposted ON conversations (id) WHERE posted_seq < last_seq;

-- What happened; never changed. A conversation is the fold of its events.
CREATE TABLE events (
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    order_no TEXT PRIMARY KEY,
    -- NULL: the order belongs to no chat.
    conversation_id TEXT REFERENCES conversations (id),
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    -- The platform's flag number, NULL while there is none.
    flag INTEGER,
    -- She paid already or changed her mind, or so she says.
    settled INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    -- Counts commits; a commit that read an older one is refused.
    version INTEGER NOT NULL,
    -- SKU and pieces of each line, as JSON; a reminder round reads these and not the doc.
    goods TEXT NOT NULL,
    doc TEXT NOT NULL
) STRICT;

CREATE INDEX orders_of_conversation ON orders (conversation_id, created_ms, order_no);

CREATE INDEX orders_by_status ON orders (status, order_no);

CREATE INDEX orders_by_platform_id ON orders (source, json_extract(doc, '$.platform_id'))
WHERE json_extract(doc, '$.platform_id') IS NOT NULL;

CREATE INDEX orders_by_buyer ON orders (json_extract(doc, '$.buyer_id'), created_ms DESC)
WHERE conversation_id IS NULL AND json_extract(doc, '$.buyer_id') IS NOT NULL;

CREATE INDEX orders_unpaid_of_chat ON orders (created_ms) WHERE status = 'unpaid' AND source = 'chat';

-- The same notes stand in the order's doc; here they are only ever added to.
CREATE TABLE notes (
    order_no TEXT NOT NULL REFERENCES orders (order_no),
    -- Place in the order's notes, from 0.
    seq INTEGER NOT NULL,
    flag INTEGER,
    content TEXT NOT NULL,
    handling TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (order_no, seq)
) STRICT;

CREATE TABLE cases (
    case_id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    state TEXT NOT NULL,
    role TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    doc TEXT NOT NULL,
    -- Who took it; '': nobody yet.
    assigned TEXT NOT NULL DEFAULT '',
    -- When the clock has to look at it next; NULL: never, or it is closed.
    alarm_ms INTEGER,
    updated_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX cases_of_conversation ON cases (conversation_id, opened_ms, case_id);

CREATE INDEX cases_open ON cases (opened_ms, case_id) WHERE state != 'closed';

CREATE INDEX cases_open_of_conversation ON cases (conversation_id, opened_ms, case_id) WHERE state != 'closed';

CREATE INDEX cases_due ON cases (alarm_ms) WHERE alarm_ms IS NOT NULL;

-- Cases of what may be served once (one card per household, one gift per receipt): who has the key, and since when.
-- No reference to cases: the digest outlives what is forgotten of a talk.
CREATE TABLE case_keys (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX case_keys_by_key ON case_keys (key, seq);

-- What is to be sent. No reference to conversations: later messages go to people who are no shoppers.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    body TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (
        state IN ('waiting', 'sending', 'sent', 'uncertain', 'unreachable', 'rejected', 'dropped')
    ),
    head INTEGER NOT NULL DEFAULT 0 CHECK (head IN (0, 1)),
    not_before_ms INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    worker TEXT,
    session TEXT,
    finished_ms INTEGER,
    -- The platform's id of what was sent.
    platform_id TEXT,
    -- '' is sent as it is; 'reminder' is written just before sending, from the order `ref` (several: a JSON list);
    -- 'person' is what a person said, in her message `ref`, and is sent whoever owns the conversation.
    kind TEXT NOT NULL DEFAULT '',
    ref TEXT NOT NULL DEFAULT '',
    -- After this it is dropped; NULL: never.
    until_ms INTEGER,
    -- Its fate stands beside the person's message.
    shown INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX outbox_one_head ON outbox (conversation_id) WHERE head = 1;

CREATE INDEX outbox_ready ON outbox (channel, not_before_ms DESC, id) WHERE state = 'waiting' AND head = 1;

-- `state` is a column too, so that SQLite prefers this index to the one over everything ever sent.
CREATE INDEX outbox_behind ON outbox (conversation_id, state, id) WHERE state = 'waiting';

CREATE INDEX outbox_in_flight ON outbox (session) WHERE state = 'sending';

CREATE INDEX outbox_uncertain ON outbox (conversation_id) WHERE state = 'uncertain';

CREATE INDEX outbox_of_conversation ON outbox (conversation_id, id);

CREATE INDEX outbox_marks ON outbox (id)
WHERE kind = 'person' AND ref != '' AND shown = 0 AND state NOT IN ('waiting', 'sending');

CREATE INDEX outbox_of_ref ON outbox (ref, id) WHERE kind = 'person';

-- Pieces an order holds until it is shipped or closed.
CREATE TABLE reservations (
    order_no TEXT NOT NULL REFERENCES orders (order_no),
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    freed_ms INTEGER,
    PRIMARY KEY (order_no, sku)
) STRICT;

-- Sum of the reservations not freed, so that asking for stock is one look.
CREATE TABLE reserved (
    sku TEXT PRIMARY KEY,
    pieces INTEGER NOT NULL CHECK (pieces >= 0)
) STRICT;

-- The one chance of a purchase limit; used by placing the order, whatever becomes of it (A5).
CREATE TABLE promotion_uses (
    buyer TEXT NOT NULL,
    promotion_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (buyer, promotion_id)
) STRICT, WITHOUT ROWID;

-- What was reported about orders and changed them; never changed. Deliveries with an id are known by it for 4 days.
CREATE TABLE order_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_no TEXT NOT NULL,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    source TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    taken_ms INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX order_events_once ON order_events (source, delivery_id) WHERE delivery_id != '';

CREATE INDEX order_events_of_order ON order_events (order_no, id);

-- A file imported anew is known by its ids for good.
CREATE INDEX order_events_deliveries ON order_events (taken_ms) WHERE delivery_id != '' AND source != 'import';

-- What callers of the API were answered, by the key they gave.
CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    body_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX idempotency_age ON idempotency (at_ms);

-- How often somebody tried to claim an order by its number: per conversation and per order.
CREATE TABLE binding_tries (
    subject TEXT PRIMARY KEY,
    tries INTEGER NOT NULL,
    -- When the last try was; a day later they start anew.
    last_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX binding_tries_age ON binding_tries (last_ms);

-- Orders whose notes or flag changed: their platform is to be told how they are by then.
CREATE TABLE platform_outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_no TEXT NOT NULL REFERENCES orders (order_no),
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    worker TEXT,
    finished_ms INTEGER,
    error TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX platform_outbox_one_waiting ON platform_outbox (order_no) WHERE state = 'waiting';

CREATE UNIQUE INDEX platform_outbox_one_sending ON platform_outbox (order_no) WHERE state = 'sending';

CREATE INDEX platform_outbox_ready ON platform_outbox (next_ms) WHERE state = 'waiting';

CREATE INDEX platform_outbox_leases ON platform_outbox (next_ms) WHERE state = 'sending';

CREATE INDEX platform_outbox_dead ON platform_outbox (id) WHERE state = 'dead';

CREATE INDEX platform_outbox_of_order ON platform_outbox (order_no);

-- The ledger of reminder rounds, by shop-local day and time.
CREATE TABLE slots (
    day TEXT NOT NULL,
    at TEXT NOT NULL,
    due_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'missed')),
    session TEXT,
    claimed_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    considered INTEGER,
    reminded INTEGER,
    PRIMARY KEY (day, at)
) STRICT, WITHOUT ROWID;

-- One reminder per order and slot. `outcome` is NULL until it is sent; `held_out` was never to be sent.
CREATE TABLE nudges (
    order_no TEXT NOT NULL,
    day TEXT NOT NULL,
    at TEXT NOT NULL,
    claimed_ms INTEGER NOT NULL,
    outcome TEXT,
    paid_ms INTEGER,
    PRIMARY KEY (order_no, day, at)
) STRICT, WITHOUT ROWID;

CREATE INDEX nudges_since ON nudges (claimed_ms, order_no);

-- Whose buyer is to be called while the order is unpaid.
CREATE TABLE phone_list (
    order_no TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Disabled staff stay, because notes name them.
CREATE TABLE staff (
    staff_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    telegram_id INTEGER,
    doc TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX staff_by_telegram ON staff (telegram_id) WHERE telegram_id IS NOT NULL;

CREATE INDEX staff_active ON staff (staff_id) WHERE state = 'active';

-- One-time codes that link a Telegram account; `code_hash` is SHA-256, the code itself is nowhere.
CREATE TABLE staff_codes (
    staff_id TEXT PRIMARY KEY REFERENCES staff (staff_id),
    code_hash TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    used_ms INTEGER
) STRICT;

CREATE UNIQUE INDEX staff_codes_unused ON staff_codes (code_hash) WHERE used_ms IS NULL;

-- Topics of the staff group. How far each was filled stands in conversations.posted_seq, beside what it is compared to.
CREATE TABLE staff_topics (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id),
    chat_id INTEGER NOT NULL,
    thread_id INTEGER NOT NULL,
    card_id INTEGER,
    card_shown TEXT NOT NULL,
    UNIQUE (chat_id, thread_id)
) STRICT;

-- The ledger of what was promised. `order_no` is '' for what was promised before there was an order.
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

-- How satisfied she was with a case, once a case (G3). `staff_id` is '' when no person spoke in it.
CREATE TABLE ratings (
    case_id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    mark INTEGER NOT NULL CHECK (mark BETWEEN 1 AND 5),
    words TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX ratings_since ON ratings (at_ms);

-- What one shift leaves to the next (E3).
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

-- Who may log in at the agents' desk: passwords as argon2 hashes, sessions as SHA-256 of their tokens.
CREATE TABLE desk_logins (
    login TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL UNIQUE REFERENCES staff (staff_id),
    hash TEXT NOT NULL,
    set_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Tries to log in by log-in (`login:…`) and by address (`address:…`).
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

-- The ledger of rounds: each once a slot, whatever restarts and however many processes there are.
CREATE TABLE rounds (
    round TEXT NOT NULL,
    -- Shop-local day and time of the slot, as the settings write them.
    day TEXT NOT NULL,
    at TEXT NOT NULL,
    due_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'missed')),
    -- Of the process that runs it; see store_locks.py.
    session TEXT,
    claimed_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    listed INTEGER,
    PRIMARY KEY (round, day, at)
) STRICT, WITHOUT ROWID;

CREATE INDEX rounds_by_day ON rounds (day, round, at);

-- What rounds found, until somebody ticks it off or it settles itself.
CREATE TABLE round_lines (
    line_id INTEGER PRIMARY KEY AUTOINCREMENT,
    round TEXT NOT NULL,
    -- Reason and subject: the same is listed once.
    line_key TEXT NOT NULL,
    order_no TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    role TEXT NOT NULL,
    rank INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done')),
    since_ms INTEGER NOT NULL,
    -- The newest run that found it.
    seen_day TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    done_ms INTEGER,
    -- Staff id, or `clock` where a later run did not find it any more.
    done_by TEXT NOT NULL DEFAULT '',
    -- What was done about it at once, a JSON list.
    did TEXT NOT NULL DEFAULT '[]',
    doc TEXT NOT NULL,
    UNIQUE (round, line_key)
) STRICT;

CREATE INDEX round_lines_open ON round_lines (round, rank, line_id) WHERE state = 'open';

CREATE INDEX round_lines_since ON round_lines (round, since_ms);

-- What is imported for rounds: reviews, members, cashback cards.
CREATE TABLE round_records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- What couriers tell of parcels, and when they were asked last.
CREATE TABLE parcels (
    tracking_no TEXT PRIMARY KEY,
    asked_ms INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whoever wishes for something sold out (A12).
CREATE INDEX conversations_with_wishes ON conversations (id) WHERE instr(doc, '"stock_wishes":') > 0;

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
    -- Ids of its pictures, separated by spaces.
    photos TEXT NOT NULL DEFAULT '',
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
