-- Recordings in Postgres. Each numbered file of this folder is run once, in the order of its number, in one transaction
-- with its row in scope.schema_version. Ids of events and dictionary entries are those of the recording.
--
-- What happens often comes twice: raw, one row an event, as it is shipped (event, loose), and packed, some thousand events
-- a row, once its hour is over (batch, packed). Both are cut into hours, so that an hour goes by dropping its tables.

create table scope.recording (
    id          integer generated always as identity primary key,
    name        text      not null unique,
    -- When it began, where that is told: two agents may record under one name in the same second, and must not mix.
    started_ns  bigint,
    -- Events before this one are here; it moves in the transaction that brings the rows, so none comes twice.
    next_event  bigint    not null default 0,
    -- The last dictionary entry of each sort that is here; moves in the same transaction.
    known       integer[] not null default '{}',
    ledger      jsonb     not null,
    newest_ns   bigint,
    shipped     timestamptz
);

-- What names, targets (2), methods (4) and threads (7) are called, for people and for SQL, some in a row; what text cannot
-- hold is replaced.
create table scope.text (
    recording   integer  not null,
    sort        smallint not null,
    first_id    integer  not null,
    texts       text[]   not null,
    primary key (recording, sort, first_id)
);

-- Dictionary entries as in a segment (store/FORMAT.md), with the recording's ids: consecutive ones, compressed.
-- 1 names, 2 targets, 3 modules, 4 methods, 5 code nodes, 6 stacks, 7 threads, and what was learnt of some after they were
-- shipped: 11 targets, 12 code nodes, 13 threads.
create table scope.lasting (
    recording   integer  not null,
    sort        smallint not null,
    first_id    integer  not null,
    last_id     integer  not null,
    data        bytea    not null,
    primary key (recording, sort, first_id)
);
alter table scope.lasting alter column data set storage external; -- It is compressed already, here and below.

-- The same of what belongs to an hour and goes with it: 8 flows, 9 spans, 10 payloads.
create table scope.loose (
    time_ns     bigint   not null,
    recording   integer  not null,
    sort        smallint not null,
    first_id    integer  not null,
    last_id     integer  not null,
    data        bytea    not null
) partition by range (time_ns);
alter table scope.loose alter column data set storage external;
create index loose_recording on scope.loose (recording);

create table scope.packed (like scope.loose including all) partition by range (time_ns);

-- The widest columns first, so that no byte goes into alignment.
create table scope.event (
    id          bigint   not null,
    time_ns     bigint   not null,
    value       bigint   not null,
    recording   integer  not null,
    thread      integer  not null,
    span        integer  not null,
    parent      integer  not null,
    flow        integer  not null,
    method      integer  not null,
    code_node   integer  not null,
    name        integer  not null,
    stack       integer  not null,
    payload     integer  not null,
    related     integer  not null,
    -- Unsigned in the event; above 32767 they are negative here.
    kind        smallint not null,
    flags       smallint not null,
    target      smallint not null,
    detail      smallint not null
) partition by range (time_ns);

-- Events lie in the order of time, so a block range index finds a time range in a few pages and costs writers nothing.
create index event_time on scope.event using brin (time_ns, id) with (autosummarize = on, pages_per_range = 32);

-- Flows get their numbers as they begin, so they too lie in the order of time; events without one have 0, which is apart from the
-- others in the ranges of a multi-range index.
create index event_flow on scope.event using brin (flow int4_minmax_multi_ops) with (autosummarize = on, pages_per_range = 32);

create table scope.batch (
    recording   integer        not null,
    first_id    bigint         not null,
    last_id     bigint         not null, -- All ids between are in it.
    time_from   bigint         not null,
    time_to     bigint         not null,
    kinds       bigint         not null, -- A bit for each kind in it.
    -- Flows get their numbers in the order in which they begin, so a batch has a run of them and a few older ones. An index
    -- entry for each would take more than the events do.
    flows       int4multirange not null, -- All that are in it, and a few that are not.
    methods     integer[]      not null,
    data        bytea          not null, -- The events, column by column; see BatchColumns.cs.
    primary key (recording, first_id, time_from)
) partition by range (time_from);
alter table scope.batch alter column data set storage external;
create index batch_methods on scope.batch using gin (methods) with (fastupdate = off);

-- What needs the owner's rights and is little enough to be lent to scope_writer.

create function scope.leaf(parent text, hour bigint) returns text language sql stable as
    $$ select parent || to_char(to_timestamp(hour * 3600) at time zone 'UTC', '_YYYYMMDD_HH24') $$;

create function scope.is_attached(leaf text) returns boolean language sql stable as
    $$ select exists (select from pg_inherits where inhrelid = to_regclass('scope.' || leaf) and not inhdetachpending) $$;

