-- Queries of the desk's boards, in the form that bot/adapters/sql/__init__.py describes.

-- missed_since --
-- Messages that were not understood, newest first: her words, what she was offered, and what is hers.
SELECT
    missed.conversation_id,
    missed.at_ms,
    (
        SELECT spoken.body FROM events AS spoken
        WHERE
            spoken.conversation_id = missed.conversation_id
            AND spoken.seq < missed.seq
            AND instr(spoken.body, '"event":"ShopperSpoke"') > 0
        ORDER BY spoken.seq DESC
        LIMIT 1
    ) AS said,
    (
        SELECT offered.body FROM events AS offered
        WHERE
            offered.conversation_id = missed.conversation_id
            AND offered.seq BETWEEN missed.seq + 1 AND missed.seq + 4
            AND instr(offered.body, '"event":"ChoicesOffered"') > 0
        ORDER BY offered.seq
        LIMIT 1
    ) AS choices,
    json_extract(talks.doc, '$.address') AS address
FROM events AS missed
INNER JOIN conversations AS talks ON talks.id = missed.conversation_id
WHERE
    (instr(missed.body, '"event":"NotUnderstood"') > 0 OR instr(missed.body, '"reason":"misses"') > 0)
    AND missed.at_ms >= :since_ms
ORDER BY missed.at_ms DESC
LIMIT :limit;

-- lessons_page --
-- What was proposed, newest first.
SELECT lesson_id, state, settled_ms, settled_by, doc FROM lessons
WHERE state = :state
ORDER BY lesson_id DESC
LIMIT :limit;

-- lesson_load --
-- One proposal.
SELECT lesson_id, state, settled_ms, settled_by, doc FROM lessons WHERE lesson_id = :lesson_id;

-- lesson_put --
-- A proposal; nothing where one of the same question waits already.
INSERT INTO lessons (question, state, made_ms, settled_ms, settled_by, doc)
VALUES (:question, :state, :made_ms, :settled_ms, :settled_by, :doc)
ON CONFLICT (question) WHERE state = 'proposed' DO NOTHING
RETURNING lesson_id;

-- lesson_settle --
-- The owner's word; changes nothing when it was said before.
UPDATE lessons SET state = :state, settled_ms = :at_ms, settled_by = :by
WHERE lesson_id = :lesson_id AND state = 'proposed';

-- quick_page --
-- Quick replies of a JSON list of owners, most used first.
SELECT replies.quick_id, replies.owner, replies.short, replies.words, replies.used, replies.used_ms, replies.changed_ms,
    replies.changed_by, replies.photos
FROM json_each(:owners)
CROSS JOIN quick_replies AS replies ON replies.owner = json_each.value
ORDER BY replies.used DESC, replies.short
LIMIT 1000;

-- quick_load --
-- One quick reply.
SELECT quick_id, owner, short, words, used, used_ms, changed_ms, changed_by, photos FROM quick_replies
WHERE quick_id = :quick_id;

-- quick_add --
-- A new quick reply; nothing where its owner has one of that name.
INSERT INTO quick_replies (owner, short, words, photos, changed_ms, changed_by)
VALUES (:owner, :short, :words, :photos, :changed_ms, :changed_by)
ON CONFLICT (owner, short) DO NOTHING;

-- quick_change --
-- Other words, name or owner; nothing where that owner has another one of that name.
UPDATE OR IGNORE quick_replies
SET owner = :owner, short = :short, words = :words, photos = :photos, changed_ms = :changed_ms, changed_by = :changed_by
WHERE quick_id = :quick_id;

-- quick_pictures --
-- Pictures of quick replies.
SELECT photos FROM quick_replies WHERE quick_id > 0 AND photos != '';

-- quick_drop --
-- It is not offered any more.
DELETE FROM quick_replies WHERE quick_id = :quick_id;

-- quick_used --
-- Somebody put it into an answer.
UPDATE quick_replies SET used = used + 1, used_ms = :at_ms WHERE quick_id = :quick_id;

-- slots_of_day --
-- Reminder rounds of one day.
SELECT day, at, state, coalesce(considered, 0), coalesce(reminded, 0) FROM slots WHERE day = :day ORDER BY at;

-- nudges_of_late --
-- Orders that a round claimed since a moment, newest first.
SELECT order_no, at, coalesce(outcome, ''), claimed_ms FROM nudges
WHERE claimed_ms >= :since_ms
ORDER BY claimed_ms DESC, order_no
LIMIT :limit;

-- call_ticks_newest --
-- What came of the last call about each order of a JSON list.
SELECT ticks.order_no, ticks.at_ms, ticks.staff_id, ticks.outcome, ticks.words
FROM json_each(:numbers)
CROSS JOIN call_ticks AS ticks
    ON
        ticks.order_no = json_each.value
        AND ticks.at_ms = (SELECT max(newest.at_ms) FROM call_ticks AS newest WHERE newest.order_no = json_each.value);

