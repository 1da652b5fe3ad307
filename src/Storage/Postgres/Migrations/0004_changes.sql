-- What can happen to a preset beside a new version: edits, labels, archiving, purges. Versions record which key made
-- them, what it said, and whether it designated them; every other change is a row of preset_changes. Keys have scopes,
-- workspaces may be guarded.
-- An operator notices that writes wait while the indexes are built, about a second for a million presets, and that
-- nodes spend some minutes afterwards on noting the models of these presets. The new columns are null or have a
-- constant default, which takes no time. A node of the previous release goes on writing: its versions have no key and
-- designate themselves.

alter table presets
    add column labels text,
    add column locked text,
    add column model text;

alter table preset_versions
    add column key_hash bytea,
    add column message text,
    add column request_id uuid,
    add column designates boolean not null default true,
    add column effects text;

-- What the key was used for. Null in the rows of the previous release, whose version_id is a version's.
alter table idempotency_keys add column preset_id uuid;

alter table workspaces add column guarded boolean not null default false;

alter table api_keys add column scopes text collate "C" not null default 'read write promote inference';

-- preset_id is null when the preset is gone, so that the record outlives it.
create table preset_changes (
    id uuid not null,
    workspace_id uuid not null,
    preset_id uuid,
    slug text collate "C" not null,
    revision bigint not null,
    at timestamptz not null,
    user_id text not null,
    key_hash bytea,
    message text,
    request_id uuid,
    effects text not null,
    constraint preset_changes_pkey primary key (id),
    constraint preset_changes_preset_id_revision_key unique (preset_id, revision)
);

-- For the history of a workspace, of a slug whose preset is gone, and of presets that were archived.
create index preset_changes_workspace_id_at on preset_changes (workspace_id, at, preset_id, revision);
create index preset_changes_gone on preset_changes (workspace_id, slug, at) where preset_id is null;
create index presets_archived on presets (workspace_id, listed_at desc, id desc)
    where listed_at is not null and status = 'archived';

-- The presets whose row does not tell the model of their designated version. Nodes read it from the version, a few
-- presets at a time; until then a search for a model does.
create index presets_model_unread on presets (id) where model is null;

-- Presets that are purged, whose versions and history are still to be removed.
create table preset_purges (
    preset_id uuid not null,
    constraint preset_purges_pkey primary key (preset_id)
);
