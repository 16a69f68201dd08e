-- What a search looks through is the index's matter.
ALTER TABLE catalog_directory DROP COLUMN search;
