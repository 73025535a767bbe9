//! Who belongs to the bureau, in which role, and who still waits for what.

use std::collections::BTreeMap;

use serde::Serialize;

use super::store;
use crate::access::Role;
use crate::ids::{MembershipId, OrganisationId};
use crate::tx::{Refused, Tx};

/// Somebody of the bureau.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// The hat.
    pub id: MembershipId,
    /// Role code.
    pub role: String,
    /// `invited`, `waiting`, `active`, `ended`.
    pub state: String,
    /// The name: the person's own, or the one the inviter gave.
    pub name: String,
    /// The organisation.
    pub organisation_name: String,
    /// How many have confirmed a content role.
    pub confirmed: u8,
    /// Whether the caller is the one who has: another is needed.
    pub confirmed_by_you: bool,
    /// The last day of somebody lent by the national coordination.
    pub lent_until: Option<chrono::NaiveDate>,
}

/// Everyone the hat worn may see; relatives are in no such list. For officers of the nation also those of bureaus whom they confirm.
///
/// # Errors
/// `NoSession`; `Sealed` when an account was touched.
pub fn list(tx: &mut Tx) -> Result<Vec<Listed>, Refused> {
    let (bureau, own) = (tx.session()?.bureau, tx.session()?.membership.map(|hat| hat.uuid()));
    let rows = store::hats(tx.db(), bureau)?;
    let mut beyond = names_beyond(tx, &rows)?;
    let mut all: Vec<Listed> = rows.into_iter().map(|row| {
        let held = row.is_held();
        let name = match (&row.person, &row.person_account) {
            _ if held => tx.name_of_invited(row.id, &row.account_sealed),
            (Some(person), Some(sealed)) => tx.name_in_account(*person, sealed)?,
            _ => beyond.remove(&row.id).unwrap_or_else(|| tx.name_of_invited(row.id, &row.account_sealed)),
        };
        Ok(Listed {
            id: row.id, role: row.role, state: if held { "invited".into() } else { row.state }, name, organisation_name: row.organisation.unwrap_or_default(),
            confirmed: u8::from(row.first_confirmed.is_some()) + u8::from(row.second_confirmed.is_some()),
            confirmed_by_you: own.is_some() && row.first_confirmed == own && row.second_confirmed.is_none(),
            lent_until: row.lent_until,
        })
    }).collect::<Result<_, Refused>>()?;
    if bureau.is_none() && tx.session()?.role == Some(Role::RecoveryOfficer) {
        all.extend(officers_waiting(tx)?);
    }
    Ok(all)
}

/// The new officers of bureaus that have too few left to confirm them, each with the name of the bureau: the nation's officers do.
fn officers_waiting(tx: &mut Tx) -> Result<Vec<Listed>, Refused> {
    store::officers_waiting(tx.db())?.into_iter().map(|row| {
        let name = match (row.person_id, &row.person_account) {
            (Some(person), Some(sealed)) => tx.name_in_account(person, sealed)?,
            _ => tx.name_of_invited(row.hat, &row.account_sealed),
        };
        Ok(Listed { id: row.hat, role: Role::RecoveryOfficer.code().to_owned(), state: row.state, name, organisation_name: row.bureau, confirmed: u8::from(row.confirmed), confirmed_by_you: row.by_you, lent_until: None })
    }).collect()
}

/// The names of those whose account is hidden, as they belong to no bureau or to another, and whom the caller works with all the same.
fn names_beyond(tx: &mut Tx, rows: &[store::HatRow]) -> Result<BTreeMap<MembershipId, String>, Refused> {
    let hidden: Vec<MembershipId> = rows.iter().filter(|row| row.person.is_some() && row.person_account.is_none()).map(|row| row.id).collect();
    names_of_hidden(tx, &hidden)
}

