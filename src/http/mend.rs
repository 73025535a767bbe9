//! A refused form, told with what can be mended where the refusal stands: its fields in words, what was typed in them, which are at fault.

use form::{Choice, Field, FormDef, Forms, Kind, Lang};

use crate::texts::{Language, Texts, Words};
use crate::tx::FieldFault;

/// Under which a page's form says whose questions it asks; no handler reads it.
pub(super) const FORM: &str = "_form";

/// What a page carries along, or is chosen there from what only that page knows: nothing that can be typed here. A test reads the pages for what
/// lacks in it.
const CHOSEN: [&str; 83] = [
    "about", "act", "agree", "agrees", "answered", "approver", "at_once", "author", "back", "because", "bureau", "by", "choice", "code", "coder", "confidentiality", "conflict", "contact", "contact_only", "cost", "cursor", "days", "decision",
    "delimiter", "do", "encoding", "entry", "expert", "field", "finding", "fingerprint", "first", "has_account", "hat", "how", "id", "item", "keeps", "kind", "language", "lost", "names_ok", "notice", "of", "organisation", "other_cases",
    "outcome", "owner", "pair", "part", "passage", "pattern", "profile", "project", "read", "recommendation", "region", "relative", "remark", "removal", "replaces", "reply", "revision", "role", "same", "scope",
    "script", "section", "sector", "settled", "sheet", "slot", "snapshot", "status", "subject", "theme", "to", "under", "undo", "verdict", "version", "vote", "why",
];

/// What is chosen, never typed, on the pages that have it.
const CHOSEN_ONLY: [&str; 7] = ["ended", "form", "ground", "instead", "not_applicable", "purpose", "word"];

/// What is chosen in a form at an address that ends so, though elsewhere it is typed.
const CHOSEN_HERE: [(&str, &str); 11] = [
    ("/answer", "answer"), ("/answer", "reason"), ("/end", "reason"), ("/place", "question"), ("/register/duplicates", "reason"), ("/register/requests", "reason"), ("/register/requests", "second"), ("/removals", "reason"), ("/reopen/now", "reason"),
    ("/tables/new", "second"), ("/take-back", "reason"),
];

/// As what a field is asked on the page of an address that ends so, where its name alone says little: the key of its label there.
const ASKED_AS: [(&str, &str, &str); 12] = [
    ("/published/add", "text", "addendum-text"),
    ("/ask", "text", "ask-for-label"), ("/consultation", "text", "passage-text"), ("/decision", "reason", "reason-later-or-not"), ("/naming", "name", "naming-name"), ("/proposals", "words", "proposal-words"),
    ("/release", "read", "release-have-read"), ("/remarks", "text", "remark-yours"), ("/reply", "text", "explanation"), ("/report/reason", "reason", "why-stands"), ("/supporter", "name", "supporter-name"),
    ("/wordings", "text", "wording-label"),
];

/// As what a code that is chosen on the page of an address that ends so is told there: what the key of its text begins with.
const TOLD_AS: [(&str, &str, &str); 8] = [
    ("/answer", "reason", "decline-"), ("/decline", "why", "decline-why-"), ("/end", "reason", "end-"), ("/register/duplicates", "reason", "pair-reason-"), ("/register/requests", "reason", "request-"),
    ("/removals", "reason", "removal-"), ("/reopen/now", "reason", "coding-why-"), ("/take-back", "reason", "import-taken-back-for-"),
];

/// What was chosen, in words; empty where it was chosen and only its page knows the words, none where it was typed.
fn told(path: &str, name: &str, value: &str, forms: &Forms, words: &Words) -> Option<String> {
    if let Some((.., begin)) = TOLD_AS.iter().find(|(end, field, _)| path.ends_with(end) && *field == name) {
        let key = format!("{begin}{value}");
        return Texts::shared().has(Language::Nl, &key).then(|| words.t(&key));
    }
    let parts: Vec<&str> = path.split('/').collect();
    let ["", "rooms", _, form, ..] = parts.as_slice() else { return None };
    let form = forms.get(form).filter(|form| is_code(form, name, value))?;
    Some(options(name, value, Some(form), words).into_iter().find(|(.., chosen)| *chosen).map(|(_, words, _)| words).unwrap_or_default())
}

