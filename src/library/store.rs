//! All SQL of the library.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::Value;

use super::{Advice, Beside, Listed, Withdrawn};
use crate::db::schema::app::{bureau, publication};
use crate::ids::{CaseId, ReportId};
use crate::tx::Refused;

type Line = (ReportId, String, String, NaiveDate, String, bool, String, i32);

fn listed((id, title, bureau, published_on, language, practice, kind, version): Line) -> Listed {
    Listed { id, title, bureau, published_on, language, practice, kind, version }
}

macro_rules! columns {
    () => {
        (publication::id, publication::title, bureau::name, publication::published_on, publication::language, publication::practice, publication::kind, publication::version)
    };
}

/// That a publication, under the name it has in a statement, is the latest of its kind of those the caller sees.
fn latest(of: &str) -> String {
    format!("not exists (select from app.publication n where n.case_id = {of}.case_id and n.kind = {of}.kind and n.version > {of}.version)")
}

pub(super) fn list(db: &mut PgConnection) -> Result<Vec<Listed>, Refused> {
    let rows: Vec<Line> = publication::table.inner_join(bureau::table)
        // An older version is found on the page of the latest.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(&latest("publication")))
        .order((publication::published_on.desc(), publication::id)).limit(100).select(columns!()).load(db)?;
    Ok(rows.into_iter().map(listed).collect())
}

pub(super) fn report(db: &mut PgConnection, id: ReportId) -> Result<(Listed, Value, Vec<u8>), Refused> {
    let (line, document, digest): (Line, Value, Vec<u8>) =
        publication::table.inner_join(bureau::table).filter(publication::id.eq(id)).select((columns!(), publication::document, publication::digest)).first(db)?;
    Ok((listed(line), document, digest))
}

pub(super) fn beside(db: &mut PgConnection, id: ReportId) -> Result<Vec<Beside>, Refused> {
    let (case, kind): (crate::ids::CaseId, String) = publication::table.find(id).select((publication::case_id, publication::kind)).first(db)?;
    let rows: Vec<(ReportId, String, i32, NaiveDate)> = publication::table.filter(publication::case_id.eq(case)).filter(publication::id.ne(id))
        .order((publication::version.desc(), publication::kind)).select((publication::id, publication::kind, publication::version, publication::published_on)).load(db)?;
    let mut other = false;
    let shown = |(_, of, ..): &(ReportId, String, i32, NaiveDate)| *of == kind || !std::mem::replace(&mut other, true);
    Ok(rows.into_iter().filter(shown).map(|(id, kind, version, published_on)| Beside { id, kind, version, published_on }).collect())
}

pub(super) fn pdf(db: &mut PgConnection, id: ReportId) -> Result<Vec<u8>, Refused> {
    Ok(publication::table.find(id).select(publication::pdf).first(db)?)
}

#[derive(QueryableByName)]
struct WithdrawnRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: ReportId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    bureau: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    version: i32,
    #[diesel(sql_type = diesel::sql_types::Date)]
    taken_down_on: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Uuid>)]
    newer: Option<ReportId>,
}

/// What was taken down: one, or those with nothing in their place.
pub(super) fn withdrawn(db: &mut PgConnection, one: Option<ReportId>) -> Result<Vec<Withdrawn>, Refused> {
    let rows: Vec<WithdrawnRow> = diesel::sql_query("select id, bureau, kind, version, taken_down_on, newer from sec.withdrawn($1) where $1 is not null or newer is null")
        .bind::<diesel::sql_types::Nullable<diesel::sql_types::Uuid>, _>(one).load(db)?;
    Ok(rows.into_iter().map(|row| Withdrawn { id: row.id, bureau: row.bureau, kind: row.kind, version: row.version, taken_down_on: row.taken_down_on, newer: row.newer }).collect())
}

