-- A thematic review reads what was released into earlier ones (rulings.md 31): which cases it reads, and which copies their coordinators ask their
-- organisations for. Process facts; theme, reasons and answers lie sealed in the rooms they are for.
set role hr_owner;
create table app.thematic_source (
    id uuid primary key,
    batch_id uuid not null references app.case_file,
    source_id uuid not null references app.case_file,
    -- By which the panel tells the earlier reviews apart; it learns no other.
    number integer not null check (number > 0),
    named_by uuid not null references app.membership,
    named_at timestamptz not null default now(),
    -- Nothing of this case is placed: the reason lies sealed in it.
    nothing_at timestamptz,
    dropped_at timestamptz,
    check (batch_id <> source_id),
    unique (id, batch_id, source_id),
    unique (batch_id, number)
);
create unique index thematic_source_once on app.thematic_source (batch_id, source_id) where dropped_at is null;
create index thematic_source_of_batch on app.thematic_source (batch_id);
create index thematic_source_of_source on app.thematic_source (source_id);
create table app.thematic_item (
    id uuid primary key,
    thematic_id uuid not null,
    batch_id uuid not null references app.case_file,
    source_id uuid not null references app.case_file,
    reflection_id uuid not null references app.reflection,
    compartment_id uuid not null references app.compartment,
    kind text not null check (kind in ('reflection', 'chronology-entry')),
    -- The copy with the panel of the source case, the organisation's own document it was made of, and the copy with the thematic panel.
    copy_id uuid not null references app.item,
    document_id uuid not null,
    placed_id uuid references app.item,
    state text not null default 'asked' check (state in ('asked', 'agreed', 'refused', 'placed', 'gone')),
    due_on date not null,
    shred_on date not null check (due_on < shred_on),
    asked_by uuid not null references app.membership,
    asked_at timestamptz not null default now(),
    answered_at timestamptz,
    check ((state = 'placed') = (placed_id is not null)),
    check (state = 'asked' or answered_at is not null),
    unique (thematic_id, copy_id),
    foreign key (thematic_id, batch_id, source_id) references app.thematic_source (id, batch_id, source_id)
);
create index thematic_item_of_batch on app.thematic_item (batch_id);
create index thematic_item_of_source on app.thematic_item (source_id);
create index thematic_item_of_compartment on app.thematic_item (compartment_id);
create index thematic_item_placed on app.thematic_item (placed_id) where placed_id is not null;
comment on table app.thematic_source is 'a closed case that a thematic review reads, by the number its panel knows it by';
comment on table app.thematic_item is 'a released copy whose organisation is asked whether a thematic review may read it, and what it answered';
alter table app.thematic_source enable row level security;
alter table app.thematic_source force row level security;
alter table app.thematic_item enable row level security;
alter table app.thematic_item force row level security;
create policy sec_reads on app.thematic_source for select to hr_sec using (true);
create policy sec_reads on app.thematic_item for select to hr_sec using (true);
grant select on app.thematic_source, app.thematic_item to hr_sec;

set role hr_sec;
-- Whether the hat coordinates a case.
create function sec.coordinates(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and p.role = 'CO' and (p.until is null or p.until > now())) $$;
-- Whether a source is still one: not dropped, and not settled with nothing.
create function sec.thematic_stands(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.thematic_source s where s.id = target and s.dropped_at is null and s.nothing_at is null) $$;
-- How many sources a thematic review has, and of how many it is not settled what is placed: two numbers for who sees its process.
create function sec.thematic_open(target uuid) returns table (named bigint, open bigint) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not exists (select from app.case_party p where p.case_id = target and p.membership_id = sec.hat() and (p.until is null or p.until > now()))
     and not exists (select from app.case_file f where f.id = target and sec.sees_process(f.bureau_id, f.practice)) then return; end if;
  return query select count(*), count(*) filter (where s.nothing_at is null and (
      not exists (select from app.thematic_item i where i.thematic_id = s.id and i.state = 'placed')
      or exists (select from app.thematic_item i where i.thematic_id = s.id and (i.state = 'agreed' or i.state = 'asked' and i.due_on >= current_date))))
    from app.thematic_source s where s.batch_id = target and s.dropped_at is null; end $$;
