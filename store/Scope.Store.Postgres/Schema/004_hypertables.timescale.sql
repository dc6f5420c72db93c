-- Hours as TimescaleDB keeps them: a chunk each, compressed when it is over. Names, stacks and payloads of an hour are
-- compressed already and only go with it. Nothing is here yet, so tables are made anew.

do $$
declare
    readable text := pg_get_viewdef('scope.events_readable');
    part text;
begin
    drop view scope.events_readable;
    foreach part in array array['event', 'loose', 'packed'] loop
        execute format('create table scope.chunked (like scope.%1$I including storage including constraints); drop table scope.%1$I; alter table scope.chunked rename to %1$I', part);
        execute format('select @extschema@.create_hypertable(%L, @extschema@.by_range(''time_ns'', 3600000000000), create_default_indexes => false)', 'scope.' || part);
    end loop;
    execute 'create view scope.events_readable as ' || readable;
end $$;
comment on view scope.events_readable is 'All events, a row each.';

create index event_time on scope.event using brin (time_ns, id) with (autosummarize = on, pages_per_range = 32);
create index event_flow on scope.event using brin (flow int4_minmax_multi_ops) with (autosummarize = on, pages_per_range = 32);
create index loose_recording on scope.loose (recording);
create index packed_recording on scope.packed (recording);

create function scope.now_ns() returns bigint language sql stable as $$ select (extract(epoch from now()) * 1000000000)::bigint $$;
select @extschema@.set_integer_now_func('scope.' || part, 'scope.now_ns') from unnest(array['event', 'loose', 'packed']) as part;

-- Of the ways to cut and order this was measured to be the smallest, and the fastest for flows: see agent/decisions/0014.
alter table scope.event set (timescaledb.compress, timescaledb.compress_segmentby = 'recording, kind', timescaledb.compress_orderby = 'flow, id, time_ns');
-- Agents do it five minutes after the hour; this is for when none is left.
select @extschema@.add_compression_policy('scope.event', compress_after => 7200000000000);

-- Minutes are added up by who ships, as everywhere; hours are added up of them by the server, so that a month is drawn from few rows.
select @extschema@.create_hypertable('scope.minute', @extschema@.by_range('minute', interval '1 day'), create_default_indexes => false);
alter table scope.minute set (timescaledb.compress, timescaledb.compress_segmentby = 'recording, sort', timescaledb.compress_orderby = 'key, minute');
select @extschema@.add_compression_policy('scope.minute', compress_after => interval '2 days');

create materialized view scope.hourly with (timescaledb.continuous, timescaledb.materialized_only = false) as
    select @extschema@.time_bucket(interval '1 hour', minute) as hour, sort, recording, key, sum(count)::bigint as count, sum(errors)::bigint as errors, sum(nanos)::bigint as nanos, max(longest_nanos) as longest_nanos,
           sum(cpu_nanos)::bigint as cpu_nanos, sum(gc_nanos)::bigint as gc_nanos, sum(allocated_bytes)::bigint as allocated_bytes, sum(exceptions)::bigint as exceptions
    from scope.minute group by 1, 2, 3, 4 with no data;
select @extschema@.add_continuous_aggregate_policy('scope.hourly', start_offset => interval '399 days', end_offset => interval '1 hour', schedule_interval => interval '10 minutes');

-- Whole hours of the range by their sums, what is left at its ends by minutes.
create or replace function scope.chart_rows(of_sort smallint, since timestamptz, until timestamptz, step interval)
returns table (at timestamptz, count bigint, errors bigint, nanos bigint, longest_nanos bigint, cpu_nanos bigint, gc_nanos bigint, allocated_bytes bigint, exceptions bigint) language plpgsql stable as $$
declare
    is_coarse boolean := extract(epoch from step)::bigint % 3600 = 0;
    first_hour timestamptz := case when is_coarse then date_trunc('hour', since + interval '1 hour' - interval '1 microsecond', 'UTC') else until end;
    last_hour timestamptz := greatest(first_hour, date_trunc('hour', until, 'UTC'));
begin
    return query select h.hour, h.count, h.errors, h.nanos, h.longest_nanos, h.cpu_nanos, h.gc_nanos, h.allocated_bytes, h.exceptions
        from scope.hourly h where h.sort = of_sort and h.hour >= first_hour and h.hour < last_hour;
    return query select m.minute, m.count, m.errors, m.nanos, m.longest_nanos, m.cpu_nanos, m.gc_nanos, m.allocated_bytes, m.exceptions
        from scope.minute m where m.sort = of_sort and m.minute >= since and m.minute < least(first_hour, until);
    return query select m.minute, m.count, m.errors, m.nanos, m.longest_nanos, m.cpu_nanos, m.gc_nanos, m.allocated_bytes, m.exceptions
        from scope.minute m where m.sort = of_sort and m.minute >= last_hour and m.minute < until;
