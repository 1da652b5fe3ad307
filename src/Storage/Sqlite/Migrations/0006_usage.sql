-- How often each version of a preset was used: the requests of a day (UTC) by the class of the status they were
-- answered with. The node counts in memory and adds what it has counted every few seconds.
-- An operator notices nothing: both tables are new. What is older than Presets:UsageDays is removed.

-- day is a text, such as 2026-04-20.
create table preset_usage (
    preset_id blob not null,
    day text not null,
    version integer not null,
    success integer not null,
    redirect integer not null,
    client_error integer not null,
    server_error integer not null,
    cancelled integer not null,
    first_used_at integer not null,
    last_used_at integer not null,
    constraint preset_usage_pkey primary key (preset_id, day, version)
) strict;

-- For the removal of old days.
create index preset_usage_day on preset_usage (day);

-- The last batch of counts that each process of a node has added, so that one whose outcome was not known is not added
-- twice. A row outlives its process, and is removed with the counts of its day.
create table usage_handovers (
    id blob not null,
    sequence integer not null,
    at integer not null,
    constraint usage_handovers_pkey primary key (id)
) strict;
