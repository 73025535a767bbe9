-- 49 further bureaus with their hats and organisations; the organisations of bureau 0 as well, whose people are real.
insert into bench.bureau select k, md5('bureau' || k)::uuid from generate_series(1, 49) k;
insert into app.bureau (id, name) select id, 'Reviewbureau ' || k from bench.bureau where k > 0;
insert into bench.hat select k, role, j, md5('hat' || k || role || j)::uuid
from generate_series(1, 49) k cross join (values ('CO', 3), ('CH', 2), ('SE', 2), ('PM', 8), ('QA', 1)) r (role, many) cross join lateral generate_series(0, many - 1) j;
insert into app.person (id, account_sealed, public_key, public_key_mac) select md5('person' || id)::uuid, '\x00', sha256(id::text::bytea), '\x00' from bench.hat where k > 0;
insert into app.membership (id, person_id, bureau_id, role, state, account_sealed)
select h.id, md5('person' || h.id)::uuid, b.id, h.role, 'active', '\x00' from bench.hat h join bench.bureau b on b.k = h.k where h.k > 0;
-- Those who led later cases and have left since; nobody opens their names.
insert into bench.hat select k, role, j, md5('hat' || k || role || j)::uuid
from generate_series(0, 49) k cross join (values ('CO', 3), ('CH', 2), ('SE', 2), ('PM', 8), ('QA', 1)) r (role, many) cross join lateral generate_series(many, many * 10 - 1) j;
insert into app.person (id, account_sealed, public_key, public_key_mac)
select md5('person' || h.id)::uuid, '\x00', sha256(h.id::text::bytea), '\x00' from bench.hat h where not exists (select from app.membership m where m.id = h.id);
insert into app.membership (id, person_id, bureau_id, role, state, account_sealed, until)
select h.id, md5('person' || h.id)::uuid, b.id, h.role, 'ended', '\x00', now() from bench.hat h join bench.bureau b on b.k = h.k where not exists (select from app.membership m where m.id = h.id);
insert into bench.organisation select k, j, md5('organisation' || k || '|' || j)::uuid, md5('contact' || k || '|' || j)::uuid from generate_series(0, 49) k cross join generate_series(0, 11) j;
insert into app.organisation (id, bureau_id, name, kind) select o.id, b.id, 'Organisatie ' || o.j, 1 from bench.organisation o join bench.bureau b on b.k = o.k;
insert into app.membership (id, bureau_id, organisation_id, role, state, account_sealed)
select o.contact, b.id, o.id, 'AC', 'invited', '\x00' from bench.organisation o join bench.bureau b on b.k = o.k;
