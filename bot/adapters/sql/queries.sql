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
INSERT INTO conversations (id, channel, version, last_seq, owner, changed_ms, doc, opted_out)
VALUES (:id, :channel, 1, :events, :owner, :at_ms, :doc, :opted_out)
ON CONFLICT (id) DO NOTHING
RETURNING last_seq;

-- conversation_update --
-- A later commit; changes nothing when somebody else committed since :version was loaded.
UPDATE conversations
SET
    version = version + 1, last_seq = last_seq + :events, owner = :owner, changed_ms = :at_ms, doc = :doc,
    opted_out = :opted_out,
    unreachable_ms = CASE WHEN :shopper THEN NULL ELSE unreachable_ms END
WHERE id = :id AND version = :version
RETURNING last_seq;

-- event_insert --
-- Append one event.
INSERT INTO events (conversation_id, seq, at_ms, body) VALUES (:conversation_id, :seq, :at_ms, :body);

-- events_of --
-- All events of a conversation, oldest first.
SELECT body FROM events WHERE conversation_id = :conversation_id ORDER BY seq;

-- order_head --
-- What is compared before an order is stored: flag and number of notes.
SELECT orders.flag, (SELECT count(*) FROM notes WHERE notes.order_no = orders.order_no)
FROM orders WHERE orders.order_no = :order_no;

-- order_put --
-- Store an order or its change; changes nothing when it changed since :version or belongs to another conversation.
INSERT INTO orders (
    order_no, conversation_id, source, status, flag, settled, created_ms, changed_ms, version, goods, doc
)
VALUES (
    :order_no, :conversation_id, :source, :status, :flag, :settled, :created_ms, :at_ms, :version + 1, :goods, :doc
)
ON CONFLICT (order_no) DO UPDATE
SET
    conversation_id = excluded.conversation_id, status = excluded.status, flag = excluded.flag,
    settled = excluded.settled, changed_ms = excluded.changed_ms, version = orders.version + 1,
    goods = excluded.goods, doc = excluded.doc
WHERE
    orders.version = :version
    AND (orders.conversation_id IS NULL OR orders.conversation_id = excluded.conversation_id);

-- order_load --
-- One order.
SELECT doc FROM orders WHERE order_no = :order_no;

-- order_by_platform_id --
-- The order a platform knows by a key of its own; the newest, should two claim it.
SELECT doc FROM orders
WHERE source = :source AND json_extract(doc, '$.platform_id') = :platform_id
ORDER BY created_ms DESC
LIMIT 1;

-- orders_of --
-- A conversation's orders, oldest first.
SELECT doc FROM orders WHERE conversation_id = :conversation_id ORDER BY created_ms, order_no;

-- orders_page --
-- Orders in order of number.
SELECT doc FROM orders
WHERE order_no > :after AND (:since_ms IS NULL OR changed_ms >= :since_ms)
ORDER BY order_no
LIMIT :limit;

-- orders_page_by_status --
-- Orders of one status in order of number.
SELECT doc FROM orders
WHERE
    status = :status AND order_no > :after AND (:since_ms IS NULL OR changed_ms >= :since_ms)
ORDER BY order_no
LIMIT :limit;

-- orders_page_by_conversation --
-- Orders of one conversation in order of number.
SELECT doc FROM orders
WHERE
    conversation_id = :conversation_id AND order_no > :after
    AND (:status IS NULL OR status = :status) AND (:since_ms IS NULL OR changed_ms >= :since_ms)
ORDER BY order_no
LIMIT :limit;

-- orders_overdue --
-- Orders taken in chat and still unpaid, oldest first.
SELECT order_no FROM orders
WHERE status = 'unpaid' AND source = 'chat' AND created_ms < :before_ms
ORDER BY created_ms
LIMIT :limit;

-- order_bind --
-- An order gets its conversation, its first one.
UPDATE orders
SET
    conversation_id = :conversation_id, version = version + 1, changed_ms = :at_ms,
    doc = json_set(doc, '$.conversation_id', :conversation_id, '$.version', version + 1)
