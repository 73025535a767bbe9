//! Figures 2, 6, 7 and 8: the policies as text, and what happens to that text when any of them is dropped or opened.
//!
//! For each table and each kind of caller the database itself is asked, past the program: how many rows are seen, changed, deleted,
//! and copied in. The answers stand in `tests/matrix/rows.txt`; a policy that is lost or widened changes them.

use std::collections::BTreeMap;
use std::fmt::Write;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text, Uuid as SqlUuid};
use serde_json::json;
use sha2::Digest;
use uuid::Uuid;

use crate::figure::Figures;
use crate::stand::Stand;

const FILE: &str = "tests/matrix/rows.txt";

/// Who asks: a name for the text, and a session, or one of the two contexts without.
struct Caller {
    name: String,
    handle: Option<Vec<u8>>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}
#[derive(QueryableByName)]
struct Policy {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    cmd: String,
    #[diesel(sql_type = Nullable<Text>)]
    using: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    with_check: Option<String>,
}
#[derive(QueryableByName)]
struct Hat {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = SqlUuid)]
    person: Uuid,
    #[diesel(sql_type = SqlUuid)]
    hat: Uuid,
}

/// What a fresh stand lacks: a nation, a draft, a kept answer, a report for later, a reflection whose day to be shredded has come.
fn unusual(stand: &Stand) {
    stand.superuser().batch_execute(
        "insert into app.person (id, account_sealed, public_key, public_key_mac) select md5(r)::uuid, '\\x00', sha256(r::bytea), '\\x00' from unnest(array['NC', 'RM']) r; \
         insert into app.membership (id, person_id, role, state, account_sealed) select md5(r || 'hat')::uuid, md5(r)::uuid, r, 'active', '\\x00' from unnest(array['NC', 'RM']) r; \
         insert into app.bureau (id, name, zone, calendar, language) values (md5('in earnest')::uuid, 'Reviewbureau Ernst', 'Europe/Amsterdam', 'nl', 'nl'); \
         insert into app.membership (id, bureau_id, role, state, account_sealed) values (md5('coder in earnest')::uuid, md5('in earnest')::uuid, 'CD', 'active', '\\x00'); \
         update app.case_file set practice = false where state = 'gathering'; update app.record set practice = false where case_id in (select id from app.case_file where not practice); \
         insert into app.answer_kept (key_hash, membership_id, route, status, request_hash) select sha256('a'), id, '/', 201, sha256('b') from app.membership where role = 'CO'; \
         insert into app.item_draft (item_id, compartment_id, membership_id, seen_version, revision, epoch, key_sealed, body) select distinct on (m.membership_id) i.id, c.id, m.membership_id, i.version, 1, c.epoch, '\\x00', '\\x00' from app.item i join app.compartment c on c.id = i.compartment_id \
           join app.compartment_member m on m.compartment_id = c.id where c.kind in ('reflection', 'report') order by m.membership_id, i.id; \
         update app.publication set published_on = (now() at time zone 'Europe/Amsterdam')::date + 1 where bureau_id = (select id from app.bureau where name = 'Reviewbureau B'); \
         update app.case_step set at = now() - interval '13 months' where step = 'T16' and case_id in (select c.id from app.case_file c join app.bureau b on b.id = c.bureau_id and b.name = 'Reviewbureau A')",
    ).unwrap();
    rare(stand);
    newer(stand);
}