/// What was chosen on its page is told in words and sent again as it was: nobody mends a code. Whether all that is at fault can be mended all the same.
pub(super) fn carry_chosen(all: &mut [Mend], path: &str, forms: &Forms, words: &Words) -> bool {
    let mut whole = true;
    for field in all.iter_mut().filter(|field| field.options.is_empty() && !field.value.is_empty()) {
        if let Some(told) = told(path, &field.name, &field.value, forms, words) {
            (field.carried, field.told) = (true, told);
            whole &= field.fault.is_empty();
        }
    }
    whole
}

/// The key of the label a field has on its page, where that says more than its name.
pub(super) fn asked_as(path: &str, name: &str) -> Option<&'static str> {
    ASKED_AS.iter().find(|(end, field, _)| path.ends_with(end) && *field == name).map(|(.., key)| *key)
}

/// A question by its id, also one of a row or of a group.
fn question<'a>(fields: &mut dyn Iterator<Item = &'a Field>, id: &str) -> Option<&'a Field> {
    for field in fields {
        if field.id == id {
            return Some(field);
        }
        if let Some(inner) = question(&mut field.kind.fields().iter(), id) {
            return Some(inner);
        }
    }
    None
}

/// Whether an answer of a form was chosen: a code says nothing to anybody.
fn is_code(form: &FormDef, name: &str, value: &str) -> bool {
    let id = name.rsplit('.').next().unwrap_or_default().split('[').next().unwrap_or_default();
    let of = |choice: &Choice| choice.own.iter().any(|own| own.code == value) || choice.list.is_some() && value.bytes().all(|sign| sign.is_ascii_digit() || sign == b'-');
    match question(&mut form.fields(), id).map(|field| &field.kind) {
        Some(Kind::One(choice) | Kind::Many { choice, .. }) => of(choice),
        Some(Kind::Bool { .. }) => matches!(value, "true" | "false"),
        Some(Kind::Scale | Kind::Reference { .. } | Kind::References { .. }) => true,
        _ => false,
    }
}

/// Whether a field of a posted form was chosen there, and not typed: what is shown to somebody as their own words is none of it.
pub(super) fn was_chosen(path: &str, name: &str, value: &str, forms: &Forms) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    // What is asked by a form of ours is known by its questions: there a choice may have the name of a text elsewhere.
    if let ["", "rooms", _, form, ..] = parts.as_slice() {
        return forms.get(form).is_some_and(|form| is_code(form, name, value));
    }
    CHOSEN.contains(&name) || CHOSEN_ONLY.contains(&name) || CHOSEN_HERE.iter().any(|(end, chosen)| *chosen == name && path.ends_with(end)) || forms.iter().any(|form| is_code(form, name, value))
}

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
    /// Whether it is carried along, and typed nowhere.
    pub(super) carried: bool,
    /// What was chosen in it, in words, where it is carried along and that is known.
    pub(super) told: String,
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
    // A remark says which part it is about.
    if let Some(part) = name.strip_prefix("part-").and_then(|id| form?.part(id)) {
        return words.a("posted-part-of", "part", part.title.get(lang(words)));
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
    name.starts_with('_') || name.contains(['.', '[']) || CHOSEN.contains(&name) || matches!(value, "true" | "false") || uuid::Uuid::parse_str(value).is_ok()
}

