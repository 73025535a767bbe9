//! A codebook as tagged PDF.

use serde::Serialize;

use crate::world::Report;
use crate::{TypesetError, set};

/// A codebook to be set.
#[derive(Clone, Debug, Serialize)]
pub struct CodebookDoc {
    /// `nl`, `en`.
    pub language: String,
    /// Title.
    pub title: String,
    /// Who keeps the register.
    pub publisher: String,
    /// The date in words.
    pub date: String,
    /// Heading of the table of contents.
    pub contents: String,
    /// What the register holds.
    pub summary: String,
    /// Snapshot, citation: name and value.
    pub overview: Vec<(String, String)>,
    /// Heading of the paragraphs on quality.
    pub quality_heading: String,
    /// Paragraphs on quality.
    pub quality: Vec<String>,
    /// Heading of the reasons for missing values.
    pub missing_heading: String,
    /// Head of a column of codes.
    pub code_heading: String,
    /// Head of the column beside it.
    pub meaning_heading: String,
    /// Reasons for missing values: code and meaning.
    pub missing: Vec<(String, String)>,
    /// Heads of a table by which a variable is computed: line, when, code, meaning.
    pub rule_headings: [String; 4],
    /// Sections, one a level.
    pub sections: Vec<CodebookSection>,
}

/// The variables of a level.
#[derive(Clone, Debug, Serialize)]
pub struct CodebookSection {
    /// Heading.
    pub heading: String,
    /// What a row is.
    pub rows: String,
    /// Variables.
    pub variables: Vec<CodebookVariable>,
}

/// A variable.
#[derive(Clone, Debug, Serialize)]
pub struct CodebookVariable {
    /// Id.
    pub id: String,
    /// Name.
    pub label: String,
    /// Definition, condition, source: name and value.
    pub facts: Vec<(String, String)>,
    /// Code and meaning.
    pub codes: Vec<(String, String)>,
    /// The table by which it is computed: line, when, code, meaning.
    pub rule: Vec<[String; 4]>,
}

/// Sets a codebook. The same codebook and date give the same bytes.
///
/// # Errors
/// `Set` when the template fails or the result would not conform to PDF/UA-1.
pub fn codebook(doc: &CodebookDoc, date: (i32, u32, u32)) -> Result<Vec<u8>, TypesetError> {
    set(&Report::new(include_str!("codebook.typ"), serde_json::to_vec(doc)?, date))
}
