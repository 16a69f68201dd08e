-- touched counts the changes of what a search finds of a directory, its office's title
-- included: an index knows by it what it has not seen.
ALTER TABLE catalog_directory ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
UPDATE catalog_directory SET touched = 1;
CREATE INDEX catalog_directory_touched ON catalog_directory (touched);
