CREATE TABLE ledger_history (
	pack TEXT NOT NULL, entity TEXT NOT NULL, record TEXT NOT NULL, seq BIGINT NOT NULL,
	at TIMESTAMP NOT NULL, actor TEXT NOT NULL, person TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL,
	change JSON NOT NULL,
	PRIMARY KEY (pack, entity, record, seq)
);
-- n is the last number given within scope, which is what stands around it.
CREATE TABLE ledger_sequence (
	pack TEXT NOT NULL, entity TEXT NOT NULL, scope TEXT NOT NULL, n BIGINT NOT NULL,
	PRIMARY KEY (pack, entity, scope)
);
-- Columns and indexes that registers have, so that an upgrade adds what is missing without
-- asking the database for its catalogue.
CREATE TABLE ledger_column (tab TEXT NOT NULL, name TEXT NOT NULL, shape TEXT NOT NULL, PRIMARY KEY (tab, name));
CREATE TABLE ledger_index (tab TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (tab, name));
-- Seeds that were entered.
CREATE TABLE ledger_seed (pack TEXT NOT NULL, seed TEXT NOT NULL, PRIMARY KEY (pack, seed));
CREATE TABLE ledger_import (
	id TEXT NOT NULL PRIMARY KEY, pack TEXT NOT NULL, version TEXT NOT NULL, entity TEXT NOT NULL,
	file TEXT NOT NULL, path TEXT NOT NULL, hash TEXT NOT NULL, sheet TEXT NOT NULL, state TEXT NOT NULL,
	line BIGINT NOT NULL, rows BIGINT NOT NULL, made BIGINT NOT NULL, changed BIGINT NOT NULL, kept BIGINT NOT NULL, bad BIGINT NOT NULL,
	actor TEXT NOT NULL, person TEXT NOT NULL, office TEXT NOT NULL, at TIMESTAMP NOT NULL, ended_at TIMESTAMP,
	faults JSON NOT NULL
);
CREATE INDEX ledger_import_entity ON ledger_import (pack, entity, id);
-- What a line of an import did: act m made the record, c changed it to that version.
CREATE TABLE ledger_import_line (
	import TEXT NOT NULL, line BIGINT NOT NULL, record TEXT NOT NULL, act TEXT NOT NULL, version BIGINT NOT NULL,
	PRIMARY KEY (import, line)
);
-- Files that were sent, with what was found in them, and the records that refer to them.
CREATE TABLE ledger_file (
	id TEXT NOT NULL PRIMARY KEY, type TEXT NOT NULL, size BIGINT NOT NULL, width BIGINT NOT NULL, height BIGINT NOT NULL,
	lon DOUBLE PRECISION, lat DOUBLE PRECISION, taken TIMESTAMP, actor TEXT NOT NULL, at TIMESTAMP NOT NULL
);
CREATE INDEX ledger_file_at ON ledger_file (at);
CREATE TABLE ledger_file_use (
	file TEXT NOT NULL, pack TEXT NOT NULL, entity TEXT NOT NULL, record TEXT NOT NULL,
	PRIMARY KEY (file, pack, entity, record)
);
