-- via is the case by which an office sees another that is joined to it, as long as it is; empty
-- for one that the case itself was with.
ALTER TABLE flow_party ADD COLUMN via TEXT NOT NULL DEFAULT '';
