-- Queries of erasing and of retention, in the form that bot/adapters/sql/__init__.py describes. Unlike the others they
-- may read whole tables: who is erased is looked for wherever she may stand, by hand and seldom.

-- person_orders --
-- Orders of a JSON list of numbers, of conversations, of a platform's buyers, or of phones (digits only).
SELECT doc FROM orders
WHERE
    order_no IN (SELECT value FROM json_each(:orders))
    OR conversation_id IN (SELECT value FROM json_each(:talks))
    OR json_extract(doc, '$.buyer_id') IN (SELECT value FROM json_each(:buyers))
    OR replace(replace(replace(json_extract(doc, '$.address.phone'), ' ', ''), '-', ''), '+86', '')
    IN (SELECT value FROM json_each(:phones))
ORDER BY order_no;

-- person_talks --
-- Conversations of a JSON list of ids, or whose shopper gave one of these phones.
SELECT doc FROM conversations
WHERE
    id IN (SELECT value FROM json_each(:talks))
    OR replace(replace(replace(json_extract(doc, '$.address.phone'), ' ', ''), '-', ''), '+86', '')
    IN (SELECT value FROM json_each(:phones))
ORDER BY id;

-- person_cases --
-- Cases of conversations.
SELECT doc FROM cases WHERE conversation_id IN (SELECT value FROM json_each(:talks)) ORDER BY case_id;

-- person_promises --
-- The ledger's lines of conversations and of orders.
SELECT doc FROM promises
WHERE
    conversation_id IN (SELECT value FROM json_each(:talks))
    OR order_no IN (SELECT value FROM json_each(:orders))
ORDER BY promise_id;

-- person_events --
-- All that was said and done in conversations.
SELECT body FROM events WHERE conversation_id IN (SELECT value FROM json_each(:talks));

-- person_threads --
-- Their topics of the staff group.
SELECT chat_id, thread_id FROM staff_topics WHERE conversation_id IN (SELECT value FROM json_each(:talks));

-- person_busy --
-- How many messages of hers are in work, or on their way to her, at this moment.
SELECT (
    SELECT count(*) FROM inbox WHERE state = 'claimed' AND conversation_id IN (SELECT value FROM json_each(:talks))
) + (
    SELECT count(*) FROM outbox WHERE state = 'sending' AND conversation_id IN (SELECT value FROM json_each(:talks))
);

-- tombstone_put --
-- What is left of her conversations: that there was one.
INSERT INTO conversations (id, channel, version, last_seq, owner, changed_ms, doc)
VALUES (:id, :channel, 1, 1, 'closed', :at_ms, :doc);

-- tombstone_event --
-- That she was erased.
INSERT INTO events (conversation_id, seq, at_ms, body) VALUES (:id, 1, :at_ms, :body);

-- erase_inbox --
-- What came in from her, and what staff wrote in her topics.
DELETE FROM inbox WHERE conversation_id IN (SELECT value FROM json_each(:talks));

-- erase_inbox_about --
-- What else came in, and was dealt with, that quotes one of these words; short ones would stand in anything.
DELETE FROM inbox
WHERE
    state IN ('done', 'set_aside')
    AND EXISTS (
        SELECT 1 FROM json_each(:words) AS word WHERE length(word.value) > 7 AND instr(inbox.payload, word.value) > 0
    );

-- erase_outbox --
-- What was told her.
DELETE FROM outbox WHERE conversation_id IN (SELECT value FROM json_each(:talks));

-- erase_order --
-- An order without its buyer.
UPDATE orders SET conversation_id = NULL, version = version + 1, doc = :doc WHERE order_no = :order_no;

-- erase_notes --
-- Notes keep flag, moment and who wrote them.
UPDATE notes SET content = '', handling = '' WHERE order_no IN (SELECT value FROM json_each(:orders));

-- erase_platform_letters --
-- What the platform was still to be told, and what it said.
DELETE FROM platform_outbox WHERE order_no IN (SELECT value FROM json_each(:orders));

