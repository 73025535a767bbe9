//! A word as names are compared: in small letters and without marks, and with the Latin letter that a letter of another script is written for.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::is_unseen;

/// Letters of Cyrillic and Greek that look like a Latin one, each as it is read among Latin letters. Chosen by hand from the confusables of
/// Unicode (UTS 39). Its whole table does not do: there `m` is `rn` and a capital `I` is `l`, so that names would change that are written as they should be.
const LOOK_ALIKE: [(char, char); 69] = [
    // Cyrillic: small letters and capitals.
    ('а', 'a'), ('в', 'b'), ('г', 'r'), ('е', 'e'), ('є', 'e'), ('і', 'i'), ('ј', 'j'), ('к', 'k'), ('м', 'm'), ('н', 'h'), ('о', 'o'), ('п', 'n'), ('р', 'p'), ('с', 'c'), ('ѕ', 's'), ('т', 't'), ('у', 'y'),
    ('ү', 'y'), ('х', 'x'), ('ѵ', 'v'), ('ь', 'b'), ('ԁ', 'd'), ('һ', 'h'), ('ӏ', 'l'), ('ԛ', 'q'), ('ԝ', 'w'),
    ('А', 'a'), ('В', 'b'), ('Е', 'e'), ('І', 'i'), ('Ј', 'j'), ('К', 'k'), ('М', 'm'), ('Н', 'h'), ('О', 'o'), ('Р', 'p'), ('С', 'c'), ('Ѕ', 's'), ('Т', 't'), ('У', 'y'), ('Х', 'x'), ('Ӏ', 'i'),
    // Greek: a capital and its small letter may look like two.
    ('α', 'a'), ('ε', 'e'), ('η', 'n'), ('ι', 'i'), ('κ', 'k'), ('μ', 'u'), ('ν', 'v'), ('ο', 'o'), ('ρ', 'p'), ('τ', 't'), ('υ', 'u'), ('χ', 'x'), ('ω', 'w'),
    ('Α', 'a'), ('Β', 'b'), ('Ε', 'e'), ('Ζ', 'z'), ('Η', 'h'), ('Ι', 'i'), ('Κ', 'k'), ('Μ', 'm'), ('Ν', 'n'), ('Ο', 'o'), ('Ρ', 'p'), ('Τ', 't'), ('Υ', 'y'), ('Χ', 'x'),
];

fn looks_like(sign: char) -> Option<char> {
    LOOK_ALIKE.iter().find(|(other, _)| *other == sign).map(|(_, latin)| *latin)
}

fn is_latin(sign: char) -> bool {
    sign.is_ascii_alphabetic() || matches!(sign, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// The signs of a word, taken apart (Unicode normal form KD) and freed of their marks.
fn apart(word: &str) -> impl Iterator<Item = char> + '_ {
    word.nfkd().filter(|sign| !is_combining_mark(*sign) && !is_unseen(*sign))
}

/// A word as it is compared. Letters that have no form without a mark are as they are written without it; in a word with Latin letters what
/// looks like one is one, and a word all of another script stays what it is.
pub(super) fn folded(word: &str) -> String {
    let latin = apart(word).any(is_latin);
    let read = apart(word).map(|sign| if latin { looks_like(sign).unwrap_or(sign) } else { sign });
    let mut plain = String::new();
    for sign in read.flat_map(char::to_lowercase).nfkd().filter(|sign| !is_combining_mark(*sign)) {
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

/// What a word of another script is read as, where all its letters look like Latin ones: `Сосо`.
pub(super) fn read_as_latin(word: &str) -> Option<String> {
    apart(word).map(looks_like).collect::<Option<String>>().filter(|read| !read.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_of_another_script_among_latin_ones_is_the_one_it_looks_like() {
        for (written, read) in [
            ("J\u{43e}rrit", "jorrit"), ("J\u{3bf}rrit", "jorrit"), ("\u{41d}anna", "hanna"), ("\u{39d}oor", "noor"), ("\u{39c}ark", "mark"), ("\u{412}ART", "bart"), ("Zo\u{451}", "zoe"), ("\u{406}ngrid", "ingrid"),
            ("Br\u{430}k\u{435}lv\u{435}ld", "brakelveld"),
        ] {
            assert_eq!(folded(written), read, "{written:?}");
        }
        // What is all of one script stays as it was, so that what was placed before is still known.
        for (written, plain) in [("McIlroy", "mcilroy"), ("Moormill", "moormill"), ("Ковальчук", "ковальчук"), ("ЕВА", "ева"), ("Ева", "ева"), ("Νίκη", "νικη"), ("李", "李")] {
            assert_eq!(folded(written), plain, "{written}");
        }
    }

    #[test]
    fn a_word_all_of_look_alikes_may_be_a_latin_one() {
        assert_eq!(read_as_latin("\u{421}\u{43e}\u{441}\u{43e}").as_deref(), Some("coco"));
        assert!(["Ковальчук", "Coco", "J\u{43e}rrit", "李", ""].iter().all(|word| read_as_latin(word).is_none()));
    }
}
