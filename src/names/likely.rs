//! Words of a text that are likely names of people, for who wrote it to look at once more: 'write no names, but roles'. A help, not a rule:
//! nothing is refused for it, and what it does not see may be a name all the same.
//!
//! A word counts that the writer was told as a name, that follows a form of address, or that has a capital in the middle of a sentence. What
//! begins a sentence counts when it is found elsewhere too. Names of organisations, places and languages are left out as far as they are known. The tables are put together
//! by hand.

use std::collections::BTreeSet;

use unicode_normalization::char::is_combining_mark;

use super::{is_unseen, tokens};

/// A likely name.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Likely {
    /// As it stands in the text.
    pub text: String,
    /// Whether it is a name one was told, and no guess.
    pub known: bool,
}

/// Words before a name.
const ADDRESS: [&str; 26] = [
    "mevrouw", "mevr", "mw", "meneer", "mijnheer", "heer", "dhr", "juf", "juffrouw", "meester", "dokter", "dr", "drs", "oom", "tante", "opa", "oma", "mr", "mrs", "ms", "miss", "uncle", "aunt",
    "señor", "señora", "shon",
];

/// Small words inside a name.
const INSIDE: [&str; 17] = ["van", "de", "der", "den", "het", "ten", "ter", "te", "von", "el", "al", "ben", "bin", "da", "dos", "la", "in"];

/// Written with a capital, and nobody's name.
const NOBODY: [&str; 64] = [
    "veilig", "thuis", "jeugdbescherming", "jeugdzorg", "kinderbescherming", "raad", "reclassering", "openbaar", "ministerie", "justitie", "politie", "gemeente", "inspectie", "rijk", "rechtbank", "hof",
    "wijkteam", "sociaal", "team", "slachtofferhulp", "halt", "stichting", "voogdijraad", "huiselijk", "geweld", "nederland", "nederlandse", "nederlands", "bonaire", "saba", "statia", "eustatius", "sint",
    "curaçao", "aruba", "maarten", "caribisch", "europees", "engels", "engelse", "papiaments", "papiamentu", "turks", "turkse", "marokkaans", "marokkaanse", "pools", "poolse", "arabisch", "syrië", "polen",
    "turkije", "marokko", "suriname", "kerst", "pasen", "ramadan", "god", "whatsapp", "facebook", "wmo", "jeugdwet", "awb", "avg",
];

struct Word<'a> {
    text: &'a str,
    small: String,
    /// Whether it begins a sentence, so that its capital tells nothing.
    first: bool,
    /// Whether nothing stands between it and the word before.
    follows: bool,
}

impl Word<'_> {
    fn proper(&self) -> bool {
        let mut signs = self.text.chars();
        signs.next().is_some_and(char::is_uppercase) && signs.any(char::is_lowercase)
    }
}

/// A space, also one that does not break a line.
fn is_space(sign: char) -> bool {
    matches!(sign, ' ' | '\u{a0}' | '\u{202f}')
}

fn words(text: &str) -> Vec<Word<'_>> {
    let (mut found, mut start, mut first, mut follows) = (vec![], None, true, false);
    for (at, sign) in text.char_indices().chain([(text.len(), '\n')]) {
        let part = sign.is_alphabetic() || start.is_some() && (matches!(sign, '-' | '\u{2010}' | '\u{2011}' | '’' | '\'') || is_combining_mark(sign) || is_unseen(sign));
        match (part, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = text.get(from..at).unwrap_or_default().trim_end_matches(|sign: char| matches!(sign, '-' | '\u{2010}' | '\u{2011}' | '’' | '\'') || is_unseen(sign));
                found.push(Word { text: word, small: word.to_lowercase(), first, follows });
                start = None;
                // A form of address ends in a full stop and no sentence.
                first = matches!(sign, '.' | '?' | '!' | ':' | '\n' | '•') && !(sign == '.' && ADDRESS.contains(&word.to_lowercase().as_str()));
                follows = is_space(sign) || sign == '.' && !first;
            }
            (false, None) => {
                first = first || matches!(sign, '.' | '?' | '!' | ':' | '\n' | '•');
                follows = follows && is_space(sign);
            }
            _ => {}
        }
    }
    found
}

