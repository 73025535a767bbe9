//! Tables with all that belongs to them as one file: figures, chart, the part of the codebook they use, how to read them, how to
//! cite them, and the script that gives them again. The same tables give the same bytes.

use codebook::Codebook;
use export::docs::{codes_csv, html, rules_csv, variables_csv};

use super::document::documentation;
use super::{File, both, failed, language, table};
use crate::research::doubt::sentence;
use crate::research::drawn::whom;
use crate::research::tables::Described;
use crate::texts::Words;
use crate::tx::Refused;

/// How a figure came about, in paragraphs.
const HOW: [&str; 7] = ["bundle-figures", "bundle-noise", "bundle-rounding", "read-small", "read-near", "read-percent", "bundle-snapshot"];

/// One table with everything, or the tables of a script.
///
/// # Errors
/// `NotFound` without a table; `Internal` when a writer failed.
pub fn zip(book: &Codebook, tables: &[Described], script: &str, words: &Words) -> Result<File, Refused> {
    let (first, ..) = tables.first().ok_or(Refused::NotFound)?;
    let (stem, language) = (stem(tables), language(words));
    let mut files = vec![];
    for (number, (released, outcome, keys)) in (1..).zip(tables) {
        for format in ["csv", "csvw", "svg"] {
            let file = match table::file(released, outcome, keys, format, words) {
                Ok(file) => file,
                // A table without a shown figure has no chart.
                Err(Refused::Internal(_)) if format == "svg" => continue,
                Err(other) => return Err(other),
            };
            files.push((format!("{stem}/tables/{number:02}-{}", file.name), file.bytes));
        }
    }
    let used = |id: &str| tables.iter().any(|(table, outcome, _)| outcome.variable == id || table.keys.iter().any(|key| key == id));
    let mut docs = documentation(book, Some(&first.snapshot));
    docs.variables.retain(|variable| used(&variable.id));
    files.push((format!("{stem}/codebook/variables.csv"), variables_csv(&docs).map_err(failed)?));
    files.push((format!("{stem}/codebook/codes.csv"), codes_csv(&docs).map_err(failed)?));
    files.push((format!("{stem}/codebook/rules.csv"), rules_csv(&docs).map_err(failed)?));
    let page = format!("<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head><body>{}</body></html>\n", language.tag(), words.t("menu-codebook"), html(&docs, language).map_err(failed)?);
    files.push((format!("{stem}/codebook/codebook.html"), page.into_bytes()));
    let explained: Vec<String> = ["nl", "en"].into_iter().map(|tag| explained(tables, tag)).collect();
    files.push((format!("{stem}/readme.txt"), explained.join("\n\n").into_bytes()));
    let cited: Vec<String> = tables.iter().map(|(table, outcome, _)| table.citation(outcome.label.get(language.tag()), language.tag())).collect();
    files.push((format!("{stem}/citation.txt"), (cited.join("\n") + "\n").into_bytes()));
    files.push((format!("{stem}/script.txt"), script.to_owned().into_bytes()));
    Ok(File { name: format!("{stem}.zip"), kind: "application/zip", bytes: export::bundle::zip(&files).map_err(failed)? })
}

fn stem(tables: &[Described]) -> String {
    match tables {
        [(table, ..)] => table::stem(table),
        [(table, ..), ..] => format!("lering-{}-tables", table.snapshot.number),
        [] => String::new(),
    }
}

/// How to read the tables, in one language.
fn explained(tables: &[Described], tag: &str) -> String {
    let pick = |key: &str| both(key).get(if tag == "en" { export::Language::En } else { export::Language::Nl }).to_owned();
    let mut lines = vec![pick("bundle-title"), String::new()];
    if tables.iter().any(|(table, ..)| table.snapshot.practice) {
        lines.extend([pick("register-invented"), String::new()]);
    }
    lines.extend([pick("table-read-how"), String::new()]);
    for key in HOW {
        let mut text = pick(key);
        if let Some(first) = text.get(..1).map(str::to_uppercase) {
            text.replace_range(..1, &first);
        }
        lines.push(format!("- {text}"));
    }
    lines.push(String::new());
    for (table, outcome, keys) in tables {
        let by: Vec<&str> = keys.iter().map(|key| key.label.get(tag)).collect();
        let words = Words { language: if tag == "en" { crate::texts::Language::En } else { crate::texts::Language::Nl } };
        let number = words.a("snapshot-number", "number", table.snapshot.number);
        lines.push(format!("{} / {}: {number} ({}), codebook {}. {}", outcome.label.get(tag), by.join(", "), table.snapshot.taken_at.format("%Y-%m-%d"), table.snapshot.codebook, table.identifier()));
        lines.push(format!("  - {}", words.t(whom(table))));
        lines.extend(table.reliability.iter().map(|doubt| format!("  - {}", sentence(doubt, &words))));
    }
    lines.join("\n") + "\n"
}
