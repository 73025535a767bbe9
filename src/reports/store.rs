//! All SQL of reports: passages, evaluations, publications.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::Value;

use crate::db::schema::app::{evaluation, passage, publication};
use crate::ids::{BureauId, CaseId, CompartmentId, ItemId, MembershipId, PassageId, ReportId};
use crate::tx::{Refused, exactly_one};

/// A passage's process.
#[derive(Clone, Debug, Queryable)]
pub(super) struct PassageRow {
    pub(super) id: PassageId,
    pub(super) case: CaseId,
    pub(super) compartment: CompartmentId,
    pub(super) item: ItemId,
    pub(super) about: String,
    pub(super) state: String,
    pub(super) reply: Option<String>,
    pub(super) settled: Option<String>,
    pub(super) due_on: NaiveDate,
}

macro_rules! columns {
    () => {
        (passage::id, passage::case_id, passage::compartment_id, passage::item_id, passage::about, passage::state, passage::reply, passage::settled, passage::due_on)
    };
}

#[expect(clippy::too_many_arguments, reason = "one row's columns")]
pub(super) fn insert_passage(db: &mut PgConnection, id: PassageId, case: CaseId, within: CompartmentId, item: ItemId, about: &str, due: NaiveDate, by: MembershipId) -> Result<(), Refused> {
    diesel::insert_into(passage::table)
        .values((
            passage::id.eq(id), passage::case_id.eq(case), passage::compartment_id.eq(within), passage::item_id.eq(item), passage::about.eq(about), passage::due_on.eq(due),
            passage::placed_by.eq(by),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn passage(db: &mut PgConnection, id: PassageId) -> Result<PassageRow, Refused> {
    Ok(passage::table.find(id).for_update().select(columns!()).first(db)?)
}

pub(super) fn passages_of(db: &mut PgConnection, within: CompartmentId) -> Result<Vec<PassageRow>, Refused> {
    Ok(passage::table.filter(passage::compartment_id.eq(within)).order(passage::placed_at).select(columns!()).load(db)?)
}

pub(super) fn passages_of_case(db: &mut PgConnection, case: CaseId) -> Result<Vec<PassageRow>, Refused> {
    Ok(passage::table.filter(passage::case_id.eq(case)).order(passage::placed_at).select(columns!()).load(db)?)
}

pub(super) fn set_passage(db: &mut PgConnection, id: PassageId, state: &str, reply: Option<&str>, settled: Option<&str>, at: DateTime<Utc>) -> Result<(), Refused> {
    exactly_one(diesel::update(passage::table.find(id))
        .set((passage::state.eq(state), passage::reply.eq(reply), passage::settled.eq(settled), passage::changed_at.eq(at))).execute(db)?)
}

/// A passage that waits for a reply; with a relative it is the named contact who is reminded.
#[derive(QueryableByName)]
pub(super) struct Waiting {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) id: PassageId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) case_id: CaseId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) bureau_id: BureauId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) compartment_id: CompartmentId,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Uuid>)]
    pub(super) contact_id: Option<MembershipId>,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) started: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) due: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Array<diesel::sql_types::Text>)]
    pub(super) reminded: Vec<String>,
}

/// Passages of which something is to be said, one server at a time.
pub(super) fn passages_due(db: &mut PgConnection, today: NaiveDate) -> Result<Vec<Waiting>, Refused> {
    let condition = crate::cases::marks_behind("$1", "p.placed_at::date", "p.due_on", "p.reminded");
    Ok(diesel::sql_query(format!(
        "select p.id, p.case_id, c.bureau_id, p.compartment_id, r.contact_id, p.placed_at::date as started, p.due_on as due, p.reminded from app.passage p join app.case_file c on c.id = p.case_id \
         left join app.relative r on r.compartment_id = p.compartment_id where p.state in ('placed', 'opened') and c.state = 'consultation' and {condition} order by p.due_on limit 500 for update of p skip locked",
    )).bind::<diesel::sql_types::Date, _>(today).load(db)?)
}

pub(super) fn mark_reminded(db: &mut PgConnection, id: PassageId, marks: Vec<String>) -> Result<(), Refused> {
    exactly_one(diesel::update(passage::table.find(id)).set(passage::reminded.eq(marks.into_iter().map(Some).collect::<Vec<_>>())).execute(db)?)
}

