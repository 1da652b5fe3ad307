-- Lists of presets read one page and a few counts, however many presets a workspace has. Triggers keep what that takes
-- right for writers that know nothing of it: nodes of the previous release, an operator's own statements. An operator
-- notices that writes wait while the indexes are built, one to two seconds for a million presets, and that nodes spend
-- some minutes afterwards on giving these presets their places; until then the list is as slow as it was.

-- A preset's place in the list: its updated_at, or null from the moment it is changed until it has been quiet for a
-- while. The index holds listed_at and not updated_at, so that only the first change after a quiet time touches the
-- indexes. The presets without a place are few, and a list sorts them in.
alter table presets add column listed_at timestamptz;

create index presets_listed on presets (workspace_id, listed_at desc, id desc)
    where listed_at is not null and status <> 'archived';
create index presets_unlisted on presets (workspace_id, id) where listed_at is null;

-- How many presets of each status a workspace has: the sum of its rows. Writers only insert, so that none waits for
-- another; nodes add the rows up every few seconds.
create table preset_counts (
    workspace_id uuid not null,
    status text collate "C" not null,
    presets bigint not null
);

create index preset_counts_workspace_id on preset_counts (workspace_id);

insert into preset_counts (workspace_id, status, presets)
select workspace_id, status, count(*) from presets group by workspace_id, status;

create function presets_inserted() returns trigger language plpgsql as $$
begin
    insert into preset_counts (workspace_id, status, presets) values (new.workspace_id, new.status, 1);
    return null;
end $$;

create function presets_deleted() returns trigger language plpgsql as $$
begin
    insert into preset_counts (workspace_id, status, presets)
    select workspace_id, status, -count(*) from deleted group by workspace_id, status;
    return null;
end $$;

create function presets_moved() returns trigger language plpgsql as $$
begin
    if new.listed_at <> new.updated_at then
        new.listed_at := null;
    end if;
    if new.status <> old.status then
        insert into preset_counts (workspace_id, status, presets)
        values (old.workspace_id, old.status, -1), (new.workspace_id, new.status, 1);
    end if;
    return new;
end $$;

-- A writer that sets listed_at counts its new presets itself: once for a commit, and without what a trigger for each
-- statement would cost those that insert nothing.
create trigger presets_inserted after insert on presets
    for each row when (new.listed_at is null) execute function presets_inserted();
create trigger presets_deleted after delete on presets
    referencing old table as deleted for each statement execute function presets_deleted();
-- One trigger for both, and before the update, costs an update the least.
create trigger presets_moved before update on presets
    for each row when (new.listed_at <> new.updated_at or new.status <> old.status)
    execute function presets_moved();

create index workspaces_created_at on workspaces (created_at, id);
