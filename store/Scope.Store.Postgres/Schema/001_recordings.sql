-- Recordings in Postgres. Each file of this folder is run once, in the order of its number, in one transaction with its
-- row in scope.schema_version. Ids of events and dictionary entries are those of the recording.

create table scope.recording (
    id          bigint generated always as identity primary key,
    name        text   not null unique,
    -- Events before this one are here; it moves in the transaction that brings the rows, so none comes twice.
    next_event  bigint not null default 0,
    ledger      jsonb  not null
);

create table scope.dictionary (
    recording   bigint   not null references scope.recording on delete cascade,
    sort        smallint not null, -- 1 names, 2 targets, 3 modules, 4 methods, 5 code nodes, 6 stacks, 7 threads, 8 flows, 9 spans, 10 payloads
    id          integer  not null,
    readable    text     not null, -- For people and for SQL; what text cannot hold is replaced.
    entry       bytea    not null, -- As in a segment (store/FORMAT.md), with the recording's ids.
    primary key (recording, sort, id)
);

create table scope.event (
    recording   bigint   not null references scope.recording on delete cascade,
    id          bigint   not null,
    time_ns     bigint   not null,
    value       bigint   not null,
    kind        smallint not null,
    flags       integer  not null,
    target      integer  not null,
    detail      integer  not null,
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
    primary key (recording, id)
);

-- Events lie in the order of time, so a block range index finds a time range in a few pages and costs writers nothing.
create index event_time on scope.event using brin (time_ns);
create index event_flow on scope.event (recording, flow, id) where flow <> 0;
