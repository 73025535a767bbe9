//! Where members of the panel come from: files say it in their own words, the register of parties in codes.

use std::collections::{BTreeMap, BTreeSet};

use crate::Scenario;

/// The codes, as `config/intake.toml` lists them.
pub const SECTORS: [&str; 17] = [
    "police", "justice", "probation", "safe_home", "shelter", "youth", "mental_health", "health", "elderly_care", "welfare", "municipality", "education", "defence", "stalking", "experience", "science", "other",
];

/// Words of a sector in Dutch and English, and its code; the first that stands in the text counts.
const WORDS: [(&str, &str); 61] = [
    ("veilig thuis", "safe_home"), ("safe home", "safe_home"), ("safe_home", "safe_home"), ("opvang", "shelter"), ("shelter", "shelter"), ("refuge", "shelter"), ("stalking", "stalking"),
    ("ggz", "mental_health"), ("mental", "mental_health"), ("psychi", "mental_health"), ("geestelijke", "mental_health"), ("verslaving", "mental_health"), ("addiction", "mental_health"),
    ("jeugd", "youth"), ("youth", "youth"), ("kinder", "youth"), ("child", "youth"), ("voogd", "youth"), ("guardian", "youth"), ("reclassering", "probation"), ("probation", "probation"),
    ("politie", "police"), ("police", "police"), ("marechaussee", "police"), ("openbaar ministerie", "justice"), ("justit", "justice"), ("justice", "justice"), ("prosecut", "justice"),
    ("rechtspraak", "justice"), ("court", "justice"), ("advoca", "justice"), ("law", "justice"), ("defensie", "defence"), ("defence", "defence"), ("militar", "defence"), ("army", "defence"),
    ("ouderen", "elderly_care"), ("elder", "elderly_care"), ("verpleeg", "elderly_care"), ("nursing", "elderly_care"), ("onderwijs", "education"), ("education", "education"), ("school", "education"),
    ("teacher", "education"), ("ervaring", "experience"), ("experience", "experience"), ("nabestaande", "experience"), ("bereaved", "experience"), ("wetenschap", "science"), ("universit", "science"),
    ("research", "science"), ("science", "science"), ("huisarts", "health"), ("ziekenhuis", "health"), ("hospital", "health"), ("health", "health"), ("zorg", "health"), ("welzijn", "welfare"),
    ("maatschappelijk", "welfare"), ("social", "welfare"), ("gemeente", "municipality"),
];

/// The code a word of a file stands for, as far as it can be told.
fn code_of(word: &str) -> Option<&'static str> {
    let word = word.trim().to_lowercase();
    let exact = SECTORS.into_iter().find(|code| *code == word);
    exact.or_else(|| WORDS.into_iter().find(|(told, _)| word.contains(told)).map(|(_, code)| code)).or_else(|| word.contains("municip").then_some("municipality"))
}

/// A code for each member of the panel, by the member's key. Different words stay different sectors: what no list holds, or another has taken,
/// gets the next code that is free, and so does who comes from nowhere in the file.
pub(super) fn sectors(told: &Scenario) -> BTreeMap<&str, &'static str> {
    let word_of = |key: &str| told.people.iter().find(|person| person.key == key).map(|person| person.sector.trim()).unwrap_or_default();
    let (mut taken, mut by_word, mut found) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
    // Those that can be told come first, so that nobody takes their code.
    for key in &told.panel.members {
        let word = word_of(key);
        if let Some(code) = code_of(word).filter(|code| !by_word.contains_key(word) && !taken.contains(code)) {
            taken.insert(code);
            by_word.insert(word, code);
        }
    }
    for key in &told.panel.members {
        let word = word_of(key);
        let code = by_word.get(word).copied().filter(|_| !word.is_empty()).unwrap_or_else(|| SECTORS.into_iter().rev().find(|code| !taken.contains(code)).unwrap_or("other"));
        taken.insert(code);
        if !word.is_empty() {
            by_word.insert(word, code);
        }
        found.insert(key.as_str(), code);
    }
    // Nobody of the youth sector, where the case needs one: the last member is.
    if let Some(last) = told.panel.members.last().filter(|_| told.child_variant && !found.values().any(|code| *code == "youth")) {
        found.insert(last.as_str(), "youth");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_file_are_told_and_every_code_is_one() {
        for (word, code) in [
            ("women's shelter", "shelter"), ("police from another unit", "police"), ("mental health care", "mental_health"), ("defence, other service", "defence"), ("stalking expertise", "stalking"),
            ("municipality", "municipality"), ("youth", "youth"), ("Veilig Thuis elders", "safe_home"), ("ervaringsdeskundige", "experience"), ("GGZ", "mental_health"), ("Gemeente Zeewolde", "municipality"),
        ] {
            assert_eq!(code_of(word), Some(code), "{word}");
        }
        assert_eq!(code_of("kerkgenootschap"), None);
        assert!(WORDS.iter().all(|(_, code)| SECTORS.contains(code)));
    }

    fn of(words: &[&str], child: bool) -> Vec<&'static str> {
        let mut told = crate::read("real-1.yaml", include_str!("../../../../config/practice/real-1.yaml")).expect("a file");
        told.child_variant = child;
        let members: Vec<String> = (0..words.len()).map(|at| format!("m{at}")).collect();
        let person = told.people.first().cloned().expect("somebody");
        told.people.extend(members.iter().zip(words).map(|(key, word)| crate::Account { key: key.clone(), sector: (*word).to_owned(), ..person.clone() }));
        told.panel.members = members.clone();
        let found = sectors(&told);
        members.iter().map(|key| found[key.as_str()]).collect()
    }

    #[test]
    fn different_words_stay_different_sectors() {
        assert_eq!(of(&["police", "politie elders", "kerk", "moskee", "police"], false), ["police", "other", "science", "experience", "police"]);
        let nowhere = of(&["", "", ""], false);
        assert_eq!(nowhere.iter().collect::<BTreeSet<_>>().len(), 3, "{nowhere:?}");
        assert_eq!(of(&["police", "school", "kerk"], true), ["police", "education", "youth"]);
    }
}
