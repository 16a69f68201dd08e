-- A report that was joined to another case is a case of its own, which has ended and says where.
ALTER TABLE flow_case ADD COLUMN into_case TEXT NOT NULL DEFAULT '';
CREATE INDEX flow_case_into ON flow_case (into_case, id) WHERE into_case <> '';