/// What only a policy of its own lets somebody reach: a second hat, a colleague one shares nothing with, a place one has left with its key, a
/// place not born yet, a supporter, a single item of a strange place, an answer older than a day, an application that is being decided on.
fn rare(stand: &Stand) {
    stand.superuser().batch_execute(
        "create temp table a as select id from app.bureau where name = 'Reviewbureau A'; create temp table b as select id from app.bureau where name = 'Reviewbureau B'; \
         insert into app.membership (id, person_id, bureau_id, role, state, account_sealed) select md5('second hat')::uuid, m.person_id, b.id, 'QA', 'active', '\\x00' from b, app.membership m join a on a.id = m.bureau_id where m.role = 'CO' order by m.since, m.id limit 1; \
         insert into app.membership (id, bureau_id, organisation_id, role, account_sealed) select md5('colleague')::uuid, m.bureau_id, m.organisation_id, 'AU', '\\x00' from app.membership m join a on a.id = m.bureau_id where m.role = 'AP' order by m.since, m.id limit 1; \
         insert into app.compartment_member (compartment_id, membership_id, role, since, until) select c.id, m.id, 'CO', now() - interval '2 days', now() - interval '1 day' \
           from (select c.id from app.compartment c join b on b.id = c.bureau_id where c.kind = 'case' order by (select f.number from app.case_file f where f.id = c.case_id), c.id limit 1) c, app.membership m join a on a.id = m.bureau_id where m.role = 'CO'; \
         insert into app.key_grant (compartment_id, epoch, membership_id, sealed, mac) select m.compartment_id, 1, m.membership_id, '\\x00', '\\x00' from app.compartment_member m where m.until < now(); \
         insert into app.compartment (id, bureau_id, case_id, kind, epoch, first_member_id) select md5('unborn')::uuid, a.id, c.id, 'kin', 0, m.id \
           from a join app.case_file c on c.bureau_id = a.id and c.state = 'gathering', lateral (select m.id from app.membership m where m.bureau_id = a.id and m.role = 'CH' order by m.since, m.id limit 1) m; \
         insert into app.compartment_epoch (compartment_id, epoch, place_public, mac) values (md5('unborn')::uuid, 0, sha256('unborn'), '\\x00'); \
         insert into app.item (id, compartment_id, kind, placed, author_id) select md5('waits')::uuid, md5('unborn')::uuid, 'question', true, m.id from app.membership m join a on a.id = m.bureau_id where m.role = 'CO' order by m.since, m.id limit 1; \
         insert into keys.item_key (item_id, version, compartment_id, sealed) values (md5('waits')::uuid, 1, md5('unborn')::uuid, '\\x00'); \
         insert into app.membership (id, bureau_id, role, account_sealed) select md5('supporter')::uuid, a.id, 'SU', '\\x00' from a; \
         insert into app.compartment_member (compartment_id, membership_id, role, access) select m.compartment_id, md5('supporter')::uuid, 'SU', 'read' from app.compartment_member m join app.membership h on h.id = m.membership_id join a on a.id = h.bureau_id where m.role = 'RE' order by h.since, h.id limit 1; \
         insert into app.key_grant (compartment_id, epoch, membership_id, sealed, mac) select compartment_id, 1, membership_id, '\\x00', '\\x00' from app.compartment_member where role = 'SU' and membership_id = md5('supporter')::uuid; \
         insert into app.item_grant (item_id, version, membership_id, sealed, purpose, granted_by) select i.id, 1, t.id, '\\x00', 'reading', i.author_id \
           from (select i.id, i.author_id from app.item i join app.compartment c on c.id = i.compartment_id and c.kind = 'panel' join a on a.id = c.bureau_id order by (select f.number from app.case_file f where f.id = c.case_id), i.created_at, i.kind, i.id limit 1) i, \
                (select m.id from app.membership m join b on b.id = m.bureau_id where m.role = 'TA' order by m.since, m.id limit 1) t; \
         insert into app.answer_kept (key_hash, membership_id, route, status, request_hash, created_at) select sha256('old'), id, '/', 201, sha256('b'), now() - interval '2 days' from app.membership where role = 'CH'; \
         insert into app.key_grant (compartment_id, epoch, membership_id, sealed, mac) select c.id, 1, md5('colleague')::uuid, '\\x00', '\\x00' from app.compartment c join a on a.id = c.bureau_id where c.kind = 'panel' and c.epoch > 0 order by (select f.number from app.case_file f where f.id = c.case_id), c.id limit 1; \
         insert into app.compartment_member (compartment_id, membership_id, role, access) select compartment_id, membership_id, 'AU', 'read' from app.key_grant where membership_id = md5('colleague')::uuid; \
         insert into app.item_grant (item_id, version, membership_id, sealed, purpose, granted_by) select g.item_id, g.version, md5('colleague')::uuid, '\\x00', 'reading', g.granted_by \
           from app.item_grant g join app.membership m on m.id = g.membership_id join b on b.id = m.bureau_id where m.role = 'TA' limit 1; \
         insert into app.project (id, bureau_id, compartment_id, number, applicant_id, state) select md5('draft')::uuid, p.bureau_id, md5('unborn')::uuid, 'draft', p.applicant_id, 'draft' from app.project p join a on a.id = p.bureau_id; \
         insert into app.project_person (project_id, membership_id) values (md5('draft')::uuid, md5('second hat')::uuid); \
         insert into app.output_request (id, bureau_id, project_id, snapshot_id, question_id, outcome, second, purpose, reason, state, requested_by) \
           select md5('request')::uuid, r.bureau_id, p.id, r.snapshot_id, r.question_id, r.outcome, r.second, 'publication', r.reason, 'open', p.applicant_id \
           from app.output_request r join a on a.id = r.bureau_id join app.project p on p.bureau_id = a.id and p.state <> 'draft' where r.state = 'released' order by r.requested_at, r.question_id, r.id limit 1; \
         insert into app.output_check (request_id, membership_id, verdict, reason) select md5('request')::uuid, m.id, 'release', 'safe' from app.membership m join a on a.id = m.bureau_id where m.role = 'OC' and m.state = 'active'; \
         insert into app.project (id, bureau_id, compartment_id, number, applicant_id, state) select md5('weighed')::uuid, p.bureau_id, p.compartment_id, 'weighed', p.applicant_id, 'submitted' from app.project p join a on a.id = p.bureau_id where p.state <> 'draft'; \
         insert into app.project_vote (project_id, version, membership_id, vote) select md5('weighed')::uuid, 1, m.id, case row_number() over (order by m.id) when 1 then 'approve' when 2 then 'decline' else 'return' end from app.membership m join a on a.id = m.bureau_id where m.role = 'RC' and m.state = 'active' and m.person_id is not null; \
         insert into app.project (id, bureau_id, compartment_id, number, applicant_id, state) select md5('over')::uuid, p.bureau_id, md5('unborn')::uuid, 'over', p.applicant_id, 'ended' from app.project p join a on a.id = p.bureau_id where p.state = 'approved'; \
         insert into app.project_person (project_id, membership_id, signed_at) select id, applicant_id, now() from app.project where id = md5('over')::uuid; \
         insert into app.released_table (snapshot_id, question_id, outcome, cells, body, project_id) select r.snapshot_id, repeat('e', 64), 'of a project that is over', 1, '{}', md5('over')::uuid from app.output_request r join a on a.id = r.bureau_id where r.state = 'released' order by r.requested_at, r.id limit 1; \
         insert into app.released_table (snapshot_id, question_id, outcome, cells, body) select snapshot_id, repeat('f', 64), 'asked again in it', 1, '{}' from app.released_table where question_id = repeat('e', 64); \
         insert into app.table_query (snapshot_id, project_id, membership_id, outcome, answer, cost) select t.snapshot_id, p.id, p.applicant_id, t.outcome, 'repeated', 0 from app.released_table t, app.project p where t.question_id = repeat('f', 64) and p.id = md5('over')::uuid; \
         drop table a, b",
    ).unwrap();
}

