//! What stands against a table where coders don't agree far enough: refused, or marked wherever its figures stand.

use crate::register::{self, Doubt, Reliable, Snapshot};
use crate::texts::Words;
use crate::tx::{Refused, Tx};

/// Refusing a table of a variable that its snapshot withholds.
pub(super) const NOT_RELIABLE: &str = "not-reliable";

/// What stands against a table of an outcome by the period and perhaps another key. One answer of several is as its variable.
pub(super) fn doubts(tx: &Tx, snapshot: &Snapshot, outcome: &str, second: Option<&str>) -> Result<Vec<Doubt>, Refused> {
    let parts = tx.parts();
    let book = parts.config.codebook_of(&snapshot.codebook).ok_or_else(|| Refused::Internal(format!("codebook {}", snapshot.codebook)))?;
    let variable = outcome.split_once(':').map_or(outcome, |(variable, _)| variable);
    Ok(register::doubts(snapshot, book, std::iter::once(variable).chain(book.period.as_deref()).chain(second)))
}

/// Whether one of these keeps a table inside.
pub(super) fn withheld(doubts: &[Doubt]) -> bool {
    doubts.iter().any(|doubt| doubt.verdict == Reliable::Withheld)
}

/// The strictest of these.
pub(super) fn strictest(doubts: &[Doubt]) -> Option<Reliable> {
    doubts.iter().map(|doubt| doubt.verdict).max()
}

/// The mark of a verdict in a word or two, as it stands behind a name.
pub(super) fn mark(verdict: Reliable, words: &Words) -> String {
    words.t(&format!("doubt-mark-{}", verdict.word()))
}

/// A name with its mark where a variable is tentative or withheld: where one is chosen.
pub(super) fn marked(name: String, verdict: Option<Reliable>, words: &Words) -> String {
    match verdict {
        Some(verdict @ (Reliable::Tentative | Reliable::Withheld)) => format!("{name} ({})", mark(verdict, words)),
        _ => name,
    }
}

/// What stands against a variable, in a sentence: what lies below what.
pub(super) fn sentence(doubt: &Doubt, words: &Words) -> String {
    let decimal = |figure: f64| { let text = format!("{figure:.2}"); if words.code() == "en" { text } else { text.replace('.', ",") } };
    let (name, below) = (doubt.label.get(words.code()), doubt.below.map(decimal).unwrap_or_default());
    // Alpha of values alone may be high enough: then it is what is missing that coders disagree on. Of few cases it is not told.
    let low = doubt.alpha.filter(|alpha| doubt.below.is_some_and(|below| *alpha < below));
    match (doubt.verdict, low) {
        (Reliable::Tentative | Reliable::Withheld, None) if doubt.alpha.is_none() => words.with(&format!("doubt-{}-untold", doubt.verdict.word()), &[("name", name), ("below", &below)]),
        (Reliable::Tentative | Reliable::Withheld, Some(alpha)) => words.with(&format!("doubt-{}", doubt.verdict.word()), &[("name", name), ("alpha", &decimal(alpha)), ("below", &below)]),
        (Reliable::Tentative | Reliable::Withheld, None) => words.with(&format!("doubt-{}-missing", doubt.verdict.word()), &[("name", name), ("below", &below)]),
        _ => words.with("doubt-unjudged", &[("name", name)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    #[test]
    fn a_sentence_says_what_lies_below_what() {
        let (nl, en) = (Words { language: Language::Nl }, Words { language: Language::En });
        let doubt = |verdict, alpha, below| Doubt { variable: "v".into(), label: codebook::Label { nl: "Plaats".into(), en: "Place".into() }, verdict, alpha, below };
        let low = doubt(Reliable::Withheld, Some(0.41), Some(0.67));
        assert!(["Plaats", "0,41", "0,67"].iter().all(|part| sentence(&low, &nl).contains(part)) && ["Place", "0.41", "0.67"].iter().all(|part| sentence(&low, &en).contains(part)), "{}", sentence(&low, &nl));
        let missing = sentence(&doubt(Reliable::Tentative, Some(0.93), Some(0.80)), &nl);
        assert!(missing.contains("0,80") && !missing.contains("0,93") && missing.contains("ontbreekt"), "{missing}");
        let untold = sentence(&doubt(Reliable::Withheld, None, Some(0.67)), &nl);
        assert!(untold.contains("0,67") && !untold.contains("ontbreekt"), "{untold}");
        assert_eq!([Reliable::Released, Reliable::Unjudged, Reliable::Tentative, Reliable::Withheld].map(|verdict| marked("x".into(), Some(verdict), &en)), ["x", "x", "x (tentative)", "x (not published)"]);
    }
}
