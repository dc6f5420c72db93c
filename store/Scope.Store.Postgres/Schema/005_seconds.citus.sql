-- A query with parameters over distributed tables is not for a function in plain SQL.
create or replace function scope.events_between(since timestamptz, until timestamptz) returns setof scope.events_readable language plpgsql stable as $$
begin
    return query select * from scope.events_readable
        where time_ns >= scope.ns(since) and time_ns < scope.ns(until)
          and part_to_ns >= scope.ns(since) and part_from_ns < scope.ns(until) and part_from_ns >= scope.ns(since) / 3600000000000 * 3600000000000;
end $$;
