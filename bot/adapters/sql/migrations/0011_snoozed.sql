-- Conversations put aside until a time.

-- Those that somebody put aside, also where they are back.
CREATE INDEX conversations_snoozed ON conversations (changed_ms) WHERE instr(doc, '"snoozed_until":') > 0;
