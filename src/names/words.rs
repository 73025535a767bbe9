//! The words of a text by which somebody may be known, as they are compared; which words are one name, and what was added to a name. The tables are
//! put together by hand from Dutch and English as reports are written in them; words typed where no name is known stand in `config/no-names.toml`.

use unicode_normalization::char::is_combining_mark;

use super::is_unseen;
use super::letters::{folded, read_as_latin};

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
                    _ if is_ordinary(&word) => written.chars().next().is_some_and(char::is_uppercase),
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

/// Whether a word, as it is compared, is one that organisations and addresses are made of.
pub(super) fn is_ordinary(word: &str) -> bool {
    ORDINARY.contains(&word)
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

/// The names a written word may be made of: `Brakelvelds`, `Brakelveldjes`, and one in letters of another script that all look like Latin ones.
/// Only of what is written as a name is.
pub fn stems(written: &str, token: &str) -> Vec<String> {
    let named = written.chars().next().is_some_and(char::is_uppercase);
    let without = ENDINGS.iter().filter_map(|ending| token.strip_suffix(ending)).filter(|stem| stem.chars().count() >= SHORTEST_STEM).map(str::to_owned);
    without.chain(read_as_latin(written)).filter(|_| named).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(stems("\u{421}\u{43e}\u{441}\u{43e}", "\u{441}\u{43e}\u{441}\u{43e}"), ["coco"]);
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
