//! All SQL of duplicates. Marks are written and compared by functions; no statement of ours reads one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Bool, Integer, Text, Timestamptz, Uuid as SqlUuid};

use super::{Order, OwnAlike, Pair, Question, Side};
use crate::db::schema::app::{bureau, case_file, case_party, merge_question, record, record_pair};
use crate::ids::{BureauId, CaseId, MembershipId, PairId, RecordId};
use crate::tx::{Cursor, Refused, exactly_one};

pub(super) fn record_of(db: &mut PgConnection, case: CaseId) -> Result<Option<RecordId>, Refused> {
    Ok(record::table.filter(record::case_id.eq(case)).select(record::id).first(db).optional()?)
}

pub(super) fn place_marks(db: &mut PgConnection, of: RecordId, marks: &[(&str, i32, Vec<u8>)]) -> Result<(), Refused> {
    let (kinds, persons): (Vec<&str>, Vec<i32>) = marks.iter().map(|(kind, person, _)| (*kind, *person)).unzip();
    let hashes: Vec<&[u8]> = marks.iter().map(|(.., hash)| hash.as_slice()).collect();
    diesel::sql_query("select sec.place_marks($1, $2, $3, $4)").bind::<SqlUuid, _>(of).bind::<Array<Text>, _>(kinds).bind::<Array<Integer>, _>(persons).bind::<Array<Binary>, _>(hashes).execute(db)?;
    Ok(())
}

/// Cases of the own bureau whose marks agree, as far as the hat sees them.
pub(super) fn own_alike(db: &mut PgConnection, marks: &[(&str, i32, Vec<u8>)], kinds: &[&str], weights: &[i32], threshold: i32) -> Result<Vec<OwnAlike>, Refused> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = SqlUuid)]
        found_case: CaseId,
    }
    let (of, persons): (Vec<&str>, Vec<i32>) = marks.iter().map(|(kind, person, _)| (*kind, *person)).unzip();
    let hashes: Vec<&[u8]> = marks.iter().map(|(.., hash)| hash.as_slice()).collect();
    let found: Vec<Found> = diesel::sql_query("select found_case from sec.own_alike($1, $2, $3, $4, $5, $6)").bind::<Array<Text>, _>(of).bind::<Array<Integer>, _>(persons).bind::<Array<Binary>, _>(hashes)
        .bind::<Array<Text>, _>(kinds).bind::<Array<Integer>, _>(weights).bind::<Integer, _>(threshold).load(db)?;
    let cases: Vec<CaseId> = found.into_iter().map(|one| one.found_case).collect();
    let rows: Vec<(CaseId, String, String)> = case_file::table.filter(case_file::id.eq_any(&cases)).order(case_file::number.desc()).select((case_file::id, case_file::number, case_file::state)).load(db)?;
    Ok(rows.into_iter().map(|(case, number, state)| OwnAlike { case, number, state }).collect())
}

pub(super) fn pair_records(db: &mut PgConnection, kinds: &[&str], weights: &[i32], threshold: i32, at_most: i32) -> Result<usize, Refused> {
    #[derive(QueryableByName)]
    struct Done {
        #[diesel(sql_type = Integer)]
        done: i32,
    }
    let found: Done = diesel::sql_query("select sec.pair_records($1, $2, $3, $4) as done").bind::<Array<Text>, _>(kinds).bind::<Array<Integer>, _>(weights)
        .bind::<Integer, _>(threshold).bind::<Integer, _>(at_most).get_result(db)?;
    Ok(usize::try_from(found.done).unwrap_or(0))
}

type PairLine = (PairId, RecordId, RecordId, Vec<String>, i32, String, Option<String>, Option<RecordId>, DateTime<Utc>);
type SideLine = (RecordId, Option<CaseId>, Option<BureauId>, i32, Option<i32>, String);

macro_rules! pair_columns {
    () => {
        (
            record_pair::id, record_pair::first_id, record_pair::second_id, record_pair::kinds, record_pair::score, record_pair::state, record_pair::reason, record_pair::keeps_id,
            record_pair::found_at,
        )
    };
}

/// Written out, as the index is.
const RANK: &str = "(case state when 'open' then 0 when 'proposed' then 1 else 2 end)";

fn rank(state: &str) -> i32 {
    match state {
        "open" => 0,
        "proposed" => 1,
        _ => 2,
    }
}

