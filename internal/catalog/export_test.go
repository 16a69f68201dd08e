package catalog

// Schema1 is the tables of the first release, for tests of what follows it.
var Schema1 = schema1
