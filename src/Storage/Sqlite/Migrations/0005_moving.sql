-- Presets that come from another database. An operator notices nothing: both columns are null, which takes no time.

-- The revision a preset was imported at. What it did before happened elsewhere; null for a preset that was made here.
alter table presets add column imported_revision integer;

-- When what is stored under this id may be removed; null: now. An import that has not ended moves it on.
alter table preset_purges add column due_at integer;
