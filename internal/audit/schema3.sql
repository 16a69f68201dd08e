-- How many fields a block was indexed by: of a field that came later its terms say nothing,
-- and the block may hold any value of it.
ALTER TABLE audit_block ADD COLUMN fields INTEGER NOT NULL DEFAULT 7;