/// The likely names of a text, each once, in order of their first place. `told` are names the writer knows of, `not` names of organisations.
pub fn likely(text: &str, told: &[String], not: &[String]) -> Vec<Likely> {
    let of = |texts: &[String]| -> BTreeSet<String> { texts.iter().flat_map(|text| tokens(text)).map(|(word, _)| word).collect() };
    let (told, not) = (of(told), of(not));
    let plain = |word: &Word| tokens(word.text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
    let all = words(text);
    let known = |word: &Word| word.proper() && plain(word).iter().any(|word| told.contains(word));
    let nobody = |word: &Word| NOBODY.contains(&word.small.as_str()) || plain(word).iter().any(|word| not.contains(word));
    let addressed = |at: usize| at.checked_sub(1).and_then(|before| all.get(before)).is_some_and(|before| ADDRESS.contains(&before.small.as_str()));
    let is_name = |at: usize, word: &Word| known(word) || word.proper() && !ADDRESS.contains(&word.small.as_str()) && (addressed(at) || !word.first && !nobody(word));
    let sure: BTreeSet<&str> = all.iter().enumerate().filter(|(at, word)| is_name(*at, word)).map(|(_, word)| word.small.as_str()).collect();
    let counts = |word: &Word| word.proper() && sure.contains(word.small.as_str());
    let mut found: Vec<Likely> = vec![];
    let mut at = 0;
    while let Some(word) = all.get(at) {
        if !counts(word) {
            at += 1;
            continue;
        }
        // What belongs to it: names that follow, and small words between two of them.
        let (mut end, mut is_known) = (at, known(word));
        loop {
            let inside = all.iter().skip(end + 1).take_while(|next| next.follows && INSIDE.contains(&next.small.as_str())).count();
            match all.get(end + 1 + inside) {
                Some(next) if next.follows && counts(next) => {
                    end += 1 + inside;
                    is_known = is_known || known(next);
                }
                _ => break,
            }
        }
        let text = all.get(at..=end).unwrap_or_default().iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
        if !found.iter().any(|one| one.text == text) {
            found.push(Likely { text, known: is_known });
        }
        at = end + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, bool)> {
        likely(text, &["Yara van 't Zandt, Dorpsstraat 5".into()], &["Veilig Thuis Noord".into(), "Brijder Zorg".into()]).into_iter().map(|one| (one.text, one.known)).collect()
    }

    fn guessed(text: &str) -> Vec<String> {
        names(text).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn a_capital_in_a_sentence_a_form_of_address_and_a_name_one_was_told_are_found() {
        assert_eq!(guessed("Wij spraken met Joost de Wit en zijn zus Anna-Maria."), ["Joost de Wit", "Anna-Maria"]);
        assert_eq!(guessed("Mevr. Jansen belde. De heer El Amrani ook."), ["Jansen", "El Amrani"]);
        assert_eq!(names("Yara kwam in maart. Later zei Zandt niets."), [("Yara".into(), true), ("Zandt".into(), true)]);
        // Found in a sentence, it counts at the start of another too, once.
        assert_eq!(guessed("Karim belde. Wij vroegen Karim om hulp."), ["Karim"]);
    }

    #[test]
    fn roles_organisations_places_and_abbreviations_are_nobodys_name() {
        for text in [
            "De moeder belde de politie. Haar collega kwam.", "Wij belden Veilig Thuis en de Raad voor de Kinderbescherming.", "De GGZ en het OM wisten dit. In Nederland is dat zo.",
            "Zij werkt bij Brijder.", "Wat goed ging: Het overleg.", "", "Het was 14 maart 2022.",
        ] {
            assert_eq!(guessed(text), Vec::<String>::new(), "{text}");
        }
    }
}
