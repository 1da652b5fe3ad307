-- What a later release may do to the tables while nodes of this one serve from them.
-- The group commit has a name "no" of its own, so that is what one of the columns is called.

alter table presets add column no integer, add column pinned boolean not null default false;
alter table preset_versions add column note text, add column size bigint not null default 0;
alter table idempotency_keys add column replays integer not null default 0;

create index preset_versions_created_at on preset_versions (created_at);

create table labels (
    preset_id uuid not null,
    name text collate "C" not null,
    constraint labels_pkey primary key (preset_id, name),
    constraint labels_preset_id_fkey foreign key (preset_id) references presets (id) on delete cascade
);
