-- Everything of a recording lies on one worker, so that its history is read there and its batches are shipped there whole. A
-- target's number says nothing without its recording, which is one run of it, or of several whose flows are one history.

set local citus.multi_shard_modify_mode = 'sequential'; -- They depend on each other in this transaction.
select create_reference_table('scope.kind');
select create_distributed_table('scope.event', 'recording', colocate_with => 'none', shard_count => greatest(4, 2 * (select count(*) from pg_dist_node where isactive and shouldhaveshards)::integer));
select create_distributed_table('scope.' || part, 'recording', colocate_with => 'scope.event') from unnest(array['loose', 'batch', 'packed', 'lasting', 'text', 'minute']) as part;

-- Sizes are those of the shards. Only of raw hours it matters whether they are empty; that a row takes some 96 bytes makes them
-- an estimate of events.
create or replace view scope.hour_table as
    with shards as (select d.logicalrelid, sum(z.size)::bigint as bytes from pg_dist_shard d join citus_shard_sizes() z on z.shard_id = d.shardid group by 1)
    select p.relname::text as parent, c.relname::text as leaf,
           extract(epoch from make_timestamp(left(h, 4)::integer, substr(h, 5, 2)::integer, substr(h, 7, 2)::integer, right(h, 2)::integer, 0, 0))::bigint / 3600 as hour,
           case when r.raw = 0 then 0 else coalesce(s.bytes, pg_total_relation_size(c.oid)) end as bytes,
           case when p.relname = 'event' then r.raw / 96 end as rows,
           i.inhrelid is not null and not i.inhdetachpending as is_attached, coalesce(i.inhdetachpending, false) as is_half_detached, pg_has_role(p.relowner, 'usage') as is_ours
    from pg_class p
    join pg_class c on c.relnamespace = p.relnamespace and c.relkind = 'r'
    cross join lateral substring(c.relname, '^' || p.relname || '_(\d{8}_\d\d)$') as h
    left join pg_inherits i on i.inhrelid = c.oid
    left join shards s on s.logicalrelid = c.oid
    cross join lateral (select case when p.relname not in ('event', 'loose') then null when s.bytes is null then pg_relation_size(c.oid) else citus_relation_size(c.oid) end as raw) as r
    where p.relnamespace = 'scope'::regnamespace and p.relkind = 'p' and h is not null;

-- A query with parameters over distributed tables is not for a function in plain SQL.
create or replace function scope.chart_rows(of_sort smallint, since timestamptz, until timestamptz, step interval)
returns table (at timestamptz, count bigint, errors bigint, nanos bigint, longest_nanos bigint, cpu_nanos bigint, gc_nanos bigint, allocated_bytes bigint, exceptions bigint) language plpgsql stable as $$
begin
    return query select m.minute, m.count, m.errors, m.nanos, m.longest_nanos, m.cpu_nanos, m.gc_nanos, m.allocated_bytes, m.exceptions
        from scope.minute m where m.sort = of_sort and m.minute >= since and m.minute < until;
end $$;
