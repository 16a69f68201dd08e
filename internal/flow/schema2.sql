-- Lists are read from indexes in their order, whoever looks: a case without a due time comes
-- last, and a turn knows enough of its case to be filtered.
UPDATE flow_turn SET due = '9999-01-01 00:00:00+00:00' WHERE due IS NULL;
ALTER TABLE flow_turn ADD COLUMN flow TEXT NOT NULL DEFAULT '';
ALTER TABLE flow_turn ADD COLUMN state TEXT NOT NULL DEFAULT '';
UPDATE flow_turn SET flow = (SELECT c.flow FROM flow_case AS c WHERE c.id = flow_turn.case_id), state = (SELECT c.state FROM flow_case AS c WHERE c.id = flow_turn.case_id)
	WHERE EXISTS (SELECT 1 FROM flow_case AS c WHERE c.id = flow_turn.case_id);
DROP INDEX flow_turn_office;
DROP INDEX flow_turn_person;
CREATE INDEX flow_turn_office ON flow_turn (office, role, due, case_id, flow, state);
CREATE INDEX flow_turn_person ON flow_turn (person, due, case_id);
CREATE INDEX flow_turn_urged ON flow_turn (office, role, due, case_id) WHERE urged;
DROP INDEX flow_case_stray;
CREATE INDEX flow_case_stray ON flow_case (pack, id) WHERE stray;
CREATE INDEX flow_case_running ON flow_case (pack, id) WHERE ended IS NULL;
CREATE INDEX flow_case_ended ON flow_case (pack, id) WHERE ended IS NOT NULL;
CREATE INDEX flow_case_state ON flow_case (pack, state, id);
CREATE INDEX flow_case_due ON flow_case (pack, due, id) WHERE ended IS NULL;
CREATE INDEX flow_case_holder ON flow_case (holder, id) WHERE holder <> '';
CREATE INDEX flow_case_mine ON flow_case (creator, pack) WHERE creator <> '' AND ended IS NULL;
DROP INDEX flow_case_key;
CREATE INDEX flow_case_key ON flow_case (key, id);