/// The names of some hats whose account is hidden, as far as the caller works with them.
fn names_of_hidden(tx: &mut Tx, hidden: &[MembershipId]) -> Result<BTreeMap<MembershipId, String>, Refused> {
    if hidden.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = store::accounts_beyond(tx.db(), hidden)?;
    Ok(found.into_iter().map(|(hat, person, sealed)| (hat, tx.name_in_account(person, &sealed).unwrap_or_default())).collect())
}

/// The names of those who confirmed a hat's role, as far as the caller may see them.
///
/// # Errors
/// Database errors only.
pub fn confirmed_by(tx: &mut Tx, hat: MembershipId) -> Result<Vec<String>, Refused> {
    let by = store::confirmed_by(tx.db(), hat)?;
    Ok(names_of(tx, by)?.into_values().filter(|name| !name.is_empty()).collect())
}

/// The name of one hat, as far as the caller may see the account; else empty.
///
/// # Errors
/// Database errors only.
pub fn name_of(tx: &mut Tx, hat: MembershipId) -> Result<String, Refused> {
    Ok(names_of(tx, vec![hat])?.remove(&hat).unwrap_or_default())
}

/// The names of some hats, as far as the caller may see the accounts; a hat that is hidden has no entry.
///
/// # Errors
/// Database errors only.
pub fn names_of(tx: &mut Tx, hats: Vec<MembershipId>) -> Result<BTreeMap<MembershipId, String>, Refused> {
    Ok(reach_of(tx, hats)?.into_iter().map(|(hat, reach)| (hat, reach.name)).collect())
}

/// Names as their codes were made out, of hats that look as if nobody had answered yet. Empty for one the caller does not see.
///
/// # Errors
/// Database errors only.
pub fn names_as_invited(tx: &mut Tx, hats: Vec<MembershipId>) -> Result<BTreeMap<MembershipId, String>, Refused> {
    let rows = store::some_hats(tx.db(), hats)?;
    Ok(rows.into_iter().map(|row| (row.id, tx.name_of_invited(row.id, &row.account_sealed))).collect())
}

/// Whether a hat is somebody's of an organisation, in a role, and has not ended: a contact, author or approver there.
///
/// # Errors
/// Database errors only.
pub fn belongs(tx: &mut Tx, hat: MembershipId, to: OrganisationId, role: Role) -> Result<bool, Refused> {
    store::belongs(tx.db(), hat, to, role.code())
}

/// Who somebody is and how they are reached at work.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// The name.
    pub name: String,
    /// The number; empty where they gave none.
    pub phone: String,
    /// When they can be reached, in their own words.
    pub hours: String,
}

/// As [`names_of`], with how they are reached.
///
/// # Errors
/// Database errors only.
pub fn reach_of(tx: &mut Tx, hats: Vec<MembershipId>) -> Result<BTreeMap<MembershipId, Reach>, Refused> {
    let rows = store::some_hats(tx.db(), hats.clone())?;
    let mut beyond = names_beyond(tx, &rows)?;
    let mut known: BTreeMap<MembershipId, Reach> = rows.into_iter().map(|row| {
        let reach = match (&row.person, &row.person_account) {
            _ if row.is_held() => Reach { name: tx.name_of_invited(row.id, &row.account_sealed), ..Reach::default() },
            (Some(person), Some(sealed)) => tx.account(*person, sealed).map(|account| Reach { name: account.name, phone: account.work_phone, hours: account.work_hours }).unwrap_or_default(),
            _ => Reach { name: beyond.remove(&row.id).unwrap_or_else(|| tx.name_of_invited(row.id, &row.account_sealed)), ..Reach::default() },
        };
        (row.id, reach)
    }).collect();
    // Who takes part in a case knows by name who of the nation does, though their hat is hidden.
    let hidden: Vec<MembershipId> = hats.into_iter().filter(|hat| !known.contains_key(hat)).collect();
    if tx.session().is_ok_and(|session| matches!(session.role, Some(Role::Secretary | Role::PanelMember))) {
        known.extend(names_of_hidden(tx, &hidden)?.into_iter().map(|(hat, name)| (hat, Reach { name, ..Reach::default() })));
    }
    Ok(known)
}
