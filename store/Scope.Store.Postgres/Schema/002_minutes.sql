-- What happened in each minute, computed by the agent and added up here: small enough to keep for a year, so that a month
-- can be charted when its events are long gone.

create table scope.minute (
    minute          timestamptz not null,
    recording       integer     not null,
    sort            smallint    not null, -- 1 the service as a whole, 2 a route, 3 a method, 4 a query
    key             integer     not null, -- The target, the name, the method, the name; 0 for all that were too many to be told apart.
    count           bigint      not null, -- Requests, requests, samples of CPU time, queries.
    errors          bigint      not null,
    nanos           bigint      not null, -- How long they took together.
    longest_nanos   bigint      not null,
    latencies       bigint[]    not null, -- In turn a duration in ns and how many took about as long, within 1.6 %, by rising duration.
    cpu_nanos       bigint      not null,
    gc_nanos        bigint      not null, -- How long the garbage collector held the process.
    allocated_bytes bigint      not null,
    exceptions      bigint      not null,
    primary key (recording, sort, key, minute)
);
create index minute_time on scope.minute using brin (minute);

create function scope.add_latencies(a bigint[], b bigint[]) returns bigint[] language sql immutable parallel safe as $$
    select coalesce(array_agg(x order by nanos, part), '{}') from (
        select nanos, unnest(array[nanos, times]) as x, generate_series(1, 2) as part from (
            select l[i] as nanos, sum(l[i + 1])::bigint as times
            from (values (a), (b)) as both_(l), generate_series(1, coalesce(array_length(l, 1), 0), 2) as i group by 1) as sums) as pairs
$$;

-- The duration that a share (0 to 1) of all did not exceed; null when there were none.
create function scope.quantile(latencies bigint[], share double precision) returns bigint language sql immutable parallel safe as $$
    select min(nanos) filter (where seen >= share * total) from (
        select latencies[i] as nanos, sum(latencies[i + 1]) over (order by i) as seen, sum(latencies[i + 1]) over () as total
        from generate_series(1, coalesce(array_length(latencies, 1), 0), 2) as i) as steps
$$;

create view scope.minutes_readable as
    select m.minute, r.name as recording, (array['service', 'route', 'method', 'query'])[m.sort] as sort, coalesce(d.text, '(others)') as name,
           m.count, m.errors, m.nanos / 1e6 / nullif(m.count, 0) as mean_ms, scope.quantile(m.latencies, 0.5) / 1e6 as p50_ms, scope.quantile(m.latencies, 0.99) / 1e6 as p99_ms,
           m.longest_nanos / 1e6 as longest_ms, m.cpu_nanos / 1e6 as cpu_ms, m.gc_nanos / 1e6 as gc_ms, m.allocated_bytes, m.exceptions
    from scope.minute m
    join scope.recording r on r.id = m.recording
    left join scope.text_readable d on d.recording = m.recording and d.sort = (array[2, 1, 4, 1])[m.sort] and d.id = m.key;