/// An evaluation to keep.
pub(super) struct NewEvaluation<'a> {
    pub(super) id: uuid::Uuid,
    pub(super) case: CaseId,
    pub(super) figures: &'a Value,
    pub(super) words: Option<(i32, Vec<u8>)>,
    pub(super) once: &'a [u8],
}

/// Keeps it; false for a case the caller took no part in.
pub(super) fn evaluate(db: &mut PgConnection, new: NewEvaluation<'_>) -> Result<bool, Refused> {
    use diesel::sql_types::{Binary, Bool, Integer, Jsonb, Nullable, Uuid as SqlUuid};
    #[derive(QueryableByName)]
    struct Done {
        #[diesel(sql_type = Bool)]
        done: bool,
    }
    let (epoch, words) = new.words.unzip();
    let found: Done = diesel::sql_query("select sec.evaluate($1, $2, $3, $4, $5, $6) as done").bind::<SqlUuid, _>(new.case).bind::<SqlUuid, _>(new.id).bind::<Jsonb, _>(new.figures)
        .bind::<Nullable<Binary>, _>(words).bind::<Nullable<Integer>, _>(epoch).bind::<Binary, _>(new.once).get_result(db)?;
    Ok(found.done)
}

/// An evaluation: id, role, figures, words with their epoch.
pub(super) type Given = (uuid::Uuid, String, Value, Option<Vec<u8>>, Option<i32>);

pub(super) fn evaluations(db: &mut PgConnection, case: CaseId) -> Result<Vec<Given>, Refused> {
    Ok(evaluation::table.filter(evaluation::case_id.eq(case)).order(evaluation::id)
        .select((evaluation::id, evaluation::role, evaluation::answers, evaluation::words.nullable(), evaluation::epoch.nullable())).load(db)?)
}

/// A publication to make.
pub(super) struct NewPublication<'a> {
    pub(super) id: ReportId,
    pub(super) case: CaseId,
    pub(super) bureau: BureauId,
    pub(super) practice: bool,
    pub(super) language: &'a str,
    pub(super) title: &'a str,
    pub(super) form: &'a str,
    pub(super) kind: &'a str,
    pub(super) document: Value,
    pub(super) pdf: Vec<u8>,
    pub(super) digest: Vec<u8>,
    pub(super) on: NaiveDate,
    pub(super) take_down_on: Option<NaiveDate>,
}

pub(super) fn insert_publication(db: &mut PgConnection, new: NewPublication<'_>) -> Result<(), Refused> {
    let last: Option<i32> = publication::table.filter(publication::case_id.eq(new.case)).filter(publication::kind.eq(new.kind)).select(diesel::dsl::max(publication::version)).first(db)?;
    diesel::insert_into(publication::table)
        .values((
            publication::id.eq(new.id), publication::case_id.eq(new.case), publication::bureau_id.eq(new.bureau), publication::practice.eq(new.practice),
            publication::language.eq(new.language), publication::title.eq(new.title), publication::form.eq(new.form), publication::kind.eq(new.kind),
            publication::version.eq(last.unwrap_or(0) + 1), publication::document.eq(new.document), publication::pdf.eq(new.pdf), publication::digest.eq(new.digest),
            publication::published_on.eq(new.on), publication::take_down_on.eq(new.take_down_on),
        ))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

/// A version of what was published.
#[derive(Clone, Debug, PartialEq, Queryable, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Id in the library.
    pub id: ReportId,
    /// `report` or `learning`.
    pub kind: String,
    /// Whole, summary or learning brief.
    pub form: String,
    /// Counts up.
    pub version: i32,
    /// The day it was opened to all.
    pub published_on: NaiveDate,
    /// The day it was taken down.
    pub taken_down_on: Option<NaiveDate>,
    /// The day it will be taken down by itself.
    pub take_down_on: Option<NaiveDate>,
}

/// Everything published of a case, newest first.
pub(super) fn versions(db: &mut PgConnection, case: CaseId) -> Result<Vec<Version>, Refused> {
    Ok(publication::table.filter(publication::case_id.eq(case)).order((publication::kind.desc(), publication::version.desc()))
        .select((publication::id, publication::kind, publication::form, publication::version, publication::published_on, publication::taken_down_on.nullable(), publication::take_down_on.nullable())).load(db)?)
}

