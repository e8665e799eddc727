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

-- inbox_behind --
-- What waits behind a row in its conversation, oldest first.
SELECT later.id, later.channel, later.update_id, later.conversation_id, later.payload, later.received_ms, later.attempts
FROM inbox AS later INNER JOIN inbox AS first ON first.conversation_id = later.conversation_id
WHERE first.id = :id AND later.id > first.id AND later.state = 'waiting' AND later.head = 0
ORDER BY later.id
LIMIT :limit;

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
    (SELECT json_group_array(promotion_id) FROM promotion_uses WHERE buyer = :id),
    (
        SELECT json_group_array(doc)
        FROM (
            SELECT doc FROM cases WHERE conversation_id = :id AND state != 'closed' ORDER BY opened_ms, case_id
        )
    )
FROM conversations c WHERE c.id = :id;

-- conversation_insert --
-- A conversation's first commit; changes nothing when there was one.
INSERT INTO conversations (
    id, channel, version, last_seq, owner, changed_ms, doc, opted_out, agent_id, waiting_ms
)
VALUES (:id, :channel, 1, :events, :owner, :at_ms, :doc, :opted_out, :agent_id, :waiting_ms)
ON CONFLICT (id) DO NOTHING
RETURNING last_seq;

-- conversation_update --
-- A later commit; changes nothing when somebody else committed since :version was loaded.
UPDATE conversations
SET
    version = version + 1, last_seq = last_seq + :events, owner = :owner, changed_ms = :at_ms, doc = :doc,
    opted_out = :opted_out, agent_id = :agent_id, waiting_ms = :waiting_ms,
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
-- What is compared before an order is stored: status, flag and number of notes.
SELECT orders.status, orders.flag, (SELECT count(*) FROM notes WHERE notes.order_no = orders.order_no)
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

-- orders_of_buyer --
-- Orders of a buyer that no conversation has yet, newest first.
SELECT doc FROM orders
WHERE conversation_id IS NULL AND json_extract(doc, '$.buyer_id') = :buyer_id
ORDER BY created_ms DESC
LIMIT :limit;

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
-- Up to :limit answers nobody will ask for again.
DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE at_ms < :before_ms LIMIT :limit);

-- deliveries_forget --
-- Up to :limit ids of deliveries that no platform repeats any more; what was reported stays. A file imported anew is
-- known by its ids for good.
UPDATE order_events SET delivery_id = ''
WHERE id IN (
    SELECT id FROM order_events
    WHERE delivery_id != '' AND source != 'import' AND taken_ms < :before_ms
    LIMIT :limit
);

-- binding_tries_of --
-- Tries counted so far, of which the last was after :since_ms.
SELECT coalesce(max(tries), 0) FROM binding_tries WHERE subject IN (:conversation, :order) AND last_ms > :since_ms;

-- binding_try_count --
-- One more try; the first again when the last was not after :since_ms.
INSERT INTO binding_tries (subject, tries, last_ms) VALUES (:subject, 1, :at_ms)
ON CONFLICT (subject) DO UPDATE
SET tries = CASE WHEN last_ms > :since_ms THEN tries + 1 ELSE 1 END, last_ms = excluded.last_ms;

-- binding_tries_expire --
-- Up to :limit counts of tries that do not count any more.
DELETE FROM binding_tries WHERE subject IN (SELECT subject FROM binding_tries WHERE last_ms <= :since_ms LIMIT :limit);

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
INSERT INTO cases (case_id, conversation_id, state, role, opened_ms, doc, assigned, alarm_ms, updated_ms)
VALUES (:case_id, :conversation_id, :state, :role, :opened_ms, :doc, :assigned, :alarm_ms, :at_ms)
ON CONFLICT (case_id) DO UPDATE
SET
    state = excluded.state, role = excluded.role, doc = excluded.doc, assigned = excluded.assigned,
    alarm_ms = excluded.alarm_ms, updated_ms = excluded.updated_ms
WHERE cases.conversation_id = excluded.conversation_id;

-- cases_of --
-- A conversation's cases, oldest first.
SELECT doc FROM cases WHERE conversation_id = :conversation_id ORDER BY opened_ms, case_id;

-- case_key_release --
-- A case that is about something else by now, or about nothing, gives back what it had.
DELETE FROM case_keys WHERE case_id = :case_id AND key <> :key;

-- case_key_take --
-- From now on this case has the key; what it has already it keeps.
INSERT INTO case_keys (case_id, key, at_ms) VALUES (:case_id, :key, :at_ms) ON CONFLICT (case_id) DO NOTHING;

