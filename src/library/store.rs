//! All SQL of the library.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::Value;

use super::{Beside, Listed};
use crate::db::schema::app::{bureau, publication};
use crate::ids::ReportId;
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

pub(super) fn list(db: &mut PgConnection) -> Result<Vec<Listed>, Refused> {
    let rows: Vec<Line> = publication::table.inner_join(bureau::table)
        // An older version is found on the page of the latest.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("not exists (select from app.publication n where n.case_id = publication.case_id and n.kind = publication.kind and n.version > publication.version)"))
        .order((publication::published_on.desc(), publication::id)).limit(100).select(columns!()).load(db)?;
    Ok(rows.into_iter().map(listed).collect())
}

pub(super) fn report(db: &mut PgConnection, id: ReportId) -> Result<(Listed, Value), Refused> {
    let (line, document): (Line, Value) = publication::table.inner_join(bureau::table).filter(publication::id.eq(id)).select((columns!(), publication::document)).first(db)?;
    Ok((listed(line), document))
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
