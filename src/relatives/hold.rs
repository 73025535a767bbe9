//! A relative pauses, stops, or goes on. What they wrote stays theirs; nothing is placed with them or passed on meanwhile, and no message
//! goes out. Their contact is told that it is so, nothing more.

use super::members::tell_contact;
use super::register::keep_deliveries;
use super::store;
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::ids::{CompartmentId, RelativeId};
use crate::tx::{Place, Refused, Tx};

/// Who decides: the relative, or the contact who writes down what is told.
pub static HOLD: Act = Act { name: "relative.hold", within: Kind::Kin, by: &[Role::Relative, Role::Coordinator], step_up: false };

/// How a relative takes part from now on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// For a time.
    Paused,
    /// For good, as far as they say now.
    Stopped,
    /// They take part again.
    GoesOn,
}

impl Hold {
    /// Out of the word in an address or a form.
    pub fn from_word(word: &str) -> Option<Hold> {
        match word {
            "pause" => Some(Hold::Paused),
            "stop" => Some(Hold::Stopped),
            "go-on" => Some(Hold::GoesOn),
            _ => None,
        }
    }
}

/// Pauses, stops, or goes on.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn hold(tx: &mut Tx, id: RelativeId, how: Hold) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&HOLD, Place::Compartment(found.compartment), id.uuid())?;
    let word = match how {
        Hold::Paused => Some("paused"),
        Hold::Stopped => Some("stopped"),
        Hold::GoesOn => None,
    };
    if !store::hold(tx.db(), id, word)? {
        return Err(Refused::NotFound);
    }
    keep_deliveries(tx, &permit)?;
    if tx.hat()? != found.contact {
        tell_contact(tx, &found)?;
    }
    Ok(())
}

/// Whether nothing may be placed with the relative of a place: they paused, stopped, or want nothing. Known to who belongs to the place; for
/// others the place is not there at all while it is so.
///
/// # Errors
/// Database errors only.
pub fn left_alone(tx: &mut Tx, within: CompartmentId) -> Result<bool, Refused> {
    Ok(compartments::kind_of(tx, within)?.0 == Kind::Kin && store::left_alone(tx.db(), within)?)
}
