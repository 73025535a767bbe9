//! Files of what has left: tables, charts, documentation, and invented records to write analysis code on.
//!
//! How to add a format: its line in [`FORMATS`] or [`DOCUMENTS`], its arm, its text `file-…`, and a test that reads the file with
//! somebody else's reader (package `export`).

mod bundle;
mod document;
mod table;

pub use bundle::zip;
pub use document::{DOCUMENTS, RECORDS, document, invented, page_of};
pub use table::{FORMATS, ZIP, chart, file, map};

use codebook::Label;
use export::{ExportError, Language, Text};

use crate::register::Snapshot;
use crate::texts::Words;
use crate::tx::Refused;

/// A file as it leaves: its name, its type, its bytes.
pub struct File {
    /// Name, without anything of the server or the reader.
    pub name: String,
    /// Media type.
    pub kind: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
}

fn text(label: &Label) -> Text {
    Text::new(&label.nl, &label.en)
}

/// The language of files: the codebook has Dutch and English.
fn language(words: &Words) -> Language {
    if words.code() == "en" { Language::En } else { Language::Nl }
}

/// A text of ours in both languages.
fn both(key: &str) -> Text {
    in_both(|words| words.t(key))
}

/// A sentence in both languages.
fn in_both(say: impl Fn(&Words) -> String) -> Text {
    let told = |language| say(&Words { language });
    Text::new(told(crate::texts::Language::Nl), told(crate::texts::Language::En))
}

fn snapshot(of: &Snapshot) -> export::Snapshot {
    export::Snapshot { id: format!("urn:lering:{}", of.id), number: u32::try_from(of.number).unwrap_or(0), date: of.taken_at.format("%Y-%m-%d").to_string(), codebook: of.codebook.clone() }
}

fn failed(why: ExportError) -> Refused {
    Refused::Internal(why.to_string())
}