create function scope.attach(parent text, hour bigint) returns void language plpgsql as $$
begin
    execute format('alter table scope.%I attach partition scope.%I for values from (%s) to (%s)', parent, scope.leaf(parent, hour), hour * 3600000000000, (hour + 1) * 3600000000000);
end $$;

-- The tables that an hour is packed into. They are attached when they are full, as an index that is built at once is half as
-- large as one that grows; until then who packs writes to them by their names.
create function scope.make_packed(hour bigint) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    parent text;
begin
    foreach parent in array array['packed', 'batch'] loop
        execute format('create table if not exists scope.%I (like scope.%I including storage)', scope.leaf(parent, hour), parent);
        execute format('grant insert on scope.%I to %I', scope.leaf(parent, hour), session_user);
    end loop;
end $$;

create function scope.attach_packed(hour bigint) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    parent text;
begin
    foreach parent in array array['packed', 'batch'] loop
        if not scope.is_attached(scope.leaf(parent, hour)) then perform scope.attach(parent, hour); end if;
    end loop;
end $$;

-- Attaching takes no lock that writers wait for; "create table ... partition of" would. A table that somebody left detached
-- is attached again.
create function scope.make_hours(parents text[], hours bigint[]) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    parent text;
    hour bigint;
begin
    perform pg_advisory_xact_lock(x'5C0BE0'::int, 1);
    foreach hour in array hours loop
        foreach parent in array parents loop
            continue when scope.is_attached(scope.leaf(parent, hour));
            execute format('create table if not exists scope.%I (like scope.%I including all)', scope.leaf(parent, hour), parent);
            perform scope.attach(parent, hour);
        end loop;
    end loop;
end $$;

-- Until the end of the transaction nobody writes raw rows of this hour; they are read, and other hours written, as before.
create function scope.hold_hour(hour bigint) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    parent text;
begin
    foreach parent in array array['event', 'loose'] loop
        if to_regclass('scope.' || scope.leaf(parent, hour)) is null then return false; end if;
        execute format('lock table scope.%I in share row exclusive mode', scope.leaf(parent, hour));
    end loop;
    return true;
end $$;

-- The raw rows of an hour go; to be called in the transaction that holds it and brings the packed ones.
create function scope.empty_hour(hour bigint) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    execute format('truncate table scope.%I, scope.%I', scope.leaf('event', hour), scope.leaf('loose', hour));
end $$;

-- Drops the table of an hour; one that must be empty and is not stays, and is attached again. Where it is still attached this
-- locks the parent for an instant; who owns the tables detaches concurrently before.
create function scope.drop_hour(parent text, hour bigint, must_be_empty boolean) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    leaf text := scope.leaf(parent, hour);
    has_rows boolean;
begin
    if to_regclass('scope.' || leaf) is null then return true; end if;
    execute format('lock table scope.%I in access exclusive mode', leaf);
    if must_be_empty then
        execute format('select exists (select 1 from scope.%I)', leaf) into has_rows;
        if has_rows then
            if not scope.is_attached(leaf) then perform scope.attach(parent, hour); end if;
            return false;
        end if;
    end if;
    if scope.is_attached(leaf) then execute format('alter table scope.%I detach partition scope.%I', parent, leaf); end if;
    execute format('drop table scope.%I', leaf);
    return true;
end $$;

revoke execute on function scope.attach, scope.make_packed, scope.attach_packed, scope.make_hours, scope.hold_hour, scope.empty_hour, scope.drop_hour from public;

-- For people. What the kinds are called is filled in by the program.
create table scope.kind (
    number      smallint primary key,
    name        text     not null,
    is_duration boolean  not null
);

create view scope.text_readable as
    select t.recording, t.sort, t.first_id + u.place::integer - 1 as id, u.text from scope.text t, unnest(t.texts) with ordinality as u (text, place);

create view scope.events_readable as
    select r.name as recording, e.id, timestamptz 'epoch' + e.time_ns / 1000 * interval '1 microsecond' as time, k.name as kind,
           case when k.is_duration then e.value / 1e6 end as duration_ms, case when not k.is_duration then e.value end as value,
           n.text as name, m.text as method, h.text as thread, t.text as target,
           e.detail::integer & 65535 as detail, (e.flags & 1) <> 0 as is_error, nullif(e.span, 0) as span, nullif(e.parent, 0) as parent, nullif(e.flow, 0) as flow
    from scope.event e
    join scope.recording r on r.id = e.recording
    left join scope.kind k on k.number = e.kind
    left join scope.text_readable n on n.recording = e.recording and n.sort = 1 and n.id = e.name
    left join scope.text_readable t on t.recording = e.recording and t.sort = 2 and t.id = e.target::integer & 65535
    left join scope.text_readable m on m.recording = e.recording and m.sort = 4 and m.id = e.method
    left join scope.text_readable h on h.recording = e.recording and h.sort = 7 and h.id = e.thread;
comment on view scope.events_readable is 'Events that are still raw: those of the current hour. Older ones are packed; scope-attach query reads both.';
