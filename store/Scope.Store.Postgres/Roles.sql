-- Who may do what; run at each "store init", as the roles may have been made since.
--   scope_writer ships recordings and packs them: an agent in production needs no more.
--   scope_reader reads.
-- Grant one of them to the user that connects: grant scope_writer to shop_agent;
do $$
declare
    wanted text;
begin
    foreach wanted in array array['scope_writer', 'scope_reader'] loop
        if not exists (select from pg_roles where rolname = wanted) then execute format('create role %I nologin', wanted); end if;
    end loop;
end $$;

grant usage on schema scope to scope_writer, scope_reader;
grant select on all tables in schema scope to scope_writer, scope_reader;
grant insert on scope.recording, scope.text, scope.lasting, scope.loose, scope.packed, scope.event, scope.batch, scope.minute to scope_writer;
grant update on scope.recording, scope.text, scope.minute to scope_writer;
grant delete on scope.text, scope.lasting, scope.minute to scope_writer;
grant execute on all functions in schema scope to scope_writer;
