-- What Orleans' ADO.NET providers need: the membership of the cluster, the state of grains that exist only in the
-- cluster, and the statements they read from orleansquery and run. An operator notices one row per silo in
-- orleans_membership; Orleans removes the rows of dead silos by itself.

create table orleansquery (
    querykey text not null,
    querytext text not null,
    constraint orleansquery_pkey primary key (querykey)
);

-- One row a cluster. Every change of the membership raises the version; a writer that has seen an older one is refused.
create table orleans_membership_version (
    deployment_id text not null,
    version integer not null default 0,
    changed_at timestamptz not null default now(),
    constraint orleans_membership_version_pkey primary key (deployment_id)
);

create table orleans_membership (
    deployment_id text not null,
    address text not null,
    port integer not null,
    generation integer not null,
    silo_name text not null,
    host_name text not null,
    status integer not null,
    proxy_port integer not null,
    suspect_times text,
    start_time timestamptz not null,
    i_am_alive_time timestamptz not null,
    constraint orleans_membership_pkey primary key (deployment_id, address, port, generation),
    constraint orleans_membership_deployment_id_fkey
        foreign key (deployment_id) references orleans_membership_version (deployment_id)
);

-- The key has the whole identity of the grain: the hashes alone may collide.
create table orleans_grain_state (
    service_id text not null,
    grain_type text not null,
    grain_n0 bigint not null,
    grain_n1 bigint not null,
    grain_extension text not null,
    payload bytea,
    version integer not null,
    modified_at timestamptz not null,
    constraint orleans_grain_state_pkey primary key (service_id, grain_type, grain_n0, grain_n1, grain_extension)
);

insert into orleansquery (querykey, querytext) values
('InsertMembershipVersionKey', $query$
    with made as (
        insert into orleans_membership_version (deployment_id) values (@DeploymentId)
        on conflict on constraint orleans_membership_version_pkey do nothing
        returning 1
    )
    select exists (select from made)
$query$),
('InsertMembershipKey', $query$
    with raised as (
        update orleans_membership_version v
        set version = v.version + 1, changed_at = now()
        where v.deployment_id = @DeploymentId
            and v.version = @Version
            and not exists (
                select from orleans_membership m
                where m.deployment_id = @DeploymentId and m.address = @Address
                    and m.port = @Port and m.generation = @Generation)
        returning v.deployment_id
    ),
    made as (
        insert into orleans_membership (
            deployment_id, address, port, generation, silo_name, host_name, status, proxy_port,
            start_time, i_am_alive_time)
        select r.deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort,
            @StartTime, @IAmAliveTime
        from raised r
        returning 1
    )
    select exists (select from made)
$query$),
('UpdateMembershipKey', $query$
    with raised as (
        update orleans_membership_version v
        set version = v.version + 1, changed_at = now()
        where v.deployment_id = @DeploymentId
            and v.version = @Version
            and exists (
                select from orleans_membership m
                where m.deployment_id = @DeploymentId and m.address = @Address
                    and m.port = @Port and m.generation = @Generation)
        returning v.deployment_id
    ),
    changed as (
        update orleans_membership m
        set status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
        from raised r
        where m.deployment_id = r.deployment_id
            and m.address = @Address and m.port = @Port and m.generation = @Generation
        returning 1
    )
    select exists (select from changed)
$query$),
('UpdateIAmAlivetimeKey', $query$
    update orleans_membership
    set i_am_alive_time = @IAmAliveTime
    where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
$query$),
('MembershipReadRowKey', $query$
    select v.version as "Version", m.address as "Address", m.port as "Port", m.generation as "Generation",
        m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status", m.proxy_port as "ProxyPort",
        m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.i_am_alive_time as "IAmAliveTime"
    from orleans_membership_version v
    left join orleans_membership m
        on m.deployment_id = v.deployment_id and m.address = @Address and m.port = @Port and m.generation = @Generation
    where v.deployment_id = @DeploymentId
$query$),
('MembershipReadAllKey', $query$
    select v.version as "Version", m.address as "Address", m.port as "Port", m.generation as "Generation",
        m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status", m.proxy_port as "ProxyPort",
        m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.i_am_alive_time as "IAmAliveTime"
    from orleans_membership_version v
    left join orleans_membership m on m.deployment_id = v.deployment_id
    where v.deployment_id = @DeploymentId
$query$),
('GatewaysQueryKey', $query$
    select m.address as "Address", m.proxy_port as "ProxyPort", m.generation as "Generation"
    from orleans_membership m
    where m.deployment_id = @DeploymentId and m.status = @Status and m.proxy_port > 0
$query$),
('DeleteMembershipTableEntriesKey', $query$
    with members as (delete from orleans_membership where deployment_id = @DeploymentId)
    delete from orleans_membership_version where deployment_id = @DeploymentId
$query$),
-- 6 is Orleans' SiloStatus.Dead.
('CleanupDefunctSiloEntriesKey', $query$
    delete from orleans_membership
    where deployment_id = @DeploymentId and status = 6 and i_am_alive_time < @IAmAliveTime
$query$),
('ReadFromStorageKey', $query$
    select s.payload as "PayloadBinary", now() at time zone 'utc', s.version as "Version"
    from orleans_grain_state s
    where s.service_id = @ServiceId and s.grain_type = @GrainTypeString
        and s.grain_n0 = @GrainIdN0 and s.grain_n1 = @GrainIdN1
        and s.grain_extension = coalesce(@GrainIdExtensionString, '')
$query$),
-- Answers the version that is stored now. The provider takes the version that it has already seen as the sign that
-- somebody else was first.
('WriteToStorageKey', $query$
    with written as (
        insert into orleans_grain_state as s (
            service_id, grain_type, grain_n0, grain_n1, grain_extension, payload, version, modified_at)
        select @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''),
            @PayloadBinary, 1, now()
        where @GrainStateVersion::integer is null
        on conflict on constraint orleans_grain_state_pkey do nothing
        returning s.version
    ),
    changed as (
        update orleans_grain_state s
        set payload = @PayloadBinary, version = s.version + 1, modified_at = now()
        where s.service_id = @ServiceId and s.grain_type = @GrainTypeString
            and s.grain_n0 = @GrainIdN0 and s.grain_n1 = @GrainIdN1
            and s.grain_extension = coalesce(@GrainIdExtensionString, '') and s.version = @GrainStateVersion::integer
        returning s.version
    )
    select coalesce((select version from written), (select version from changed), @GrainStateVersion::integer)
        as "NewGrainStateVersion"
$query$),
('ClearStorageKey', $query$
    update orleans_grain_state s
    set payload = null, version = s.version + 1, modified_at = now()
    where s.service_id = @ServiceId and s.grain_type = @GrainTypeString
        and s.grain_n0 = @GrainIdN0 and s.grain_n1 = @GrainIdN1
        and s.grain_extension = coalesce(@GrainIdExtensionString, '') and s.version = @GrainStateVersion::integer
    returning s.version as "NewGrainStateVersion"
$query$),
('DeleteStorageKey', $query$
    delete from orleans_grain_state s
    where s.service_id = @ServiceId and s.grain_type = @GrainTypeString
        and s.grain_n0 = @GrainIdN0 and s.grain_n1 = @GrainIdN1
        and s.grain_extension = coalesce(@GrainIdExtensionString, '') and s.version = @GrainStateVersion::integer
    returning s.version + 1 as "NewGrainStateVersion"
$query$);
