CREATE TABLE share_service (
	name       TEXT NOT NULL PRIMARY KEY,
	directory  TEXT NOT NULL,
	office     TEXT NOT NULL,
	version    INTEGER NOT NULL,
	created_at TIMESTAMP NOT NULL,
	changed_at TIMESTAMP NOT NULL,
	body       JSON NOT NULL
);
CREATE INDEX share_service_directory ON share_service (directory, name);

CREATE TABLE share_quota (
	grant_id TEXT NOT NULL,
	day      TEXT NOT NULL,
	leased   INTEGER NOT NULL,
	PRIMARY KEY (grant_id, day)
);
