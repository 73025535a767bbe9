//! Reports as tagged PDF (PDF/UA-1), set by Typst in a world of its own: one template, one data file, the bundled fonts.
//!
//! The words of a report reach the template as data, never as source, so nothing in them is read as markup. There is no file
//! system, no network and no clock: the date is the caller's.
#![forbid(unsafe_code)]

mod codebook;
mod signs;
mod world;

use serde::{Deserialize, Serialize};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use world::Report;

pub use codebook::{CodebookDoc, CodebookSection, CodebookVariable, codebook};

/// A report to be set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportDoc {
    /// `nl`, `en`, `pap`.
    pub language: String,
    /// Title.
    pub title: String,
    /// The bureau.
    pub bureau: String,
    /// The date in words.
    pub date: String,
    /// What stands on every page, such as "draft, confidential"; empty for none.
    pub notice: String,
    /// Heading of the table of contents.
    pub contents: String,
    /// What stands in the place of signs no font here has a shape for; `{n}` is how many.
    pub without_shape: String,
    /// Sections.
    pub sections: Vec<Section>,
}

/// A section.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// Its language, where that is not the report's.
    pub language: Option<String>,
    /// The language of its heading, where that is another one.
    pub heading_language: Option<String>,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A block of a section.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Paragraph {
        /// Words.
        text: String,
    },
    /// Somebody's own words.
    Quote {
        /// Words.
        text: String,
        /// Who.
        by: String,
    },
    /// A heading within a section.
    Heading {
        /// Words.
        text: String,
    },
    /// A list.
    List {
        /// Items.
        items: Vec<String>,
        /// The number of the first, where they are numbered.
        from: Option<u64>,
    },
    /// A question of a form, and what was answered.
    Answer {
        /// The question.
        question: String,
        /// The answer, a paragraph each.
        lines: Vec<String>,
    },
    /// A finding.
    Finding {
        /// "Finding 3".
        label: String,
        /// Title.
        title: String,
        /// Words.
        text: String,
        /// Level.
        level: String,
        /// Dissents, each introduced.
        dissents: Vec<String>,
    },
    /// A recommendation.
    Recommendation {
        /// "Recommendation 2".
        label: String,
        /// Words.
        text: String,
        /// Owner, measure, date: name and value.
        facts: Vec<(String, String)>,
    },
}

/// Why a report could not be set.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// The data could not be written.
    #[error("data: {0}")]
    Data(#[from] serde_json::Error),
    /// The template failed, or the file would not conform.
    #[error("{0}")]
    Set(String),
}

/// Sets a report. The same report and date give the same bytes.
///
/// # Errors
/// `Set` when the template fails or the result would not conform to PDF/UA-1.
pub fn report(doc: &ReportDoc, date: (i32, u32, u32)) -> Result<Vec<u8>, TypesetError> {
    let mut data = serde_json::to_value(doc)?;
    signs::made_settable(&mut data, &doc.without_shape);
    set(&Report::new(include_str!("report.typ"), serde_json::to_vec(&data)?, date))
}

/// Loads the fonts and sets a page nobody asked for, so that the first report does not wait for either.
///
/// # Errors
/// As [`report`].
pub fn make_ready() -> Result<(), TypesetError> {
    let section = Section {
        heading: "1".into(), language: None, heading_language: None,
        blocks: vec![Block::Paragraph { text: "a".into() }, Block::Quote { text: "a".into(), by: "b".into() }, Block::List { items: vec!["a".into()], from: Some(1) }],
    };
    let doc = ReportDoc {
        language: "nl".into(), title: "a".into(), bureau: "a".into(), date: "1".into(), notice: String::new(), contents: "a".into(), without_shape: String::new(), sections: vec![section],
    };
    report(&doc, (2026, 1, 1)).map(drop)
}

/// Sets a template in its world.
fn set(world: &Report) -> Result<Vec<u8>, TypesetError> {
    let told = |errors: typst::ecow::EcoVec<typst::diag::SourceDiagnostic>| {
        TypesetError::Set(errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "))
    };
    let document: PagedDocument = typst::compile(world).output.map_err(told)?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|why| TypesetError::Set(why.message().to_string()))?;
    let options = PdfOptions { standards, ..PdfOptions::default() };
    let bytes = typst_pdf::pdf(&document, &options).map_err(told);
    // What was remembered of one report is not kept for the next: it holds words.
    typst::comemo::evict(0);
    bytes
}
