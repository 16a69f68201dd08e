-- Cases are found by their office, by their region and those below it, and by two characters
-- that stand beside each other in their title (flow_gram). title is what stands for the
-- record, folded; NULL where it was not gathered yet.
ALTER TABLE flow_case ADD COLUMN title TEXT;
CREATE INDEX flow_case_untitled ON flow_case (id) WHERE title IS NULL;
CREATE INDEX flow_case_office ON flow_case (office, id);
CREATE INDEX flow_case_district ON flow_case ((substr(region, 1, 6)), id);
CREATE INDEX flow_case_street ON flow_case ((substr(region, 1, 9)), id);
CREATE INDEX flow_case_community ON flow_case ((substr(region, 1, 12)), id);
CREATE INDEX flow_case_region ON flow_case (region, id);
CREATE TABLE flow_gram (
	gram TEXT NOT NULL, case_id TEXT NOT NULL,
	PRIMARY KEY (gram, case_id)
);