/// Rows of totals, imports, pairs, records taken over, changes of projects and removals: two of each bureau's and of the nation's. And thematic reviews:
/// one within a bureau, one that no program makes, between two, so that what each side may is told apart.
fn newer(stand: &Stand) {
    stand.superuser().batch_execute(
        "create temp table hats as select right(b.name, 1) as bureau, b.id as bureau_id, m.role, (array_agg(m.id order by (exists (select from app.case_party p where p.membership_id = m.id)) desc, m.since, m.id))[1] as id \
           from app.membership m join app.bureau b on b.id = m.bureau_id where m.state = 'active' and m.person_id is not null group by b.name, b.id, m.role; \
         insert into hats values ('n', null, 'RM', md5('RMhat')::uuid); \
         create temp table managers as select * from hats where role = 'RM'; \
         insert into app.external_total (id, bureau_id, year, region, count, source, published_on, membership_id) select md5('total' || bureau)::uuid, bureau_id, 2020, 1, 5, 'a yearbook', current_date, id from managers; \
         insert into app.import (id, bureau_id, membership_id, file_mac, rows, codebook, state) select md5(s || bureau)::uuid, bureau_id, id, sha256(bureau::bytea), 1, '2026.1', case s when 'import' then 'loading' else 'uploaded' end from managers, unnest(array['import', 'brought']) s; \
         insert into app.import (id, bureau_id, membership_id, file_mac, rows, codebook, state, moved_at) select md5('forgotten' || bureau)::uuid, bureau_id, id, sha256('old'), 1, '2026.1', 'checked', now() - interval '8 days' from managers; \
         insert into app.import_mapping (register, header_mac, sealed) select coalesce(bureau_id, '00000000-0000-0000-0000-000000000000'), sha256('header'), '\\x00' from managers; \
         insert into app.record (id, bureau_id, practice, codebook, state, region, year, import_id) select md5('past' || bureau)::uuid, bureau_id, bureau_id is not null, '2026.1', 'imported', 1, 2019, md5('import' || bureau)::uuid from managers; \
         insert into app.coding (record_id, slot, membership_id, codes, final_at) select md5('past' || bureau)::uuid, 'c1', coalesce((select h.id from hats h where h.bureau_id = managers.bureau_id and h.role = 'CO'), id), '{}', now() from managers; \
         create temp table twice as select r.id, r.case_id, row_number() over (order by r.case_no) as n from app.record r join hats h on h.bureau_id = r.bureau_id and h.bureau = 'A' and h.role = 'RM' where r.case_id is not null; \
         insert into app.record_pair (id, first_id, second_id, kinds, score, state, keeps_id) select md5('pair')::uuid, least(a.id, b.id), greatest(a.id, b.id), '{region}', 5, 'proposed', a.id from twice a, twice b where a.n = 1 and b.n = 2; \
         insert into app.merge_question (pair_id, case_id, other_bureau, leads, asked_by) select md5('pair')::uuid, t.case_id, 'Reviewbureau B', t.n = 1, h.id from twice t, hats h where t.n <= 2 and h.bureau = 'A' and h.role = 'RM'; \
         insert into app.record_mark (record_id, kind, hash) select id, 'region', sha256('mark') from twice on conflict do nothing; insert into app.mark_due (record_id) select id from twice on conflict do nothing; \
         insert into app.coding_before (record_id, case_id, slot, codebook, membership_id, codes, version) select c.record_id, c.case_id, c.slot, '2025.1', c.membership_id, '{}', 1 from app.coding c where c.case_id is not null and c.slot in ('c1', 'c2'); \
         insert into app.project_change (id, project_id, kind, until, asked_by) select md5('change' || p.id)::uuid, p.id, 'renewal', current_date + 400, p.applicant_id from app.project p where p.state = 'approved'; \
         insert into app.project_change_vote (change_id, membership_id, agrees) select c.id, h.id, true from app.project_change c join app.project p on p.id = c.project_id join hats h on h.bureau_id = p.bureau_id and h.role = 'RC'; \
         insert into app.project_change (id, project_id, kind, until, state, asked_by, settled_at) select md5('agreed' || p.id)::uuid, p.id, 'renewal', current_date + 300, 'agreed', p.applicant_id, now() from app.project p where p.state = 'approved'; \
         insert into app.project_change_vote (change_id, membership_id, agrees) select c.id, m.id, true from app.project_change c join app.project p on p.id = c.project_id join app.membership m on m.bureau_id = p.bureau_id and m.role = 'RC' and m.state = 'active' and m.person_id is not null where c.state = 'agreed'; \
         insert into app.removal (id, case_id, bureau_id, subject, reason, by_membership_id) select md5('removal' || c.id)::uuid, c.id, c.bureau_id, 'v1', 'entered_twice', h.id from app.case_file c join hats h on h.bureau_id = c.bureau_id and h.role = 'CO'; \
         create temp table read_by as select (select c.id from app.case_file c join hats h on h.bureau_id = c.bureau_id and h.bureau = 'A' and h.role = 'CO' where exists (select from app.case_step s where s.case_id = c.id and s.step = 'T16') order by c.number limit 1) as adopted, \
           (select c.id from app.case_file c join hats h on h.bureau_id = c.bureau_id and h.bureau = 'A' and h.role = 'CO' where c.state = 'gathering' order by c.number limit 1) as gathering, \
           (select c.id from app.case_file c join hats h on h.bureau_id = c.bureau_id and h.bureau = 'B' and h.role = 'CO' order by c.number limit 1) as other; \
         insert into app.thematic_source (id, batch_id, source_id, number, named_by) select md5('reads')::uuid, adopted, gathering, 1, h.id from read_by, hats h where h.bureau = 'A' and h.role = 'CO'; \
         insert into app.thematic_source (id, batch_id, source_id, number, named_by) select md5('reads over')::uuid, gathering, other, 1, h.id from read_by, hats h where h.bureau = 'A' and h.role = 'CO'; \
         insert into app.thematic_item (id, thematic_id, batch_id, source_id, reflection_id, compartment_id, kind, copy_id, document_id, placed_id, state, due_on, shred_on, asked_by, answered_at) \
           select md5(w.thematic || w.n)::uuid, t.id, t.batch_id, t.source_id, r.id, r.compartment_id, 'reflection', i.id, i.id, case w.state when 'placed' then (select p.id from app.item p join app.compartment c on c.id = p.compartment_id and c.case_id = t.batch_id and c.kind = 'panel' and p.kind = 'finding' order by p.created_at, p.id limit 1) end, w.state, current_date + 10, current_date + 100, h.id, case w.state when 'asked' then null else now() end \
           from (values ('reads', '1', 'agreed', 'A'), ('reads', '2', 'placed', 'A'), ('reads over', '1', 'asked', 'B'), ('reads over', '2', 'agreed', 'B')) w (thematic, n, state, bureau) join app.thematic_source t on t.id = md5(w.thematic)::uuid \
           join hats h on h.bureau = w.bureau and h.role = 'CO', \
             lateral (select r.id, r.compartment_id from app.reflection r join hats x on x.bureau = w.bureau and x.role = 'AP' where exists (select from app.compartment_member m where m.compartment_id = r.compartment_id and m.membership_id = x.id) \
               order by r.case_id = t.source_id desc, r.created_at, r.id limit 1) r, \
             lateral (select i.id from app.item i order by i.created_at, i.kind, i.id offset w.n::integer limit 1) i; \
         insert into app.membership (id, person_id, bureau_id, role, state, account_sealed, first_confirmed_by, until) select md5('lent')::uuid, m.person_id, b.bureau_id, 'CO', 'active', '\\x00', md5('NChat')::uuid, now() + interval '30 days' \
           from hats h join app.membership m on m.id = h.id, hats b where h.bureau = 'A' and h.role = 'CO' and b.bureau = 'B' and b.role = 'CO'; \
         insert into app.loan (membership_id, from_id, bureau_id, until, lent_by) select md5('lent')::uuid, h.id, b.bureau_id, current_date + 29, md5('NChat')::uuid from hats h, hats b where h.bureau = 'A' and h.role = 'CO' and b.bureau = 'B' and b.role = 'CO'; \
         insert into app.party_answer (case_id, membership_id, answer, why) select p.case_id, p.membership_id, 'declined', 'no_time' from app.case_party p join hats h on h.id = p.membership_id and h.bureau = 'A' and h.role = 'PM' \
           order by p.case_id limit 1; \
         drop table hats, managers, twice, read_by",
    ).unwrap();
}

