CREATE TABLE task (
	id         TEXT      PRIMARY KEY,
	kind       TEXT      NOT NULL,
	key        TEXT      NOT NULL,
	body       TEXT      NOT NULL,
	state      TEXT      NOT NULL,
	stage      TEXT      NOT NULL,
	rows_done  BIGINT    NOT NULL,
	rows_total BIGINT    NOT NULL,
	attempts   INTEGER   NOT NULL,
	node       TEXT      NOT NULL,
	owner      TEXT      NOT NULL,
	lease      TIMESTAMP,
	stop       BOOLEAN   NOT NULL,
	reason     TEXT      NOT NULL,
	failure    TEXT      NOT NULL,
	created_at TIMESTAMP NOT NULL,
	started_at TIMESTAMP,
	ended_at   TIMESTAMP
);

CREATE UNIQUE INDEX task_open ON task (kind, key) WHERE key <> '' AND state IN ('queued', 'running');
CREATE INDEX task_state ON task (state, id);
CREATE INDEX task_key ON task (kind, key, id)
