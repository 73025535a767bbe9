-- Cases {from} to {to} as far as process facts go: header, parties, terms, steps, compartments, reflections, recommendations, record.
-- Case n belongs to bureau n % 50; bureau 0 is the one with real people. People come and go: after 400 cases others lead a bureau's cases.
create temporary table c on commit drop as
select n, md5('case' || n)::uuid as id, b.k, n / 50 as seq, b.id as bureau,
       co.id as co, ch.id as ch, se.id as se, qa.id as qa,
       (array['screening', 'commissioned', 'preparation', 'gathering', 'panel', 'panel', 'drafting', 'quality_review', 'follow_up', 'closed'])[1 + n / 50 % 10] as state
from generate_series({from}, {to} - 1) n
join bench.bureau b on b.k = n % 50
join bench.hat co on co.k = b.k and co.role = 'CO' and co.j = n / 50 % 3 + 3 * (n / 20000)
join bench.hat ch on ch.k = b.k and ch.role = 'CH' and ch.j = n / 50 % 2 + 2 * (n / 20000)
join bench.hat se on se.k = b.k and se.role = 'SE' and se.j = n / 50 % 2 + 2 * (n / 20000)
join bench.hat qa on qa.k = b.k and qa.role = 'QA' and qa.j = n / 20000;
analyze c;
insert into app.case_file (id, bureau_id, number, state, state_since, profile, profile_version, practice, purpose, ground, region, zone, notified_on)
select id, bureau, 'HG-' || (2015 + seq % 11) || '-' || lpad((seq / 11 + 1)::text, 4, '0'), state, now() - interval '20 days', 'full', '2026.1', false,
       'review', 'public_task', 1 + n % 10, 'european', current_date - 200 - n % 100 from c;
create temporary table p on commit drop as
select id as case_id, co as hat, 'CO' as role, '' as sector from c union all select id, ch, 'CH', '' from c union all select id, se, 'SE', '' from c
union all select id, qa, 'QA', '' from c
union all select c.id, h.id, 'PM', (array['police', 'care', 'municipality', 'shelter'])[1 + i] from c cross join generate_series(0, 3) i
          join bench.hat h on h.k = c.k and h.role = 'PM' and h.j = (c.seq + i) % 8 + 8 * (c.seq / 400);
insert into app.case_party (case_id, membership_id, role, sector, dv_expert, accepted_at, statement_signed_at)
select case_id, hat, role, sector, sector = 'shelter', now() - interval '90 days', now() - interval '90 days' from p;
insert into app.compartment (id, bureau_id, case_id, kind, epoch, first_member_id)
select md5(kind || n)::uuid, bureau, id, kind, 1, co from c cross join unnest(array['case', 'coding', 'panel', 'report', 'kin']) kind
union all select md5('reflection' || i || '|' || n)::uuid, bureau, c.id, 'reflection', 1, o.contact from c cross join generate_series(0, 3) i
          join bench.organisation o on o.k = c.k and o.j = (c.seq + i) % 12;
insert into app.compartment_member (compartment_id, membership_id, role, access)
select md5(kind || n)::uuid, co, 'CO', 'full' from c cross join unnest(array['case', 'coding', 'panel', 'report', 'kin']) kind
union all select md5(kind || n)::uuid, p.hat, p.role, 'full' from c join p on p.case_id = c.id and p.role in ('CH', 'SE') cross join unnest(array['panel', 'report']) kind
union all select md5('panel' || n)::uuid, p.hat, 'PM', 'full' from c join p on p.case_id = c.id and p.role = 'PM'
union all select md5('reflection' || i || '|' || n)::uuid, o.contact, 'AC', 'facts' from c cross join generate_series(0, 3) i
          join bench.organisation o on o.k = c.k and o.j = (c.seq + i) % 12;
insert into app.reflection (id, case_id, organisation_id, compartment_id, contact_id, state, due_on)
select gen_random_uuid(), c.id, o.id, md5('reflection' || i || '|' || n)::uuid, o.contact, (array['released', 'released', 'answered', 'invited'])[1 + i], current_date + 20
from c cross join generate_series(0, 3) i join bench.organisation o on o.k = c.k and o.j = (c.seq + i) % 12;
insert into app.relative (id, case_id, compartment_id, contact_id) select gen_random_uuid(), id, md5('kin' || n)::uuid, co from c;
insert into app.deadline (id, case_id, kind, role, started_on, due_on, done_at)
select gen_random_uuid(), id, 'screening', 'CO', current_date - 150, current_date - 120, now() - interval '125 days' from c
union all select gen_random_uuid(), id, 'panel', 'CH', current_date - 40, current_date - 10 + n % 60, null from c
union all select gen_random_uuid(), id, 'drafting', 'SE', current_date - 20, current_date + 20 + n % 30, null from c
union all select gen_random_uuid(), id, 'owner_answer', 'CO', current_date - 5, current_date + 55, null from c;
insert into app.case_step (id, case_id, step, from_state, to_state, membership_id, role, versions, at)
select gen_random_uuid(), id, step, before, after, co, 'CO', '{"profile": "2026.1"}', now() - days * interval '1 day'
from c cross join (values ('T1', null, 'notified', 190), ('T2', 'notified', 'screening', 180), ('T3', 'screening', 'commissioned', 150),
  ('T7', 'commissioned', 'preparation', 130), ('T8', 'preparation', 'gathering', 100)) t (step, before, after, days);
insert into app.milestone (case_id, name, membership_id, at)
select id, name, co, now() - interval '100 days' from c cross join unnest(array['om_contact_asked', 'screening_complete', 'om_consulted', 'decision_review',
  'conflict_checked', 'terms_adopted', 'organisations_decided', 'relatives_decided', 'relatives_asked', 'chair_accepted']) name;
insert into app.item (id, compartment_id, kind, subject_id, complete, author_id)
select md5('recommendation' || i || '|' || n)::uuid, md5('panel' || n)::uuid, 'recommendation', null::uuid, true, ch from c cross join generate_series(1, 2) i
union all select md5('section' || i || '|' || n)::uuid, md5('report' || n)::uuid, 'report-section', md5('section' || i)::uuid, true, se from c cross join generate_series(1, 4) i;
insert into app.recommendation (id, case_id, item_id, number, owner_id, state, due_on)
select gen_random_uuid(), c.id, md5('recommendation' || i || '|' || n)::uuid, i, o.id, 'adopted', current_date + 60
from c cross join generate_series(1, 2) i join bench.organisation o on o.k = c.k and o.j = (c.seq + i) % 12;
insert into app.record (id, case_id, bureau_id, practice, compartment_id, codebook, region, year)
select gen_random_uuid(), id, bureau, false, md5('coding' || n)::uuid, '2026.1', 1 + n % 10, 2026 from c;
