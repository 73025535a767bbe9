//! What is wrong with a file of the configuration: in which file, on which line, of which field, in Dutch and English.

use std::fmt;

use codebook::{CodebookError, Label};
use form::FormError;

/// A file of the configuration that can't be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigError {
    /// The file.
    pub file: String,
    /// The line, counted from 1; none where the file itself is the matter.
    pub line: Option<usize>,
    /// The field, under the table it stands in.
    pub field: Option<String>,
    /// What is wrong with it.
    pub why: Label,
}

impl ConfigError {
    /// Something wrong with a file as a whole.
    pub(super) fn whole(file: &str, nl: &str, en: &str) -> ConfigError {
        ConfigError { file: file.to_owned(), line: None, field: None, why: Label { nl: nl.to_owned(), en: en.to_owned() } }
    }

    /// The whole of it in a language: `en`, everything else is Dutch.
    pub fn told(&self, language: &str) -> String {
        let word = if language == "en" { "line" } else { "regel" };
        let line = self.line.map(|line| format!(", {word} {line}")).unwrap_or_default();
        let field = self.field.as_deref().map(|field| format!("{field}: ")).unwrap_or_default();
        format!("{}{line}: {field}{}", self.file, self.why.get(language))
    }

    /// What the reader of TOML could not take.
    pub(super) fn unread(file: &str, text: &str, why: &toml::de::Error) -> ConfigError {
        let line = why.span().map_or(1, |span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
        ConfigError::on(file, text, line, why.message())
    }

    fn on(file: &str, text: &str, line: usize, message: &str) -> ConfigError {
        ConfigError { file: file.to_owned(), line: Some(line), field: Some(field_on(text, line, message)).filter(|field| !field.is_empty()), why: codebook::unread(message) }
    }

    /// What a form's definition contradicts, or its reader could not take: then it names a line and no field.
    pub(super) fn of_form(text: &str, why: FormError) -> ConfigError {
        let file = format!("config/forms/{}.toml", why.form);
        match (why.line, why.field) {
            (Some(line), None) => ConfigError::on(&file, text, line, &why.why.en),
            (line, field) => ConfigError { file, line: line.or_else(|| field.as_deref().and_then(|field| line_of(text, &format!("\"{field}\"")))), field, why: Label { nl: why.why.nl, en: why.why.en } },
        }
    }

    /// What a codebook contradicts: its entry, on the line where that begins.
    pub fn of_book(file: &str, text: &str, why: CodebookError) -> ConfigError {
        match why.at.en.strip_prefix("line ").and_then(|line| line.parse().ok()) {
            Some(line) => ConfigError { file: file.to_owned(), line: Some(line), field: Some(field_on(text, line, &why.why.en)).filter(|field| !field.is_empty()), why: why.why },
            None => ConfigError { file: file.to_owned(), line: line_of(text, &format!("id = \"{}\"", why.at.en)), field: Some(why.at.en), why: why.why },
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told("en"))
    }
}

impl std::error::Error for ConfigError {}

/// What a file says that can't be, before it is said in which file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    field: String,
    mark: String,
    why: Label,
}

impl Fault {
    /// A field, and what is wrong with it. Its line is the first that holds the last part of its name.
    pub(super) fn new(field: impl Into<String>, nl: impl Into<String>, en: impl Into<String>) -> Fault {
        let field = field.into();
        Fault { mark: field.rsplit('.').next().unwrap_or_default().to_owned(), field, why: Label { nl: nl.into(), en: en.into() } }
    }

    /// With other words of the line it stands on.
    pub(super) fn marked(mut self, mark: impl Into<String>) -> Fault {
        self.mark = mark.into();
        self
    }

    /// In a file.
    pub(super) fn of(self, file: &str, text: &str) -> ConfigError {
        ConfigError { file: file.to_owned(), line: line_of(text, &self.mark), field: Some(self.field), why: self.why }
    }
}

/// The first line that holds words, but for remarks.
fn line_of(text: &str, words: &str) -> Option<usize> {
    text.lines().position(|line| !line.trim_start().starts_with('#') && line.contains(words)).map(|at| at + 1)
}

/// The name of a table's line: `[terms]` is `terms`; the third `[[kept]]` is `kept[2]`.
fn table<'a>(lines: &[&'a str]) -> Option<(&'a str, String)> {
    let head = |line: &&'a str| line.trim().strip_prefix('[').and_then(|rest| rest.split(']').next()).filter(|_| !line.starts_with(' '));
    let name = lines.iter().rev().find_map(head)?;
    match name.strip_prefix('[') {
        Some(many) => {
            let before = lines.iter().filter(|line| head(line) == Some(name)).count();
            Some((many, format!("{many}[{}]", before.saturating_sub(1))))
        }
        None => Some((name, name.to_owned())),
    }
}

/// The field the reader stopped at: the one its words name, or the one the line is of, under its table.
fn field_on(text: &str, line: usize, message: &str) -> String {
    let lines: Vec<&str> = text.lines().take(line).collect();
    let (table, path) = table(&lines).unwrap_or_default();
    let named = ["missing field `", "unknown field `"].iter().find_map(|start| message.strip_prefix(start)?.split('`').next());
    let plain = |name: &str| !name.is_empty() && name.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.'));
    let key = |line: &&str| line.split_once('=').map(|(name, _)| name.trim().to_owned()).filter(|name| plain(name));
    let own = || lines.iter().rev().take_while(|line| !line.starts_with('[')).find_map(key);
    match named.map(str::to_owned).or_else(own) {
        // An unknown table names itself.
        Some(name) if name == table => name,
        Some(name) if path.is_empty() => name,
        Some(name) => format!("{path}.{name}"),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_the_one_named_or_the_one_of_the_line_under_its_table() {
        let text = "version = 1\nlist = [\n  { a = 1 },\n]\n[terms]\nenter = 3\n[[kept]]\nid = \"a\"\n[[kept]]\nid = 5\n[odd]\n";
        let told = |line, message| field_on(text, line, message);
        assert_eq!([told(1, "invalid type"), told(4, "invalid type"), told(6, "invalid type"), told(10, "invalid type")], ["version", "list", "terms.enter", "kept[1].id"]);
        assert_eq!([told(9, "missing field `from`"), told(6, "unknown field `entre`, expected `enter`"), told(11, "unknown field `odd`, expected `terms`")], ["kept[1].from", "terms.entre", "odd"]);
    }
}
