-- Ids of deliveries are forgotten by their age, locks on proving an order by the last try.
CREATE INDEX order_events_deliveries ON order_events (taken_ms) WHERE delivery_id != '' AND source != 'import';

ALTER TABLE binding_tries ADD COLUMN last_ms INTEGER NOT NULL DEFAULT 0;

-- Locks from before get their full time, too.
UPDATE binding_tries SET last_ms = unixepoch() * 1000;

CREATE INDEX binding_tries_age ON binding_tries (last_ms);
