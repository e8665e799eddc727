-- Orders of platforms belong to no chat at first, so the table is built anew; what refers to it moves along.
CREATE TABLE new_orders (
    order_no TEXT PRIMARY KEY,
    conversation_id TEXT REFERENCES conversations (id),
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    flag INTEGER,
    settled INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    version INTEGER NOT NULL,
    goods TEXT NOT NULL,
    doc TEXT NOT NULL
) STRICT;

INSERT INTO new_orders (
    order_no, conversation_id, source, status, flag, created_ms, changed_ms, version, goods, doc
)
SELECT
    order_no, conversation_id, 'chat', status, flag, created_ms, changed_ms, 0,
    (
        SELECT json_group_array(json_array(json_extract(line.value, '$.sku'), json_extract(line.value, '$.quantity')))
        FROM json_each(orders.doc, '$.lines') AS line
    ),
    doc
FROM orders;

CREATE TABLE new_notes (
    order_no TEXT NOT NULL REFERENCES new_orders (order_no),
    seq INTEGER NOT NULL,
    flag INTEGER,
    content TEXT NOT NULL,
    handling TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (order_no, seq)
) STRICT;

INSERT INTO new_notes (order_no, seq, flag, content, handling, staff_id, at_ms)
SELECT order_no, seq, flag, content, handling, staff_id, at_ms FROM notes;

CREATE TABLE new_reservations (
    order_no TEXT NOT NULL REFERENCES new_orders (order_no),
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    freed_ms INTEGER,
    PRIMARY KEY (order_no, sku)
) STRICT;

INSERT INTO new_reservations (order_no, sku, quantity, freed_ms)
SELECT order_no, sku, quantity, freed_ms FROM reservations;

DROP TABLE notes;

DROP TABLE reservations;

DROP TABLE orders;

ALTER TABLE new_orders RENAME TO orders;

ALTER TABLE new_notes RENAME TO notes;

ALTER TABLE new_reservations RENAME TO reservations;

CREATE INDEX orders_of_conversation ON orders (conversation_id, created_ms, order_no);

CREATE INDEX orders_by_status ON orders (status, order_no);

CREATE INDEX orders_unpaid_of_chat ON orders (created_ms) WHERE status = 'unpaid' AND source = 'chat';

ALTER TABLE conversations ADD COLUMN opted_out INTEGER NOT NULL DEFAULT 0;

ALTER TABLE conversations ADD COLUMN unreachable_ms INTEGER;

ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT '';

ALTER TABLE outbox ADD COLUMN ref TEXT NOT NULL DEFAULT '';

ALTER TABLE outbox ADD COLUMN until_ms INTEGER;

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

CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    body_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX idempotency_age ON idempotency (at_ms);

CREATE TABLE binding_tries (
    subject TEXT PRIMARY KEY,
    tries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE phone_list (
    order_no TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