WHERE
    order_no = :order_no AND (conversation_id IS NULL OR conversation_id = :conversation_id)
    AND EXISTS (SELECT 1 FROM conversations WHERE id = :conversation_id);

-- order_event_seen --
-- Whether a delivery was taken before.
SELECT 1 FROM order_events WHERE delivery_id != '' AND source = :source AND delivery_id = :delivery_id;

-- order_event_add --
-- Append what was reported.
INSERT INTO order_events (order_no, kind, at_ms, source, delivery_id, state, reason, taken_ms)
VALUES (:order_no, :kind, :at_ms, :source, :delivery_id, :state, :reason, :taken_ms);

-- idempotency_find --
-- What a key's first request said and was answered.
SELECT body_hash, answer FROM idempotency WHERE key = :key;

-- idempotency_add --
-- Remember an answer.
INSERT INTO idempotency (key, body_hash, answer, at_ms) VALUES (:key, :body_hash, :answer, :at_ms);

-- idempotency_forget --
-- Answers nobody will ask for again.
DELETE FROM idempotency WHERE at_ms < :before_ms;

-- binding_tries_of --
-- Tries counted so far.
SELECT coalesce(max(tries), 0) FROM binding_tries WHERE subject IN (:conversation, :order);

-- binding_try_count --
-- One more try.
INSERT INTO binding_tries (subject, tries) VALUES (:subject, 1)
ON CONFLICT (subject) DO UPDATE SET tries = tries + 1;

-- binding_tries_forget --
-- The order found its shopper.
DELETE FROM binding_tries WHERE subject IN (:conversation, :order);

-- platform_put --
-- The platform is to be told of an order; once for all changes until it is.
INSERT INTO platform_outbox (order_no, next_ms, created_ms) VALUES (:order_no, :at_ms, :at_ms)
ON CONFLICT (order_no) WHERE state = 'waiting' DO UPDATE SET next_ms = min(next_ms, excluded.next_ms);

-- platform_claim_expired --
-- Take over rows whose lease ran out.
UPDATE platform_outbox
SET worker = :worker, next_ms = :lease_until_ms, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM platform_outbox WHERE state = 'sending' AND next_ms <= :now_ms ORDER BY next_ms LIMIT :limit
)
RETURNING id, order_no, attempts - 1, created_ms, error;

-- platform_claim --
-- Claim orders to write back that nobody writes at the moment; attempts as they were before.
UPDATE platform_outbox
SET state = 'sending', worker = :worker, next_ms = :lease_until_ms, attempts = attempts + 1
WHERE id IN (
    SELECT due.id FROM platform_outbox AS due
    WHERE
        due.state = 'waiting' AND due.next_ms <= :now_ms
        AND NOT EXISTS (
            SELECT 1 FROM platform_outbox AS busy WHERE busy.state = 'sending' AND busy.order_no = due.order_no
        )
    ORDER BY due.next_ms
    LIMIT :limit
)
RETURNING id, order_no, attempts - 1, created_ms, error;

-- platform_finish --
-- Written, or given up: a dead letter.
UPDATE platform_outbox SET state = :state, finished_ms = :at_ms, error = :error
WHERE id = :id AND state = 'sending';

-- platform_superseded --
-- A row to be tried again goes when a newer one of its order waits anyhow.
DELETE FROM platform_outbox
WHERE
    id = :id AND state = 'sending'
    AND EXISTS (
        SELECT 1 FROM platform_outbox AS newer WHERE newer.state = 'waiting' AND newer.order_no = platform_outbox.order_no
    );

-- platform_retry --
-- Try again later.
UPDATE platform_outbox SET state = 'waiting', worker = NULL, next_ms = :retry_ms, error = :error
WHERE id = :id AND state = 'sending';

-- platform_dead --
-- Dead letters, oldest first.
SELECT id, order_no, attempts, created_ms, error FROM platform_outbox WHERE state = 'dead' ORDER BY id LIMIT :limit;

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
INSERT INTO outbox (conversation_id, channel, body, created_ms, kind, ref, until_ms, head)
VALUES (
    :conversation_id, :channel, :body, :at_ms, :kind, :ref, :until_ms,
    NOT EXISTS (SELECT 1 FROM outbox WHERE conversation_id = :conversation_id AND head = 1)
);

