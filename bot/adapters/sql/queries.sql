Every statement of the store. A name, what it does, the statement; read by bot/adapters/sql/__init__.py.

-- inbox_take_in --
-- Store an update unless its channel delivered it before; head when nothing of its conversation is unfinished.
INSERT INTO inbox (channel, update_id, conversation_id, payload, received_ms, head)
VALUES (
    :channel, :update_id, :conversation_id, :payload, :received_ms,
    NOT EXISTS (SELECT 1 FROM inbox WHERE conversation_id = :conversation_id AND head = 1)
)
ON CONFLICT (channel, update_id) DO NOTHING;

-- inbox_claimable --
-- Whether a claim would find anything, without asking the writer.
SELECT
    EXISTS (SELECT 1 FROM inbox WHERE state = 'waiting' AND head = 1 AND ready_ms <= :now_ms)
    OR EXISTS (SELECT 1 FROM inbox WHERE state = 'claimed' AND lease_until_ms <= :now_ms);

-- inbox_claim_expired --
-- Claim anew rows whose lease ran out; those left over stay claimed, so that a slow owner may still finish them.
UPDATE inbox
SET worker = :worker, session = :session, lease_until_ms = :lease_until_ms, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM inbox
    WHERE state = 'claimed' AND lease_until_ms <= :now_ms
    ORDER BY lease_until_ms
    LIMIT :limit
)
RETURNING id, channel, update_id, conversation_id, payload, received_ms, attempts - 1;

-- inbox_claim --
-- Claim the oldest row of up to :limit conversations; attempts as they were before.
UPDATE inbox
SET
    state = 'claimed', worker = :worker, session = :session, lease_until_ms = :lease_until_ms, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM inbox
    WHERE state = 'waiting' AND head = 1 AND ready_ms <= :now_ms
    ORDER BY ready_ms DESC, id
    LIMIT :limit
)
RETURNING id, channel, update_id, conversation_id, payload, received_ms, attempts - 1;

-- inbox_unclaim --
-- Undo a claim that nobody waits for any more.
UPDATE inbox
SET state = 'waiting', worker = NULL, session = NULL, lease_until_ms = NULL, attempts = attempts - 1
WHERE id = :id AND state = 'claimed' AND session = :session;

-- inbox_retry --
-- Give a claimed row back for a later try; it still goes before the rest of its conversation.
UPDATE inbox
SET state = 'waiting', worker = NULL, session = NULL, lease_until_ms = NULL, ready_ms = :retry_ms, error = :error
WHERE id = :id AND state = 'claimed';

-- inbox_set_aside --
-- Leave a claimed row to people.
UPDATE inbox
SET state = 'set_aside', head = 0, lease_until_ms = NULL, error = :error
WHERE id = :id AND state = 'claimed';

-- inbox_done --
-- A claimed row is done; changes nothing when it is not claimed.
UPDATE inbox
SET state = 'done', head = 0, lease_until_ms = NULL, finished_ms = :at_ms
WHERE id = :id AND state = 'claimed';

-- inbox_next_head --
-- After row :id left the queue, the next of its conversation may be claimed.
UPDATE inbox
SET head = 1
WHERE id = (
    SELECT min(id) FROM inbox
    WHERE
        conversation_id = (SELECT conversation_id FROM inbox WHERE id = :id)
        AND state = 'waiting' AND head = 0
);

-- inbox_lost_sessions --
-- Processes that hold claims.
SELECT DISTINCT session FROM inbox WHERE state = 'claimed';

-- inbox_release_session --
-- Claims of a dead process wait again, without waiting for their lease.
UPDATE inbox
SET state = 'waiting', worker = NULL, session = NULL, lease_until_ms = NULL
WHERE state = 'claimed' AND session = :session;

-- conversation_load --
-- All that deciding needs of a conversation, as of one moment and in one call: a call costs more than what it reads.
SELECT
    c.version,
    c.doc,
    (
        SELECT json_group_array(doc)
        FROM (SELECT doc FROM orders WHERE conversation_id = :id ORDER BY created_ms, order_no)
    ),
    (SELECT json_group_array(promotion_id) FROM promotion_uses WHERE buyer = :id)
FROM conversations c WHERE c.id = :id;

-- conversation_insert --
-- A conversation's first commit; changes nothing when there was one.
INSERT INTO conversations (id, channel, version, last_seq, owner, changed_ms, doc)
VALUES (:id, :channel, 1, :events, :owner, :at_ms, :doc)
ON CONFLICT (id) DO NOTHING
RETURNING last_seq;

