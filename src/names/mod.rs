//! The name check's hashes (ruling 9): whoever saves a name, alias, address or worker in a compartment of a case places keyed
//! hashes of its words; the check compares a text's words with them and never sees a name.

mod ages;
mod clock;
mod days;
mod letters;
mod likely;
mod pieces;
mod places;
mod spoken;
mod store;
mod words;

pub use ages::ages;
pub use clock::times;
pub use days::{Instead, days};
pub use likely::{Likely, likely};
pub use pieces::is_unseen;
pub use places::places;
pub use words::{is_within_a_name, stems, tokens};

use std::collections::BTreeMap;

use crate::ids::CaseId;
use crate::tx::{Refused, Tx};
use words::is_ordinary;

/// Why a word may not stand in a report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A person of the case.
    Name,
    /// Another name of such a person.
    Alias,
    /// An address.
    Address,
    /// Someone who works for an organisation.
    Worker,
    /// A relative.
    Relative,
    /// An organisation by its own name.
    Organisation,
    /// Whatever else one would be recognised by: a nickname, a neighbourhood, a boat, a church, an employer.
    Recognised,
}

impl Reason {
    /// The word in the database, in the API and behind `name-hit-`.
    pub fn word(self) -> &'static str {
        match self {
            Reason::Name => "name",
            Reason::Alias => "alias",
            Reason::Address => "address",
            Reason::Worker => "worker",
            Reason::Relative => "relative",
            Reason::Organisation => "organisation",
            Reason::Recognised => "recognised",
        }
    }
}

/// What a time of the clock is placed for. Found in a text it is told as a time, and a day, which is not placed, as a day.
pub const TIME: &str = "date";

/// The hash of a word in a case.
pub fn hash(tx: &Tx, case: CaseId, token: &str) -> [u8; 32] {
    tx.parts().installation.mac("name token", &[&case.bytes(), token.as_bytes()])
}

/// Places the hashes of a text's words.
///
/// # Errors
/// Database errors only.
pub fn place(tx: &mut Tx, case: CaseId, reason: Reason, text: &str) -> Result<(), Refused> {
    for (token, _) in tokens(text) {
        // House numbers and the like tell nothing by themselves.
        if token.chars().all(|sign| sign.is_ascii_digit()) {
            continue;
        }
        let own_name = matches!(reason, Reason::Name | Reason::Alias | Reason::Relative);
        if !own_name && is_ordinary(&token) || tx.parts().config.no_names.has(&token) {
            continue;
        }
        let hash = hash(tx, case, &token);
        store::insert(tx.db(), case, &hash, reason.word())?;
    }
    Ok(())
}

/// The hash of a time of the clock in a case, in minutes since midnight.
pub fn hash_of_time(tx: &Tx, case: CaseId, minutes: u32) -> [u8; 32] {
    hash(tx, case, &format!("clock {minutes}"))
}

/// Places the hashes of the times of the clock in a text: they tell as much as a day does, and the check says so.
///
/// # Errors
/// Database errors only.
pub fn place_times(tx: &mut Tx, case: CaseId, text: &str) -> Result<(), Refused> {
    for minutes in clock::told(text) {
        let hash = hash_of_time(tx, case, minutes);
        store::insert(tx.db(), case, &hash, TIME)?;
    }
    Ok(())
}

/// Places the hashes of the proper words of a free text: those written with a capital. The first word of a sentence has one anyway, and
/// counts only in a line that is short or holds a number, as an address does.
///
/// # Errors
/// Database errors only.
pub fn place_proper(tx: &mut Tx, case: CaseId, reason: Reason, text: &str) -> Result<(), Refused> {
    for word in proper(text) {
        place(tx, case, reason, word)?;
    }
    Ok(())
}

fn proper(text: &str) -> Vec<&str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_name = words.len() <= 3 || text.chars().any(|sign| sign.is_ascii_digit());
    words.into_iter().enumerate().filter(|(at, word)| (*at > 0 || is_name) && word.chars().find(|sign| sign.is_alphabetic()).is_some_and(char::is_uppercase)).map(|(_, word)| word).collect()
}

/// Takes back the hashes of a text's words, whatever they were placed for. Who stays is placed anew by whoever asks for this.
///
/// # Errors
/// Database errors only.
pub fn take_back(tx: &mut Tx, case: CaseId, text: &str) -> Result<(), Refused> {
    for (token, _) in tokens(text) {
        let hash = hash(tx, case, &token);
        store::delete(tx.db(), case, &hash)?;
    }
    Ok(())
}

/// All hashes of a case, with why. Only those who lead the case see any.
///
/// # Errors
/// Database errors only.
pub fn of_case(tx: &mut Tx, case: CaseId) -> Result<BTreeMap<Vec<u8>, String>, Refused> {
    store::of_case(tx.db(), case)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_free_line_only_names_are_hashed() {
        assert_eq!(proper("Woning van moeder en haar partner"), [""; 0]);
        assert_eq!(proper("Vismarkt 12, Groningen"), ["Vismarkt", "Groningen"]);
        assert_eq!(proper("In een park bij Haren"), ["Haren"]);
        assert_eq!(proper("Vismarkt 12 boven, te Groningen"), ["Vismarkt", "Groningen"]);
        assert_eq!(proper("Appingedam"), ["Appingedam"]);
    }
}
