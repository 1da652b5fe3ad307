-- Who is signed in to the web console. An operator notices nothing: the table is new.

-- hash is the SHA-256 of what the browser has. A session ends with its row, at the latest twelve hours after
-- created_at.
create table console_sessions (
    hash text not null,
    key_hash text not null references api_keys (hash) on delete cascade,
    created_at integer not null,
    constraint console_sessions_pkey primary key (hash)
) strict;

-- For the end of a workspace, which ends its keys.
create index console_sessions_key_hash on console_sessions (key_hash);

-- For the removal of sessions that are over.
create index console_sessions_created_at on console_sessions (created_at);
