-- What a create does to the tables, as one statement, for pgbench: the head moves on and the version is inserted.
-- The id is a UUID version 7 like the service's, so that the index on it grows at its end here too.
\set n random(1, :slugs)
with head as (
    update presets
    set latest_version = latest_version + 1,
        designated_version = latest_version + 1,
        designated_version_id = encode(overlay(
            uuid_send(gen_random_uuid())
            placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
            from 1 for 6), 'hex')::uuid,
        revision = revision + 1,
        updated_at = greatest(updated_at, clock_timestamp())
    where workspace_id = :workspace and slug = 's' || :n
    returning id, latest_version, designated_version_id, revision, updated_at)
insert into preset_versions (preset_id, version, id, revision, creator_id, created_at, body, config)
select id, latest_version, designated_version_id, revision, 'user', updated_at, 'chat_completions', :config
from head;
