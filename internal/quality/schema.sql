CREATE TABLE quality_report (
	batch       TEXT NOT NULL PRIMARY KEY,
	directory   TEXT NOT NULL,
	at          TIMESTAMP NOT NULL,
	day         TEXT NOT NULL,
	score       DOUBLE PRECISION,
	grade       TEXT NOT NULL,
	rows_in     BIGINT NOT NULL,
	quarantined BIGINT NOT NULL,
	judgement   JSON NOT NULL,
	report      JSON NOT NULL
);
CREATE INDEX quality_report_directory ON quality_report (directory, at);
CREATE INDEX quality_report_day ON quality_report (day);
