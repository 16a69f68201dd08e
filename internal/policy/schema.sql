CREATE TABLE policy_grant (
	id           TEXT NOT NULL PRIMARY KEY,
	grantee_kind TEXT NOT NULL,
	grantee      TEXT NOT NULL,
	directory    TEXT NOT NULL,
	office       TEXT NOT NULL,
	state        TEXT NOT NULL,
	until        TIMESTAMP NOT NULL,
	made_at      TIMESTAMP NOT NULL,
	made_by      TEXT NOT NULL,
	ended_at     TIMESTAMP,
	ended_by     TEXT NOT NULL,
	end_reason   TEXT NOT NULL,
	body         JSON NOT NULL
);
CREATE INDEX policy_grant_directory ON policy_grant (directory, id);
CREATE INDEX policy_grant_grantee ON policy_grant (grantee_kind, grantee, id);
CREATE INDEX policy_grant_office ON policy_grant (office, id);
CREATE INDEX policy_grant_state ON policy_grant (state, until);

CREATE TABLE policy_history (
	grant_id TEXT NOT NULL,
	state    TEXT NOT NULL,
	at       TIMESTAMP NOT NULL,
	actor    TEXT NOT NULL,
	reason   TEXT NOT NULL,
	PRIMARY KEY (grant_id, state)
);
