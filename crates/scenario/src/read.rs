//! Reading a file, and saying in plain words what is wrong with it.

use codebook::Codebook;
use form::{Forms, Lists};
use serde_json::Value;

use crate::{PlayError, Scenario, check, line_of, of_answer};

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
    // Some editors put a mark in front of a text to say how it is written.
    let text = text.trim_start_matches('\u{feff}');
    let told: Scenario = serde_yaml_ng::from_str(text).map_err(|why| refused(file, text, &why))?;
    match check::first_fault(&told) {
        None => Ok(told),
        Some(fault) => Err(at_line(file, text, fault)),
    }
}

/// The text of a file.
///
/// # Errors
/// The line where it is not written in UTF-8.
pub fn decoded(file: &str, bytes: Vec<u8>) -> Result<String, FileError> {
    String::from_utf8(bytes).map_err(|why| {
        let before = why.as_bytes().get(..why.utf8_error().valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        FileError { file: file.to_owned(), line, field: "text".into(), why: "is not written in UTF-8; save the file in that encoding".into() }
    })
}

/// What a server holds a case against.
pub struct Rules<'a> {
    /// Its forms.
    pub forms: &'a Forms,
    /// The lists they choose from.
    pub lists: &'a dyn Lists,
    /// The codebook in force.
    pub codebook: &'a Codebook,
    /// Whether relatives read parts of the draft in a profile.
    pub relatives_read: &'a dyn Fn(&str) -> bool,
}

/// Reads and checks a practice case, and holds its answers against the forms of the server they will be given to, and its codes against the
/// codebook.
///
/// # Errors
/// As [`read`]; the first answer a form can't take, or lacks; a reply nobody settled; the first code the codebook does not have.
pub fn read_with(file: &str, text: &str, rules: &Rules<'_>) -> Result<Scenario, FileError> {
    let told = read(file, text)?;
    let unsettled = || check::codes::settled(&told, (rules.relatives_read)(&told.profile)).err();
    match check::forms::first_fault(&told, rules.forms, rules.lists).or_else(unsettled).or_else(|| check::codes::first_fault(&told, rules.codebook)) {
        None => Ok(told),
        Some(fault) => Err(at_line(file, text, fault)),
    }
}

/// Why a case could not be played on, with the line and the field of the part that was being played; of several faults the first. A
/// server that can't be reached has no line.
pub fn told(file: &str, text: &str, told: &Scenario, why: &PlayError) -> String {
    let PlayError::At { place, why } = why else { return why.to_string() };
    let (answer, words) = match why.as_ref() {
        PlayError::Refused { body, .. } => {
            let problem: Value = serde_json::from_str(body).unwrap_or_default();
            let fault = problem.get("faults").and_then(|faults| faults.get(0));
            let word = |name: &str| fault.and_then(|fault| fault.get(name)).and_then(Value::as_str).map(str::to_owned);
            (word("field").map(|field| field.trim_start_matches("answers.").to_owned()), word("text").map_or_else(|| why.to_string(), |text| format!("{text} ({why})")))
        }
        PlayError::Open { open, .. } => (open.first().cloned(), why.to_string()),
        other => (None, other.to_string()),
    };
    let field = answer.map_or_else(|| place.clone(), |answer| of_answer(told, place, &answer));
    at_line(file, text, check::Fault { field, why: words }).to_string()
}

fn at_line(file: &str, text: &str, fault: check::Fault) -> FileError {
    FileError { file: file.to_owned(), line: nearest_line(text, &fault.field), field: fault.field, why: fault.why }
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

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: &str = include_str!("../../../config/practice/real-1.yaml");

    #[test]
    fn what_a_server_refuses_is_told_with_the_line_of_the_part() {
        let case = read("case.yaml", REAL).expect("a file");
        let line = |words: &str| REAL.lines().position(|line| line.contains(words)).expect(words) + 1;
        let refused = |place: &str, body: &str| {
            let why = PlayError::Refused { who: "co".into(), method: "POST".into(), path: "/cases".into(), status: 422, body: body.into() };
            told("case.yaml", REAL, &case, &PlayError::At { place: place.into(), why: Box::new(why) })
        };
        let faults = |field: &str| format!(r#"{{"title":"x","faults":[{{"field":"{field}","rule":"r","text":"Vul dit in."}}]}}"#);
        for (place, field, at, of) in [
            ("notification", "zone", "zone: european\n".trim(), "notification.zone"), ("notification", "suspects[0].person.family", "key: s1, as: suspect", "persons[1].family"),
            ("notification", "time", "between the end of her working day", "incident.time"), ("screening", "om_consulted_on", "om_consulted_on_day", "screening.om_consulted_on_day"),
            ("findings[1]", "nobody_knows_it", "key: f2,", "findings[1].nobody_knows_it"),
        ] {
            let line = if field == "zone" { line("  zone: european") } else { line(at) };
            let why = refused(place, &faults(field));
            assert!(why.starts_with(&format!("case.yaml, line {line}: {of}: Vul dit in. (co: POST /cases: 422")), "{why}");
        }
        let step = refused("expect.states[6]", r#"{"missing":[]}"#);
        assert!(step.starts_with(&format!("case.yaml, line {}: expect.states[6]: co: POST", line("  states: ["))), "{step}");
        let open = PlayError::At { place: "findings[0]".into(), why: Box::new(PlayError::Open { form: "finding".into(), open: vec!["title".into()] }) };
        assert_eq!(told("case.yaml", REAL, &case, &open), format!("case.yaml, line {}: findings[0].title: finding is not complete: title", line("key: f1,")));
    }
}