/// Mutants this measurement can't tell from the real thing, each with what else holds. The list only shrinks.
const LISTED: [(&str, &str); 14] = [
    ("dropped: sec_reads on app.party_answer for SELECT", "used by sec.take_on and sec.knows_elsewhere, and nobody of the stand told of an interest: the journeys nobody_raises_their_own_access and a_hold_is_of_the_person"),
    ("dropped: sec_counts on app.recovery_share for SELECT", "used by the functions of sec that count officers alone, which the stand does not call: the journey nobody_is_ended_unknowingly"),
    ("dropped: imported on app.coding_before for SELECT", "no imported record of the stand went over into a newer codebook, so none has codes from before"),
    ("opened: answered on app.question for UPDATE", "the table has no moment to be tried without looking; with looking, an update reaches only rows its caller sees"),
    ("opened: reminded on app.question for UPDATE", "the table has no moment to be tried without looking; with looking, an update reaches only rows its caller sees"),
    ("dropped: sec_merges on app.case_file for UPDATE", "used by sec.settle_merge alone, which the stand does not call: the journey one_event_notified_twice_becomes_one_record"),
    ("dropped: only_sec on app.mark_due for ALL", "used by sec.place_marks and sec.pair_records alone, which the stand does not call: the same journey"),
    ("dropped: only_sec on app.record_mark for ALL", "used by sec.place_marks and sec.pair_records alone: the same journey"),
    ("dropped: only_sec on app.record_pair for ALL", "used by sec.pair_records and sec.settle_merge alone: the same journey"),
    ("dropped: only_sec on app.merge_question for ALL", "used by sec.settle_merge alone: the same journey"),
    ("dropped: shredded_on_its_day on app.delivery for DELETE", "nothing of the stand is old enough to be shredded there: the journey of what is kept how long"),
    ("dropped: proposed on app.removal for INSERT", "only some columns may be put in, so a row copied whole is denied before the policy is asked: the journey a_wrong_person_is_removed_by_two"),
    ("opened: proposed on app.removal for INSERT", "only some columns may be put in, so a row copied whole is denied before the policy is asked: the same journey"),
    ("dropped: of_coder on app.item for UPDATE", "holds while a coding is open, and those of the stand are final: the journey two_coders_see_nothing_of_each_other"),
];

/// One session for each kind of caller: every role of both bureaus, members and others alike, made straight in the database.
fn callers(stand: &Stand) -> Vec<Caller> {
    let mut db = stand.superuser();
    let hats: Vec<Hat> = diesel::sql_query(
        "select distinct on (b.name, m.role, c.n) coalesce(right(b.name, 1), 'nation') || ' ' || m.role || case when c.n > 0 then ' of the case' else '' end as name, m.person_id as person, m.id as hat \
         from app.membership m left join app.bureau b on b.id = m.bureau_id \
         cross join lateral (select least(count(*), 1) as n from app.case_party p where p.membership_id = m.id) c \
         where m.state = 'active' and m.person_id is not null and (b.name is null or right(b.name, 1) = 'A' or m.role in ('CO', 'RM', 'TA', 'AP', 'RE')) order by b.name, m.role, c.n, m.since, m.id",
    ).load(&mut db).unwrap();
    let mut callers: Vec<Caller> = hats.into_iter().map(|hat| {
        let handle: Vec<u8> = sha2::Sha256::digest(hat.hat.as_bytes()).to_vec();
        diesel::sql_query("insert into sec.session (person_id, membership_id, family_id, handle_hash, refresh_hash, ends_at) values ($1, $2, gen_random_uuid(), sha256($3), sha256($3 || '\\x01'), now() + interval '1 day')")
            .bind::<SqlUuid, _>(hat.person).bind::<SqlUuid, _>(hat.hat).bind::<Binary, _>(&handle).execute(&mut db).unwrap();
        Caller { name: hat.name, handle: Some(handle) }
    }).collect();
    callers.push(Caller { name: "public".into(), handle: None });
    callers.push(Caller { name: "worker".into(), handle: None });
    callers
}

/// A table as the program's role may use it.
struct Table {
    place: String,
    rows: i64,
    /// Columns it may change, as `a = a, b = b`.
    changes: String,
    /// A moment it may change, to try it without looking: then only what may be changed holds, not what is seen.
    moment: Option<String>,
    /// All its rows as a JSON array, to be copied in.
    samples: String,
}

#[derive(QueryableByName)]
struct TableRow {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    changes: String,
    #[diesel(sql_type = Nullable<Text>)]
    moment: Option<String>,
}
#[derive(QueryableByName)]
struct Sample {
    #[diesel(sql_type = Text)]
    row: String,
}

