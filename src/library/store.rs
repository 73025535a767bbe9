//! All SQL of the library.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::Value;

use super::Listed;
use crate::db::schema::app::{bureau, publication};
use crate::ids::ReportId;
use crate::tx::Refused;

type Line = (ReportId, String, String, NaiveDate, String, bool);

fn listed((id, title, bureau, published_on, language, practice): Line) -> Listed {
    Listed { id, title, bureau, published_on, language, practice }
}

macro_rules! columns {
    () => {
        (publication::id, publication::title, bureau::name, publication::published_on, publication::language, publication::practice)
    };
}

pub(super) fn list(db: &mut PgConnection) -> Result<Vec<Listed>, Refused> {
    let rows: Vec<Line> = publication::table.inner_join(bureau::table).order((publication::published_on.desc(), publication::id)).limit(100).select(columns!()).load(db)?;
    Ok(rows.into_iter().map(listed).collect())
}

pub(super) fn report(db: &mut PgConnection, id: ReportId) -> Result<(Listed, Value), Refused> {
    let (line, document): (Line, Value) = publication::table.inner_join(bureau::table).filter(publication::id.eq(id)).select((columns!(), publication::document)).first(db)?;
    Ok((listed(line), document))
}

pub(super) fn pdf(db: &mut PgConnection, id: ReportId) -> Result<Vec<u8>, Refused> {
    Ok(publication::table.find(id).select(publication::pdf).first(db)?)
}
