//! The name check's hashes (ruling 9): whoever saves a name, alias, address or worker in a compartment of a case places keyed
//! hashes of its words; the check compares a text's words with them and never sees a name.

mod ages;
mod clock;
mod days;
mod likely;
mod pieces;
mod places;
mod spoken;
mod store;

pub use ages::ages;
pub use clock::times;
pub use days::{Instead, days};
pub use likely::{Likely, likely};
pub use pieces::is_unseen;
pub use places::places;

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

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

/// Why a time of the clock may not stand: as a day may not.
pub const TIME: &str = "date";

/// Particles and forms of address: they tell of nobody.
const COMMON: [&str; 20] =
    ["van", "den", "der", "het", "ten", "ter", "von", "and", "the", "dos", "del", "las", "los", "mrs", "met", "voor", "mevrouw", "meneer", "kapitein", "majoor"];

/// Words that organisations and addresses are made of. They tell of somebody only as a name of their own: `Kees de Raad`, `mevrouw West`.
const ORDINARY: [&str; 32] = [
    "straat", "laan", "weg", "plein", "politie", "police", "eenheid", "veilig", "thuis", "gemeente", "stichting", "organisatie", "huisarts", "praktijk", "huisartsenpraktijk", "zorg",
    "jeugdzorg", "school", "noord", "oost", "zuid", "west", "midden", "nederland", "koninklijke", "brigade", "team", "vestiging", "unit", "dienst", "raad", "codeur",
];

/// Short words that are seldom a name, though they may begin a sentence or stand in one.
const SHORT: [&str; 62] = [
    "ab", "al", "am", "an", "as", "at", "be", "bv", "by", "da", "de", "di", "do", "dr", "ds", "du", "el", "en", "er", "go", "he", "hg", "ii", "ik", "in", "ir", "is", "it", "iv",
    "je", "la", "le", "me", "mr", "ms", "my", "na", "no", "nu", "nv", "of", "om", "on", "op", "or", "so", "st", "te", "to", "tv", "um", "up", "us", "uw", "va", "vi", "we", "ze",
    "zo", "eu", "ov", "nl",
];