fn tables(db: &mut PgConnection) -> Vec<Table> {
    let found: Vec<TableRow> = diesel::sql_query(
        "select c.oid::regclass::text as place, coalesce((select string_agg(format('%1$I = %1$I', a.attname), ', ' order by a.attnum) from pg_attribute a \
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and has_column_privilege('hr_app', c.oid, a.attnum, 'update')), '') as changes, \
           (select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.atttypid in ('timestamptz'::regtype, 'date'::regtype) \
             and has_column_privilege('hr_app', c.oid, a.attnum, 'update') order by a.attnum limit 1) as moment \
         from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('app', 'keys', 'frozen') and c.relkind = 'r' order by 1",
    ).load(db).unwrap();
    found.into_iter().map(|row| {
        let rows = diesel::sql_query(format!("select count(*) as n from {}", row.place)).get_result::<Count>(db).unwrap().n;
        // As many of each register, whatever order they were put in.
        let order = if row.place == "frozen.case_row" { "order by case_no" } else { "" };
        let sample: Sample = diesel::sql_query(format!("select coalesce(jsonb_agg(to_jsonb(x)), '[]')::text as row from (select * from {} {order} limit 400) x", row.place)).get_result(db).unwrap();
        Table { place: row.place, rows, changes: row.changes, moment: row.moment, samples: sample.row }
    }).collect()
}

/// Enters a context, in an open transaction.
fn enter(db: &mut PgConnection, caller: &Caller, worker: &[u8]) -> bool {
    let entered = match (&caller.handle, caller.name.as_str()) {
        // What a session shows of its person, bureau and hat hangs on policies too.
        (Some(handle), _) => diesel::sql_query("select 1 from sec.enter($1) e where e.account_sealed is not null and e.role <> '' and (e.bureau_id is null or e.bureau_name is not null)").bind::<Binary, _>(handle).execute(db).and_then(|rows| if rows == 1 { Ok(1) } else { Err(diesel::result::Error::NotFound) }),
        (None, "worker") => diesel::sql_query("select sec.enter_worker($1)").bind::<Binary, _>(worker).execute(db),
        (None, _) => diesel::sql_query("select sec.enter_public()").execute(db),
    };
    entered.is_ok()
}

/// What stands before what is compared but does not stand in the text: how many rows change without being looked at.
const UNSEEN: char = '|';

/// What one caller may do with one table: `see/change/delete/insert`, `-` where even asking is denied; and, after [`UNSEEN`], what changes blindly.
fn asked(db: &mut PgConnection, table: &Table) -> String {
    let mut tried = |statement: String| -> String {
        db.batch_execute("savepoint s").unwrap();
        let found = match diesel::sql_query(&statement).execute(db) {
            Ok(rows) => rows.to_string(),
            Err(why) if why.to_string().contains("permission denied") => "-".to_owned(),
            // A foreign key stops what the policy let through.
            Err(_) => "!".to_owned(),
        };
        db.batch_execute("rollback to savepoint s").unwrap();
        found
    };
    let change = if table.changes.is_empty() { "-".to_owned() } else { tried(format!("update {} set {}", table.place, table.changes)) };
    let blind = table.moment.as_ref().map(|moment| tried(format!("update {} set {moment} = now()", table.place))).unwrap_or_default();
    let delete = tried(format!("delete from {}", table.place));
    db.batch_execute("savepoint s").unwrap();
    let see = diesel::sql_query(format!("select count(*) as n from {}", table.place)).get_result::<Count>(db).map_or_else(|_| "-".to_owned(), |row| row.n.to_string());
    db.batch_execute("rollback to savepoint s").unwrap();
    // Every row is copied in once, in one round trip; what the policy lets through counts, whatever stops it then.
    db.batch_execute("savepoint s").unwrap();
    diesel::sql_query("select set_config('proof.rows', $1, true)").bind::<Text, _>(&table.samples).execute(db).unwrap();
    let tried = db.batch_execute(&format!(
        "do $$ declare r jsonb; n integer := 0; begin \
           for r in select * from jsonb_array_elements(current_setting('proof.rows')::jsonb) loop \
             begin insert into {0} select (jsonb_populate_record(null::{0}, r)).*; n := n + 1; \
             exception when insufficient_privilege then if sqlerrm not like '%row-level security%' then raise; end if; when others then n := n + 1; end; \
           end loop; perform set_config('proof.in', n::text, true); end $$", table.place));
    let let_in = tried.ok().and_then(|()| diesel::sql_query("select current_setting('proof.in')::bigint as n").get_result::<Count>(db).ok());
    db.batch_execute("rollback to savepoint s").unwrap();
    let (denied, let_in) = (let_in.is_none(), let_in.map_or(0, |row| row.n));
    format!("{see}/{change}/{delete}/{}{UNSEEN}{blind}", if denied { "-".to_owned() } else { let_in.to_string() })
}

/// Whether a bureau can still be made, its administrator invited, and a code redeemed: what the definer functions write.
fn bootstraps(stand: &Stand) -> bool {
    let mut db = stand.superuser();
    let done = db.batch_execute(
        "begin; set role hr_owner; \
         select sec.create_bureau(md5('b')::uuid, 'Proef', 'Europe/Amsterdam', 'nl', 'nl', true, md5('h')::uuid, '\\x00', md5('i')::uuid, sha256('code'), decode(repeat('00', 16), 'hex'), sha256('key'), now() + interval '1 day'); \
         set role hr_app; select sec.enter_public(); \
         select sec.begin_enrolment(id, sha256('token'), '\\x00') from sec.invitation_for(sha256('code'), null); \
         select 1 / count(*) from sec.finish_enrolment(sha256('token'), md5('p')::uuid, '\\x00', sha256('look'), sha256('pub'), '\\x00', 'nl', decode(repeat('00', 16), 'hex'), '\\x00', '\\x00', '\\x00', 1, sha256('proof')) f where f is not null; \
         select sec.open_session(md5('p')::uuid, md5('h')::uuid, sha256('handle'), sha256('refresh'), '\\x00', now() + interval '1 hour', '', sha256('proof')); \
         select 1 / count(*) from sec.enter('handle') e where e.role = 'TA' and e.bureau_name = 'Proef'").is_ok();
    let _ = db.batch_execute("rollback");
    done
}

