//! All SQL of organisations.

use diesel::prelude::*;

use super::{Organisation, Settings};
use crate::db::schema::app::{bureau, organisation};
use crate::ids::{BureauId, OrganisationId};
use crate::tx::{Refused, exactly_one};

pub(super) fn insert(db: &mut PgConnection, id: OrganisationId, bureau: BureauId, (name, place): (&str, &str), kind: i32, parent: Option<OrganisationId>) -> Result<(), Refused> {
    diesel::insert_into(organisation::table)
        .values((organisation::id.eq(id), organisation::bureau_id.eq(bureau), organisation::name.eq(name), organisation::place.eq(place), organisation::kind.eq(kind), organisation::parent_id.eq(parent)))
        .execute(db).map_err(Refused::from).and_then(exactly_one)
}

pub(super) fn succeed(db: &mut PgConnection, id: OrganisationId, by: OrganisationId, on: chrono::NaiveDate) -> Result<(), Refused> {
    exactly_one(diesel::update(organisation::table.find(id).filter(organisation::ended_on.is_null()))
        .set((organisation::successor_id.eq(Some(by.uuid())), organisation::ended_on.eq(Some(on)))).execute(db)?)
}

pub(super) fn list(db: &mut PgConnection) -> Result<Vec<Organisation>, Refused> {
    type Row = (OrganisationId, String, i32, String, chrono::DateTime<chrono::Utc>);
    let rows: Vec<Row> = organisation::table.filter(organisation::ended_on.is_null()).order((organisation::name, organisation::place, organisation::created_at))
        .select((organisation::id, organisation::name, organisation::kind, organisation::place, organisation::created_at)).limit(2000).load(db)?;
    Ok(rows.into_iter().map(|(id, name, kind, place, added_at)| Organisation { id, name, kind, place, added_at, alike: false }).collect())
}

/// What tells those apart that have a name already, under the same organisation.
pub(super) fn places_of(db: &mut PgConnection, name: &str, parent: Option<OrganisationId>) -> Result<Vec<String>, Refused> {
    use diesel::dsl::sql;
    use diesel::sql_types::{Bool, Text};
    Ok(organisation::table.filter(organisation::ended_on.is_null()).filter(organisation::parent_id.is_not_distinct_from(parent.map(|parent| parent.uuid())))
        .filter(sql::<Bool>("lower(name) = lower(").bind::<Text, _>(name).sql(")")).select(organisation::place).load(db)?)
}

pub(super) fn settings(db: &mut PgConnection, id: BureauId) -> Result<Settings, Refused> {
    type Row = (String, String, String, String, String);
    let (name, phone, neutral_site, zone, calendar): Row = bureau::table.find(id).select((bureau::name, bureau::phone, bureau::neutral_site, bureau::zone, bureau::calendar)).first(db)?;
    Ok(Settings { name, phone, neutral_site, zone, calendar })
}

pub(super) fn change(db: &mut PgConnection, id: BureauId, name: &str, phone: &str, site: &str) -> Result<(), Refused> {
    exactly_one(diesel::update(bureau::table.find(id)).set((bureau::name.eq(name), bureau::phone.eq(phone), bureau::neutral_site.eq(site))).execute(db)?)
}