/// So many pairs from a place on, the way one looks.
pub(super) fn pairs(db: &mut PgConnection, at: Option<&Cursor<Order>>, most: i64) -> Result<Vec<(Order, Pair)>, Refused> {
    let back = at.is_some_and(|at| at.back);
    let way = if back { "desc" } else { "asc" };
    let mut query = record_pair::table.order(sql::<Bool>(&format!("{RANK} {way}, (-score) {way}, found_at {way}, id {way}"))).limit(most).select(pair_columns!()).into_boxed();
    if let Some(Cursor { key: (rank, score, found, id), .. }) = at {
        query = query.filter(
            sql::<Bool>(&format!("({RANK}, (-score), found_at, id) {} (", if back { "<" } else { ">" })).bind::<Integer, _>(*rank).sql(", ").bind::<Integer, _>(*score).sql(", ")
                .bind::<Timestamptz, _>(*found).sql(", ").bind::<SqlUuid, _>(*id).sql(")"),
        );
    }
    let lines: Vec<PairLine> = query.load(db)?;
    let orders: BTreeMap<PairId, Order> = lines.iter().map(|line| (line.0, (rank(&line.5), -line.4, line.8, line.0))).collect();
    Ok(shown(db, lines)?.into_iter().filter_map(|pair| Some((*orders.get(&pair.id)?, pair))).collect())
}

/// One pair, if it may be seen.
pub(super) fn pair(db: &mut PgConnection, id: PairId) -> Result<Option<Pair>, Refused> {
    let lines: Vec<PairLine> = record_pair::table.find(id).select(pair_columns!()).load(db)?;
    Ok(shown(db, lines)?.pop())
}

/// With what may be told of both records.
fn shown(db: &mut PgConnection, lines: Vec<PairLine>) -> Result<Vec<Pair>, Refused> {
    let records: Vec<RecordId> = lines.iter().flat_map(|line| [line.1, line.2]).collect();
    let sides: Vec<SideLine> = record::table.filter(record::id.eq_any(&records)).select((record::id, record::case_id, record::bureau_id, record::year, record::region, record::state)).load(db)?;
    let cases: Vec<CaseId> = sides.iter().filter_map(|side| side.1).collect();
    let numbers: BTreeMap<CaseId, String> = case_file::table.filter(case_file::id.eq_any(&cases)).select((case_file::id, case_file::number)).load::<(CaseId, String)>(db)?.into_iter().collect();
    let bureaus: Vec<BureauId> = sides.iter().filter_map(|side| side.2).collect();
    let names: BTreeMap<BureauId, String> = bureau::table.filter(bureau::id.eq_any(&bureaus)).select((bureau::id, bureau::name)).load::<(BureauId, String)>(db)?.into_iter().collect();
    let ids: Vec<PairId> = lines.iter().map(|line| line.0).collect();
    let answers: Vec<(PairId, CaseId, String)> = merge_question::table.filter(merge_question::pair_id.eq_any(&ids)).select((merge_question::pair_id, merge_question::case_id, merge_question::state)).load(db)?;
    let side = |pair: PairId, of: RecordId| -> Option<Side> {
        let (record, case, bureau, year, region, state) = sides.iter().find(|side| side.0 == of)?.clone();
        Some(Side {
            record, case, case_number: case.and_then(|case| numbers.get(&case).cloned()), bureau: bureau.and_then(|bureau| names.get(&bureau).cloned()), year, region, state,
            answer: answers.iter().find(|(id, asked, _)| *id == pair && Some(*asked) == case).map(|(.., answer)| answer.clone()),
        })
    };
    Ok(lines.into_iter().filter_map(|(id, first, second, kinds, score, state, reason, keeps, _)| Some(Pair { id, kinds, score, state, reason, keeps, records: [side(id, first)?, side(id, second)?] })).collect())
}

pub(super) fn reject(db: &mut PgConnection, id: PairId, reason: &str, by: MembershipId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(record_pair::table.find(id).filter(record_pair::state.eq_any(["open", "refused"])))
        .set((record_pair::state.eq("rejected"), record_pair::reason.eq(Some(reason)), record_pair::settled_by.eq(Some(by)), record_pair::settled_at.eq(Some(at)))).execute(db)?)
}

pub(super) fn propose(db: &mut PgConnection, id: PairId, keeps: RecordId, reason: &str, by: MembershipId, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(record_pair::table.find(id).filter(record_pair::state.eq_any(["open", "refused", "rejected"])))
        .set((record_pair::state.eq("proposed"), record_pair::reason.eq(Some(reason)), record_pair::keeps_id.eq(Some(keeps)), record_pair::settled_by.eq(Some(by)), record_pair::settled_at.eq(Some(at)))).execute(db)?)
}

/// What is asked, and of whom.
pub(super) struct Asking<'a> {
    pub(super) case: CaseId,
    pub(super) other_bureau: &'a str,
    pub(super) leads: bool,
    pub(super) by: MembershipId,
    pub(super) at: DateTime<Utc>,
}

