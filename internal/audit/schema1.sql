-- Entries of changes, saved with the change, until they are in the chain. n gives their
-- order; an id is never given twice, since the chain is asked for it after a crash.
CREATE TABLE audit_pending (
	id   TEXT   PRIMARY KEY,
	n    BIGINT NOT NULL,
	body TEXT   NOT NULL
);

CREATE INDEX audit_pending_n ON audit_pending (n);

-- How far the chain was known to go: a second witness beside the head's file.
CREATE TABLE audit_mark (
	one   INTEGER PRIMARY KEY,
	chain TEXT    NOT NULL,
	seq   BIGINT  NOT NULL,
	leaf  TEXT    NOT NULL
);

-- Which blocks of entries name a value, for search; derived from the chain.
CREATE TABLE audit_block (
	block  BIGINT    PRIMARY KEY,
	oldest TIMESTAMP NOT NULL,
	newest TIMESTAMP NOT NULL
);

CREATE TABLE audit_term (
	term  TEXT   NOT NULL,
	block BIGINT NOT NULL,
	PRIMARY KEY (term, block)
);
