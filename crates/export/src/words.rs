//! The fixed words inside files, in both languages.

use crate::{Language, Text};

macro_rules! words {
    ($($name:ident: $nl:literal, $en:literal;)*) => {
        /// The words.
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct Words { $(pub(crate) $name: &'static str,)* }
        const NL: Words = Words { $($name: $nl,)* };
        const EN: Words = Words { $($name: $en,)* };
        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $nl, $en),)*];
    };
}

words! {
    table: "Tabel", "Table";
    about: "Over deze tabel", "About this table";
    percentages: "Percentages", "Percentages";
    short: "Korte naam", "Short name";
    total: "totaal", "total";
    total_applying: "totaal voor wie de vraag geldt", "total to whom the question applies";
    to_whom: "voor wie de vraag geldt", "to whom the question applies";
    code_of: "code", "code";
    label: "label", "label";
    hidden: "verborgen", "hidden";
    hidden_marks: "Verborgen cijfers", "Hidden figures";
    no_figure: "geen cijfer", "no figure";
    percent_of: "procent van", "per cent of";
    citation: "Zo haalt u aan", "How to cite";
    identifier: "Vaste verwijzing", "Persistent identifier";
    snapshot: "Stand", "Snapshot";
    of_day: "van", "of";
    codebook: "Codeboek", "Codebook";
    notes: "Toelichting", "Notes";
    codes: "Codes", "Codes";
    caribbean: "Caribisch Nederland", "Caribbean Netherlands";
    contents: "Inhoud", "Contents";
    definition: "Wat is bedoeld", "What is meant";
    kind: "Soort", "Type";
    computed: "Zo berekend", "How it is computed";
    rule: "Beslistabel", "Decision table";
    line: "regel", "line";
    fits: "als", "when";
    kind_code: "één code", "one code";
    kind_multi: "meerdere codes", "several codes";
    kind_integer: "geheel getal", "whole number";
    kind_date: "datum", "date";
    kind_text: "tekst", "text";
    range: "Bereik", "Range";
    from: "van", "from";
    up_to: "tot en met", "up to and including";
    condition: "Gevraagd als", "Asked when";
    always: "altijd", "always";
    export: "Mag naar buiten", "May leave";
    gate: "In tabellen", "In tables";
    source: "Bron", "Source";
    coding: "Codering", "Coding";
    derivation: "Berekend uit", "Derived from";
    derived: "berekend", "derived";
    quality: "Kwaliteit", "Quality";
    missing: "Ontbrekende waarden", "Missing values";
    missing_reason: "reden van ontbreken", "reason for missing";
    meaning: "Betekenis", "Meaning";
    yes: "ja", "yes";
    no: "nee", "no";
    access: "Toegang", "Access";
}

pub(crate) fn words(language: Language) -> &'static Words {
    match language {
        Language::Nl => &NL,
        Language::En => &EN,
    }
}

/// What a kind of variable is called.
pub(crate) fn kind(kind: &str, language: Language) -> &'static str {
    let words = words(language);
    match kind {
        "code" => words.kind_code,
        "multi" => words.kind_multi,
        "integer" => words.kind_integer,
        "date" | "year_month" => words.kind_date,
        "derived" => words.derived,
        _ => words.kind_text,
    }
}

/// The same word in both languages.
pub(crate) fn both(pick: impl Fn(&Words) -> &'static str) -> Text {
    Text::new(pick(&NL), pick(&EN))
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_word_is_there_in_both_languages() {
        assert!(super::ALL.iter().all(|(_, nl, en)| !nl.trim().is_empty() && !en.trim().is_empty()));
    }
}
