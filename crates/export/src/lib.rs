//! What leaves the register as a file: released tables, charts, documentation of codebook and snapshot, the synthetic file.
//!
//! Data in, bytes out: no HTTP, no SQL, no clock, no randomness. The same input gives the same bytes. Nothing here decides what may
//! leave: a hidden cell arrives as [`Cell::Hidden`], without a number, and no writer can make one of it.
//!
//! * [`Table`]: [`table::csv`], [`table::csvw`], [`table::xlsx`], [`table::json_stat`], [`table::sdmx_csv`];
//! * [`chart::svg`], [`chart::tiles`], [`chart::png`];
//! * [`Documentation`]: [`docs::ddi`], [`docs::variables_csv`], [`docs::codes_csv`], [`docs::html`], [`docs::pdf`];
//! * [`Flat`]: [`flat::csv`], [`flat::parquet`], [`flat::sav`];
//! * [`bundle::zip`]: several of them as one file.
#![forbid(unsafe_code)]

pub mod bundle;
pub mod chart;
pub mod docs;
pub mod flat;
pub mod table;
mod words;

use std::borrow::Cow;

pub use docs::Documentation;
pub use flat::Flat;
pub use table::{Cell, Table};

/// A language of the files. Papiamentu speakers get the Dutch files, since the codebook has two languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Language {
    /// Dutch.
    Nl,
    /// English.
    En,
}

impl Language {
    /// The tag of BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
        }
    }
}

/// A text in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Text {
    /// Dutch.
    pub nl: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text.
    pub fn new(nl: impl Into<String>, en: impl Into<String>) -> Text {
        Text { nl: nl.into(), en: en.into() }
    }
    /// The text in a language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
    /// The text in a language, in capital at the start, for headings.
    pub(crate) fn capital(&self, language: Language) -> String {
        let mut signs = self.get(language).chars();
        signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
    }
}

/// A code with its label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Category {
    /// The code.
    pub code: i64,
    /// What it means.
    pub label: Text,
}

/// The frozen snapshot figures come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Persistent identifier.
    pub id: String,
    /// Number; 0 where a codebook is documented before its first snapshot.
    pub number: u32,
    /// Day it was frozen, as in 2026-11-25.
    pub date: String,
    /// Version of the codebook.
    pub codebook: String,
}

/// Why a file can't be made. A fault of whoever made the data, never of whoever asks for the file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The data contradicts itself.
    #[error("{0}")]
    Malformed(String),
    /// A writer failed.
    #[error("{format}: {why}")]
    Writer {
        /// Of which format.
        format: &'static str,
        /// What it said.
        why: String,
    },
}

impl ExportError {
    pub(crate) fn malformed(why: impl Into<String>) -> ExportError {
        ExportError::Malformed(why.into())
    }
    /// Turns a library's error into ours.
    pub(crate) fn of<E: std::fmt::Display>(format: &'static str) -> impl Fn(E) -> ExportError {
        move |why| ExportError::Writer { format, why: why.to_string() }
    }
}

/// Words as XML may have them: without the signs that no escape makes lawful there.
pub(crate) fn lawful(words: &str) -> Cow<'_, str> {
    let unlawful = |sign: char| (sign.is_control() && !matches!(sign, '\t' | '\n')) || matches!(sign, '\u{FFFE}' | '\u{FFFF}');
    if words.contains(unlawful) { Cow::Owned(words.replace(unlawful, "")) } else { Cow::Borrowed(words) }
}

/// Words for XML and HTML, in text and attributes.
pub(crate) fn escaped(words: &str) -> String {
    quick_xml::escape::escape(lawful(words)).into_owned()
}

/// Letters, digits and `_` of an id, for names inside files.
pub(crate) fn name_of(id: &str) -> String {
    id.chars().map(|sign| if sign.is_ascii_alphanumeric() || sign == '_' { sign } else { '_' }).collect()
}