/// Whether the definer functions still take back what was sealed: an invitation recalled, a recalled organisation's invitation shredded, a
/// coder's evidence ended; and whether somebody of a case can still evaluate it.
fn takes_back(stand: &Stand, callers: &[Caller], worker: &[u8]) -> Result<(), diesel::result::Error> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let handle = |name: &str| callers.iter().find(|caller| caller.name == name).and_then(|caller| caller.handle.as_deref()).map(hex).unwrap_or_default();
    let (administrator, coordinator, manager, worker) = (handle("A TA"), handle("A CO of the case"), handle("A RM"), hex(worker));
    let mut db = stand.superuser();
    let done = db.batch_execute(&format!(
        "begin; create temp table chosen on commit drop as select r.id, r.case_id, r.compartment_id from app.reflection r join app.item i on i.compartment_id = r.compartment_id and i.kind = 'invitation' \
           join keys.item_key k on k.item_id = i.id join app.case_party p on p.case_id = r.case_id and p.role = 'CO' join sec.session s on s.membership_id = p.membership_id and s.handle_hash = sha256('\\x{coordinator}') order by r.id limit 1; \
         grant select on chosen to hr_app; update app.import set state = 'loaded', loaded_at = now() + interval '1 hour' where id = md5('importA')::uuid; \
         set role hr_app; select 1 / count(*) from sec.enter('\\x{manager}'); select 1 / (sec.take_back_import(md5('importA')::uuid) = 'taken_back')::integer; reset role; \
         select 1 / (not exists (select from app.record where import_id = md5('importA')::uuid))::integer; \
         update app.reflection set state = 'recalled' where id in (select id from chosen); \
         set role hr_app; select 1 / count(*) from sec.enter('\\x{administrator}'); select 1 / (sec.recall_invitation(md5('colleague')::uuid) = 'recalled')::integer; reset role; \
         select 1 / (not exists (select from app.key_grant where membership_id = md5('colleague')::uuid) and not exists (select from app.item_grant where membership_id = md5('colleague')::uuid) \
           and not exists (select from app.compartment_member where membership_id = md5('colleague')::uuid and (until is null or until > now())))::integer; \
         set role hr_app; select 1 / count(*) from sec.enter('\\x{coordinator}'); select 1 / least(sec.shred_invitation(id), 1) from chosen; \
         select 1 / sec.evaluate(case_id, md5('evaluation')::uuid, '{{}}', '\\x00', 1, sha256('once'))::integer from chosen; reset role; \
         select 1 / (not exists (select from keys.item_key k join app.item i on i.id = k.item_id where i.kind = 'invitation' and i.compartment_id in (select compartment_id from chosen)))::integer; \
         update app.item_grant set purpose = 'evidence', until = null where granted_by is not null; update app.record set state = 'complete'; \
         set role hr_app; select sec.enter_worker('\\x{worker}'); select 1 / least(sec.end_evidence(), 1); reset role"));
    let _ = db.batch_execute("rollback; reset role");
    done
}

/// Whether a coordinator can still be lent to a bureau nobody acts in, takes a case on, is let in by its chair and ends: what the definer functions
/// write of it.
fn lends(stand: &Stand, callers: &[Caller]) -> Result<(), diesel::result::Error> {
    let handle = |name: &str| callers.iter().find(|caller| caller.name == name).and_then(|caller| caller.handle.as_deref()).map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()).unwrap_or_default();
    let (nation, chair, home) = (handle("nation NC"), handle("A CH of the case"), handle("B CO of the case"));
    let mut db = stand.superuser();
    let done = db.batch_execute(&format!(
        "begin; create temp table chosen on commit drop as select p.case_id, c.bureau_id, (select h.membership_id from sec.session h where h.handle_hash = sha256('\\x{home}')) as home \
           from sec.session s join app.case_party p on p.membership_id = s.membership_id and p.statement_signed_at is not null join app.case_file c on c.id = p.case_id and c.state <> 'merged' where s.handle_hash = sha256('\\x{chair}') order by c.number limit 1; \
         grant select on chosen to hr_app; update app.bureau set practice = false; \
         update app.case_party set until = now() - interval '1 day' where role = 'CO' and case_id in (select c.id from app.case_file c join chosen x on x.bureau_id = c.bureau_id); update app.case_file set state = 'gathering' where id in (select case_id from chosen); \
         set role hr_app; select 1 / count(*) from sec.enter('\\x{nation}'); select 1 / sec.lend(md5('lent here')::uuid, home, bureau_id, current_date + 30, '\\x00')::integer from chosen; reset role; \
         insert into sec.session (person_id, membership_id, family_id, handle_hash, refresh_hash, ends_at) select m.person_id, m.id, gen_random_uuid(), sha256('lent here'), sha256('again'), now() + interval '1 day' from app.membership m where m.id = md5('lent here')::uuid; \
         set role hr_app; select 1 / count(*) from sec.enter('lent here'); select 1 / (sec.take_on(case_id) = 'taken')::integer from chosen; \
         select 1 / count(*) from sec.enter('\\x{chair}'); select 1 / (select count(*) from sec.let_read(case_id, md5('lent here')::uuid)) from chosen; \
         select 1 / count(*) from sec.enter('\\x{nation}'); select 1 / (sec.end_loan(md5('lent here')::uuid) is not null)::integer; reset role; \
         select 1 / (not exists (select from app.compartment_member where membership_id = md5('lent here')::uuid and (until is null or until > now())) and not exists (select from app.case_party where membership_id = md5('lent here')::uuid and (until is null or until > now())))::integer"));
    let _ = db.batch_execute("rollback; reset role");
    done
}

/// How many rows the register's login counts.
fn counted(stand: &Stand) -> Vec<i64> {
    let mut db = PgConnection::establish(&stand.installation.register_url).unwrap();
    ["frozen.snapshot", "frozen.case_row"].iter().map(|place| diesel::sql_query(format!("select count(*) as n from {place}")).get_result::<Count>(&mut db).map_or(-1, |row| row.n)).collect()
}

/// What one caller may, in a transaction that leaves nothing behind.
fn one(worker: &[u8], caller: &Caller, table: &Table, db: &mut PgConnection) -> String {
    db.batch_execute("begin").unwrap();
    let found = if enter(db, caller, worker) { asked(db, table) } else { "no way in".to_owned() };
    db.batch_execute("rollback").unwrap();
    found
}

