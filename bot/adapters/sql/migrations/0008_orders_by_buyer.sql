-- The orders of the page's user that no conversation has yet.
CREATE INDEX orders_by_buyer ON orders (json_extract(doc, '$.buyer_id'), created_ms DESC)
WHERE conversation_id IS NULL AND json_extract(doc, '$.buyer_id') IS NOT NULL;
