//! Reading a file, and saying in plain words what is wrong with it.

use crate::{Scenario, check, line_of};

/// Why a file can't be played: the first thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{file}, line {line}: {field}: {why}")]
pub struct FileError {
    /// Name of the file, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// Path of the field, such as `organisations[0].events[2].when`.
    pub field: String,
    /// What is wrong and what would be right.
    pub why: String,
}

/// Reads and checks a practice case. `file` is its name, for the message.
///
/// # Errors
/// The first thing that is unknown, missing, of another kind, or points to something that is not there.
pub fn read(file: &str, text: &str) -> Result<Scenario, FileError> {
    let told: Scenario = serde_yaml_ng::from_str(text).map_err(|why| refused(file, text, &why))?;
    match check::first_fault(&told) {
        None => Ok(told),
        Some(fault) => {
            let line = nearest_line(text, &fault.field);
            Err(FileError { file: file.to_owned(), line, field: fault.field, why: fault.why })
        }
    }
}

/// The line of a path, or of the nearest part around it that stands in the file.
fn nearest_line(text: &str, path: &str) -> usize {
    let mut path = path;
    loop {
        if let Some(line) = line_of(text, path) {
            return line;
        }
        match path.rfind(['.', '[']) {
            Some(at) => path = path.get(..at).unwrap_or_default(),
            None => return 1,
        }
    }
}

/// From `findings[2]: missing field `title` at line 4 column 5` to path, line and plain words.
fn refused(file: &str, text: &str, why: &serde_yaml_ng::Error) -> FileError {
    let told = why.to_string();
    let told = told.rfind(" at line ").and_then(|at| told.get(..at)).unwrap_or(&told);
    let (path, words) = match told.split_once(": ") {
        Some((path, words)) if is_path(path) => (path, words),
        _ => ("", told),
    };
    // Named keys stand one level deeper than the part the reader speaks of.
    let named = ["unknown field `", "missing field `", "duplicate field `"].iter().find_map(|start| words.strip_prefix(start)?.split('`').next());
    let field = match (named, path) {
        (Some(name), "" | ".") => name.to_owned(),
        (Some(name), path) if path.ends_with(&format!(".{name}")) => path.to_owned(),
        (Some(name), path) => format!("{path}.{name}"),
        (None, "" | ".") => "the file".to_owned(),
        (None, path) => path.to_owned(),
    };
    let unknown = words.starts_with("unknown field");
    let line = unknown.then(|| line_of_key(text, &field)).flatten().or_else(|| why.location().map(|at| at.line())).unwrap_or(1);
    FileError { file: file.to_owned(), line, field, why: plain(words, named) }
}

/// The line of a key that is no part of the format: of its value, or above it when the value starts on the next line.
fn line_of_key(text: &str, path: &str) -> Option<usize> {
    let (line, name) = (line_of(text, path)?, path.rsplit('.').next()?);
    let lines: Vec<&str> = text.lines().take(line).collect();
    lines.iter().rposition(|one| one.contains(&format!("{name}:"))).map(|at| at + 1)
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '.' | '[' | ']' | '-' | '?'))
}

fn plain(words: &str, named: Option<&str>) -> String {
    let name = named.unwrap_or_default();
    if words.starts_with("unknown field") {
        let known = words.split_once(", expected ").map_or("", |(_, known)| known.trim_start_matches("one of "));
        return format!("`{name}` is no key of a practice case here; known are {known}");
    }
    if words.starts_with("missing field") {
        return format!("`{name}` is missing");
    }
    if words.starts_with("duplicate ") {
        return format!("`{name}` stands here twice");
    }
    if let Some((found, wanted)) = words.strip_prefix("invalid type: ").or_else(|| words.strip_prefix("invalid value: ")).and_then(|told| told.split_once(", expected ")) {
        return format!("{} stands here; it must be {}", kind(found), kind(wanted));
    }
    if let Some((found, known)) = words.strip_prefix("unknown variant ").and_then(|told| told.split_once(", expected ")) {
        return format!("{found} is no option; choose {}", known.trim_start_matches("one of "));
    }
    words.to_owned()
}

/// The reader's names of kinds of values, in plain words.
fn kind(told: &str) -> String {
    let (first, rest) = told.split_once(' ').map_or((told, ""), |(first, rest)| (first, rest));
    match (first, rest) {
        ("integer", value) => format!("the number {value}"),
        ("floating", value) => format!("the number {}", value.trim_start_matches("point ")),
        ("string", value) => format!("the text {value}"),
        ("boolean", value) => value.to_owned(),
        ("unit", _) => "nothing".to_owned(),
        ("map", _) | ("struct", _) => "a part with keys of its own".to_owned(),
        ("sequence", _) | ("a", "sequence") => "a list".to_owned(),
        ("a", "string") => "a text (in quotes)".to_owned(),
        ("a", "boolean") => "true or false".to_owned(),
        ("i64" | "u64" | "u32" | "i32", _) => "a whole number".to_owned(),
        _ => told.to_owned(),
    }
}