end $$;

-- A chunk's rows that are not compressed are raw, those that are stand where batches do elsewhere.
create or replace view scope.hour_table as
    select case when part.of = 'compressed' then 'batch' else h.table_name::text end as parent, part.leaf::text as leaf, s.range_start / 3600000000000 as hour,
           case when pg_relation_size(part.oid) = 0 then 0 else pg_total_relation_size(part.oid) end as bytes,
           case when part.of = 'compressed' then z.numrows_pre_compression when h.table_name = 'event' then greatest(p.reltuples, t.n_live_tup, 0)::bigint end as rows,
           true as is_attached, false as is_half_detached, pg_has_role(p.relowner, 'usage') as is_ours
    from _timescaledb_catalog.hypertable h
    join _timescaledb_catalog.chunk c on c.hypertable_id = h.id and not c.dropped
    join _timescaledb_catalog.chunk_constraint k on k.chunk_id = c.id
    join _timescaledb_catalog.dimension_slice s on s.id = k.dimension_slice_id
    left join _timescaledb_catalog.chunk d on d.id = c.compressed_chunk_id
    left join _timescaledb_catalog.compression_chunk_size z on z.chunk_id = c.id
    cross join lateral (values ('raw', c.table_name, to_regclass(quote_ident(c.schema_name) || '.' || quote_ident(c.table_name))), ('compressed', d.table_name, to_regclass(quote_ident(d.schema_name) || '.' || quote_ident(d.table_name)))) as part (of, leaf, oid)
    join pg_class p on p.oid = part.oid
    left join pg_stat_all_tables t on t.relid = part.oid
    where h.schema_name = 'scope' and h.table_name in ('event', 'loose', 'packed');

-- What the program asks of every engine, in this one's way.

drop function scope.make_packed, scope.attach_packed, scope.drop_hour;

create or replace function scope.make_hours(parents text[], hours bigint[]) returns void language sql as $$ $$; -- Chunks come with their rows.

create function scope.chunks(parent text, hour bigint) returns setof regclass language sql stable as $$
    select @extschema@.show_chunks(('scope.' || parent)::regclass, older_than => (hour + 1) * 3600000000000, newer_than => hour * 3600000000000)
$$;

create or replace function scope.hold_hour(hour bigint) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    chunk regclass;
begin
    for chunk in select scope.chunks('loose', hour) loop execute format('lock table %s in share row exclusive mode', chunk); end loop;
    return true;
end $$;

create or replace function scope.empty_hour(hour bigint) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform @extschema@.drop_chunks('scope.loose', older_than => (hour + 1) * 3600000000000, newer_than => hour * 3600000000000);
end $$;

-- Gives how many events of the hour are compressed then.
create function scope.compress_hour(hour bigint) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform @extschema@.compress_chunk(c, if_not_compressed => true) from scope.chunks('event', hour) as c;
    return (select coalesce(sum(t.rows), 0) from scope.hour_table t where t.parent = 'batch' and t.hour = compress_hour.hour);
end $$;

-- Age in ns; null for no bound. The policy drops where no agent does.
create function scope.keep(age bigint, minute_days integer) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    part text;
    now_after bigint;
begin
    foreach part in array array['event', 'loose', 'packed'] loop
        select (j.config ->> 'drop_after')::bigint into now_after from timescaledb_information.jobs j where j.hypertable_schema = 'scope' and j.hypertable_name = part and j.proc_name = 'policy_retention';
        continue when now_after is not distinct from age;
        perform @extschema@.remove_retention_policy(('scope.' || part)::regclass, if_exists => true);
        if age is not null then perform @extschema@.add_retention_policy(('scope.' || part)::regclass, drop_after => age); end if;
    end loop;
    perform @extschema@.add_retention_policy('scope.minute', drop_after => make_interval(days => minute_days), if_not_exists => true);
    perform @extschema@.add_retention_policy('scope.hourly', drop_after => make_interval(days => minute_days), if_not_exists => true);
end $$;

create function scope.drop_before(hour bigint) returns integer language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    part text;
    gone integer := 0;
begin
    foreach part in array array['event', 'loose', 'packed'] loop
        gone := gone + (select count(*) from @extschema@.drop_chunks(('scope.' || part)::regclass, older_than => hour * 3600000000000));
    end loop;
    return gone;
end $$;

revoke execute on function scope.compress_hour, scope.keep, scope.drop_before from public;
