-- Who added a version, as the audit names them; unknown of those from before.
ALTER TABLE catalog_version ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE catalog_version ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE catalog_directory ADD COLUMN domain TEXT NOT NULL DEFAULT '';