-- conversation_update --
-- A later commit; changes nothing when somebody else committed since :version was loaded.
UPDATE conversations
SET version = version + 1, last_seq = last_seq + :events, owner = :owner, changed_ms = :at_ms, doc = :doc
WHERE id = :id AND version = :version
RETURNING last_seq;

-- event_insert --
-- Append one event.
INSERT INTO events (conversation_id, seq, at_ms, body) VALUES (:conversation_id, :seq, :at_ms, :body);

-- events_of --
-- All events of a conversation, oldest first.
SELECT body FROM events WHERE conversation_id = :conversation_id ORDER BY seq;

-- order_put --
-- Store an order or its change; changes nothing when the number belongs to another conversation.
INSERT INTO orders (order_no, conversation_id, status, flag, created_ms, changed_ms, doc)
VALUES (:order_no, :conversation_id, :status, :flag, :created_ms, :at_ms, :doc)
ON CONFLICT (order_no) DO UPDATE
SET status = excluded.status, flag = excluded.flag, changed_ms = excluded.changed_ms, doc = excluded.doc
WHERE orders.conversation_id = excluded.conversation_id;

-- orders_of --
-- A conversation's orders, oldest first.
SELECT doc FROM orders WHERE conversation_id = :conversation_id ORDER BY created_ms, order_no;

-- note_add --
-- Append a note; those already stored stay as they are.
INSERT INTO notes (order_no, seq, flag, content, handling, staff_id, at_ms)
VALUES (:order_no, :seq, :flag, :content, :handling, :staff_id, :at_ms)
ON CONFLICT (order_no, seq) DO NOTHING;

-- case_put --
-- Store a case or its change; changes nothing when the id belongs to another conversation.
INSERT INTO cases (case_id, conversation_id, state, role, opened_ms, doc)
VALUES (:case_id, :conversation_id, :state, :role, :opened_ms, :doc)
ON CONFLICT (case_id) DO UPDATE
SET state = excluded.state, role = excluded.role, doc = excluded.doc
WHERE cases.conversation_id = excluded.conversation_id;

-- cases_of --
-- A conversation's cases, oldest first.
SELECT doc FROM cases WHERE conversation_id = :conversation_id ORDER BY opened_ms, case_id;

-- stock_reserve --
-- Hold :pieces more of a SKU; changes nothing when that would exceed :stock.
INSERT INTO reserved (sku, pieces)
SELECT :sku, :pieces WHERE :pieces <= :stock
ON CONFLICT (sku) DO UPDATE
SET pieces = reserved.pieces + excluded.pieces
WHERE reserved.pieces + excluded.pieces <= :stock;

-- reservation_add --
-- Which order holds the pieces.
INSERT INTO reservations (order_no, sku, quantity) VALUES (:order_no, :sku, :pieces)
ON CONFLICT (order_no, sku) DO UPDATE
SET
    quantity = excluded.quantity + CASE WHEN reservations.freed_ms IS NULL THEN reservations.quantity ELSE 0 END,
    freed_ms = NULL;

-- stock_release --
-- Take what an order still holds off the sums.
UPDATE reserved
SET
    pieces = pieces - (
        SELECT held.quantity FROM reservations AS held WHERE held.order_no = :order_no AND held.sku = reserved.sku
    )
WHERE sku IN (SELECT held.sku FROM reservations AS held WHERE held.order_no = :order_no AND held.freed_ms IS NULL);

-- reservation_free --
-- An order holds nothing any more.
UPDATE reservations SET freed_ms = :at_ms WHERE order_no = :order_no AND freed_ms IS NULL;

-- stock_reserved --
-- Pieces held of each SKU of a JSON list.
SELECT sku, pieces FROM reserved WHERE sku IN (SELECT value FROM json_each(:skus)) AND pieces > 0;

-- promotion_use --
-- Use a buyer's one chance; changes nothing when it was used.
INSERT INTO promotion_uses (buyer, promotion_id, at_ms) VALUES (:buyer, :promotion_id, :at_ms)
ON CONFLICT (buyer, promotion_id) DO NOTHING;

-- outbox_put --
-- Queue one message; head when nothing of its conversation is unfinished.
INSERT INTO outbox (conversation_id, channel, body, created_ms, head)
VALUES (
    :conversation_id, :channel, :body, :at_ms,
    NOT EXISTS (SELECT 1 FROM outbox WHERE conversation_id = :conversation_id AND head = 1)
);