-- erase_case --
-- A case without its facts and words.
UPDATE cases SET conversation_id = :id, state = 'closed', alarm_ms = NULL, doc = :doc WHERE case_id = :case_id;

-- erase_promise --
-- A line of the ledger without its words.
UPDATE promises SET conversation_id = :id, state = :state, doc = :doc WHERE promise_id = :promise_id;

-- erase_ratings --
-- Marks stay, words and whose they were do not.
UPDATE ratings SET conversation_id = :id, words = '' WHERE conversation_id IN (SELECT value FROM json_each(:talks));

-- erase_tries --
-- Tries to prove an order.
DELETE FROM binding_tries
WHERE
    subject IN (SELECT 'chat ' || value FROM json_each(:talks))
    OR subject IN (SELECT 'order ' || value FROM json_each(:orders));

-- erase_uses --
-- Chances of purchase limits.
DELETE FROM promotion_uses
WHERE
    buyer IN (SELECT value FROM json_each(:talks))
    OR buyer IN (SELECT value FROM json_each(:buyers));

-- erase_calls --
-- Who is to be called.
DELETE FROM phone_list WHERE order_no IN (SELECT value FROM json_each(:orders));

-- erase_ticks --
-- What came of calls, without the words.
UPDATE call_ticks SET words = '' WHERE order_no IN (SELECT value FROM json_each(:orders));

-- erase_lines --
-- Lines of rounds about her, or about what was imported about her.
DELETE FROM round_lines
WHERE
    conversation_id IN (SELECT value FROM json_each(:talks))
    OR order_no IN (SELECT value FROM json_each(:orders))
    OR EXISTS (
        SELECT 1 FROM json_each(round_lines.doc, '$.facts') AS fact
        WHERE
            json_extract(fact.value, '$[1]') IN (SELECT value FROM json_each(:orders))
            OR json_extract(fact.value, '$[1]') IN (SELECT value FROM json_each(:phones))
    )
    OR json_extract(doc, '$.subject') IN (
        SELECT id FROM round_records
        WHERE
            json_extract(doc, '$.order_no') IN (SELECT value FROM json_each(:orders))
            OR replace(replace(replace(json_extract(doc, '$.phone'), ' ', ''), '-', ''), '+86', '')
            IN (SELECT value FROM json_each(:phones))
    );

-- erase_records --
-- What was imported about her: reviews, memberships, cashback.
DELETE FROM round_records
WHERE
    json_extract(doc, '$.order_no') IN (SELECT value FROM json_each(:orders))
    OR replace(replace(replace(json_extract(doc, '$.phone'), ' ', ''), '-', ''), '+86', '')
    IN (SELECT value FROM json_each(:phones));

-- erase_parcels --
-- What couriers told of her parcels.
DELETE FROM parcels WHERE tracking_no IN (SELECT value FROM json_each(:parcels));

-- erase_lessons --
-- Questions of hers that somebody proposed to answer and the owner did not accept.
DELETE FROM lessons WHERE state != 'accepted' AND question IN (SELECT value FROM json_each(:questions));

-- sheets_about --
-- Handover sheets that name her.
SELECT sheet_id, doc FROM sheets
WHERE EXISTS (SELECT 1 FROM json_each(:words) AS word WHERE instr(sheets.doc, word.value) > 0);

-- erase_sheet --
-- A handover sheet without the lines about her.
UPDATE sheets SET doc = :doc WHERE sheet_id = :sheet_id;

-- erase_topics --
-- Her topics of the staff group; what was written there is Telegram's.
DELETE FROM staff_topics WHERE conversation_id IN (SELECT value FROM json_each(:talks));

-- erase_events --
-- All that was said and done.
DELETE FROM events WHERE conversation_id IN (SELECT value FROM json_each(:talks));

-- erase_talks --
-- Her conversations.
DELETE FROM conversations WHERE id IN (SELECT value FROM json_each(:talks));