-- case_key_earlier --
-- The first case that took the key before this one, and since when it has it.
SELECT case_id, at_ms FROM case_keys
WHERE
    key = :key AND case_id <> :case_id
    AND seq < coalesce((SELECT own.seq FROM case_keys AS own WHERE own.case_id = :case_id AND own.key = :key), 9e18)
ORDER BY seq LIMIT 1;

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

-- conversation_silenced --
-- Whether the bot may not speak in a conversation.
SELECT EXISTS (SELECT 1 FROM conversations WHERE id = :id AND owner IN ('agent', 'closed'));

-- outbox_heads --
-- The messages of a channel that could be sent next; whether it is the bot's and a person owns the conversation by
-- now, and whether it waited too long or the reminder it is has lost its reason.
SELECT
    outbox.id, outbox.conversation_id, outbox.channel, outbox.body, outbox.created_ms, outbox.attempts,
    outbox.kind, outbox.ref,
    outbox.kind != 'person' AND coalesce(conversations.owner, 'bot') IN ('agent', 'closed'),
    outbox.until_ms < :now_ms OR outbox.kind = 'reminder' AND (
        coalesce(conversations.owner != 'bot' OR conversations.opted_out, 1)
        OR NOT EXISTS (
            SELECT 1
            FROM json_each(CASE WHEN outbox.ref LIKE '[%' THEN outbox.ref ELSE json_array(outbox.ref) END)
            JOIN orders ON orders.order_no = json_each.value
            WHERE orders.status = 'unpaid' AND orders.settled = 0
        )
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
-- A person owns the conversation: nothing of the bot that waits is sent.
UPDATE outbox
SET state = 'dropped', head = 0, finished_ms = :now_ms
WHERE conversation_id = :conversation_id AND state = 'waiting' AND kind != 'person';

-- outbox_last_try --
-- A person owns the conversation: what the bot is sending at the moment is not tried again, whoever owns it then.
UPDATE outbox
SET until_ms = 0
WHERE conversation_id = :conversation_id AND head = 1 AND state = 'sending' AND kind != 'person';

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
SET state = :outcome, head = 0, finished_ms = :at_ms, platform_id = :platform_id, shown = 0
WHERE id = :id AND state IN ('sending', 'uncertain');

-- outbox_next_head --
-- When the first message of a conversation left the queue, the next one may be sent.
UPDATE outbox
SET head = 1
WHERE id = (
    SELECT min(waiting.id) FROM outbox AS waiting
    WHERE
        waiting.conversation_id = :conversation_id AND waiting.state = 'waiting'
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
-- Unpaid orders in order of number; those of a chat that was met before came with its first one.
SELECT order_no, conversation_id FROM orders
WHERE
    status = 'unpaid' AND order_no > :after
    AND NOT EXISTS (
        SELECT 1 FROM orders AS first INDEXED BY orders_of_conversation
        WHERE
            first.conversation_id = orders.conversation_id AND first.order_no <= :after AND first.status = 'unpaid'
    )
ORDER BY order_no
LIMIT :limit;

-- unpaid_beside --
-- Unpaid orders of a JSON list of conversations, of a number later than :last.
SELECT orders.order_no
FROM json_each(:conversations)
CROSS JOIN orders INDEXED BY orders_of_conversation ON orders.conversation_id = json_each.value
WHERE orders.status = 'unpaid' AND orders.order_no > :last;

-- unpaid_facts --
-- What a round needs of a JSON list of orders. The last but one counts reminders in one look: 1 for each
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
    ),
    CASE WHEN instr(conversations.doc, '"care_until"') > 0 THEN json_extract(conversations.doc, '$.care_until') END
FROM json_each(:numbers)
CROSS JOIN orders ON orders.order_no = json_each.value
LEFT JOIN conversations ON conversations.id = orders.conversation_id;

-- nudges_claim --
-- Claim those orders of a JSON list [[number, conversation], …] for a slot that were not claimed for it, are unpaid
-- still, talk to nobody but the bot, and are of a chat that was not reminded in it.
INSERT INTO nudges (order_no, day, at, claimed_ms)
SELECT orders.order_no, :day, :at, :at_ms
FROM json_each(:orders)
CROSS JOIN orders ON orders.order_no = json_each.value ->> 0
CROSS JOIN conversations ON conversations.id = orders.conversation_id
WHERE
    orders.status = 'unpaid' AND orders.settled = 0
    AND conversations.id = json_each.value ->> 1 AND conversations.owner = 'bot' AND conversations.opted_out = 0
    -- One message a chat and slot; what is claimed here together shares one.
    AND NOT EXISTS (
        SELECT 1
        FROM orders AS sibling INDEXED BY orders_of_conversation
        CROSS JOIN nudges AS told ON told.order_no = sibling.order_no AND told.day = :day AND told.at = :at
        WHERE
            sibling.conversation_id = conversations.id
            AND coalesce(told.outcome, '') NOT IN ('held_out', 'dropped')
    )
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

-- case_load --
-- One case.
SELECT doc FROM cases WHERE case_id = :case_id;

-- cases_open --
-- Cases that are not closed, of one role or of all, oldest first.
SELECT doc FROM cases
WHERE state != 'closed' AND opened_ms >= 0 AND (:role = '' OR role = :role)
ORDER BY opened_ms, case_id
LIMIT :limit;

-- cases_due --
-- Cases the clock has to look at, earliest first.
SELECT doc FROM cases WHERE alarm_ms <= :now_ms ORDER BY alarm_ms LIMIT :limit;

-- conversations_held --
-- Those that wait for a person or that a person owns, longest quiet first.
SELECT doc FROM conversations WHERE owner IN ('waiting', 'agent') ORDER BY changed_ms LIMIT :limit;

-- events_after --
-- What happened in a conversation after an event.
SELECT seq, at_ms, body FROM events WHERE conversation_id = :conversation_id AND seq > :seq ORDER BY seq LIMIT :limit;

-- events_last --
-- What happened last in a conversation, newest first.
SELECT seq, at_ms, body FROM events WHERE conversation_id = :conversation_id ORDER BY seq DESC LIMIT :limit;

-- staff_put --
-- Add or change somebody.
INSERT INTO staff (staff_id, state, telegram_id, doc) VALUES (:staff_id, :state, :telegram_id, :doc)
ON CONFLICT (staff_id) DO UPDATE
SET state = excluded.state, telegram_id = excluded.telegram_id, doc = excluded.doc;

-- staff_load --
-- One of the staff.
SELECT doc FROM staff WHERE staff_id = :staff_id;

-- staff_all --
-- All of the staff, disabled ones too.
SELECT doc FROM staff WHERE staff_id >= '' ORDER BY staff_id;

-- staff_of_telegram --
-- Whose a Telegram account is.
SELECT doc FROM staff WHERE telegram_id = :telegram_id;

-- staff_code_put --
-- A one-time code, in place of an older one.
INSERT INTO staff_codes (staff_id, code_hash, until_ms) VALUES (:staff_id, :code_hash, :until_ms)
ON CONFLICT (staff_id) DO UPDATE SET code_hash = excluded.code_hash, until_ms = excluded.until_ms, used_ms = NULL;

-- staff_code_of --
-- Whose unused code it is.
SELECT staff_id FROM staff_codes WHERE code_hash = :code_hash AND used_ms IS NULL;

-- staff_code_use --
-- Use a code of somebody active up; changes nothing when there is none or it is too old.
UPDATE staff_codes
SET used_ms = :now_ms
WHERE
    code_hash = :code_hash AND used_ms IS NULL AND until_ms >= :now_ms
    AND EXISTS (SELECT 1 FROM staff WHERE staff.staff_id = staff_codes.staff_id AND staff.state = 'active')
RETURNING staff_id;

-- promise_add --
-- A new line of the ledger; changes nothing when it has one of this id.
INSERT INTO promises (promise_id, conversation_id, order_no, kind, state, due_ms, doc)
VALUES (:promise_id, :conversation_id, :order_no, :kind, :state, :due_ms, :doc)
ON CONFLICT (promise_id) DO NOTHING;

-- promises_adopt --
-- What was promised before there was an order goes over to the order that was placed.
UPDATE promises
SET order_no = :order_no, doc = json_set(doc, '$.order_no', :order_no)
WHERE conversation_id = :conversation_id AND order_no = '' AND state = 'open';

-- promise_settle --
-- A promise was kept or withdrawn; changes nothing when it was before.
UPDATE promises
SET state = :state, doc = json_set(doc, '$.state', :state, '$.settled_at', :at, '$.settled_by', :by)
WHERE promise_id = :promise_id AND state = 'open';

-- promises_keep --
-- A case did what it promised, and paid the coupons and money of the case before it; its own are paid by the next one.
UPDATE promises
SET state = 'kept', doc = json_set(doc, '$.state', 'kept', '$.settled_at', :at, '$.settled_by', :by)
WHERE
    conversation_id = :conversation_id AND state = 'open'
    AND (
        (json_extract(doc, '$.case_id') = :case_id AND kind = 'other')
        OR (json_extract(doc, '$.case_id') = :follows AND kind IN ('coupon', 'cash'))
    );

-- promises_settle_order --
-- The parcel left or never will: what goes with it was kept or is withdrawn. Money and coupons are owed all the same.
UPDATE promises
SET state = :state, doc = json_set(doc, '$.state', :state, '$.settled_at', :at, '$.settled_by', :by)
WHERE order_no = :order_no AND order_no != '' AND state = 'open' AND kind IN ('gift', 'free_shipping', 'discount');

-- promises_page --
-- The ledger, earliest due first.
SELECT doc FROM promises WHERE due_ms >= 0 ORDER BY due_ms, promise_id LIMIT :limit;

-- promises_page_open --
-- What is to be kept, earliest due first.
SELECT doc FROM promises WHERE due_ms >= 0 AND state = 'open' ORDER BY due_ms, promise_id LIMIT :limit;

-- promises_page_of_conversation --
-- What was promised in a conversation, earliest due first.
SELECT doc FROM promises
WHERE conversation_id = :conversation_id AND (NOT :open_only OR state = 'open')
ORDER BY due_ms, promise_id
LIMIT :limit;

-- promises_page_of_order --
-- What was promised about an order, earliest due first.
SELECT doc FROM promises
WHERE
    order_no = :order_no AND order_no != '' AND (:conversation_id = '' OR conversation_id = :conversation_id)
    AND (NOT :open_only OR state = 'open')
ORDER BY due_ms, promise_id
LIMIT :limit;

-- rating_add --
-- Her mark for a case, the first one; of the person she knows when a person spoke since the case was opened.
INSERT INTO ratings (case_id, conversation_id, staff_id, mark, words, at_ms)
VALUES (
    :case_id, :conversation_id,
    CASE
        WHEN :spoke_ms >= (
            SELECT opened_ms FROM cases WHERE cases.case_id = :case_id AND cases.conversation_id = :conversation_id
        )
        THEN :staff_id
        ELSE ''
    END,
    :mark, '', :at_ms
)
ON CONFLICT (case_id) DO NOTHING;

-- rating_explain --
-- Her words to a mark.
UPDATE ratings SET words = :words WHERE case_id = :case_id AND conversation_id = :conversation_id;

-- ratings_after --
-- Marks given since a moment, oldest first.
SELECT case_id, staff_id, mark, words FROM ratings WHERE at_ms >= :since_ms ORDER BY at_ms, case_id;

-- topic_put --
-- Add or change a conversation's topic.
INSERT INTO staff_topics (conversation_id, chat_id, thread_id, card_id, card_shown)
VALUES (:conversation_id, :chat_id, :thread_id, :card_id, :card_shown)
ON CONFLICT (conversation_id) DO UPDATE
SET
    chat_id = excluded.chat_id, thread_id = excluded.thread_id, card_id = excluded.card_id,
    card_shown = excluded.card_shown;

-- topic_posted --
-- How far a topic was filled.
UPDATE conversations SET posted_seq = :posted_seq WHERE id = :conversation_id;

-- topic_load --
-- A conversation's topic.
SELECT topics.conversation_id, topics.chat_id, topics.thread_id, topics.card_id, topics.card_shown, talks.posted_seq
FROM staff_topics AS topics INNER JOIN conversations AS talks ON talks.id = topics.conversation_id
WHERE topics.conversation_id = :conversation_id;

-- topic_of_thread --
-- The topic that is a thread of the group.
SELECT topics.conversation_id, topics.chat_id, topics.thread_id, topics.card_id, topics.card_shown, talks.posted_seq
FROM staff_topics AS topics INNER JOIN conversations AS talks ON talks.id = topics.conversation_id
WHERE topics.chat_id = :chat_id AND topics.thread_id = :thread_id;

-- unposted --
-- Conversations staff have to be shown something of: their topic lags behind, or they have none and people are in them
-- or a case is open. Those with words of hers first that wait for a person: said after what was shown, or since she
-- waits where nothing was shown yet; the oldest of these words comes along.
SELECT
    talks.doc, talks.last_seq, said.body,
    topics.conversation_id, topics.chat_id, topics.thread_id, topics.card_id, topics.card_shown, talks.posted_seq
FROM conversations AS talks
LEFT JOIN staff_topics AS topics ON topics.conversation_id = talks.id
LEFT JOIN events AS said
    ON
        said.conversation_id = talks.id
        AND said.seq = (
            SELECT words.seq FROM events AS words
            WHERE
                talks.owner IN ('waiting', 'agent')
                AND words.conversation_id = talks.id AND words.seq > coalesce(talks.posted_seq, 0)
                AND (talks.posted_seq IS NOT NULL OR words.at_ms >= coalesce(talks.waiting_ms, 0))
                AND json_extract(words.body, '$.event') = 'ShopperSpoke'
            ORDER BY words.seq
            LIMIT 1
        )
WHERE talks.id IN (
    SELECT id FROM conversations WHERE id > '' AND posted_seq < last_seq
    UNION ALL
    SELECT id FROM conversations WHERE owner IN ('waiting', 'agent') AND posted_seq IS NULL
    UNION ALL
    SELECT cases.conversation_id
    FROM cases INNER JOIN conversations AS theirs ON theirs.id = cases.conversation_id
    WHERE cases.state != 'closed' AND cases.opened_ms >= 0 AND theirs.posted_seq IS NULL
)
ORDER BY said.at_ms IS NULL, said.at_ms, talks.changed_ms, talks.id
LIMIT :limit;

-- marks_due --
-- Messages of people whose delivery ended and was not shown yet, oldest first.
SELECT id, ref, state FROM outbox
WHERE id > 0 AND kind = 'person' AND ref != '' AND shown = 0 AND state NOT IN ('waiting', 'sending')
ORDER BY id
LIMIT :limit;

-- mark_shown --
-- A delivery is shown beside the person's message.
UPDATE outbox SET shown = 1 WHERE id = :id;

-- sent_ids --
-- The platform's names of what was sent for a person's message, oldest first.
SELECT platform_id FROM outbox
WHERE kind = 'person' AND ref = :ref AND state = 'sent' AND platform_id IS NOT NULL
ORDER BY id;

-- sheet_put --
-- Store a shift's sheet, or its change; changes nothing when the shift has another one, or when it was confirmed.
INSERT INTO sheets (sheet_id, shift, day, made_ms, confirmed, doc)
SELECT :sheet_id, :shift, :day, :made_ms, :confirmed, :doc
WHERE NOT EXISTS (SELECT 1 FROM sheets WHERE shift = :shift AND day = :day AND sheet_id != :sheet_id)
ON CONFLICT (sheet_id) DO UPDATE
SET
    shift = excluded.shift, day = excluded.day, made_ms = excluded.made_ms, confirmed = excluded.confirmed,
    doc = excluded.doc
WHERE sheets.confirmed = 0;

-- sheets_all --
-- Every sheet, oldest first.
SELECT doc FROM sheets WHERE made_ms >= 0 ORDER BY made_ms, sheet_id;

-- sheets_open --
-- Sheets nobody confirmed, oldest first.
SELECT doc FROM sheets WHERE made_ms >= 0 AND confirmed = 0 ORDER BY made_ms, sheet_id;

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
UNION ALL SELECT 'cases.open', count(*) FILTER (WHERE state = 'open') FROM cases WHERE state != 'closed'
UNION ALL SELECT 'cases.unassigned', count(*) FILTER (WHERE state = 'open' AND assigned = '')
FROM cases WHERE state != 'closed'
UNION ALL SELECT 'staff.active', count(*) FROM staff WHERE state = 'active'
UNION ALL SELECT 'platform.waiting', count(*) FROM platform_outbox WHERE state = 'waiting'
UNION ALL SELECT 'platform.sending', count(*) FROM platform_outbox WHERE state = 'sending'
UNION ALL SELECT 'platform.dead', count(*) FROM platform_outbox WHERE state = 'dead';

-- secret_make --
-- Make up a secret unless there is one of this name.
INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING;

-- secret_read --
-- A secret made before.
SELECT value FROM meta WHERE name = :name;

-- outbox_head_of --
-- The message of one conversation that could be sent next; columns as of outbox_heads.
SELECT
    outbox.id, outbox.conversation_id, outbox.channel, outbox.body, outbox.created_ms, outbox.attempts,
    outbox.kind, outbox.ref,
    outbox.kind != 'person' AND coalesce(conversations.owner, 'bot') IN ('agent', 'closed'),
    outbox.until_ms < :now_ms OR outbox.kind = 'reminder' AND (
        coalesce(conversations.owner != 'bot' OR conversations.opted_out, 1)
        OR NOT EXISTS (
            SELECT 1
            FROM json_each(CASE WHEN outbox.ref LIKE '[%' THEN outbox.ref ELSE json_array(outbox.ref) END)
            JOIN orders ON orders.order_no = json_each.value
            WHERE orders.status = 'unpaid' AND orders.settled = 0
        )
    )
FROM outbox LEFT JOIN conversations ON conversations.id = outbox.conversation_id
WHERE outbox.conversation_id = :conversation_id AND outbox.head = 1 AND outbox.state = 'waiting';

-- outbox_waiting_among --
-- Which conversations of a JSON list have a message to be sent.
SELECT outbox.conversation_id
FROM json_each(:ids)
CROSS JOIN outbox ON outbox.conversation_id = json_each.value AND outbox.head = 1
WHERE outbox.state = 'waiting';

-- outbox_keep_words --
-- What a message says that was written just before it was sent.
UPDATE outbox SET body = :body WHERE id = :id AND state = 'sending';

-- outbox_recover_channel --
-- Sends of a dead process wait again, on a channel whose receivers drop what they have.
UPDATE outbox
SET state = 'waiting', worker = NULL, session = NULL
WHERE state = 'sending' AND session = :session AND channel = :channel;

-- inbox_unhandled --
-- What a shopper sent and nobody has worked on yet, oldest first.
SELECT id, channel, update_id, conversation_id, payload, received_ms, attempts FROM inbox
WHERE conversation_id = :conversation_id AND head = 1
UNION ALL
SELECT id, channel, update_id, conversation_id, payload, received_ms, attempts FROM inbox
WHERE conversation_id = :conversation_id AND state = 'waiting' AND head = 0
ORDER BY id;

-- events_spoken --
-- What the shopper said before an event, newest first.
SELECT seq, body FROM events
WHERE
    conversation_id = :conversation_id AND seq < :before AND json_extract(body, '$.event') = 'ShopperSpoke'
ORDER BY seq DESC
LIMIT :limit;

-- outbox_arrived --
-- What reached a shopper before a message, or may have, newest first.
SELECT id, created_ms, body FROM outbox
WHERE conversation_id = :conversation_id AND id < :before AND state IN ('sent', 'uncertain') AND body != ''
ORDER BY id DESC
LIMIT :limit;

-- desk_logins_count --
-- How many log-ins of the desk there are.
SELECT count(*) FROM desk_logins WHERE login >= '';

-- desk_login_load --
-- A log-in of the desk.
SELECT login, staff_id, hash FROM desk_logins WHERE login = :login;

-- desk_login_put --
-- Add a log-in, or give it another password.
INSERT INTO desk_logins (login, staff_id, hash, set_ms) VALUES (:login, :staff_id, :hash, :at_ms)
ON CONFLICT (login) DO UPDATE SET staff_id = excluded.staff_id, hash = excluded.hash, set_ms = excluded.set_ms;

-- desk_login_drop_of --
-- Other log-ins of the same person.
DELETE FROM desk_logins WHERE staff_id = :staff_id AND login != :login;

-- desk_tries_old --
-- Tries that count no more.
DELETE FROM desk_tries WHERE last_ms <= :since_ms;

-- desk_tries_locked --
-- Whether one of a JSON list of subjects tried too often.
SELECT count(*)
FROM json_each(:subjects)
CROSS JOIN desk_tries ON desk_tries.subject = json_each.value
WHERE desk_tries.tries >= :limit;

-- desk_try --
-- Count a try.
INSERT INTO desk_tries (subject, tries, last_ms) VALUES (:subject, 1, :now_ms)
ON CONFLICT (subject) DO UPDATE SET tries = tries + 1, last_ms = excluded.last_ms;

-- desk_tries_forget --
-- She is who she says: what was tried before counts no more.
DELETE FROM desk_tries WHERE subject = :subject;

-- desk_sessions_old --
-- Sessions nobody used for too long.
DELETE FROM desk_sessions WHERE seen_ms < :older_ms;

-- desk_sessions_drop_of --
-- All sessions of one person.
DELETE FROM desk_sessions WHERE staff_id = :staff_id;

-- desk_session_add --
-- A new session.
INSERT INTO desk_sessions (token_hash, staff_id, csrf, made_ms, seen_ms)
VALUES (:token_hash, :staff_id, :csrf, :made_ms, :seen_ms);

-- desk_session_load --
-- A session by its token.
SELECT token_hash, staff_id, csrf, made_ms, seen_ms FROM desk_sessions WHERE token_hash = :token_hash;

-- desk_session_seen --
-- A session is in use.
UPDATE desk_sessions SET seen_ms = :at_ms WHERE token_hash = :token_hash;

-- desk_session_drop --
-- A session ends.
DELETE FROM desk_sessions WHERE token_hash = :token_hash;

-- desk_held --
-- Conversations people have or are waited for in, longest quiet first, with what she or a person said last.
SELECT talks.doc, talks.changed_ms, spoken.seq, spoken.at_ms, spoken.body
FROM conversations AS talks
LEFT JOIN events AS spoken
    ON
        spoken.conversation_id = talks.id
        AND spoken.seq = (
            SELECT words.seq FROM events AS words
            WHERE
                words.conversation_id = talks.id
                AND json_extract(words.body, '$.event') IN ('ShopperSpoke', 'StaffSpoke')
            ORDER BY words.seq DESC
            LIMIT 1
        )
WHERE talks.owner IN ('waiting', 'agent')
ORDER BY talks.changed_ms
LIMIT :limit;

-- desk_snoozed --
-- Conversations that somebody put aside, newest first, with what she or a person said last.
SELECT talks.doc, talks.changed_ms, spoken.seq, spoken.at_ms, spoken.body
FROM conversations AS talks
LEFT JOIN events AS spoken
    ON
        spoken.conversation_id = talks.id
        AND spoken.seq = (
            SELECT words.seq FROM events AS words
            WHERE
                words.conversation_id = talks.id
                AND json_extract(words.body, '$.event') IN ('ShopperSpoke', 'StaffSpoke')
            ORDER BY words.seq DESC
            LIMIT 1
        )
WHERE instr(talks.doc, '"snoozed_until":') > 0 AND talks.changed_ms >= 0
ORDER BY talks.changed_ms DESC
LIMIT :limit;

-- desk_recent --
-- Conversations that changed last, newest first, with what she or a person said last.
SELECT talks.doc, talks.changed_ms, spoken.seq, spoken.at_ms, spoken.body
FROM conversations AS talks
LEFT JOIN events AS spoken
    ON
        spoken.conversation_id = talks.id
        AND spoken.seq = (
            SELECT words.seq FROM events AS words
            WHERE
                words.conversation_id = talks.id
                AND json_extract(words.body, '$.event') IN ('ShopperSpoke', 'StaffSpoke')
            ORDER BY words.seq DESC
            LIMIT 1
        )
WHERE talks.changed_ms < :before_ms AND (:owner = '' OR talks.owner = :owner)
ORDER BY talks.changed_ms DESC
LIMIT :limit;

-- desk_among --
-- Conversations of a JSON list, with what she or a person said last.
SELECT talks.doc, talks.changed_ms, spoken.seq, spoken.at_ms, spoken.body
FROM json_each(:ids)
CROSS JOIN conversations AS talks ON talks.id = json_each.value
LEFT JOIN events AS spoken
    ON
        spoken.conversation_id = talks.id
        AND spoken.seq = (
            SELECT words.seq FROM events AS words
            WHERE
                words.conversation_id = talks.id
                AND json_extract(words.body, '$.event') IN ('ShopperSpoke', 'StaffSpoke')
            ORDER BY words.seq DESC
            LIMIT 1
        );

-- desk_states --
-- What became of the newest messages of people in a conversation.
SELECT ref, state FROM outbox
WHERE conversation_id = :conversation_id AND kind = 'person' AND ref != ''
ORDER BY id DESC
LIMIT :limit;

-- desk_mark_of_talks --
-- Differs once a conversation of people changed, or one that somebody put aside.
SELECT count(*), sum(version), max(changed_ms)
FROM conversations
WHERE owner IN ('waiting', 'agent') OR (instr(doc, '"snoozed_until":') > 0 AND changed_ms >= 0);

-- desk_mark_of_cases --
-- Differs once an open case changed.
SELECT count(*), max(updated_ms) FROM cases WHERE state != 'closed' AND opened_ms >= 0;

-- desk_talk_mark --
-- Differs once something of a conversation changed: its events, its promises, or what became of its newest messages.
SELECT
    talks.version, talks.last_seq,
    (SELECT count(*) FROM promises WHERE promises.conversation_id = talks.id AND promises.state = 'open'),
    (
        SELECT group_concat(state)
        FROM (
            SELECT outbox.state FROM outbox
            WHERE outbox.conversation_id = talks.id
            ORDER BY outbox.id DESC
            LIMIT 20
        )
    )
FROM conversations AS talks
WHERE talks.id = :id;

-- round_put --
-- A round begins, or is written down as missed; changes nothing when the ledger has it.
INSERT INTO rounds (round, day, at, due_ms, state, session, claimed_ms)
VALUES (:round, :day, :at, :due_ms, :state, :session, :at_ms)
ON CONFLICT (round, day, at) DO NOTHING;

-- round_holder --
-- Who is at a round, or was.
SELECT state, session FROM rounds WHERE round = :round AND day = :day AND at = :at;

-- round_take_over --
-- The round of a process that died goes on here.
UPDATE rounds SET session = :session WHERE round = :round AND day = :day AND at = :at AND state = 'running';

-- round_finish --
-- A round is through.
UPDATE rounds SET state = 'done', session = NULL, finished_ms = :at_ms, listed = :listed
WHERE round = :round AND day = :day AND at = :at AND state = 'running';

-- rounds_held --
-- What the ledger has of a day and later, apart from what is still being run.
SELECT round, day, at FROM rounds WHERE day >= :day AND state != 'running';

-- round_line_put --
-- A line is listed, or found again; one that had settled itself is open again, one ticked off by a person stays so.
INSERT INTO round_lines (
    round, line_key, order_no, conversation_id, reason, role, rank, state, since_ms, seen_day, seen_at, doc
)
VALUES (
    :round, :line_key, :order_no, :conversation_id, :reason, :role, :rank, 'open', :at_ms, :day, :at, :doc
)
ON CONFLICT (round, line_key) DO UPDATE
SET
    seen_day = excluded.seen_day, seen_at = excluded.seen_at, rank = excluded.rank, doc = excluded.doc,
    role = excluded.role, conversation_id = excluded.conversation_id,
    state = CASE WHEN round_lines.done_by = 'clock' THEN 'open' ELSE round_lines.state END,
    since_ms = CASE WHEN round_lines.done_by = 'clock' THEN excluded.since_ms ELSE round_lines.since_ms END,
    done_ms = CASE WHEN round_lines.done_by = 'clock' THEN NULL ELSE round_lines.done_ms END,
    done_by = CASE WHEN round_lines.done_by = 'clock' THEN '' ELSE round_lines.done_by END
RETURNING line_id, state;

-- round_line_did --
-- What was done about a line at once.
UPDATE round_lines SET did = :did WHERE line_id = :line_id;

-- round_lines_settle --
-- Lines that this run did not find any more have settled themselves.
UPDATE round_lines SET state = 'done', done_ms = :at_ms, done_by = 'clock'
WHERE round = :round AND state = 'open' AND NOT (seen_day = :day AND seen_at = :at);

-- round_line_tick --
-- Somebody ticked a line off; changes nothing when it is off already.
UPDATE round_lines SET state = 'done', done_ms = :at_ms, done_by = :by WHERE line_id = :line_id AND state = 'open';

-- round_line_load --
-- One line.
SELECT line_id, round, role, state, since_ms, did, done_ms, done_by, doc FROM round_lines WHERE line_id = :line_id;

-- round_lines_page_open --
-- Lines of a round that are to be done, what comes first at the head.
SELECT line_id, round, role, state, since_ms, did, done_ms, done_by, doc FROM round_lines
WHERE round = :round AND state = 'open'
ORDER BY rank, line_id
LIMIT :limit;

-- round_lines_page --
-- Lines of a round first listed since a moment, newest first.
SELECT line_id, round, role, state, since_ms, did, done_ms, done_by, doc FROM round_lines
WHERE round = :round AND since_ms >= :since_ms
ORDER BY since_ms DESC, line_id DESC
LIMIT :limit;

-- wishes_page --
-- Conversations whose shopper wishes for something that was sold out.
SELECT doc FROM conversations
WHERE instr(doc, '"stock_wishes":') > 0 AND id > :after
ORDER BY id
LIMIT :limit;

-- record_put --
-- Keep what was imported, or its change.
INSERT INTO round_records (kind, id, state, doc) VALUES (:kind, :id, :state, :doc)
ON CONFLICT (kind, id) DO UPDATE SET state = excluded.state, doc = excluded.doc;

-- record_add --
-- Keep what was imported; changes nothing when it is known.
INSERT INTO round_records (kind, id, state, doc) VALUES (:kind, :id, :state, :doc) ON CONFLICT (kind, id) DO NOTHING;

-- record_load --
-- One of what was imported.
SELECT doc FROM round_records WHERE kind = :kind AND id = :id;

-- records_page --
-- What was imported of a kind.
SELECT doc FROM round_records WHERE kind = :kind AND id > :after ORDER BY id LIMIT :limit;

-- parcel_put --
-- What a courier told of a parcel.
INSERT INTO parcels (tracking_no, asked_ms, doc) VALUES (:tracking_no, :asked_ms, :doc)
ON CONFLICT (tracking_no) DO UPDATE SET asked_ms = excluded.asked_ms, doc = excluded.doc;

-- parcels_of --
-- What is known of the parcels of a JSON list.
SELECT parcels.tracking_no, parcels.asked_ms, parcels.doc
FROM json_each(:numbers)
CROSS JOIN parcels ON parcels.tracking_no = json_each.value;
