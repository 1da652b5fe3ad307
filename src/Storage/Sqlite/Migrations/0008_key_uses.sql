-- When each key was used last, for whoever decides which keys to end. Nodes store it once a minute.
-- An operator notices nothing: the column is empty until a key is used.
alter table api_keys add column last_used_at integer;