-- compact_due --
-- What was deleted is still to be wiped from the file.
INSERT INTO meta (name, value) VALUES ('compact', 'due') ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- compact_wanted --
-- Whether something is still to be wiped.
SELECT value FROM meta WHERE name = 'compact';

-- compact_done --
-- It was wiped.
DELETE FROM meta WHERE name = 'compact';

-- forget_raw --
-- What came in, as it came, of messages dealt with long ago; looks at the oldest rows only.
DELETE FROM inbox WHERE id IN (
    SELECT id FROM (SELECT id, state, received_ms FROM inbox ORDER BY id LIMIT :limit)
    WHERE state IN ('done', 'set_aside') AND received_ms < :before_ms
);

-- forget_lines --
-- Lines of rounds that were done long ago; what is to be done stays.
DELETE FROM round_lines WHERE line_id IN (
    SELECT line_id FROM round_lines WHERE state = 'done' AND coalesce(done_ms, since_ms) < :before_ms LIMIT :limit
);

-- forget_records --
-- Reviews, memberships and cashback of long ago, unless a line about them is still to be done.
DELETE FROM round_records WHERE (kind, id) IN (
    SELECT records.kind, records.id FROM round_records AS records
    WHERE
        coalesce(
            json_extract(records.doc, '$.imported_at'), json_extract(records.doc, '$.at'),
            json_extract(records.doc, '$.until'), json_extract(records.doc, '$.month') || '-31'
        ) < :before_day
        AND NOT EXISTS (
            SELECT 1 FROM round_lines AS lines
            WHERE lines.state = 'open' AND json_extract(lines.doc, '$.subject') = records.id
        )
    LIMIT :limit
);

-- forget_parcels --
-- News of parcels nobody asked about for long.
DELETE FROM parcels WHERE tracking_no IN (
    SELECT tracking_no FROM parcels WHERE asked_ms < :before_ms LIMIT :limit
);

-- forget_lessons --
-- Questions of long ago that the owner did not take up as knowledge.
DELETE FROM lessons WHERE lesson_id IN (
    SELECT lesson_id FROM lessons
    WHERE state IN ('refused', 'dropped') AND coalesce(settled_ms, made_ms) < :before_ms
    LIMIT :limit
);

-- quiet_talks --
-- Conversations nobody wrote in for long, with nothing open: no person, no case, no promise, no order on its way.
SELECT talks.id FROM conversations AS talks
WHERE
    talks.changed_ms < :before_ms
    AND talks.owner IN ('bot', 'closed')
    AND talks.channel != 'erased'
    AND EXISTS (SELECT 1 FROM events WHERE events.conversation_id = talks.id)
    AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.conversation_id = talks.id AND cases.state != 'closed')
    AND NOT EXISTS (SELECT 1 FROM promises WHERE promises.conversation_id = talks.id AND promises.state = 'open')
    AND NOT EXISTS (
        SELECT 1 FROM orders WHERE orders.conversation_id = talks.id AND orders.status IN ('unpaid', 'paid', 'shipped')
    )
    AND NOT EXISTS (
        SELECT 1 FROM outbox WHERE outbox.conversation_id = talks.id AND outbox.state IN ('waiting', 'sending')
    )
    AND NOT EXISTS (
        SELECT 1 FROM inbox WHERE inbox.conversation_id = talks.id AND inbox.state IN ('waiting', 'claimed')
    )
ORDER BY talks.changed_ms
LIMIT :limit;

-- quiet_talk --
-- A conversation as it is stored, while it is still as quiet.
SELECT doc FROM conversations WHERE id = :id AND changed_ms < :before_ms AND owner IN ('bot', 'closed');

-- forget_talk --
-- A conversation without words: what stays is whose orders and cases were hers.
UPDATE conversations SET owner = 'closed', version = version + 1, posted_seq = NULL, doc = :doc WHERE id = :id;

-- forget_case --
-- A closed case without its facts and words.
UPDATE cases SET doc = :doc WHERE case_id = :case_id AND state = 'closed';
