CREATE TABLE people_user (
	id         TEXT NOT NULL PRIMARY KEY,
	login      TEXT NOT NULL UNIQUE,
	name       TEXT NOT NULL,
	office     TEXT NOT NULL,
	roles      TEXT NOT NULL,
	state      TEXT NOT NULL,
	password   TEXT NOT NULL,
	fresh      BOOLEAN NOT NULL,
	set_at     TIMESTAMP NOT NULL,
	created_at TIMESTAMP NOT NULL,
	seen_at    TIMESTAMP
);

CREATE TABLE people_failure (
	login TEXT NOT NULL PRIMARY KEY,
	count INTEGER NOT NULL,
	at    TIMESTAMP NOT NULL,
	until TIMESTAMP
);

CREATE TABLE people_session (
	id         TEXT NOT NULL PRIMARY KEY,
	hash       TEXT NOT NULL UNIQUE,
	user_id    TEXT NOT NULL,
	created_at TIMESTAMP NOT NULL,
	seen_at    TIMESTAMP NOT NULL,
	until      TIMESTAMP NOT NULL,
	address    TEXT NOT NULL,
	agent      TEXT NOT NULL
);
CREATE INDEX people_session_user ON people_session (user_id, id);

CREATE TABLE people_app (
	name       TEXT NOT NULL PRIMARY KEY,
	title      TEXT NOT NULL,
	office     TEXT NOT NULL,
	state      TEXT NOT NULL,
	version    INTEGER NOT NULL,
	created_at TIMESTAMP NOT NULL
);

CREATE TABLE people_key (
	id         TEXT NOT NULL PRIMARY KEY,
	app        TEXT NOT NULL,
	kind       TEXT NOT NULL,
	state      TEXT NOT NULL,
	secret     TEXT NOT NULL,
	hint       TEXT NOT NULL,
	created_at TIMESTAMP NOT NULL,
	until      TIMESTAMP,
	ended_at   TIMESTAMP
);
CREATE INDEX people_key_app ON people_key (app, id);

CREATE TABLE people_setting (
	name TEXT NOT NULL PRIMARY KEY,
	body JSON NOT NULL
);
