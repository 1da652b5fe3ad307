-- The first schema: workspaces, keys, presets with their versions, idempotency keys.
-- An operator notices nothing: the tables are new. Ids are UUIDs version 7, drawn by the service.

create table workspaces (
    id uuid not null,
    slug text collate "C" not null,
    name text not null,
    description text,
    default_text_model text,
    default_provider_sort text,
    is_default boolean not null,
    created_by text,
    created_at timestamptz not null,
    updated_at timestamptz,
    constraint workspaces_pkey primary key (id),
    constraint workspaces_slug_key unique (slug)
);

-- At most one default workspace, even when many nodes start at once.
create unique index workspaces_one_default on workspaces (is_default) where is_default;

-- hash is the SHA-256 of the key in lower-case hexadecimal; the key itself is stored nowhere.
-- A deleted key keeps its row, so that a bootstrap key that was deleted is not created again.
create table api_keys (
    hash text collate "C" not null,
    workspace_id uuid not null,
    user_id text not null,
    name text not null,
    label text not null,
    is_management boolean not null,
    disabled boolean not null,
    expires_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz,
    deleted_at timestamptz,
    constraint api_keys_pkey primary key (hash),
    constraint api_keys_workspace_id_fkey foreign key (workspace_id) references workspaces (id) on delete cascade
);

create index api_keys_workspace_id_created_at on api_keys (workspace_id, created_at, hash);

-- Every new version updates its preset's row, so pages keep room for the row's next state beside the old one (a HOT
-- update touches no index). For the same reason no index holds updated_at.
create table presets (
    id uuid not null,
    workspace_id uuid not null,
    slug text collate "C" not null,
    name text not null,
    description text,
    status text collate "C" not null,
    creator_user_id text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status_updated_at timestamptz,
    latest_version integer not null,
    designated_version integer not null,
    designated_version_id uuid not null,
    revision bigint not null,
    constraint presets_pkey primary key (id),
    constraint presets_workspace_id_slug_key unique (workspace_id, slug),
    constraint presets_status_check check (status in ('active', 'disabled', 'archived')),
    constraint presets_workspace_id_fkey foreign key (workspace_id) references workspaces (id)
) with (fillfactor = 70);

-- config is JSON kept as text: jsonb would reorder its keys and respell its numbers.
create table preset_versions (
    preset_id uuid not null,
    version integer not null,
    id uuid not null,
    creator_id text not null,
    created_at timestamptz not null,
    config text not null,
    system_prompt text,
    constraint preset_versions_pkey primary key (preset_id, version),
    constraint preset_versions_id_key unique (id),
    constraint preset_versions_version_check check (version > 0)
);

create table idempotency_keys (
    workspace_id uuid not null,
    key text collate "C" not null,
    fingerprint bytea not null,
    version_id uuid not null,
    created_at timestamptz not null,
    constraint idempotency_keys_pkey primary key (workspace_id, key)
);

create index idempotency_keys_created_at on idempotency_keys (created_at);