/// The words of a text as they are compared: letters and digits, without accents and case. Common ones tell nothing; of ordinary ones and
/// those of one or two signs only what is written as a name is: with a capital, or in a script without capitals.
pub fn tokens(text: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let mut found = vec![];
    let mut start = None;
    for (at, sign) in text.char_indices().chain([(text.len(), ' ')]) {
        // A mark set on a letter belongs to its word, however the letter is written; so does a sign one does not see.
        match (sign.is_alphanumeric() || start.is_some() && (is_combining_mark(sign) || is_unseen(sign)), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let written = text.get(from..at).unwrap_or_default().trim_end_matches(is_unseen);
                let word = folded(written);
                let tells = match word.chars().count() {
                    0 => false,
                    1 | 2 => short_name(written, &word),
                    _ if ORDINARY.contains(&word.as_str()) => written.chars().next().is_some_and(char::is_uppercase),
                    _ => !COMMON.contains(&word.as_str()),
                };
                if tells {
                    found.push((word, from..from + written.len()));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// What stands between the words of one name.
const PARTICLES: [&str; 19] = ["van", "de", "der", "den", "het", "'t", "ten", "ter", "von", "dos", "del", "la", "las", "los", "el", "da", "di", "du", "le"];

/// Whether what stands between two words of a text leaves them one name: `Kees de Raad`.
pub fn is_within_a_name(between: &str) -> bool {
    let between: String = between.chars().filter(|sign| !is_unseen(*sign)).collect();
    between.starts_with(char::is_whitespace) && between.split_whitespace().all(|word| PARTICLES.contains(&word))
}

/// What Dutch adds to a name: the genitive, and diminutives.
const ENDINGS: [&str; 5] = ["s", "je", "jes", "tje", "tjes"];
/// Shorter than this is no name that something was added to, but another word.
const SHORTEST_STEM: usize = 4;

/// The names a written word may be made of: `Brakelvelds`, `Brakelveldjes`. Only of what is written as a name is.
pub fn stems(written: &str, token: &str) -> Vec<String> {
    let named = written.chars().next().is_some_and(char::is_uppercase);
    ENDINGS.iter().filter_map(|ending| token.strip_suffix(ending)).filter(|stem| named && stem.chars().count() >= SHORTEST_STEM).map(str::to_owned).collect()
}

/// Whether a word of one or two signs is written as a name is: `Bo`, `李`; not `B.`, `bo`, `De`.
fn short_name(written: &str, word: &str) -> bool {
    let first = written.chars().next();
    match first.filter(|sign| sign.is_alphabetic()) {
        Some(sign) if sign.is_uppercase() => word.chars().count() == 2 && !SHORT.contains(&word),
        Some(sign) => !sign.is_lowercase(),
        None => false,
    }
}

/// A word as it is compared: small letters, taken apart (Unicode normal form KD) and freed of their marks; letters that have no such form
/// as they are written without it.
fn folded(word: &str) -> String {
    let mut plain = String::new();
    for sign in word.nfkd().filter(|sign| !is_combining_mark(*sign) && !is_unseen(*sign)).flat_map(char::to_lowercase).nfkd().filter(|sign| !is_combining_mark(*sign)) {
        match sign {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ħ' => plain.push('h'),
            'ı' => plain.push('i'),
            'ŋ' => plain.push('n'),
            other => plain.push(other),
        }
    }
    plain
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
        let own_name = matches!(reason, Reason::Name | Reason::Alias | Reason::Relative);
        if !own_name && ORDINARY.contains(&token.as_str()) || tx.parts().config.no_names.has(&token) {
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

    #[test]
    fn words_are_compared_without_accents_and_case() {
        let words = |text: &str| tokens(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(words("Hélène Ÿzerman-'s Gravesande"), ["helene", "yzerman", "gravesande"]);
        assert_eq!(words("van 't Zandt, Ş"), ["zandt"]);
        assert_eq!(words("ŞULE"), words("şule"));
    }

    /// However a name is written, it is the same: taken apart, with another sign for the same letters, without its marks.
    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        let words = |text: &str| tokens(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        for (placed, written) in [
            ("Noe\u{301}mie", "Noémie"), ("Noémie", "NOEMIE"), ("Weiß", "Weiss"), ("Dvořák", "Dvorak"), ("Hœve", "Hoeve"), ("Ĳzerman", "IJzerman"), ("Ĳsselkade", "ijsselkade"),
            ("Gőz", "Goz"), ("Țepeș", "Tepes"), ("Łukasz", "Lukasz"), ("Sørensen", "Sorensen"), ("Æbeltoft", "Aebeltoft"), ("İpek", "ipek"), ("Ковальчук", "КОВАЛЬЧУК"), ("مُحَمَّد", "محمد"),
            ("Þóra", "Thora"), ("Đặng", "Dang"), ("Guðrun", "Gudrun"), ("Ħamrun", "Hamrun"), ("Yıldız", "Yildiz"), ("Nŋoma", "Nnoma"), ("WEIẞ", "Weiss"), ("Griﬃn", "Griffin"), ("Ｎｏｏｒ", "Noor"),
        ] {
            assert_eq!(words(placed), words(written), "{placed} and {written}");
            assert_eq!(words(placed).len(), 1, "{placed}");
        }
    }

    /// What a word processor or a page leaves in the middle of words is not seen, and changes no name.
    #[test]
    fn signs_one_does_not_see_change_no_name_and_keep_its_place() {
        for written in ["No\u{ad}or", "No\u{200b}or", "N\u{2060}oor", "Noo\u{301}r\u{ad}", "\u{feff}Noor", "N\u{200d}o\u{200c}or"] {
            let text = format!("Toen zag {written} dat.");
            let found = tokens(&text).into_iter().find(|(word, _)| word == "noor");
            let stands = found.and_then(|(_, range)| text.get(range).map(|word| word.chars().filter(|sign| !is_unseen(*sign)).count()));
            assert!(stands.is_some_and(|signs| signs == 4 || signs == 5), "{written:?}");
        }
        let names = |text: &str| tokens(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!((names("Anna\u{2011}Maria"), names("Griﬃn\u{a0}Bos")), (vec!["anna".to_owned(), "maria".to_owned()], vec!["griffin".to_owned(), "bos".to_owned()]));
        assert!(is_within_a_name("\u{a0}") && is_within_a_name(" \u{ad}van\u{202f}de "));
    }

    #[test]
    fn what_is_added_to_a_name_is_taken_off_and_names_hang_together() {
        assert!(stems("Brakelvelds", "brakelvelds").contains(&"brakelveld".to_owned()) && stems("Brakelveldjes", "brakelveldjes").contains(&"brakelveld".to_owned()));
        assert!(stems("brakelvelds", "brakelvelds").is_empty() && stems("Bos", "bos").is_empty());
        assert!(is_within_a_name(" ") && is_within_a_name(" van de ") && !is_within_a_name(", ") && !is_within_a_name(" en ") && !is_within_a_name("-"));
    }

    #[test]
    fn a_short_name_counts_where_it_is_written_as_one() {
        let words = |text: &str| tokens(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(words("Bo en Jo de Li, op 3 B. bij 李"), ["bo", "jo", "li", "bij", "李"]);
        assert_eq!(words("De bo zag in Op een jo"), ["zag", "een"]);
        assert_eq!(words("Kees de Raad van de raad"), ["kees", "raad"]);
    }
}
