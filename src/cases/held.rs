//! What is held in a case: a role taken with a code by somebody who takes part in it otherwise. Told to who coordinates the case and nobody else
//! (ruling 18).

use super::party_store;
use crate::ids::CaseId;
use crate::people;
use crate::tx::{Refused, Tx};

/// A role that is held.
#[derive(Clone, Debug)]
pub struct Held {
    /// Who, as far as the caller may know: by the part they have, else as the code was made out; empty otherwise.
    pub name: String,
    /// Code of the role that is held.
    pub role: String,
    /// Code of the role by which they take part otherwise.
    pub other: String,
}

/// What is held in a case, for who coordinates it; nothing for everybody else.
///
/// # Errors
/// Database errors only.
pub fn held(tx: &mut Tx, case: CaseId) -> Result<Vec<Held>, Refused> {
    let found = party_store::held(tx.db(), case)?;
    if found.is_empty() {
        return Ok(vec![]);
    }
    let names = people::names_of(tx, found.iter().flat_map(|one| [one.hat, one.other]).collect())?;
    Ok(found.into_iter().map(|one| {
        let known = [one.other, one.hat].iter().filter_map(|hat| names.get(hat)).find(|name| !name.is_empty());
        Held { name: known.cloned().unwrap_or_default(), role: one.held_role, other: one.other_role }
    }).collect())
}
