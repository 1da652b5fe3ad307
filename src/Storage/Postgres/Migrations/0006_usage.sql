-- How often each version of a preset was used: the requests of a day (UTC) by the class of the status they were
-- answered with. Nodes count in memory and add what they have counted every few seconds.
-- An operator notices nothing: both tables are new. What is older than Presets:UsageDays is removed.

-- Every hand-over updates the rows of the presets in use, so pages keep room for a row's next state beside the old one
-- (a HOT update touches no index). For the same reason no index holds a count or a time.
create table preset_usage (
    preset_id uuid not null,
    day date not null,
    version integer not null,
    success bigint not null,
    redirect bigint not null,
    client_error bigint not null,
    server_error bigint not null,
    cancelled bigint not null,
    first_used_at timestamptz not null,
    last_used_at timestamptz not null,
    constraint preset_usage_pkey primary key (preset_id, day, version)
) with (fillfactor = 70);

-- For the removal of old days.
create index preset_usage_day on preset_usage (day);

-- The last batch of counts that each process of a node has added, so that one whose outcome was not known is not added
-- twice. A row outlives its process, and is removed with the counts of its day.
create table usage_handovers (
    id uuid not null,
    sequence bigint not null,
    at timestamptz not null,
    constraint usage_handovers_pkey primary key (id)
) with (fillfactor = 70);