-- outbox_claimable --
-- Whether a claim would find anything on this channel, without asking the writer.
SELECT EXISTS (
    SELECT 1 FROM outbox WHERE channel = :channel AND state = 'waiting' AND head = 1 AND not_before_ms <= :now_ms
);

-- outbox_heads --
-- The messages of a channel that could be sent next, and whether a person owns the conversation by now.
SELECT
    outbox.id, outbox.conversation_id, outbox.channel, outbox.body, outbox.created_ms, outbox.attempts,
    coalesce(conversations.owner, 'bot') IN ('agent', 'closed')
FROM outbox LEFT JOIN conversations ON conversations.id = outbox.conversation_id
WHERE
    outbox.channel = :channel AND outbox.state = 'waiting' AND outbox.head = 1 AND outbox.not_before_ms <= :now_ms
ORDER BY outbox.not_before_ms DESC, outbox.id
LIMIT :limit;

-- outbox_claim --
-- The send of a message begins.
UPDATE outbox
SET state = 'sending', worker = :worker, session = :session, attempts = attempts + 1
WHERE id = :id;

-- outbox_unclaim --
-- Undo a claim that nobody waits for any more; nothing was sent.
UPDATE outbox
SET state = 'waiting', worker = NULL, session = NULL, attempts = attempts - 1
WHERE id = :id AND state = 'sending' AND session = :session;

-- outbox_drop --
-- A person owns the conversation: nothing that waits is sent.
UPDATE outbox
SET state = 'dropped', head = 0, finished_ms = :now_ms
WHERE conversation_id = :conversation_id AND state = 'waiting';

-- outbox_postpone --
-- Nothing was sent; try again later.
UPDATE outbox
SET state = 'waiting', worker = NULL, session = NULL, not_before_ms = :until_ms
WHERE id = :id AND state = 'sending';

-- outbox_finish --
-- What became of a send; an uncertain one may still be settled.
UPDATE outbox
SET state = :outcome, head = 0, finished_ms = :at_ms, platform_id = :platform_id
WHERE id = :id AND state IN ('sending', 'uncertain');

-- outbox_next_head --
-- When row :id left the queue, the next message of its conversation may be sent.
UPDATE outbox
SET head = 1
WHERE id = (
    SELECT min(waiting.id) FROM outbox AS waiting
    WHERE
        waiting.conversation_id = (SELECT gone.conversation_id FROM outbox AS gone WHERE gone.id = :id)
        AND waiting.state = 'waiting'
        AND NOT EXISTS (
            SELECT 1 FROM outbox AS first WHERE first.conversation_id = waiting.conversation_id AND first.head = 1
        )
);

-- outbox_lost_sessions --
-- Processes that have sends in flight.
SELECT DISTINCT session FROM outbox WHERE state = 'sending';

-- outbox_in_flight_of --
-- The sends a process had in flight.
SELECT id FROM outbox WHERE state = 'sending' AND session = :session;

-- outbox_of --
-- Every message ever queued to a conversation, oldest first.
SELECT id, conversation_id, channel, body, created_ms, attempts, state
FROM outbox WHERE conversation_id = :conversation_id ORDER BY id;

-- probe --
-- A write that shows the disk takes one.
INSERT INTO meta (name, value) VALUES ('probe', :at)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- counts --
-- Rows that people watch; every count is served by an index.
SELECT 'inbox.waiting', (
    SELECT count(*) FROM inbox WHERE state = 'waiting' AND head = 1
) + (
    SELECT count(*) FROM inbox WHERE state = 'waiting' AND head = 0
)
UNION ALL SELECT 'inbox.claimed', count(*) FROM inbox WHERE state = 'claimed'
UNION ALL SELECT 'inbox.set_aside', count(*) FROM inbox WHERE state = 'set_aside'
UNION ALL SELECT 'outbox.waiting', count(*) FROM outbox WHERE state = 'waiting'
UNION ALL SELECT 'outbox.sending', count(*) FROM outbox WHERE state = 'sending'
UNION ALL SELECT 'outbox.uncertain', count(*) FROM outbox WHERE state = 'uncertain'
UNION ALL SELECT 'conversations.waiting', count(*) FILTER (WHERE owner = 'waiting')
FROM conversations WHERE owner IN ('waiting', 'agent')
UNION ALL SELECT 'conversations.agent', count(*) FILTER (WHERE owner = 'agent')
FROM conversations WHERE owner IN ('waiting', 'agent')
UNION ALL SELECT 'cases.open', count(*) FROM cases WHERE state = 'open';