/// The fields of a refused form, and whether all that is at fault can be mended here.
pub(super) fn fields(faults: &[FieldFault], kept: &[(String, String)], form: Option<&FormDef>, words: &Words) -> (Vec<Mend>, bool) {
    let made = |name: &str, value: &str| {
        let options = options(name, value, form, words);
        let carried = options.is_empty() && carried(name, value);
        let fault = faults.iter().find(|fault| !carried && same(&fault.field, name)).map(|fault| fault.text(words)).unwrap_or_default();
        Mend { label: label(name, form, words), line: LINES.contains(&name), name: name.to_owned(), value: value.to_owned(), options, fault, carried, told: String::new() }
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
    fn what_was_chosen_is_told_in_words_and_sent_again() {
        let forms = Forms::default();
        let (mut all, _) = fields(&[], &kept(&[("reason", "same_people"), ("cursor", "x")]), None, &NL);
        assert!(carry_chosen(&mut all, "/register/duplicates", &forms, &NL));
        assert_eq!((all[0].carried, all[0].told.as_str(), all[1].told.as_str()), (true, NL.t("pair-reason-same_people").as_str(), ""));
        // Refused for that very choice, it is chosen anew on its page.
        let (mut all, whole) = fields(&[FieldFault::new("reason", "not-an-option")], &kept(&[("reason", "same_people")]), None, &NL);
        assert!(whole && !carry_chosen(&mut all, "/register/duplicates", &forms, &NL));
        // Where it is typed it stays so.
        let (mut all, _) = fields(&[], &kept(&[("reason", "same_people")]), None, &NL);
        assert!(carry_chosen(&mut all, "/cases/x/organisations/y/recall", &forms, &NL) && !all[0].carried);
        let mut pages = vec![];
        files(std::path::Path::new("web/templates"), &mut pages);
        for (_, _, begin) in TOLD_AS {
            assert!(pages.iter().any(|page| page.contains(&format!("format!(\"{begin}{{"))), "no page tells {begin}");
        }
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

    /// The pages whose refused forms are mended; signing in has none.
    fn mended() -> Vec<String> {
        let mut pages = vec![];
        for entry in std::fs::read_dir("web/templates").unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("sign_in") {
                files(&path, &mut pages);
            }
        }
        pages
    }

    #[test]
    fn what_pages_only_carry_or_let_choose_is_not_offered_to_be_typed() {
        let (pages, mut forms) = (mended(), vec![]);
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
    fn a_field_is_called_as_on_its_page() {
        let mut pages = vec![];
        files(std::path::Path::new("web/templates"), &mut pages);
        for (end, name, key) in ASKED_AS {
            assert!(Texts::shared().has(Language::Nl, key) && Texts::shared().has(Language::En, key), "{key}");
            assert!(pages.iter().any(|page| page.contains(&format!("shell.w.t(\"{key}\")")) && page.contains(&format!("{end}\""))), "{end} {name} {key}");
        }
        assert_eq!((asked_as("/relatives/x/ask", "text"), asked_as("/relatives/x/ask", "name")), (Some("ask-for-label"), None));
    }

    #[test]
    fn a_remark_is_asked_for_by_the_part_it_is_about() {
        let reflection = FormDef::parse(&std::fs::read_to_string("config/forms/reflection.toml").expect("the form")).expect("a form");
        let part = reflection.parts.first().expect("a part");
        let told = label(&format!("part-{}", part.id), Some(&reflection), &NL);
        assert!(told.contains(part.title.get(Lang::Nl)) && told != label("part-x", Some(&reflection), &NL), "{told}");
        // The page says whose parts they are.
        let page = std::fs::read_to_string("web/templates/desk/task.html").expect("the page");
        let form = page.split("/return\"").nth(1).and_then(|rest| rest.split("</form").next()).expect("the form");
        assert!(form.contains("name=\"_form\" value=\"reflection\""), "{form}");
    }

    #[test]
    fn what_is_chosen_where_others_type_is_known_by_its_address() {
        let pages = mended();
        let mut lacking = vec![];
        for form in pages.iter().flat_map(|page| page.split("<form").skip(1)).filter_map(|form| form.split("</form").next()).filter(|form| form.contains("method=\"post\"")) {
            let action = form.split("method=\"post\"").nth(1).and_then(|head| head.split("action=\"").nth(1)).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            for tag in form.split('<') {
                let Some(name) = tag.split_once(" name=\"").and_then(|(_, rest)| rest.split('"').next()).filter(|name| !name.contains('{') && !name.starts_with('_') && *name != "csrf") else { continue };
                let carried = ["type=\"hidden\"", "type=\"radio\"", "type=\"checkbox\""].iter().any(|kind| tag.contains(kind));
                let chosen = match tag.split(' ').next() {
                    Some("select" | "button") => true,
                    Some("input") => carried,
                    _ => false,
                };
                if chosen && !was_chosen(action, name, "x", &Forms::default()) {
                    lacking.push(format!("{action}: {name}"));
                }
            }
        }
        assert!(lacking.is_empty(), "shown as somebody's own words: {lacking:#?}");
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
