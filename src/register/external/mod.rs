//! What others count: yearly totals from publications, entered by hand with their source, to compare the register with. A correction stands
//! beside the line it corrects.

mod api;
mod store;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::access::{Act, Kind, Role};
use crate::ids::{MembershipId, TotalId};
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who sees them.
pub static SEE: Act = Act { name: "register.external_totals", within: Kind::System, by: &[Role::RegisterManager, Role::NationalCoordinator], step_up: false };
/// Who enters and corrects them.
pub static ENTER: Act = Act { name: "register.enter_total", within: Kind::System, by: &[Role::RegisterManager], step_up: false };

/// The first year there is a figure of.
const FIRST_YEAR: i32 = 1950;
/// More deaths than any year of the country has.
const MOST: i32 = 100_000;

/// A total as it is entered.
#[derive(Clone, Debug)]
pub struct Told {
    /// Year.
    pub year: i32,
    /// Police region; none for the whole country.
    pub region: Option<i32>,
    /// How many.
    pub count: i32,
    /// Where it stands.
    pub source: String,
    /// When that was published.
    pub published_on: NaiveDate,
    /// What must be known of it: what was counted, what was not.
    pub note: String,
    /// The line it corrects.
    pub replaces: Option<TotalId>,
}

/// A total as it stands.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Total {
    /// Id.
    pub id: TotalId,
    /// Year.
    pub year: i32,
    /// Police region; none for the whole country.
    pub region: Option<i32>,
    /// How many.
    pub count: i32,
    /// Where it stands.
    pub source: String,
    /// When that was published.
    pub published_on: NaiveDate,
    /// What must be known of it.
    pub note: String,
    /// The line it corrects.
    pub replaces: Option<TotalId>,
    /// Whether a later line corrects it.
    pub corrected: bool,
    /// Who entered it.
    pub by: MembershipId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Enters a total, or corrects one: the old line stays.
///
/// # Errors
/// `Faults`: a year to come or before 1950, a region there is not, no source, a day to come, a line that is corrected already or speaks of
/// another year or region; `Rule("total-known")` when the year and region have a line and none is corrected.
pub fn enter(tx: &mut Tx, told: &Told) -> Result<TotalId, Refused> {
    tx.permit(&ENTER, Place::Hat, None)?;
    let (hat, today, parts, register) = (tx.hat()?, tx.today(), tx.parts(), tx.session()?.bureau);
    let known = store::all(tx.db())?;
    let mut faults = faults(told, today, &parts.config.codebook);
    let open = known.iter().find(|line| line.year == told.year && line.region == told.region && !line.corrected);
    match told.replaces {
        Some(of) if open.is_none_or(|line| line.id != of) => faults.push(FieldFault::new("replaces", "not-an-option")),
        None if open.is_some() && faults.is_empty() => return Err(Refused::Rule("total-known")),
        _ => {}
    }
    if !faults.is_empty() {
        return Err(Refused::Faults(faults));
    }
    let id = TotalId::new();
    store::insert(tx.db(), id, register, told, hat)?;
    Ok(id)
}

fn faults(told: &Told, today: NaiveDate, book: &codebook::Codebook) -> Vec<FieldFault> {
    use chrono::Datelike;
    let mut found = vec![];
    let mut check = |holds: bool, field: &str, rule: &str| if !holds { found.push(FieldFault::new(field, rule)) };
    check((FIRST_YEAR..=today.year()).contains(&told.year), "year", if told.year > today.year() { "in-the-future" } else { "out-of-range" });
    check(told.region.is_none_or(|code| book.list("police_region").unwrap_or_default().iter().any(|known| known.code == i64::from(code))), "region", "not-an-option");
    check((0..=MOST).contains(&told.count), "count", "out-of-range");
    let (source, note) = (told.source.trim().chars().count(), told.note.trim().chars().count());
    check(source > 0, "source", "required");
    check(source <= 300, "source", "too-long");
    check(note <= 500, "note", "too-long");
    check(told.published_on <= today, "publishedOn", "in-the-future");
    found
}

/// All lines, corrected ones too, the newest year first.
///
/// # Errors
/// `NotFound` for other roles.
pub fn list(tx: &mut Tx) -> Result<Vec<Total>, Refused> {
    tx.permit(&SEE, Place::Hat, None)?;
    store::all(tx.db())
}

/// The lines that hold.
pub(super) fn standing(tx: &mut Tx) -> Result<Vec<Total>, Refused> {
    Ok(store::all(tx.db())?.into_iter().filter(|line| !line.corrected).collect())
}

/// Adds the routes.
pub(super) fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
}