/// Asks; asked again after a refusal, the old answer makes place.
pub(super) fn ask(db: &mut PgConnection, id: PairId, asking: &Asking<'_>) -> Result<(), Refused> {
    use merge_question::{answered_at, asked_at, asked_by, case_id, leads, membership_id, other_bureau, pair_id, state};
    diesel::insert_into(merge_question::table)
        .values((pair_id.eq(id), case_id.eq(asking.case), other_bureau.eq(asking.other_bureau), leads.eq(asking.leads), state.eq("open"), asked_by.eq(asking.by), asked_at.eq(asking.at)))
        .on_conflict((pair_id, case_id)).do_update()
        .set((other_bureau.eq(asking.other_bureau), leads.eq(asking.leads), state.eq("open"), asked_by.eq(asking.by), asked_at.eq(asking.at), membership_id.eq(None::<MembershipId>), answered_at.eq(None::<DateTime<Utc>>)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// The coordinators who lead a case now, deputies too.
pub(super) fn leaders(db: &mut PgConnection, case: CaseId) -> Result<Vec<MembershipId>, Refused> {
    Ok(case_party::table.filter(case_party::case_id.eq(case)).filter(case_party::role.eq("CO")).filter(case_party::until.is_null().or(case_party::until.gt(diesel::dsl::now)))
        .select(case_party::membership_id).load(db)?)
}

/// Whether a case has come to asking organisations (T8), or further.
pub(super) fn has_asked(db: &mut PgConnection, case: CaseId) -> Result<bool, Refused> {
    let (state, left): (String, Option<String>) = case_file::table.find(case).select((case_file::state, case_file::left_state)).first(db)?;
    Ok(!matches!(left.as_deref().unwrap_or(&state), "notified" | "screening" | "not_reviewed" | "commissioned" | "preparation"))
}

/// A coordinator tells that two cases of the own bureau are one; whether there are two such records.
pub(super) fn tell_twice(db: &mut PgConnection, case: CaseId, number: &str) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Done {
        #[diesel(sql_type = Bool)]
        done: bool,
    }
    Ok(diesel::sql_query("select sec.tell_twice($1, $2) as done").bind::<SqlUuid, _>(case).bind::<Text, _>(number).get_result::<Done>(db)?.done)
}

/// The other cases of the own bureau a coordinator told to be this one: number, and whether it is `open` or `rejected`.
pub(super) fn told_twice(db: &mut PgConnection, case: CaseId) -> Result<Vec<(String, String)>, Refused> {
    #[derive(QueryableByName)]
    struct Told {
        #[diesel(sql_type = Text)]
        number: String,
        #[diesel(sql_type = Text)]
        state: String,
    }
    let found: Vec<Told> = diesel::sql_query("select number, state from sec.told_twice($1)").bind::<SqlUuid, _>(case).load(db)?;
    Ok(found.into_iter().map(|told| (told.number, told.state)).collect())
}

pub(super) fn questions(db: &mut PgConnection, case: CaseId) -> Result<Vec<Question>, Refused> {
    #[derive(QueryableByName)]
    struct Other {
        #[diesel(sql_type = SqlUuid)]
        pair_id: PairId,
        #[diesel(sql_type = SqlUuid)]
        case_id: CaseId,
        #[diesel(sql_type = Text)]
        number: String,
    }
    let lines: Vec<(PairId, String, bool, String)> = merge_question::table.filter(merge_question::case_id.eq(case)).order(merge_question::asked_at.desc())
        .select((merge_question::pair_id, merge_question::other_bureau, merge_question::leads, merge_question::state)).load(db)?;
    if lines.is_empty() {
        return Ok(vec![]);
    }
    let own: Vec<Other> = diesel::sql_query("select pair_id, case_id, number from sec.own_other_cases($1)").bind::<SqlUuid, _>(case).load(db)?;
    Ok(lines.into_iter().map(|(id, other_bureau, leads, state)| {
        let other = own.iter().find(|other| other.pair_id == id);
        Question { id, other_bureau, leads, state, own_case: other.map(|other| other.case_id), own_number: other.map(|other| other.number.clone()) }
    }).collect())
}

/// Keeps an answer; who asked.
pub(super) fn answer(db: &mut PgConnection, id: PairId, case: CaseId, state: &str, by: MembershipId, at: DateTime<Utc>) -> Result<MembershipId, Refused> {
    let asked_by = merge_question::table.find((id, case)).select(merge_question::asked_by).first(db)?;
    exactly_one(diesel::update(merge_question::table.find((id, case)).filter(merge_question::state.eq("open")))
        .set((merge_question::state.eq(state), merge_question::membership_id.eq(Some(by)), merge_question::answered_at.eq(Some(at)))).execute(db)?)?;
    Ok(asked_by)
}

pub(super) fn settle(db: &mut PgConnection, id: PairId) -> Result<String, Refused> {
    #[derive(QueryableByName)]
    struct Done {
        #[diesel(sql_type = Text)]
        done: String,
    }
    Ok(diesel::sql_query("select sec.settle_merge($1) as done").bind::<SqlUuid, _>(id).get_result::<Done>(db)?.done)
}
