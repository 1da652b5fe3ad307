-- The first schema: workspaces, keys, presets with their versions, idempotency keys.
-- An operator notices nothing: the tables are new. Ids are UUIDs as 16 bytes, times are microseconds since 1970 (UTC).

create table workspaces (
    id blob not null,
    slug text not null,
    name text not null,
    description text,
    default_text_model text,
    default_provider_sort text,
    is_default integer not null,
    created_by text,
    created_at integer not null,
    updated_at integer,
    constraint workspaces_pkey primary key (id),
    constraint workspaces_slug_key unique (slug)
) strict;

create unique index workspaces_one_default on workspaces (is_default) where is_default;

-- hash is the SHA-256 of the key in lower-case hexadecimal; the key itself is stored nowhere.
-- A deleted key keeps its row, so that a bootstrap key that was deleted is not created again.
create table api_keys (
    hash text not null,
    workspace_id blob not null references workspaces (id) on delete cascade,
    user_id text not null,
    name text not null,
    label text not null,
    is_management integer not null,
    disabled integer not null,
    expires_at integer,
    created_at integer not null,
    updated_at integer,
    deleted_at integer,
    constraint api_keys_pkey primary key (hash)
) strict;

create index api_keys_workspace_id_created_at on api_keys (workspace_id, created_at, hash);

create table presets (
    id blob not null,
    workspace_id blob not null references workspaces (id),
    slug text not null,
    name text not null,
    description text,
    status text not null,
    creator_user_id text not null,
    created_at integer not null,
    updated_at integer not null,
    status_updated_at integer,
    latest_version integer not null,
    designated_version integer not null,
    designated_version_id blob not null,
    revision integer not null,
    constraint presets_pkey primary key (id),
    constraint presets_workspace_id_slug_key unique (workspace_id, slug),
    constraint presets_status_check check (status in ('active', 'disabled', 'archived'))
) strict;

-- config is JSON kept as the text it was sent as.
create table preset_versions (
    preset_id blob not null,
    version integer not null,
    id blob not null,
    creator_id text not null,
    created_at integer not null,
    config text not null,
    system_prompt text,
    constraint preset_versions_pkey primary key (preset_id, version),
    constraint preset_versions_id_key unique (id),
    constraint preset_versions_version_check check (version > 0)
) strict;

create table idempotency_keys (
    workspace_id blob not null,
    key text not null,
    fingerprint blob not null,
    version_id blob not null,
    created_at integer not null,
    constraint idempotency_keys_pkey primary key (workspace_id, key)
) strict;

create index idempotency_keys_created_at on idempotency_keys (created_at);
