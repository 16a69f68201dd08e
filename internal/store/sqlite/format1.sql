CREATE TABLE migration (
	room    TEXT      NOT NULL,
	version INTEGER   NOT NULL,
	at      TIMESTAMP NOT NULL,
	PRIMARY KEY (room, version)
);

-- AUTOINCREMENT: a number is never given twice, not even after the last event is pruned.
CREATE TABLE event (
	seq  INTEGER   PRIMARY KEY AUTOINCREMENT,
	kind TEXT      NOT NULL,
	key  TEXT      NOT NULL,
	at   TIMESTAMP NOT NULL,
	body TEXT      NOT NULL
);

CREATE TABLE event_cursor (
	consumer TEXT   PRIMARY KEY,
	seq      BIGINT NOT NULL
);

-- A parked event is a copy: the original may be pruned.
CREATE TABLE event_parked (
	consumer TEXT      NOT NULL,
	seq      BIGINT    NOT NULL,
	kind     TEXT      NOT NULL,
	key      TEXT      NOT NULL,
	at       TIMESTAMP NOT NULL,
	body     TEXT      NOT NULL,
	error    TEXT      NOT NULL,
	attempts INTEGER   NOT NULL,
	tried_at TIMESTAMP NOT NULL,
	next_at  TIMESTAMP NOT NULL,
	PRIMARY KEY (consumer, seq)
);

CREATE INDEX event_parked_due ON event_parked (consumer, next_at)