-- outbox_claimable --
-- Whether a claim would find anything on this channel, without asking the writer.
SELECT EXISTS (
    SELECT 1 FROM outbox WHERE channel = :channel AND state = 'waiting' AND head = 1 AND not_before_ms <= :now_ms
);

-- outbox_queued --
-- Whether anything waits on a channel, now or later.
SELECT EXISTS (SELECT 1 FROM outbox WHERE channel = :channel AND state = 'waiting' AND head = 1);

-- outbox_heads --
-- The messages of a channel that could be sent next; whether a person owns the conversation by now, and whether the
-- reminder it is has lost its reason.
SELECT
    outbox.id, outbox.conversation_id, outbox.channel, outbox.body, outbox.created_ms, outbox.attempts,
    outbox.kind, outbox.ref,
    coalesce(conversations.owner, 'bot') IN ('agent', 'closed'),
    outbox.kind = 'reminder' AND (
        outbox.until_ms < :now_ms
        OR coalesce(conversations.owner != 'bot' OR conversations.opted_out, 1)
        OR NOT EXISTS (SELECT 1 FROM orders WHERE order_no = outbox.ref AND status = 'unpaid' AND settled = 0)
    )
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

-- outbox_drop_one --
-- One message that waits has lost its reason.
UPDATE outbox SET state = 'dropped', head = 0, finished_ms = :now_ms WHERE id = :id AND state = 'waiting';

-- outbox_waiting_reminders --
-- The reminders that wait in a conversation.
SELECT ref FROM outbox WHERE conversation_id = :conversation_id AND state = 'waiting' AND kind = 'reminder';

-- outbox_about --
-- What a message is, and to whom.
SELECT kind, ref, conversation_id FROM outbox WHERE id = :id AND state IN ('sending', 'uncertain');

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
SELECT id, conversation_id, channel, body, created_ms, attempts, kind, ref, state
FROM outbox WHERE conversation_id = :conversation_id ORDER BY id;

-- conversation_unreachable --
-- A message could not reach her.
UPDATE conversations SET unreachable_ms = :at_ms WHERE id = :id;

-- slot_put --
-- A round begins, or a slot is written down as missed; changes nothing when the ledger has the slot.
INSERT INTO slots (day, at, due_ms, state, session, claimed_ms)
VALUES (:day, :at, :due_ms, :state, :session, :at_ms)
ON CONFLICT (day, at) DO NOTHING;

-- slots_any_run --
-- Whether a round ever ran.
SELECT EXISTS (SELECT 1 FROM slots WHERE day > '' AND state != 'missed');

-- slot_holder --
-- Who is at the round of a slot, or was.
SELECT state, session FROM slots WHERE day = :day AND at = :at;

-- slot_take_over --
-- The round of a process that died goes on here.
UPDATE slots SET session = :session WHERE day = :day AND at = :at AND state = 'running';

-- slot_finish --
-- A round is through.
UPDATE slots
SET state = 'done', session = NULL, finished_ms = :at_ms, considered = :considered, reminded = :reminded
WHERE day = :day AND at = :at AND state = 'running';

-- unpaid_page --
-- What a round needs of unpaid orders, in order of number. The last column counts reminders in one look: 1 for each
-- that was or may have been sent or still may be, 1000 more for one of this day, 1000000 more for one of this slot or
-- one that still waits to be sent; NULL: none.
SELECT
    orders.order_no, orders.conversation_id, orders.created_ms, orders.goods, orders.settled,
    conversations.channel, conversations.owner, conversations.opted_out, conversations.unreachable_ms IS NOT NULL,
    EXISTS (SELECT 1 FROM reservations AS held WHERE held.order_no = orders.order_no AND held.freed_ms IS NULL),
    (
        SELECT sum(
            CASE
                WHEN nudges.outcome IN ('sent', 'uncertain') THEN 1 + 1000 * (nudges.day = :day)
                WHEN nudges.outcome IS NULL AND nudges.claimed_ms > :pending_ms
                THEN 1000001 + 1000 * (nudges.day = :day)
                ELSE 0
            END
            + CASE
                WHEN nudges.day = :day AND nudges.at = :at AND coalesce(nudges.outcome, '') != 'held_out' THEN 1000000
                ELSE 0
            END
        )
        FROM nudges WHERE nudges.order_no = orders.order_no
    )
