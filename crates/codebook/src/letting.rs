//! What a version lets out that the one before it did not, and what it no longer does: publication classes, the limits of tables and of agreement,
//! and checks. Each change that loosens has to be stated by the version itself.

use std::cmp::Ordering;

use crate::{Check, Codebook, Derived, Label, Severity, Variable};

/// A change of what is let out.
pub(crate) struct Change {
    /// The variable, the limit or the check.
    pub(crate) id: String,
    /// Whether it lets out more, or checks less.
    pub(crate) loosens: bool,
    pub(crate) what: Label,
}

/// Limits a codebook sets, and whether a higher number lets out more.
const LIMITS: [(&str, bool); 9] = [
    ("release.max_keys", true), ("release.threshold_cell_and_remainder", false), ("release.rounding", false), ("release.no_means", false), ("reliability.release", false),
    ("reliability.tentative", false), ("reliability.minimum_units", false), ("reliability.recoded_per_cent", false), ("reliability.compared_per_cent", false),
];

/// Words of each class, from the strictest on.
const EXPORT: [&str; 3] = ["never", "researcher", "public"];
const GATE: [&str; 3] = ["none", "outcome", "key"];
const IDENTIFYING: [&str; 3] = ["direct", "quasi", "none"];

/// What decides how a variable may leave.
struct Class<'a> {
    id: &'a str,
    export: &'a str,
    gate: &'a str,
    identifying: &'a str,
    sensitive: &'a str,
    coarse: Option<&'a str>,
}

impl<'a> From<&'a Variable> for Class<'a> {
    fn from(of: &'a Variable) -> Class<'a> {
        Class { id: &of.id, export: &of.export, gate: &of.gate, identifying: &of.identifying, sensitive: &of.sensitive, coarse: of.coarse.as_deref() }
    }
}

impl<'a> From<&'a Derived> for Class<'a> {
    fn from(of: &'a Derived) -> Class<'a> {
        Class { id: &of.id, export: &of.export, gate: &of.gate, identifying: &of.identifying, sensitive: &of.sensitive, coarse: of.coarse.as_deref() }
    }
}

/// Every change from one version to the next.
pub(crate) fn changes(old: &Codebook, new: &Codebook) -> Vec<Change> {
    let mut found = vec![];
    for before in &old.variables {
        if let Some(now) = new.variable(&before.id) {
            classes(&before.into(), &now.into(), &mut found);
        }
    }
    for before in &old.derived {
        if let Some(now) = new.computed(&before.id) {
            classes(&before.into(), &now.into(), &mut found);
        }
    }
    limits(old, new, &mut found);
    for before in &old.checks {
        check(before, new.checks.iter().find(|now| now.id == before.id), &mut found);
    }
    for now in new.checks.iter().filter(|now| !old.checks.iter().any(|before| before.id == now.id)) {
        found.push(Change { id: now.id.clone(), loosens: false, what: Label::of(format!("controle {} is nieuw", now.id), format!("check {} is new", now.id)) });
    }
    found
}

fn turned(id: &str, name: &str, before: &str, now: &str, loosens: bool) -> Change {
    Change { id: id.to_owned(), loosens, what: Label::of(format!("{id}: {name} was {before} en is {now}"), format!("{id}: {name} was {before} and is {now}")) }
}

fn classes(before: &Class<'_>, now: &Class<'_>, found: &mut Vec<Change>) {
    // What nobody classed leaves in no form, is no key, and gives away nothing by itself.
    let rank = |words: &[&str], word: &str, otherwise: usize| words.iter().position(|known| *known == word).unwrap_or(otherwise);
    for (name, words, otherwise, was, is) in [
        ("export", EXPORT, 0, before.export, now.export), ("gate", GATE, 0, before.gate, now.gate), ("identifying", IDENTIFYING, 2, before.identifying, now.identifying),
    ] {
        match rank(&words, is, otherwise).cmp(&rank(&words, was, otherwise)) {
            Ordering::Equal => {}
            order => found.push(turned(before.id, name, was, is, order == Ordering::Greater)),
        }
    }
    let sensitive = |word: &str| !matches!(word, "" | "none");
    if sensitive(before.sensitive) != sensitive(now.sensitive) {
        found.push(turned(before.id, "sensitive", before.sensitive, now.sensitive, sensitive(before.sensitive)));
    }
    if before.coarse != now.coarse {
        // Another one may be finer: only where there was none it is stricter for certain.
        found.push(turned(before.id, "coarse", before.coarse.unwrap_or("-"), now.coarse.unwrap_or("-"), before.coarse.is_some()));
    }
}

fn limits(old: &Codebook, new: &Codebook, found: &mut Vec<Change>) {
    for (name, more) in LIMITS {
        let (before, now) = (old.limits.get(name), new.limits.get(name));
        let loosens = match (before, now) {
            (None, None) => continue,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(before), Some(now)) => match now.total_cmp(before) {
                Ordering::Equal => continue,
                order => (order == Ordering::Greater) == more,
            },
        };
        let told = |limit: Option<&f64>| limit.map_or_else(|| "-".to_owned(), ToString::to_string);
        let what = Label::of(format!("{name} was {} en is {}", told(before), told(now)), format!("{name} was {} and is {}", told(before), told(now)));
        found.push(Change { id: name.to_owned(), loosens, what });
    }
}

fn check(before: &Check, now: Option<&Check>, found: &mut Vec<Change>) {
    let id = &before.id;
    let mut tell = |loosens: bool, nl: String, en: String| found.push(Change { id: id.clone(), loosens, what: Label::of(nl, en) });
    let Some(now) = now else {
        return tell(true, format!("controle {id} is weg"), format!("check {id} is gone"));
    };
    if before.severity != now.severity {
        let word = |severity: Severity| match severity { Severity::Hard => "hard", Severity::Soft => "soft" };
        tell(now.severity == Severity::Soft, format!("controle {id} was {} en is {}", word(before.severity), word(now.severity)), format!("check {id} was {} and is {}", word(before.severity), word(now.severity)));
    }
    if before.third_coder != now.third_coder {
        if before.third_coder {
            tell(true, format!("controle {id} vraagt geen derde codeur meer"), format!("check {id} no longer asks for a third coder"));
        } else {
            tell(false, format!("controle {id} vraagt nu een derde codeur"), format!("check {id} now asks for a third coder"));
        }
    }
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if before.level != now.level || plain(&before.when) != plain(&now.when) || plain(&before.then) != plain(&now.then) {
        // Which of the two is the stricter nobody can tell for certain.
        tell(true, format!("controle {id} gaat over iets anders: bij '{}' moet '{}'", now.when, now.then), format!("check {id} is about something else: when '{}' then '{}'", now.when, now.then));
    }
}
