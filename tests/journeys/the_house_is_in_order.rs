//! The layout that lets a newcomer find a rule in a minute stays true.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lering::texts::{Language, Texts};

/// The rooms, from the top floor down. A room imports only rooms below it.
const FLOORS: [&str; 33] = [
    "cli", "demo", "start", "worker", "routes", "desk", "documents", "research", "library", "reports", "findings", "thematic", "panels", "reflections", "relatives", "cases", "register", "people", "bureaus", "sign_in",
    "forms", "notices", "names", "compartments", "http", "tx", "counting", "typesetting", "db", "ids", "access", "settings", "texts",
];

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, into) } else if path.extension().is_some_and(|ending| ending == "rs") { into.push(path) }
    }
}

fn sources() -> Vec<(String, String, String)> {
    let root = Path::new("src");
    let mut found = vec![];
    files(&root, &mut found);
    found.into_iter().map(|path| {
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        let room = name.split(['/', '.']).next().unwrap_or_default().to_owned();
        (name, room, std::fs::read_to_string(&path).unwrap())
    }).collect()
}

#[test]
fn imports_point_down() {
    let floor = |room: &str| FLOORS.iter().position(|name| *name == room);
    let mut wrong = vec![];
    for (name, room, text) in sources() {
        let Some(here) = floor(&room) else { continue };
        for part in text.split("crate::").skip(1) {
            let other = part.split(|sign: char| !sign.is_alphanumeric() && sign != '_').next().unwrap_or_default();
            if floor(other).is_some_and(|there| there < here) {
                wrong.push(format!("{name} imports {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn queries_stand_in_stores_only() {
    let allowed = |name: &str| name.ends_with("store.rs") || name.starts_with("tx/") || name.starts_with("db/") || name == "ids.rs";
    let wrong: Vec<_> = sources().into_iter()
        .filter(|(name, _, text)| !allowed(name) && (text.contains("diesel::prelude") || text.contains("sql_query") || text.contains("schema::")))
        .map(|(name, _, _)| name).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_refusal_and_every_missing_thing_has_its_text_in_dutch_and_english() {
    let texts = Texts::load().unwrap();
    let mut keys = BTreeSet::new();
    for (_, _, text) in sources() {
        for (marks, prefix) in [("Rule(\"", "problem-"), ("Self::Faults(_) => \"", "problem-")] {
            keys.extend(text.split(marks).skip(1).filter_map(|part| part.split('"').next()).map(|kind| format!("{prefix}{kind}")));
        }
        if let Some(kinds) = text.split("fn kind(&self) -> &'static str {").nth(1) {
            let body = kinds.split("\n    }").next().unwrap_or_default();
            keys.extend(body.split("=> \"").skip(1).filter_map(|part| part.split('"').next()).map(|kind| format!("problem-{kind}")));
        }
        for part in text.split("Missing::new(\"").skip(1) {
            keys.extend(part.split('"').next().map(|what| format!("missing-{what}")));
        }
        for verb in [".ever(\"", ".fresh(\"", ".unless_practice(\"", "few(\""] {
            keys.extend(text.split(verb).skip(1).filter_map(|part| part.split('"').next()).map(|what| format!("missing-{what}")));
        }
        for part in text.split("FieldFault::new(").skip(1) {
            // Only where field and rule are both plain texts.
            if part.split('"').nth(2) != Some(", ") { continue }
            let rule = part.split('"').nth(3).unwrap_or_default();
            if !rule.is_empty() && rule.len() < 30 && !rule.contains(' ') { keys.insert(format!("fault-{rule}")); }
        }
        // Which field is at fault is told in words too.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for begin in ["FieldFault::new(\"", ".at(\""] {
            let fields = code.split(begin).skip(1).filter_map(|part| part.split_once('"')).filter(|(_, rest)| rest.starts_with(", ")).map(|(field, _)| field);
            keys.extend(fields.map(|field| format!("posted-{}", field.chars().map(|sign| if sign.is_ascii_uppercase() { format!("_{}", sign.to_ascii_lowercase()) } else { sign.to_string() }).collect::<String>())));
        }
    }
    assert!(keys.len() > 50, "found only {keys:?}");
    let lacking: Vec<_> = keys.iter().filter(|key| !texts.has(Language::Nl, key) || !texts.has(Language::En, key)).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn nothing_in_the_sources_can_panic_on_what_a_user_a_file_or_the_network_says() {
    let wrong: Vec<_> = sources().into_iter().flat_map(|(name, _, text)| {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        code.lines().enumerate().filter(|(_, line)| [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!("].iter().any(|word| line.contains(word)))
            .map(|(number, line)| format!("{name}:{}: {}", number + 1, line.trim())).collect::<Vec<_>>()
    }).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
