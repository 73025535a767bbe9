//! How a derived value came about, in a sentence of the codebook's own words.

use crate::derive::Outcome;
use crate::evaluate::{CLOSED, Held, UNCOLLECTED, WITHHELD};
use crate::examine::Input;
use crate::plan::Source;
use crate::{Codebook, Derived, Label};

/// So many inputs are named; a table that read fifty rows is not told row by row.
const NAMED: usize = 6;

/// A reason for missing.
pub(crate) fn missing(reason: i64) -> Label {
    let (nl, en) = match reason {
        WITHHELD => ("niet verstrekt", "not supplied"),
        CLOSED => ("niet van toepassing", "not applicable"),
        UNCOLLECTED => ("nog niet verzameld", "not yet collected"),
        _ => ("onbekend", "unknown"),
    };
    Label { nl: nl.into(), en: en.into() }
}

/// `Beslistabel, stap 6 van 13: een verdachte is of was intieme partner (Relatietype: echtgenoot). Uitkomst: ...`
pub(crate) fn derivation(derived: &Derived, outcome: &Outcome, line: Option<&Label>, inputs: &[Input], shown: &Label) -> Label {
    let told = |language: &str| {
        let dutch = language == "nl";
        let step = outcome.step.filter(|_| !derived.cases.is_empty()).map(|step| {
            let said = line.map_or_else(String::new, |line| format!(": {}", line.get(language)));
            if dutch { format!("Stap {} van {}{said}. ", step + 1, derived.cases.len()) } else { format!("Step {} of {}{said}. ", step + 1, derived.cases.len()) }
        });
        // Where nothing follows, only what is missing matters.
        let reason = |input: &&Input| outcome.value.is_ok() || input.value.as_i64().is_some_and(|code| (-9..=-6).contains(&code));
        let mut named: Vec<String> = vec![];
        for input in inputs.iter().filter(reason) {
            let part = format!("{}: {}", input.label.get(language), input.shown.get(language));
            if !named.contains(&part) {
                named.push(part);
            }
        }
        let more = named.len().saturating_sub(NAMED);
        named.truncate(NAMED);
        if more > 0 {
            named.push(if dutch { format!("en {more} andere") } else { format!("and {more} others") });
        }
        let from = match (named.is_empty(), dutch) {
            (true, _) => String::new(),
            (false, true) => format!(" Op grond van {}.", named.join("; ")),
            (false, false) => format!(" Based on {}.", named.join("; ")),
        };
        format!("{}{}: {}.{from}", step.unwrap_or_default(), derived.label.get(language), shown.get(language))
    };
    Label { nl: told("nl"), en: told("en") }
}

impl Codebook {
    pub(crate) fn name_of(&self, slot: usize) -> &Label {
        match self.plan.slots[slot].source {
            Source::Coded(number, _) => &self.variables[number].label,
            Source::Derived(number) => &self.derived[number].label,
        }
    }
    /// An effective value in words.
    pub(crate) fn shown(&self, slot: usize, held: &Held) -> Label {
        let codes = match self.plan.slots[slot].source {
            Source::Coded(number, _) => &self.variables[number].codes,
            Source::Derived(number) => &self.derived[number].codes,
        };
        let name = |code: &i64| codes.iter().find(|known| known.code == *code).map_or_else(|| Label { nl: code.to_string(), en: code.to_string() }, |known| known.label.clone());
        match held {
            Held::Missing(reason) => missing(*reason),
            Held::Code(code) => name(code),
            Held::Codes(held) => {
                let names: Vec<Label> = held.iter().map(name).collect();
                let joined = |language: &str| names.iter().map(|name| name.get(language)).collect::<Vec<_>>().join(", ");
                Label { nl: joined("nl"), en: joined("en") }
            }
            Held::When(text, ..) | Held::Text(text) => Label { nl: (*text).to_owned(), en: (*text).to_owned() },
        }
    }
}
