//! A bureau: how it is reached, and its chain partners, organisations and their units.

mod api;
mod pages;
mod settings;
mod store;

pub use settings::{CHANGE, Change, Settings, change, is_site, settings};

use serde::Serialize;

use crate::access::{Act, Kind, Role};
use crate::ids::OrganisationId;
use crate::texts::Words;
use crate::tx::{FieldFault, Place, Refused, Tx, needed};

/// Who may add an organisation.
pub static ADD: Act = Act { name: "organisation.add", within: Kind::System, by: &[Role::Coordinator, Role::Secretary, Role::Chair, Role::Administrator], step_up: false };

/// Who notes that an organisation has ended and who succeeds it in law.
pub static SUCCEED: Act = Act { name: "organisation.succeed", within: Kind::System, by: &[Role::Coordinator, Role::Administrator], step_up: false };

/// A chain partner.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Organisation {
    /// Id.
    pub id: OrganisationId,
    /// Name.
    pub name: String,
    /// Kind, a code of the codebook's list `organisation`.
    pub kind: i32,
    /// The place or unit that tells it apart from others of its name; empty where nothing must.
    pub place: String,
    /// When it was added.
    #[serde(skip)]
    pub added_at: chrono::DateTime<chrono::Utc>,
    /// Whether nothing but that day tells it apart from another.
    #[serde(skip)]
    pub alike: bool,
}

impl Organisation {
    /// What it is called in a list, so that it is told apart from every other.
    pub fn called(&self, words: &Words) -> String {
        let name = if self.place.is_empty() { self.name.clone() } else { format!("{}, {}", self.name, self.place) };
        if self.alike { words.with("organisation-added-on", &[("name", &name), ("day", &words.day(&self.added_at.date_naive()))]) } else { name }
    }
}

/// The kinds there are, with their names: the codebook's list.
pub fn kinds(tx: &Tx) -> Vec<codebook::Code> {
    tx.parts().config.codebook.list(KINDS).unwrap_or_default().to_vec()
}

const KINDS: &str = "organisation";

/// Adds an organisation to the bureau's list.
///
/// # Errors
/// `Faults` for an empty or too long name, for a kind that is not in the list, and for a name there is already without a place or unit that tells
/// both apart.
pub fn add(tx: &mut Tx, (name, place): (&str, &str), kind: i32, parent: Option<OrganisationId>) -> Result<OrganisationId, Refused> {
    tx.permit(&ADD, Place::Hat, None)?;
    let (name, place, bureau) = (needed("name", name, 200)?, place.trim(), tx.bureau()?);
    if place.chars().count() > 100 {
        return Err(Refused::Faults(vec![FieldFault::new("place", "too-long")]));
    }
    if tx.parts().config.codebook.listed(KINDS, i64::from(kind)).is_none() {
        return Err(Refused::Faults(vec![FieldFault::new("kind", "not-an-option")]));
    }
    let there = store::places_of(tx.db(), name, parent)?;
    if !there.is_empty() && (place.is_empty() || there.iter().any(|other| other.to_lowercase() == place.to_lowercase())) {
        return Err(Refused::Faults(vec![FieldFault::new("place", "tells-apart")]));
    }
    let id = OrganisationId::new();
    store::insert(tx.db(), id, bureau, (name, place), kind, parent)?;
    Ok(id)
}

/// Notes that an organisation no longer exists; its legal successor is invited in its place (`workflow.md` section 7).
///
/// # Errors
/// `NotFound`; `Faults` when it would succeed itself or the successor has ended too.
pub fn succeed(tx: &mut Tx, id: OrganisationId, by: OrganisationId, on: chrono::NaiveDate) -> Result<(), Refused> {
    tx.permit(&SUCCEED, Place::Hat, id.uuid())?;
    if on > tx.today() {
        return Err(Refused::Faults(vec![FieldFault::new("on", "in-the-future")]));
    }
    if id == by || !store::list(tx.db())?.iter().any(|one| one.id == by) {
        return Err(Refused::Faults(vec![FieldFault::new("by", "not-an-option")]));
    }
    store::succeed(tx.db(), id, by, on)
}

/// The organisations the hat worn may see, by name.
///
/// # Errors
/// Database errors only.
pub fn list(tx: &mut Tx) -> Result<Vec<Organisation>, Refused> {
    tx.session()?;
    let mut all = store::list(tx.db())?;
    let mut told = std::collections::BTreeMap::new();
    for one in &all {
        *told.entry((one.name.to_lowercase(), one.place.to_lowercase())).or_insert(0) += 1;
    }
    for one in &mut all {
        one.alike = told.get(&(one.name.to_lowercase(), one.place.to_lowercase())).is_some_and(|many| *many > 1);
    }
    Ok(all)
}

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    pages::routes(routes);
}
