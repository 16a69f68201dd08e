ALTER TABLE catalog_directory ADD COLUMN state TEXT NOT NULL DEFAULT 'draft';
ALTER TABLE catalog_directory ADD COLUMN stated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE catalog_directory ADD COLUMN published_version INTEGER NOT NULL DEFAULT 0;

CREATE TABLE catalog_state (
	name    TEXT NOT NULL,
	seq     INTEGER NOT NULL,
	state   TEXT NOT NULL,
	version INTEGER NOT NULL,
	at      TIMESTAMP NOT NULL,
	actor   TEXT NOT NULL,
	person  TEXT NOT NULL,
	reason  TEXT NOT NULL,
	PRIMARY KEY (name, seq)
);

-- What was there before there were states was in use: it counts as published.
INSERT INTO catalog_state (name, seq, state, version, at, actor, person, reason)
	SELECT name, 1, 'published', version, changed_at, 'local', '', '' FROM catalog_directory;
UPDATE catalog_directory SET state = 'published', stated = 1, published_version = version;