pub(super) fn document(db: &mut PgConnection, id: ReportId) -> Result<Value, Refused> {
    Ok(publication::table.find(id).select(publication::document).first(db)?)
}

/// Takes down what is still open of a case and kind; returns how many.
pub(super) fn take_down(db: &mut PgConnection, case: CaseId, kind: &str, on: NaiveDate) -> Result<usize, Refused> {
    Ok(diesel::update(publication::table.filter(publication::case_id.eq(case)).filter(publication::kind.eq(kind)).filter(publication::taken_down_on.is_null()))
        .set(publication::taken_down_on.eq(Some(on))).execute(db)?)
}

/// Whether the hat belongs to a case in any way.
pub(super) fn in_case(db: &mut PgConnection, case: CaseId) -> Result<bool, Refused> {
    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        yes: bool,
    }
    let answer: Answer = diesel::sql_query("select sec.in_case($1) as yes").bind::<diesel::sql_types::Uuid, _>(case).get_result(db)?;
    Ok(answer.yes)
}

/// The day on which what is open of a case is taken down by itself.
pub(super) fn set_take_down_on(db: &mut PgConnection, case: CaseId, on: Option<NaiveDate>) -> Result<(), Refused> {
    diesel::update(publication::table.filter(publication::case_id.eq(case)).filter(publication::taken_down_on.is_null())).set(publication::take_down_on.eq(on)).execute(db)?;
    Ok(())
}

/// A publication that has reached the day it is taken down.
#[derive(QueryableByName)]
pub(super) struct Due {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) id: ReportId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) case: CaseId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) bureau: BureauId,
    #[diesel(sql_type = diesel::sql_types::Date)]
    pub(super) today: NaiveDate,
}

/// Those whose day has come in their bureau's zone, one server at a time.
pub(super) fn to_take_down(db: &mut PgConnection) -> Result<Vec<Due>, Refused> {
    Ok(diesel::sql_query(
        "select p.id, p.case_id as case, p.bureau_id as bureau, (now() at time zone b.zone)::date as today from app.publication p join app.bureau b on b.id = p.bureau_id \
         where p.taken_down_on is null and p.take_down_on <= (now() at time zone b.zone)::date order by p.take_down_on limit 100 for update of p skip locked",
    ).load(db)?)
}

pub(super) fn take_down_one(db: &mut PgConnection, id: ReportId, on: NaiveDate) -> Result<(), Refused> {
    exactly_one(diesel::update(publication::table.find(id)).set(publication::taken_down_on.eq(Some(on))).execute(db)?)
}

/// A publication some have not been told of.
#[derive(QueryableByName)]
pub(super) struct ToTell {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) id: ReportId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) case: CaseId,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub(super) bureau: BureauId,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub(super) for_relatives: bool,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub(super) for_all: bool,
}

/// Those that are open to relatives, or to all, and not told of; one server at a time.
pub(super) fn to_tell(db: &mut PgConnection) -> Result<Vec<ToTell>, Refused> {
    Ok(diesel::sql_query(
        "select p.id, p.case_id as case, p.bureau_id as bureau, p.relatives_told_at is null as for_relatives, \
           p.told_at is null and p.published_on <= (now() at time zone b.zone)::date as for_all \
         from app.publication p join app.bureau b on b.id = p.bureau_id \
         where p.taken_down_on is null and p.told_at is null and p.published_on <= (now() at time zone b.zone)::date + 1 \
           and (p.relatives_told_at is null or p.published_on <= (now() at time zone b.zone)::date) \
         order by p.published_on limit 50 for update of p skip locked",
    ).load(db)?)
}

pub(super) fn mark_told(db: &mut PgConnection, id: ReportId, relatives: bool, at: DateTime<Utc>) -> Result<(), Refused> {
    let row = publication::table.find(id);
    exactly_one(if relatives { diesel::update(row).set(publication::relatives_told_at.eq(Some(at))).execute(db)? } else { diesel::update(row).set(publication::told_at.eq(Some(at))).execute(db)? })
}
