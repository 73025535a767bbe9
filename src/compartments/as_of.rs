//! A document in the version that was adopted, while a later one waits.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Opened, open_version};
use crate::tx::{Permit, Refused, Tx};

/// An opened document in the version named for it; as it is where none is named, and where an earlier one can't be opened any more.
///
/// # Errors
/// `Locked`.
pub fn as_of<T: DeserializeOwned>(tx: &mut Tx, permit: &Permit, opened: Opened<T>, versions: &BTreeMap<Uuid, Option<i32>>) -> Result<Opened<T>, Refused> {
    let Some(wanted) = versions.get(&opened.listed.id.uuid()).copied().flatten().filter(|wanted| *wanted != opened.listed.version) else { return Ok(opened) };
    match open_version(tx, permit, opened.listed.id, wanted) {
        Err(Refused::NotFound) => Ok(opened),
        earlier => earlier,
    }
}