-- call_tick_add --
-- Somebody called; within one moment the last word counts.
INSERT OR REPLACE INTO call_ticks (order_no, at_ms, staff_id, outcome, words)
VALUES (:order_no, :at_ms, :staff_id, :outcome, :words);

-- received_between --
-- Who of the staff spoke in which conversation.
SELECT DISTINCT json_extract(spoken.body, '$.staff_id'), spoken.conversation_id
FROM conversations AS talks INDEXED BY conversations_by_change
CROSS JOIN events AS spoken ON spoken.conversation_id = talks.id
WHERE
    talks.changed_ms >= :since_ms
    AND spoken.at_ms >= :since_ms AND spoken.at_ms < :until_ms
    AND instr(spoken.body, '"event":"StaffSpoke"') > 0;

-- deals_since --
-- Orders that were paid and not given back, as far as they changed since a moment.
SELECT orders.doc
FROM json_each('["paid", "shipped", "signed", "confirmed"]')
CROSS JOIN orders ON orders.status = json_each.value
WHERE orders.changed_ms >= :since_ms;

-- cases_of_changed_talks --
-- Cases of the conversations that changed since a moment.
SELECT cases.doc
FROM conversations AS talks INDEXED BY conversations_by_change
CROSS JOIN cases ON cases.conversation_id = talks.id
WHERE talks.changed_ms >= :since_ms;

-- orders_of_numbers --
-- Orders by their numbers, a list given as JSON.
SELECT orders.doc FROM json_each(:numbers) CROSS JOIN orders ON orders.order_no = json_each.value;

-- orders_moved_since --
-- Orders that are on their way, arrived or given back, as far as they changed since a moment.
SELECT orders.doc
FROM json_each('["shipped", "signed", "confirmed", "refunded"]')
CROSS JOIN orders ON orders.status = json_each.value
WHERE orders.changed_ms >= :since_ms;

-- closed_of_span --
-- When people closed conversations in a span of time, on which channel, and who.
SELECT ended.at_ms, talks.channel, json_extract(ended.body, '$.by')
FROM conversations AS talks INDEXED BY conversations_by_change
CROSS JOIN events AS ended ON ended.conversation_id = talks.id
WHERE
    talks.changed_ms >= :since_ms
    AND ended.at_ms >= :since_ms AND ended.at_ms < :until_ms
    AND instr(ended.body, '"event":"ConversationClosed"') > 0;

-- marks_of_span --
-- Marks of satisfaction given in a span of time, oldest first.
SELECT case_id, staff_id, mark FROM ratings WHERE at_ms >= :since_ms AND at_ms < :until_ms ORDER BY at_ms, case_id;

-- rounds_of_days --
-- Rounds of some days, and what became of them.
SELECT round, day, at, state, listed FROM rounds WHERE day >= :first AND day <= :last ORDER BY day, at, round;

-- search_words --
-- Events of the conversations that changed last, in which somebody said what is looked for.
SELECT said.conversation_id, said.seq
FROM (
    SELECT id AS talk_id FROM conversations WHERE changed_ms < :before_ms
    ORDER BY changed_ms DESC
    LIMIT :talks
)
CROSS JOIN events AS said ON said.conversation_id = talk_id
WHERE
    said.body LIKE :words ESCAPE '\'
    AND json_extract(said.body, '$.event') IN ('ShopperSpoke', 'BotSpoke', 'StaffSpoke', 'StaffEdited', 'StaffNoted')
ORDER BY said.at_ms DESC
LIMIT :limit;

-- search_talks --
-- Conversations that changed last, by the shopper's name.
SELECT talk_id
FROM (
    SELECT id AS talk_id, json_extract(doc, '$.name') AS called FROM conversations WHERE changed_ms < :before_ms
    ORDER BY changed_ms DESC
    LIMIT :talks
)
WHERE called LIKE :words ESCAPE '\'
LIMIT :limit;

-- search_orders_by_number --
-- Orders whose number begins so.
SELECT doc FROM orders WHERE order_no >= :first AND order_no < :last ORDER BY order_no LIMIT :limit;

-- search_orders_of_talks --
-- Orders of the conversations that changed last, in which something stands anywhere.
SELECT theirs.doc
FROM (
    SELECT id AS talk_id FROM conversations WHERE changed_ms < :before_ms
    ORDER BY changed_ms DESC
    LIMIT :talks
)
CROSS JOIN orders AS theirs ON theirs.conversation_id = talk_id
WHERE theirs.doc LIKE :words ESCAPE '\'
LIMIT :limit;
