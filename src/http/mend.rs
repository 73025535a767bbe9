//! A refused form, told with what can be mended where the refusal stands: its fields in words, what was typed in them, which are at fault.

use form::{FormDef, Kind, Lang};

use crate::texts::{Language, Texts, Words};
use crate::tx::FieldFault;

/// Under which a page's form says whose questions it asks; no handler reads it.
pub(super) const FORM: &str = "_form";

/// What a page carries along, or is chosen there from what only that page knows: nothing that can be typed here. A test reads the pages for what
/// lacks in it.
const CHOSEN: [&str; 82] = [
    "about", "act", "agree", "agrees", "answered", "approver", "at_once", "author", "back", "because", "bureau", "by", "choice", "code", "coder", "confidentiality", "conflict", "contact", "contact_only", "cost", "cursor", "days", "decision",
    "delimiter", "do", "encoding", "entry", "expert", "field", "finding", "fingerprint", "first", "hat", "how", "id", "item", "keeps", "kind", "language", "lost", "names_ok", "notice", "of", "organisation", "other_cases",
    "outcome", "owner", "pair", "part", "passage", "pattern", "profile", "project", "read", "recommendation", "region", "relative", "remark", "removal", "replaces", "reply", "revision", "role", "same", "scope",
    "script", "section", "sector", "settled", "sheet", "slot", "snapshot", "status", "subject", "theme", "to", "under", "undo", "verdict", "version", "vote", "why",
];

/// What is one line.
const LINES: [&str; 15] = ["due", "due_on", "ends_on", "hours", "name", "neutral_site", "number", "on", "phone", "place", "published_on", "received_at", "title", "until", "word"];

/// A field of a refused form.
pub(super) struct Mend {
    /// As it is posted.
    pub(super) name: String,
    /// In words.
    pub(super) label: String,
    /// What was typed.
    pub(super) value: String,
    /// What to choose from: code, words, whether it was chosen; empty where one types.
    pub(super) options: Vec<(String, String, bool)>,
    /// Why it is refused; empty where it is not.
    pub(super) fault: String,
    /// Whether it is carried along unseen.
    pub(super) carried: bool,
    /// Whether it is one line.
    pub(super) line: bool,
}

/// A name as forms write it: programs say `dueOn`.
fn snake(name: &str) -> String {
    name.chars().flat_map(|sign| if sign.is_ascii_uppercase() { vec!['_', sign.to_ascii_lowercase()] } else { vec![sign] }).collect()
}

fn same(one: &str, other: &str) -> bool {
    snake(one) == snake(other)
}

/// Where on the page a field at fault is mended; empty where it is not.
pub(super) fn place_of(fault: &FieldFault, fields: &[Mend]) -> String {
    let found = fields.iter().enumerate().find(|(_, field)| !field.carried && same(&field.name, &fault.field));
    found.map(|(at, field)| format!("#m{}{}", at + 1, field.options.first().map(|(code, ..)| format!("-{code}")).unwrap_or_default())).unwrap_or_default()
}

fn lang(words: &Words) -> Lang {
    match words.language {
        Language::Nl => Lang::Nl,
        Language::En => Lang::En,
        Language::Pap => Lang::Pap,
    }
}

/// A field in words; no name of ours is shown to anybody.
pub(super) fn label(name: &str, form: Option<&FormDef>, words: &Words) -> String {
    if let Some(field) = form.and_then(|form| form.field_of(name)) {
        return field.label.get(lang(words)).to_owned();
    }
    let first = snake(name.split(['.', '[']).next().unwrap_or_default());
    let key = if first.starts_with("part-") { "posted-part".to_owned() } else { format!("posted-{}", first.trim_start_matches('_')) };
    words.t(if Texts::shared().has(Language::Nl, &key) { &key } else { "posted-other" })
}

/// The options of a question that the form itself holds.
fn options(name: &str, value: &str, form: Option<&FormDef>, words: &Words) -> Vec<(String, String, bool)> {
    match form.and_then(|form| form.field(name)).map(|field| &field.kind) {
        Some(Kind::One(choice)) if choice.list.is_none() => choice.own.iter().map(|own| (own.code.clone(), own.label.get(lang(words)).to_owned(), own.code == value)).collect(),
        _ => vec![],
    }
}

/// What is not typed here: a row of a longer form as well, which is mended on its page.
fn carried(name: &str, value: &str) -> bool {
    name.starts_with('_') || name.contains(['.', '[']) || CHOSEN.contains(&name) || uuid::Uuid::parse_str(value).is_ok()
}

