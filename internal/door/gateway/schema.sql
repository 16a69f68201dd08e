CREATE TABLE gateway_clock (
	id      INTEGER NOT NULL PRIMARY KEY,
	horizon BIGINT NOT NULL
);