-- How far each source is, in numbers, for who coordinates the thematic review: which organisation answered what they are not told.
create function sec.thematic_counts(target uuid) returns table (thematic_id uuid, asked bigint, waiting bigint, agreed bigint, placed bigint) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as
$$ begin
  if not sec.coordinates(target) then return; end if;
  return query select i.thematic_id, count(*), count(*) filter (where i.state = 'asked' and i.due_on >= current_date), count(*) filter (where i.state in ('agreed', 'placed')), count(*) filter (where i.state = 'placed')
    from app.thematic_item i where i.batch_id = target group by i.thematic_id; end $$;
-- The coordinator of a thematic review tells that of a source what it is about; the coordinator of a source places what its organisation agreed to.
create function sec.may_place_between(target uuid, of_case uuid, of_kind text) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select case of_kind
     when 'case' then exists (select from app.thematic_source s where s.source_id = of_case and s.dropped_at is null and sec.coordinates(s.batch_id))
     when 'panel' then exists (select from app.thematic_item i where i.batch_id = of_case and i.state = 'agreed' and sec.thematic_stands(i.thematic_id) and sec.coordinates(i.source_id))
     else false end $$;
-- Whether something of a case the hat coordinates goes to a thematic review: then its name check learns whom it may not name.
create function sec.gives_to(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.thematic_item i where i.batch_id = target and i.state in ('agreed', 'placed') and sec.thematic_stands(i.thematic_id) and sec.coordinates(i.source_id)) $$;
create or replace function sec.may_place(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (
     select from app.compartment c where c.id = target and c.frozen_at is null and (c.kind <> 'kin' or not sec.left_alone(c.id)) and (
       exists (select from app.case_party p where p.case_id = c.case_id and p.membership_id = sec.hat() and (p.until is null or p.until > now()) and case c.kind
           when 'coding' then p.role in ('CO', 'CD', 'RM') when 'report' then p.role in ('CO', 'CH', 'SE', 'QA') when 'national' then p.role in ('CO', 'CH', 'SE', 'QA')
           when 'reflection' then p.role in ('CO', 'CH', 'SE') when 'kin' then p.role in ('CO', 'CH', 'SE') when 'action' then p.role in ('CO', 'CH', 'SE')
           when 'panel' then p.role in ('CO', 'CH', 'SE') when 'case' then p.role in ('CO', 'CH', 'SE') else false end)
       or exists (select from app.compartment mine join app.compartment_member m on m.compartment_id = mine.id
           where m.membership_id = sec.hat() and (m.until is null or m.until > now()) and mine.case_id = c.case_id and case c.kind
           when 'panel' then mine.kind = 'reflection' and m.role in ('AU', 'AP') when 'report' then mine.kind = 'reflection' and m.role in ('AC', 'AP')
           when 'case' then mine.kind in ('reflection', 'action') and m.role in ('AC', 'AP') else false end)
       or c.kind in ('case', 'national') and sec.role() = 'NC' and (sec.bureau() is null or sec.bureau() = c.bureau_id)
          and exists (select from app.proposal p where p.case_id = c.case_id)
       or c.kind in ('case', 'panel') and sec.role() = 'CO' and sec.may_place_between(c.id, c.case_id, c.kind))) $$;
-- A copy from an earlier review goes with the copies of the case it was placed in.
create or replace function sec.shred_due(target uuid) returns boolean language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select exists (select from app.item i join app.compartment c on c.id = i.compartment_id join app.case_file f on f.id = c.case_id
   where i.id = target and ((c.kind = 'reflection' or c.kind = 'panel' and (exists (select from app.reflection r where r.id = i.subject_id and r.case_id = c.case_id)
       or exists (select from app.thematic_item t where t.placed_id = i.id and t.batch_id = c.case_id))) and case
     when exists (select from app.case_step s where s.case_id = c.case_id and s.step = 'T16')
     then (select max(s.at) from app.case_step s where s.case_id = c.case_id and s.step = 'T16') <= now() - interval '12 months' and f.state in ('published', 'closed_unpublished', 'follow_up', 'closed')
     else sec.room_due(c.id) or c.kind = 'panel' and sec.stopped_copies_due(c.case_id) end
     or c.kind <> 'reflection' and sec.room_due(c.id))) $$;
comment on function sec.coordinates(uuid) is 'whether the hat worn coordinates a case';
comment on function sec.thematic_stands(uuid) is 'whether a source of a thematic review is still one, and not settled with nothing';
comment on function sec.thematic_open(uuid) is 'how many sources a thematic review has, and of how many it is open what is placed; for who sees its process';
comment on function sec.thematic_counts(uuid) is 'how far the sources of a thematic review are, in numbers, for who coordinates it';
comment on function sec.gives_to(uuid) is 'whether something of a case the hat coordinates goes to a thematic review';
comment on function sec.may_place_between(uuid, uuid, text) is 'what coordinators of a thematic review and of its sources may place with each other';
revoke all on function sec.coordinates(uuid), sec.thematic_stands(uuid), sec.thematic_open(uuid), sec.thematic_counts(uuid), sec.may_place_between(uuid, uuid, text), sec.gives_to(uuid) from public;
grant execute on function sec.coordinates(uuid), sec.thematic_stands(uuid), sec.gives_to(uuid) to hr_app, hr_owner;
grant execute on function sec.thematic_open(uuid), sec.thematic_counts(uuid) to hr_app;
reset role;
set role hr_owner;
create policy of_sides on app.thematic_source for select to hr_app using (sec.coordinates(batch_id) or sec.coordinates(source_id));
-- A case of another bureau is none.
create policy named on app.thematic_source for insert to hr_app with check (
    named_by = (select sec.hat()) and sec.coordinates(batch_id) and dropped_at is null and nothing_at is null and exists (select from app.case_file f where f.id = source_id and f.bureau_id = (select sec.bureau())));
create policy settled on app.thematic_source for update to hr_app using (sec.coordinates(batch_id) or sec.coordinates(source_id));
-- The coordinator of the source, and the organisation in its own room; the worker, which shreds.
create policy of_sides on app.thematic_item for select to hr_app using (
    sec.coordinates(source_id) or compartment_id in (select sec.my_open_compartments()) and sec.thematic_stands(thematic_id) or (select sec.role()) = 'worker');
create policy asked on app.thematic_item for insert to hr_app with check (
    asked_by = (select sec.hat()) and state = 'asked' and sec.coordinates(source_id) and sec.thematic_stands(thematic_id)
    and exists (select from app.reflection r where r.id = reflection_id and r.case_id = source_id and r.compartment_id = thematic_item.compartment_id));
-- Who releases answers; nobody answers for them. What was agreed to is placed by the coordinator of the source, and by nobody else; what was
-- corrected or shredded since is gone.
create policy answered on app.thematic_item for update to hr_app
    using (state in ('asked', 'agreed', 'refused') and (select sec.role()) = 'AP' and compartment_id in (select sec.my_open_compartments()) and sec.thematic_stands(thematic_id))
    with check (state in ('agreed', 'refused') and (select sec.role()) = 'AP' and compartment_id in (select sec.my_open_compartments()));
create policy placed on app.thematic_item for update to hr_app
    using (state = 'agreed' and sec.coordinates(source_id) and sec.thematic_stands(thematic_id)) with check (state in ('placed', 'gone') and sec.coordinates(source_id));
alter policy placed on app.name_token with check (sec.in_case(case_id) or sec.gives_to(case_id));
grant select, insert on app.thematic_source, app.thematic_item to hr_app;
grant update (nothing_at, dropped_at) on app.thematic_source to hr_app;
grant update (state, answered_at, placed_id) on app.thematic_item to hr_app;
