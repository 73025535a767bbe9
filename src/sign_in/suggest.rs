//! A passphrase to take over: five words by chance, as Diceware does. Of some five hundred words each is worth nine bits: 45 in all, of which
//! every guess costs a stretching of 64 MiB.

use rand::seq::IndexedRandom;

use crate::texts::Language;

const NL: &str = include_str!("words/nl.txt");
const EN: &str = include_str!("words/en.txt");
const WORDS: usize = 5;

fn list(language: Language) -> Vec<&'static str> {
    match language {
        Language::En => EN,
        Language::Nl | Language::Pap => NL,
    }.lines().collect()
}

/// Five words, other ones each time. They are shown once and kept nowhere.
pub(super) fn suggested(language: Language) -> String {
    let (words, mut rng) = (list(language), rand::rng());
    (0..WORDS).filter_map(|_| words.choose(&mut rng).copied()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn five_words_of_five_hundred_are_strong_enough_and_easily_typed() {
        for language in [Language::Nl, Language::En] {
            let words = list(language);
            assert!(words.len() >= 500 && words.iter().collect::<BTreeSet<_>>().len() == words.len(), "{}", words.len());
            assert!(words.iter().all(|word| (2..=13).contains(&word.chars().count()) && word.chars().all(char::is_lowercase)), "{words:?}");
            for _ in 0..50 {
                let told = suggested(language);
                assert!(told.split(' ').count() == WORDS && super::super::strong(&told, &["Anna Bakker"]).is_ok(), "{told}");
            }
            assert_ne!(suggested(language), suggested(language));
        }
    }
}
