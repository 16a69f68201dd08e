-- Lists of open and of late cases are read from the index alone, which has to have what it is
-- narrowed by.
DROP INDEX flow_case_running;
CREATE INDEX flow_case_running ON flow_case (pack, id, ended) WHERE ended IS NULL;
DROP INDEX flow_case_due;
CREATE INDEX flow_case_due ON flow_case (pack, due, id, ended) WHERE ended IS NULL;
