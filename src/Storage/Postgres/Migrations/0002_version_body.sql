-- Versions record what kind of request they were made from, and the revision of the preset that they made. An operator
-- notices nothing. Both columns are null for the versions that are there, which takes no time, and for those that a
-- node of the previous release still adds.

alter table preset_versions
    add column body text collate "C",
    add column revision bigint;
