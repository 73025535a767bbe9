//! The documentation as tagged PDF.

use typeset::{CodebookDoc, CodebookSection, CodebookVariable};

use super::facts::{facts, overview};
use super::Documentation;
use crate::words::words;
use crate::{Category, ExportError, Language};

/// The documentation as PDF/UA-1, dated on the day of the snapshot.
///
/// # Errors
/// `Malformed` when the documentation or its day contradict themselves, `Writer` when the result would not conform.
pub fn pdf(docs: &Documentation, language: Language) -> Result<Vec<u8>, ExportError> {
    docs.check()?;
    let mut parts = docs.snapshot.date.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let date = match (parts.next().flatten(), parts.next().flatten(), parts.next().flatten()) {
        (Some(year), Some(month), Some(day)) => (i32::try_from(year).map_err(ExportError::of("pdf"))?, month, day),
        _ => return Err(ExportError::malformed(format!("not a day: {}", docs.snapshot.date))),
    };
    let words = words(language);
    let pairs = |codes: &[Category]| codes.iter().map(|category| (category.code.to_string(), category.label.get(language).to_owned())).collect::<Vec<_>>();
    let section = |level: &super::Level| CodebookSection {
        heading: level.label.get(language).to_owned(), rows: level.rows.get(language).to_owned(),
        variables: docs.of_level(level).map(|variable| CodebookVariable {
            id: variable.id.clone(), label: variable.label.get(language).to_owned(), facts: facts(variable, language), codes: pairs(&variable.codes),
            rule: (1_i32..).zip(&variable.rule).map(|(number, line)| [number.to_string(), line.when.get(language).to_owned(), line.then.code.to_string(), line.then.label.get(language).to_owned()]).collect(),
        }).collect(),
    };
    let doc = CodebookDoc {
        language: language.tag().to_owned(), title: docs.title.get(language).to_owned(), publisher: docs.publisher.clone(), date: docs.snapshot.date.clone(),
        contents: words.contents.to_owned(), summary: docs.summary.get(language).to_owned(), overview: overview(docs, language),
        quality_heading: words.quality.to_owned(), quality: docs.quality.iter().map(|quality| quality.get(language).to_owned()).collect(),
        missing_heading: words.missing.to_owned(), code_heading: words.code_of.to_owned(), meaning_heading: words.meaning.to_owned(), missing: pairs(&docs.missing), rule_headings: [words.line, words.fits, words.code_of, words.meaning].map(str::to_owned),
        sections: docs.levels.iter().map(section).collect(),
    };
    typeset::codebook(&doc, date).map_err(ExportError::of("pdf"))
}