/// The latest open version of each kind of a case.
pub(super) fn of_case(db: &mut PgConnection, case: CaseId) -> Result<Vec<Beside>, Refused> {
    let rows: Vec<(ReportId, String, i32, NaiveDate)> = publication::table.filter(publication::case_id.eq(case)).filter(publication::taken_down_on.is_null())
        .order((publication::kind.desc(), publication::version.desc())).distinct_on(publication::kind)
        .select((publication::id, publication::kind, publication::version, publication::published_on)).load(db)?;
    Ok(rows.into_iter().map(|(id, kind, version, published_on)| Beside { id, kind, version, published_on }).collect())
}

#[derive(QueryableByName)]
struct FitRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: ReportId,
}

/// Latest versions whose title, headings, texts or lists contain the needle. What is published is plain, and the policy shows no more.
pub(super) fn search(db: &mut PgConnection, needle: &str) -> Result<Vec<Listed>, Refused> {
    let latest = latest("p");
    let fits: Vec<FitRow> = diesel::sql_query(format!(
        "select p.id from app.publication p where {latest} \
         and (position($1 in lower(p.title)) > 0 or exists (select from unnest(array['$.**.heading', '$.**.title', '$.**.text', '$.**.items[*]', '$.**.measure']) path \
           cross join lateral jsonb_path_query(p.document, path::jsonpath) found where jsonb_typeof(found) = 'string' and position($1 in lower(found #>> '{{}}')) > 0)) \
         order by p.published_on desc, p.id limit 50",
    )).bind::<diesel::sql_types::Text, _>(needle).load(db)?;
    let ids: Vec<ReportId> = fits.into_iter().map(|row| row.id).collect();
    // Joined afterwards: a bureau of another than the caller's own is named to nobody signed in.
    let rows: Vec<(ReportId, String, Option<String>, NaiveDate, String, bool, String, i32)> = publication::table.left_join(bureau::table).filter(publication::id.eq_any(&ids))
        .order((publication::published_on.desc(), publication::id))
        .select((publication::id, publication::title, bureau::name.nullable(), publication::published_on, publication::language, publication::practice, publication::kind, publication::version)).load(db)?;
    Ok(rows.into_iter().map(|(id, title, name, on, language, practice, kind, version)| listed((id, title, name.unwrap_or_default(), on, language, practice, kind, version))).collect())
}

#[derive(QueryableByName)]
struct AdviceRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: ReportId,
    #[diesel(sql_type = diesel::sql_types::Text)]
    title: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    bureau: String,
    #[diesel(sql_type = diesel::sql_types::Date)]
    published_on: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Text)]
    language: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    practice: bool,
    #[diesel(sql_type = diesel::sql_types::Jsonb)]
    part: Value,
}

/// The recommendations of latest versions, as they stand in the published text.
pub(super) fn recommendations(db: &mut PgConnection, theme: Option<i64>) -> Result<Vec<Advice>, Refused> {
    let latest = latest("p");
    let rows: Vec<AdviceRow> = diesel::sql_query(format!(
        "select p.id, p.title, coalesce(b.name, '') as bureau, p.published_on, p.language, p.practice, part from app.publication p left join app.bureau b on b.id = p.bureau_id \
         cross join lateral jsonb_path_query(p.document, '$.sections[*].parts[*] ? (@.kind == \"recommendation\")') part \
         where p.kind = 'report' and {latest} \
         and ($1 is null or (part->>'theme')::bigint = $1) order by p.published_on desc, p.id, (part->>'number')::bigint limit 500",
    )).bind::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>, _>(theme).load(db)?;
    Ok(rows.into_iter().map(|row| {
        let text = |name: &str| row.part.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = |name: &str| row.part.get(name).and_then(Value::as_i64);
        Advice {
            number: number("number").unwrap_or_default(), text: text("text"), owner: text("owner"), measure: text("measure"), due: text("due"), theme: number("theme"),
            report: row.id, title: row.title, bureau: row.bureau, published_on: row.published_on, language: row.language, practice: row.practice,
        }
    }).collect())
}
