//! The name check's hashes (ruling 9): whoever saves a name, alias, address or worker in a compartment of a case places keyed
//! hashes of its words; the check compares a text's words with them and never sees a name.

mod likely;
mod store;

pub use likely::{Likely, likely};

use std::collections::BTreeMap;

use crate::ids::CaseId;
use crate::tx::{Refused, Tx};

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

/// Words too common to tell of anybody: particles, titles, forms of organisations.
const COMMON: [&str; 52] = [
    "van", "den", "der", "het", "ten", "ter", "von", "and", "the", "dos", "del", "las", "los", "mrs", "met", "voor", "mevrouw", "meneer", "straat", "laan", "weg", "plein",
    "politie", "police", "eenheid", "veilig", "thuis", "gemeente", "stichting", "organisatie", "huisarts", "praktijk", "huisartsenpraktijk", "zorg", "jeugdzorg", "school",
    "noord", "oost", "zuid", "west", "midden", "nederland", "koninklijke", "brigade", "team", "vestiging", "unit", "dienst", "raad", "kapitein", "majoor", "codeur",
];

/// The words of a text as they are compared: letters and digits, without accents and case. Short and common ones tell nothing.
pub fn tokens(text: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let mut found = vec![];
    let mut start = None;
    for (at, sign) in text.char_indices().chain([(text.len(), ' ')]) {
        match (sign.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word: String = text.get(from..at).unwrap_or_default().chars().flat_map(plain).collect();
                if word.chars().count() >= 3 && !COMMON.contains(&word.as_str()) {
                    found.push((word, from..at));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// A letter without its accent, in small letters.
fn plain(sign: char) -> impl Iterator<Item = char> {
    let small: String = sign.to_lowercase().collect();
    let base = small.chars().map(|sign| match sign {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' => 'o',
        'ù'..='ü' | 'ū' | 'ů' => 'u',
        'ý' | 'ÿ' => 'y',
        'ş' | 'š' | 'ś' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        'ğ' => 'g',
        'ł' => 'l',
        'đ' => 'd',
        other => other,
    }).collect::<Vec<_>>();
    base.into_iter()
}

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
        let hash = hash(tx, case, &token);
        store::insert(tx.db(), case, &hash, reason.word())?;
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
        assert_eq!(proper("Appingedam"), ["Appingedam"]);
    }

    #[test]
    fn words_are_compared_without_accents_and_case() {
        let words = |text: &str| tokens(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(words("Hélène Ÿzerman-'s Gravesande"), ["helene", "yzerman", "gravesande"]);
        assert_eq!(words("van 't Zandt, Ş"), ["zandt"]);
        assert_eq!(words("ŞULE"), words("şule"));
    }
}
