-- Pictures of quick replies.

-- Their ids, separated by spaces.
ALTER TABLE quick_replies ADD COLUMN photos TEXT NOT NULL DEFAULT '';
