-- Lists of presets read one page and a count, however many presets a workspace has. Triggers keep what that takes, so
-- that it is right whoever writes: an operator's own statements too. An operator notices that the first start takes
-- some seconds longer for a million presets, and that the node spends some minutes afterwards on giving these presets
-- their places; until then the list is as slow as it was.

-- A preset's place in the list: its updated_at, or null from the moment it is changed until it has been quiet for a
-- while. The index holds listed_at and not updated_at, so that only the first change after a quiet time touches the
-- indexes. The presets without a place are few, and a list sorts them in.
alter table presets add column listed_at integer;

create index presets_listed on presets (workspace_id, listed_at desc, id desc)
    where listed_at is not null and status <> 'archived';
create index presets_unlisted on presets (workspace_id, id) where listed_at is null;

-- How many presets of each status a workspace has: the sum of its rows, of which there is one here.
create table preset_counts (
    workspace_id blob not null,
    status text not null,
    presets integer not null
) strict;

create index preset_counts_workspace_id on preset_counts (workspace_id);

insert into preset_counts (workspace_id, status, presets)
select workspace_id, status, count(*) from presets group by workspace_id, status;

create trigger presets_inserted after insert on presets
begin
    insert into preset_counts (workspace_id, status, presets)
    select new.workspace_id, new.status, 0
    where not exists (select 1 from preset_counts where workspace_id = new.workspace_id and status = new.status);
    update preset_counts set presets = presets + 1 where workspace_id = new.workspace_id and status = new.status;
end;

create trigger presets_deleted after delete on presets
begin
    update preset_counts set presets = presets - 1 where workspace_id = old.workspace_id and status = old.status;
    delete from preset_counts where workspace_id = old.workspace_id and status = old.status and presets = 0;
end;

create trigger presets_status_changed after update of status on presets when new.status <> old.status
begin
    update preset_counts set presets = presets - 1 where workspace_id = old.workspace_id and status = old.status;
    insert into preset_counts (workspace_id, status, presets)
    select new.workspace_id, new.status, 0
    where not exists (select 1 from preset_counts where workspace_id = new.workspace_id and status = new.status);
    update preset_counts set presets = presets + 1 where workspace_id = new.workspace_id and status = new.status;
end;

create trigger presets_moved after update of updated_at on presets when new.listed_at <> new.updated_at
begin
    update presets set listed_at = null where id = new.id;
end;

create index workspaces_created_at on workspaces (created_at, id);
