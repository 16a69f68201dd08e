CREATE TABLE flow_case (
	id TEXT NOT NULL PRIMARY KEY, pack TEXT NOT NULL, version TEXT NOT NULL, flow TEXT NOT NULL,
	record TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, rev BIGINT NOT NULL,
	region TEXT NOT NULL, office TEXT NOT NULL, holder TEXT NOT NULL, creator TEXT NOT NULL, origin TEXT NOT NULL,
	parent TEXT NOT NULL, about TEXT NOT NULL, merged BIGINT NOT NULL, stray BOOLEAN NOT NULL, level BIGINT NOT NULL, score BIGINT NOT NULL,
	opened TIMESTAMP NOT NULL, entered TIMESTAMP NOT NULL, ended TIMESTAMP, due TIMESTAMP, paused BOOLEAN NOT NULL,
	keep TEXT NOT NULL
);
CREATE UNIQUE INDEX flow_case_record ON flow_case (pack, flow, record);
CREATE INDEX flow_case_pack ON flow_case (pack, flow, id);
CREATE INDEX flow_case_open ON flow_case (pack, version) WHERE ended IS NULL;
CREATE INDEX flow_case_creator ON flow_case (creator, id) WHERE creator <> '';
CREATE INDEX flow_case_parent ON flow_case (parent) WHERE parent <> '';
CREATE UNIQUE INDEX flow_case_about ON flow_case (pack, flow, about) WHERE about <> '' AND ended IS NULL;
CREATE INDEX flow_case_key ON flow_case (key);
CREATE INDEX flow_case_stray ON flow_case (pack) WHERE stray;
CREATE TABLE flow_turn (
	case_id TEXT NOT NULL, office TEXT NOT NULL, role TEXT NOT NULL, person TEXT NOT NULL, due TIMESTAMP, urged BOOLEAN NOT NULL,
	PRIMARY KEY (case_id, office, role, person)
);
CREATE INDEX flow_turn_office ON flow_turn (office, role, due, case_id);
CREATE INDEX flow_turn_person ON flow_turn (person, due, case_id) WHERE person <> '';
CREATE TABLE flow_party (
	office TEXT NOT NULL, case_id TEXT NOT NULL,
	PRIMARY KEY (office, case_id)
);
CREATE INDEX flow_party_case ON flow_party (case_id);
CREATE TABLE flow_watch (
	person TEXT NOT NULL, case_id TEXT NOT NULL,
	PRIMARY KEY (person, case_id)
);
CREATE TABLE flow_timer (
	case_id TEXT NOT NULL, clock TEXT NOT NULL, step BIGINT NOT NULL, at TIMESTAMP NOT NULL,
	PRIMARY KEY (case_id, clock)
);
CREATE INDEX flow_timer_at ON flow_timer (at);
CREATE TABLE flow_step (
	case_id TEXT NOT NULL, seq BIGINT NOT NULL, at TIMESTAMP NOT NULL, actor TEXT NOT NULL, person TEXT NOT NULL, office TEXT NOT NULL,
	action TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
	PRIMARY KEY (case_id, seq)
);
CREATE TABLE flow_setting (
	name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, at TIMESTAMP NOT NULL, actor TEXT NOT NULL
);
