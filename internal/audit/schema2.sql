-- Calls of applications, counted by day, service, application, grant and outcome for the
-- blocks that are in the index; derived from the chain as the index is. day counts the days
-- of Beijing time since 1970.
CREATE TABLE audit_call (
	day      INTEGER NOT NULL,
	service  TEXT    NOT NULL,
	app      TEXT    NOT NULL,
	grant_id TEXT    NOT NULL,
	outcome  TEXT    NOT NULL,
	calls    BIGINT  NOT NULL,
	shown    BIGINT  NOT NULL,
	PRIMARY KEY (day, service, app, grant_id, outcome)
);

-- Blocks that were indexed before there were counts are gone over again.
DELETE FROM audit_term;
DELETE FROM audit_block;