FROM orders LEFT JOIN conversations ON conversations.id = orders.conversation_id
WHERE orders.status = 'unpaid' AND orders.order_no > :after
ORDER BY orders.order_no
LIMIT :limit;

-- nudges_claim --
-- Claim those orders of a JSON list [[number, conversation], …] for a slot that were not claimed for it, are unpaid
-- still, and talk to nobody but the bot.
INSERT INTO nudges (order_no, day, at, claimed_ms)
SELECT orders.order_no, :day, :at, :at_ms
FROM json_each(:orders)
CROSS JOIN orders ON orders.order_no = json_each.value ->> 0
CROSS JOIN conversations ON conversations.id = orders.conversation_id
WHERE
    orders.status = 'unpaid' AND orders.settled = 0
    AND conversations.id = json_each.value ->> 1 AND conversations.owner = 'bot' AND conversations.opted_out = 0
ON CONFLICT (order_no, day, at) DO NOTHING
RETURNING order_no;

-- nudge_hold_out --
-- Remember once that an order would have been reminded.
INSERT INTO nudges (order_no, day, at, claimed_ms, outcome)
SELECT :order_no, :day, :at, :at_ms, 'held_out'
WHERE NOT EXISTS (SELECT 1 FROM nudges WHERE order_no = :order_no)
ON CONFLICT (order_no, day, at) DO NOTHING;

-- nudge_outcome --
-- What became of an order's newest reminder.
UPDATE nudges SET outcome = :outcome
WHERE
    order_no = :order_no
    AND (day, at) = (
        SELECT newest.day, newest.at FROM nudges AS newest
        WHERE newest.order_no = :order_no
        ORDER BY newest.day DESC, newest.at DESC
        LIMIT 1
    )
    AND coalesce(outcome, 'uncertain') = 'uncertain';

-- nudge_paid --
-- A reminded order was paid.
UPDATE nudges SET paid_ms = :at_ms WHERE order_no = :order_no AND paid_ms IS NULL;

-- nudges_recovered --
-- Orders first reminded, or first held out, since a moment, and how many of them paid within the window.
SELECT
    held, count(*), count(*) FILTER (WHERE paid_ms - first_ms BETWEEN 0 AND :window_ms)
FROM (
    SELECT min(claimed_ms) AS first_ms, min(paid_ms) AS paid_ms, outcome = 'held_out' AS held
    FROM nudges INDEXED BY nudges_since
    WHERE claimed_ms >= :since_ms AND outcome IN ('sent', 'uncertain', 'held_out')
    GROUP BY order_no, held
)
GROUP BY held;

-- call_add --
-- A buyer is to be called; the first reason stays.
INSERT INTO phone_list (order_no, reason, since_ms) VALUES (:order_no, :reason, :at_ms)
ON CONFLICT (order_no) DO NOTHING;

-- calls_page --
-- The phone list in order of number, as far as the orders are still unpaid.
SELECT orders.doc, phone_list.reason, phone_list.since_ms
FROM phone_list INNER JOIN orders ON orders.order_no = phone_list.order_no
WHERE phone_list.order_no > :after AND orders.status = 'unpaid' AND orders.settled = 0
ORDER BY phone_list.order_no
LIMIT :limit;

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
UNION ALL SELECT 'cases.open', count(*) FROM cases WHERE state = 'open'
UNION ALL SELECT 'platform.waiting', count(*) FROM platform_outbox WHERE state = 'waiting'
UNION ALL SELECT 'platform.sending', count(*) FROM platform_outbox WHERE state = 'sending'
UNION ALL SELECT 'platform.dead', count(*) FROM platform_outbox WHERE state = 'dead';
