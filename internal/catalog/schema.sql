CREATE TABLE catalog_office (
	name   TEXT NOT NULL PRIMARY KEY,
	title  TEXT NOT NULL,
	region TEXT NOT NULL,
	credit TEXT NOT NULL,
	parent TEXT NOT NULL,
	place  INTEGER NOT NULL
);

CREATE TABLE catalog_directory (
	name       TEXT NOT NULL PRIMARY KEY,
	title      TEXT NOT NULL,
	code       TEXT NOT NULL,
	office     TEXT NOT NULL,
	class      TEXT NOT NULL,
	format     TEXT NOT NULL,
	share_type TEXT NOT NULL,
	level      TEXT NOT NULL,
	period     TEXT NOT NULL,
	items      INTEGER NOT NULL,
	rules      INTEGER NOT NULL,
	mounted    BOOLEAN NOT NULL,
	version    INTEGER NOT NULL,
	hash       TEXT NOT NULL,
	changed_at TIMESTAMP NOT NULL,
	search     TEXT NOT NULL
);
CREATE INDEX catalog_directory_office ON catalog_directory (office, name);
CREATE INDEX catalog_directory_code ON catalog_directory (code);

CREATE TABLE catalog_version (
	name      TEXT NOT NULL,
	version   INTEGER NOT NULL,
	at        TIMESTAMP NOT NULL,
	change_zh TEXT NOT NULL,
	change_en TEXT NOT NULL,
	body      JSON NOT NULL,
	PRIMARY KEY (name, version)
);