/// The fields of a refused form, and whether all that is at fault can be mended here.
pub(super) fn fields(faults: &[FieldFault], kept: &[(String, String)], form: Option<&FormDef>, words: &Words) -> (Vec<Mend>, bool) {
    let made = |name: &str, value: &str| {
        let options = options(name, value, form, words);
        let carried = options.is_empty() && carried(name, value);
        let fault = faults.iter().find(|fault| !carried && same(&fault.field, name)).map(|fault| fault.text(words)).unwrap_or_default();
        Mend { label: label(name, form, words), line: LINES.contains(&name), name: name.to_owned(), value: value.to_owned(), options, fault, carried }
    };
    let mut all: Vec<Mend> = kept.iter().map(|(name, value)| made(name, value)).collect();
    let lacking = faults.iter().filter(|fault| !kept.iter().any(|(name, _)| same(name, &fault.field)) && !fault.field.contains(['.', '[']));
    all.extend(lacking.map(|fault| made(&snake(&fault.field), "")).filter(|field| !field.carried));
    let whole = faults.iter().all(|fault| all.iter().any(|field| !field.carried && same(&field.name, &fault.field)));
    (all, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NL: Words = Words { language: Language::Nl };

    fn kept(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_at_fault_can_be_filled_in_where_that_is_told() {
        let (fields, whole) = fields(&[FieldFault::new("remarks", "required")], &kept(&[("part-facts", "Zie het dossier"), ("version", "3")]), None, &NL);
        let shown: Vec<(&str, bool, bool)> = fields.iter().map(|field| (field.name.as_str(), field.carried, field.fault.is_empty())).collect();
        assert_eq!((shown, whole), (vec![("part-facts", false, true), ("version", true, true), ("remarks", false, false)], true));
    }

    #[test]
    fn what_only_the_page_knows_can_be_mended_there_only() {
        // That one has read it is said where it can be read.
        for name in ["to", "author", "slot", "reply", "hat", "read", "days"] {
            assert!(!fields(&[FieldFault::new(name, "required")], &kept(&[("text", "Wat ik typte")]), None, &NL).1, "{name}");
        }
    }

    /// All files of a folder, read.
    fn files(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path, found) } else { found.push(std::fs::read_to_string(&path).unwrap()) }
        }
    }

    #[test]
    fn what_pages_only_carry_or_let_choose_is_not_offered_to_be_typed() {
        let (mut pages, mut forms) = (vec![], vec![]);
        // Signing in has no refused form that is mended.
        for entry in std::fs::read_dir("web/templates").unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("sign_in") {
                files(&path, &mut pages);
            }
        }
        files(std::path::Path::new("config/forms"), &mut forms);
        // A second code is typed there.
        let (mut typed, mut chosen) = (std::collections::BTreeSet::from(["second"]), std::collections::BTreeSet::new());
        let posts = pages.iter().flat_map(|page| page.split("<form").skip(1)).filter(|form| form.split('>').next().is_some_and(|head| head.contains("method=\"post\"")));
        for tag in posts.flat_map(|form| form.split("</form").next().unwrap_or_default().split('<')) {
            let Some(name) = tag.split_once(" name=\"").and_then(|(_, rest)| rest.split('"').next()).filter(|name| !name.contains('{')) else { continue };
            let carried = ["type=\"hidden\"", "type=\"radio\"", "type=\"checkbox\""].iter().any(|kind| tag.contains(kind));
            match tag.split(' ').next() {
                Some("select" | "button") => chosen.insert(name),
                Some("input") if carried => chosen.insert(name),
                Some("input" | "textarea") => typed.insert(name),
                _ => continue,
            };
        }
        let asked = |name: &str| forms.iter().any(|form| form.contains(&format!("id = \"{name}\"")));
        let lacking: Vec<&str> = chosen.iter().filter(|name| !typed.contains(*name) && !asked(name) && !carried(name, "") && !LINES.contains(name) && **name != "csrf").copied().collect();
        assert!(chosen.len() > 40 && lacking.is_empty(), "{lacking:?}");
    }

    #[test]
    fn a_day_a_program_calls_otherwise_is_the_same_field() {
        let (all, whole) = fields(&[FieldFault::new("dueOn", "impossible-date")], &kept(&[("due_on", "31-02")]), None, &NL);
        assert!(whole && all.len() == 1 && all.iter().all(|field| !field.fault.is_empty() && field.line));
        assert_eq!((place_of(&FieldFault::new("dueOn", "required"), &all), place_of(&FieldFault::new("to", "required"), &all)), ("#m1".to_owned(), String::new()));
    }

    #[test]
    fn no_field_is_shown_by_the_name_a_program_knows() {
        assert_eq!(label("dueOn", None, &NL), label("due_on", None, &NL));
        for name in ["reply", "author", "reason_text", "remarks", "read", "to", "slot", "text", "part-facts", "_organisation", "iets_dat_er_niet_is"] {
            let told = label(name, None, &NL);
            assert!(!told.contains(name) && !told.starts_with("posted-"), "{name}: {told}");
        }
    }
}
