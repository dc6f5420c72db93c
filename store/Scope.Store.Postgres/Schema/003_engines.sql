-- What a server can do for hours beyond tables of ours is an engine's: decided when the schema is made, kept here. Files that are
-- called NNN_what.engine.sql are run for that engine only.

create table scope.engine (
    name text    not null,
    why  text    not null,
    one  boolean primary key default true check (one)
);

-- The tables that hours lie in. An empty one counts as no bytes, though its indexes keep a page or more. Rows are an estimate
-- of events, and null where a row is not an event.
create view scope.hour_table as
    select p.relname::text as parent, c.relname::text as leaf,
           extract(epoch from make_timestamp(left(h, 4)::integer, substr(h, 5, 2)::integer, substr(h, 7, 2)::integer, right(h, 2)::integer, 0, 0))::bigint / 3600 as hour,
           case when pg_relation_size(c.oid) = 0 then 0 else pg_total_relation_size(c.oid) end as bytes,
           case when p.relname = 'event' then greatest(c.reltuples, s.n_live_tup, 0)::bigint end as rows,
           i.inhrelid is not null and not i.inhdetachpending as is_attached, coalesce(i.inhdetachpending, false) as is_half_detached, pg_has_role(p.relowner, 'usage') as is_ours
    from pg_class p
    join pg_class c on c.relnamespace = p.relnamespace and c.relkind = 'r'
    cross join lateral substring(c.relname, '^' || p.relname || '_(\d{8}_\d\d)$') as h
    left join pg_inherits i on i.inhrelid = c.oid
    left join pg_stat_user_tables s on s.relid = c.oid
    where p.relnamespace = 'scope'::regnamespace and p.relkind = 'p' and h is not null;

-- What a chart adds up, from one time to another; steps tells how coarse it may be.
create function scope.chart_rows(of_sort smallint, since timestamptz, until timestamptz, step interval)
returns table (at timestamptz, count bigint, errors bigint, nanos bigint, longest_nanos bigint, cpu_nanos bigint, gc_nanos bigint, allocated_bytes bigint, exceptions bigint) language sql stable as $$
    select m.minute, m.count, m.errors, m.nanos, m.longest_nanos, m.cpu_nanos, m.gc_nanos, m.allocated_bytes, m.exceptions
    from scope.minute m where m.sort = of_sort and m.minute >= since and m.minute < until
$$;

-- An hour may have events and no loose entries, whose table has been dropped as an empty one: it is packed all the same.

create or replace function scope.hold_hour(hour bigint) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    parent text;
begin
    foreach parent in array array['event', 'loose'] loop
        if to_regclass('scope.' || scope.leaf(parent, hour)) is not null then execute format('lock table scope.%I in share row exclusive mode', scope.leaf(parent, hour)); end if;
    end loop;
    return to_regclass('scope.' || scope.leaf('event', hour)) is not null;
end $$;

create or replace function scope.empty_hour(hour bigint) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    parent text;
begin
    foreach parent in array array['event', 'loose'] loop
        if to_regclass('scope.' || scope.leaf(parent, hour)) is not null then execute format('truncate table scope.%I', scope.leaf(parent, hour)); end if;
    end loop;
end $$;