/// A table's paragraph of the text.
fn paragraph(table: &Table, callers: &[Caller], found: &[String]) -> String {
    let mut alike: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (caller, found) in callers.iter().zip(found) {
        alike.entry(found.split(UNSEEN).next().unwrap_or_default()).or_default().push(&caller.name);
    }
    let mut text = format!("{} ({} rows)\n", table.place, table.rows);
    for (found, who) in alike {
        writeln!(text, "  {found:<16} {}", who.join(", ")).unwrap();
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_2_6_7_8_i_1_i_3_no_policy_is_lost_or_widened_unseen() {
    let stand = Stand::new(&["gathering"]).await;
    let worker = stand.installation.folder.worker_token().unwrap();
    unusual(&stand);
    let callers = callers(&stand);
    let mut owner = stand.superuser();
    let mut app = PgConnection::establish(&stand.installation.app_url).unwrap();
    let tables = tables(&mut owner);
    let before: BTreeMap<&str, Vec<String>> = tables.iter().map(|table| (table.place.as_str(), callers.iter().map(|caller| one(&worker, caller, table, &mut app)).collect())).collect();
    let texts: Vec<String> = tables.iter().map(|table| paragraph(table, &callers, &before[table.place.as_str()])).collect();
    let now = format!("# Rows a caller sees/changes/deletes/copies in, by table, in two bureaus with the light practice case and one more that gathers.\n# The program's own role asks the database; `-` is denied altogether, `!` is stopped by a reference.\n\n{}", texts.join("\n"));
    if std::env::var_os("LERING_WRITE_MATRIX").is_some() {
        std::fs::write(FILE, &now).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    let mut figures = Figures::default();
    let differing: Vec<(&str, &str)> = kept.lines().zip(now.lines()).filter(|(old, new)| old != new).collect();
    figures.publish(2, "policy cells as text in the repository", tables.len() * callers.len() * 4, tables.len() * callers.len() * 4, "all, and as the repository says", kept == now, json!({ "tables": tables.len(), "callers": callers.len(), "acts": 4, "differs": differing.iter().take(12).collect::<Vec<_>>() }));

    // 6: what the catalogue must hold.
    let loose: Vec<Policy> = diesel::sql_query(
        "select c.oid::regclass::text as place, 'no forced row security' as name, '' as cmd, null as using, null as with_check from pg_class c join pg_namespace n on n.oid = c.relnamespace \
           where n.nspname in ('app', 'keys', 'sec', 'frozen') and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid)) \
         union all select p.oid::regprocedure::text, 'definer without a fixed path', '', null, null from pg_proc p join pg_namespace n on n.oid = p.pronamespace \
           where n.nspname in ('app', 'keys', 'sec', 'frozen') and p.prosecdef and not coalesce(p.proconfig::text like '%search_path%', false) \
         union all select p.oid::regprocedure::text, 'granted to everybody', '', null, null from pg_proc p join pg_namespace n on n.oid = p.pronamespace \
           where n.nspname in ('app', 'keys', 'sec', 'frozen') and has_function_privilege('public', p.oid, 'execute') \
         union all select c.oid::regclass::text, 'view of its owner', '', null, null from pg_class c join pg_namespace n on n.oid = c.relnamespace \
           where n.nspname in ('app', 'keys', 'sec', 'frozen') and c.relkind in ('v', 'm') and not coalesce(c.reloptions::text like '%security_invoker=true%', false)",
    ).load(&mut owner).unwrap();
    let things = diesel::sql_query("select (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('app', 'keys', 'sec', 'frozen') and c.relkind in ('r', 'v', 'm')) + \
        (select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('app', 'keys', 'sec', 'frozen')) as n").get_result::<Count>(&mut owner).unwrap().n;
    figures.publish(6, "tables, views and functions that miss a rule of the catalogue", loose.len(), things, "0 of all", loose.is_empty(), json!({ "missing": loose.iter().map(|one| format!("{}: {}", one.place, one.name)).collect::<Vec<_>>() }));

    // 7: every policy dropped, every policy opened, every grant taken away: the text must change.
    let policies: Vec<Policy> = diesel::sql_query("select format('%I.%I', schemaname, tablename) as place, policyname || ' to ' || array_to_string(roles, ',') as name, cmd, qual as using, with_check from pg_policies where schemaname in ('app', 'keys', 'frozen') order by 1, 2").load(&mut owner).unwrap();
    let (mut mutants, mut survived) = (0_u64, vec![]);
    // What the definer functions read decides elsewhere: the tables that hang on them most are asked first.
    const ASKED_FIRST: [&str; 6] = ["app.compartment", "app.item", "app.case_party", "app.membership", "app.notice", "app.case_step"];
    let counts = counted(&stand);
    assert!(counts.iter().all(|rows| *rows > 0), "{counts:?}");
    takes_back(&stand, &callers, &worker).unwrap();
    lends(&stand, &callers).unwrap();
    let red = |place: &str, everywhere: bool| {
        let mut app = PgConnection::establish(&stand.installation.app_url).unwrap();
        let mut differs = |table: &Table| callers.iter().zip(&before[table.place.as_str()]).any(|(caller, before)| one(&worker, caller, table, &mut app) != *before);
        everywhere && (!bootstraps(&stand) || takes_back(&stand, &callers, &worker).is_err() || lends(&stand, &callers).is_err()) || place.starts_with("frozen.") && counted(&stand) != counts || tables.iter().filter(|table| table.place == place).any(&mut differs)
            || everywhere && (tables.iter().filter(|table| ASKED_FIRST.contains(&table.place.as_str())).any(&mut differs) || tables.iter().any(&mut differs))
    };
    for policy in &policies {
        let (name, roles) = policy.name.split_once(" to ").unwrap();
        let using = policy.using.as_ref().map(|words| format!(" using ({words})")).unwrap_or_default();
        let with_check = policy.with_check.as_ref().map(|words| format!(" with check ({words})")).unwrap_or_default();
        mutants += 1;
        owner.batch_execute(&format!("drop policy {name} on {}", policy.place)).unwrap();
        if !red(&policy.place, name.starts_with("sec_")) { survived.push(format!("dropped: {name} on {} for {}", policy.place, policy.cmd)) }
        owner.batch_execute(&format!("create policy {name} on {} for {} to {roles}{using}{with_check}", policy.place, policy.cmd)).unwrap();
        // Those of the definer functions are open by design.
        if policy.using.as_deref() == Some("true") || policy.using.is_none() && policy.with_check.as_deref() == Some("true") { continue }
        mutants += 1;
        let open = format!("{}{}", if policy.cmd == "INSERT" { "" } else { " using (true)" }, if matches!(policy.cmd.as_str(), "SELECT" | "DELETE") { "" } else { " with check (true)" });
        owner.batch_execute(&format!("alter policy {name} on {}{open}", policy.place)).unwrap();
        if !red(&policy.place, name.starts_with("sec_")) { survived.push(format!("opened: {name} on {} for {}", policy.place, policy.cmd)) }
        owner.batch_execute(&format!("drop policy {name} on {0}; create policy {name} on {0} for {1} to {roles}{using}{with_check}", policy.place, policy.cmd)).unwrap();
    }
    #[derive(QueryableByName)]
    struct Grant {
        #[diesel(sql_type = Text)]
        place: String,
        #[diesel(sql_type = Text)]
        what: String,
    }
    let grants: Vec<Grant> = diesel::sql_query(
        "select format('%I.%I', table_schema, table_name) as place, lower(privilege_type) as what from information_schema.role_table_grants where grantee = 'hr_app' and table_schema in ('app', 'keys', 'frozen') \
         union all select format('%I.%I', g.table_schema, g.table_name), format('update (%I)', column_name) from information_schema.role_column_grants g where grantee = 'hr_app' and privilege_type = 'UPDATE' and table_schema in ('app', 'keys', 'frozen') order by 1, 2",
    ).load(&mut owner).unwrap();
    for grant in &grants {
        mutants += 1;
        owner.batch_execute(&format!("revoke {} on {} from hr_app", grant.what, grant.place)).unwrap();
        if !red(&grant.place, false) { survived.push(format!("revoked: {} on {}", grant.what, grant.place)) }
        owner.batch_execute(&format!("grant {} on {} to hr_app", grant.what, grant.place)).unwrap();
    }
    let (listed, survived): (Vec<String>, Vec<String>) = survived.into_iter().partition(|one| LISTED.iter().any(|(name, _)| name == one));
    let stale: Vec<&str> = LISTED.iter().filter(|(name, _)| !listed.iter().any(|one| one == name)).map(|(name, _)| *name).collect();
    figures.publish(7, "policies and grants whose loss or widening no test sees", survived.len(), mutants, "0", survived.is_empty(), json!({ "policies": policies.len(), "grants": grants.len(), "survived": survived, "listed": LISTED.as_slice(), "noLongerNeeded": stale }));

    // 8: forged, replayed and left-over contexts, on one backend, and under load on a small pool.
    let (mut tries, mut taken) = (0_u64, 0_u64);
    #[derive(QueryableByName)]
    struct Context {
        #[diesel(sql_type = Text)]
        who: String,
        #[diesel(sql_type = Text)]
        tag: String,
    }
    let of = |name: &str| callers.iter().find(|caller| caller.name.starts_with(name)).unwrap();
    for round in 0..500_u32 {
        app.batch_execute("begin").unwrap();
        enter(&mut app, of(if round % 2 == 0 { "A CO" } else { "B TA" }), &worker);
        let seen: Context = diesel::sql_query("select current_setting('hr.who') as who, current_setting('hr.tag') as tag").get_result(&mut app).unwrap();
        app.batch_execute("commit").unwrap();
        // Left over: the next transaction of the backend holds nothing.
        tries += 1;
        if diesel::sql_query("select count(*) as n from app.case_file").get_result::<Count>(&mut app).map_or(0, |row| row.n) > 0 { taken += 1 }
        let mut flipped = seen.tag.clone().into_bytes();
        let at = (round as usize * 7) % flipped.len().max(1);
        if let Some(byte) = flipped.get_mut(at) { *byte = if *byte == b'0' { b'1' } else { b'0' } }
        for (who, tag) in [(seen.who.clone(), seen.tag.clone()), (seen.who.replace("CO", "TA"), seen.tag.clone()), (seen.who.clone(), String::from_utf8(flipped).unwrap()), (format!("{}|worker", seen.who), seen.tag.clone())] {
            tries += 1;
            app.batch_execute("begin").unwrap();
            let _ = diesel::sql_query("select set_config('hr.who', $1, true), set_config('hr.tag', $2, true)").bind::<Text, _>(who).bind::<Text, _>(tag).execute(&mut app);
            if diesel::sql_query("select count(*) as n from app.case_file").get_result::<Count>(&mut app).is_ok_and(|row| row.n > 0) { taken += 1 }
            app.batch_execute("rollback").unwrap();
        }
    }
    // Two bureaus on a pool of two: nobody ever sees the other's cases.
    let pool = lering::db::pool(&stand.installation.app_url, 2).unwrap();
    let (a, b) = (of("A CO").handle.clone().unwrap(), of("B CO").handle.clone().unwrap());
    let mut threads = vec![];
    for thread in 0..8 {
        let (pool, handle) = (pool.clone(), if thread % 2 == 0 { a.clone() } else { b.clone() });
        threads.push(std::thread::spawn(move || {
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..250 {
                let mut db = pool.get().unwrap();
                let n = db.transaction::<i64, diesel::result::Error, _>(|db| {
                    diesel::sql_query("select * from sec.enter($1)").bind::<Binary, _>(&handle).execute(db)?;
                    Ok(diesel::sql_query("select count(distinct bureau_id) as n from app.case_file").get_result::<Count>(db)?.n)
                }).unwrap();
                seen.insert(n);
            }
            seen
        }));
    }
    for thread in threads {
        tries += 250;
        if thread.join().unwrap().into_iter().any(|n| n != 1) { taken += 1 }
    }
    figures.publish(8, "forged, replayed or left-over contexts accepted", taken, tries, "0", taken == 0, json!({ "onOneBackend": 2500, "onAPoolOfTwo": 2000 }));
}
