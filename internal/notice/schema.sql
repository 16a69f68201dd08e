CREATE TABLE notice (
	id TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL, why TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
	link TEXT NOT NULL, about TEXT NOT NULL, at TIMESTAMP NOT NULL, read_at TIMESTAMP
);
CREATE INDEX notice_person ON notice (person, id);
CREATE INDEX notice_unread ON notice (person) WHERE read_at IS NULL;
