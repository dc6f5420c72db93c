-- A batch is kept compact, as bytes that only the program reads (data), or, where people ask by SQL, as an array for each column of
-- its events, compressed by the server: pglz, its default, makes 21.6 bytes of an event where lz4 makes 28.7, for somewhat longer reading.
-- Which it is for hours to come is the database's; each batch says itself which it is, so that both lie side by side.

alter table scope.engine add column layout text not null default 'compact';

alter table scope.batch alter column data drop not null;
alter table scope.batch add column time_ns bigint[], add column value bigint[],
    add column thread integer[], add column span integer[], add column parent integer[], add column flow integer[], add column method integer[], add column code_node integer[],
    add column name integer[], add column stack integer[], add column payload integer[], add column related integer[],
    add column kind smallint[], add column flags smallint[], add column target smallint[], add column detail smallint[];

-- Arrays are unnested by functions of their own, as the server takes any array for ten elements, and would then look each name up by
-- reading all names; strict, as it would look into what they call otherwise.
create function scope.unpack(text[]) returns table (text text, place bigint) language sql immutable strict parallel safe rows 512 as $$ select * from unnest($1) with ordinality $$;

create or replace view scope.text_readable as
    select t.recording, t.sort, t.first_id + u.place::integer - 1 as id, u.text from scope.text t, scope.unpack(t.texts) as u;

create function scope.unpack(bigint[], bigint[], integer[], integer[], integer[], integer[], integer[], integer[], integer[], integer[], integer[], integer[], smallint[], smallint[], smallint[], smallint[])
returns table (time_ns bigint, value bigint, thread integer, span integer, parent integer, flow integer, method integer, code_node integer, name integer, stack integer, payload integer, related integer, kind smallint, flags smallint, target smallint, detail smallint, place bigint)
language sql immutable strict parallel safe rows 4096 as $$ select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) with ordinality $$;

-- Events of batches that SQL can read, beside what is said of their batch.
create view scope.batch_event as
    select b.recording, b.first_id, b.last_id, b.time_from, b.time_to, b.kinds, b.flows, b.methods, b.first_id + u.place - 1 as id,
           u.time_ns, u.value, u.thread, u.span, u.parent, u.flow, u.method, u.code_node, u.name, u.stack, u.payload, u.related, u.kind, u.flags, u.target, u.detail
    from scope.batch b,
         scope.unpack(b.time_ns, b.value, b.thread, b.span, b.parent, b.flow, b.method, b.code_node, b.name, b.stack, b.payload, b.related, b.kind, b.flags, b.target, b.detail) as u
    where b.data is null;

-- Each part is joined to its recording by itself: of both together the server knows no statistics, and would expect too few events
-- to look names up by hashes.
create or replace view scope.events_readable as
    select e.recording_name as recording, e.id, timestamptz 'epoch' + e.time_ns / 1000 * interval '1 microsecond' as time, k.name as kind,
           case when k.is_duration then e.value / 1e6 end as duration_ms, case when not k.is_duration then e.value end as value,
           n.text as name, m.text as method, h.text as thread, t.text as target,
           e.detail::integer & 65535 as detail, (e.flags & 1) <> 0 as is_error, nullif(e.span, 0) as span, nullif(e.parent, 0) as parent, nullif(e.flow, 0) as flow,
           e.time_ns, e.part_from_ns, e.part_to_ns
    from (select r.name as recording_name, v.recording, v.id, v.time_ns, v.value, v.thread, v.span, v.parent, v.flow, v.method, v.name, v.kind, v.flags, v.target, v.detail, v.time_ns as part_from_ns, v.time_ns as part_to_ns
          from scope.event v join scope.recording r on r.id = v.recording
          union all
          select r.name, b.recording, b.id, b.time_ns, b.value, b.thread, b.span, b.parent, b.flow, b.method, b.name, b.kind, b.flags, b.target, b.detail, b.time_from, b.time_to
          from scope.batch_event b join scope.recording r on r.id = b.recording) as e
    left join scope.kind k on k.number = e.kind
    left join scope.text_readable n on n.recording = e.recording and n.sort = 1 and n.id = e.name
    left join scope.text_readable t on t.recording = e.recording and t.sort = 2 and t.id = e.target::integer & 65535
    left join scope.text_readable m on m.recording = e.recording and m.sort = 4 and m.id = e.method
    left join scope.text_readable h on h.recording = e.recording and h.sort = 7 and h.id = e.thread;
comment on view scope.events_readable is 'All events that are kept as rows or, where scope.engine says that the layout is sql, as arrays; scope-attach query reads those of compact batches too. Of a time range scope.events_between is quicker.';
comment on column scope.events_readable.part_from_ns is 'When the part begins that the event is kept in, and in part_to_ns when it ends: a condition on these leaves out whole parts.';

create function scope.ns(at timestamptz) returns bigint language sql immutable parallel safe as $$ select (extract(epoch from at at time zone 'UTC') * 1000000000)::bigint $$;

-- A part is in the hour of its beginning and no longer than that, so that only those hours' tables are looked at.
create function scope.events_between(since timestamptz, until timestamptz) returns setof scope.events_readable language sql stable parallel safe as $$
    select * from scope.events_readable
    where time_ns >= scope.ns(since) and time_ns < scope.ns(until)
      and part_to_ns >= scope.ns(since) and part_from_ns < scope.ns(until) and part_from_ns >= scope.ns(since) / 3600000000000 * 3600000000000
$$;
