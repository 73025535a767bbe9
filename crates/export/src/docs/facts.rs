//! What is told of a variable, as name and value: the same on the page and in the PDF.

use super::{Documentation, Variable};
use crate::words::{kind, words};
use crate::{Language, Text};

/// Facts of a variable, in the order in which they are told.
pub(super) fn facts(variable: &Variable, language: Language) -> Vec<(String, String)> {
    let words = words(language);
    let computed = variable.kind == "derived";
    let meant = if computed { words.computed } else { words.definition };
    let mut facts = vec![(meant.to_owned(), variable.definition.get(language).to_owned()), (words.kind.to_owned(), kind(&variable.kind, language).to_owned())];
    if let Some(range) = range(variable, language) {
        facts.push((words.range.to_owned(), range));
    }
    if !computed && variable.from.is_empty() {
        facts.push((words.condition.to_owned(), variable.asked_when.as_ref().map(|told| told.get(language).to_owned()).or_else(|| variable.condition.clone()).unwrap_or_else(|| words.always.to_owned())));
    } else {
        facts.push((words.derivation.to_owned(), variable.from.join(", ")));
    }
    facts.push((words.export.to_owned(), class(&variable.export, language)));
    facts.push((words.gate.to_owned(), class(&variable.gate, language)));
    facts.push((words.coding.to_owned(), class(&variable.reliability, language)));
    facts.push((words.source.to_owned(), variable.source.join(", ")));
    facts.extend(variable.quality.iter().map(|quality| (format!("{}: {}", words.quality, quality.label.get(language)), quality.value.clone())));
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// The range of a number in words.
pub(super) fn range(variable: &Variable, language: Language) -> Option<String> {
    let words = words(language);
    match variable.range {
        (Some(least), Some(most)) => Some(format!("{least} {} {most}", words.up_to)),
        (Some(least), None) => Some(format!("{} {least}", words.from)),
        (None, Some(most)) => Some(format!("{} {most}", words.up_to)),
        (None, None) => None,
    }
}

/// The codebook's classes in words; an unknown one as it stands.
fn class(class: &str, language: Language) -> String {
    let text = match class {
        "public" => Text::new("in openbare tabellen, in de grofste vorm", "in public tables, in its coarsest form"),
        "researcher" => Text::new("in tabellen van een toegelaten onderzoek", "in tables of an approved project"),
        "never" => Text::new("nooit", "never"),
        "key" => Text::new("als sleutel", "as a key"),
        "outcome" => Text::new("als uitkomst", "as an outcome"),
        "none" => Text::new("niet", "not"),
        "double" => Text::new("door twee codeurs, los van elkaar", "by two coders, blind to each other"),
        "single" => Text::new("door één codeur, een deel opnieuw", "by one coder, a part again"),
        "source" => Text::new("overgenomen uit de bron", "copied from the source"),
        "derived" => Text::new("berekend", "computed"),
        other => Text::new(other, other),
    };
    text.get(language).to_owned()
}

/// What is told of the whole.
pub(super) fn overview(docs: &Documentation, language: Language) -> Vec<(String, String)> {
    let words = words(language);
    let mut told = vec![(words.codebook.to_owned(), docs.snapshot.codebook.clone())];
    if docs.snapshot.number > 0 {
        told.push((words.snapshot.to_owned(), format!("{} {} {} ({})", docs.snapshot.number, words.of_day, docs.snapshot.date, docs.snapshot.id)));
    }
    told.extend([
        (words.citation.to_owned(), docs.citation.get(language).to_owned()),
        (words.identifier.to_owned(), docs.id.clone()),
        (words.access.to_owned(), docs.access.get(language).to_owned()),
    ]);
    told
}
