//! What findings can point to: everything that was released to the panel, under the name of who gave it.

use std::collections::BTreeMap;

use form::{Lang, ListOption, Partial, Text};
use serde_json::Value;

use super::choices::{first_words, option};
use super::fields::lang;
use crate::ids::CaseId;
use crate::panels::{self, Earlier, Line};
use crate::reflections;
use crate::texts::Words;
use crate::tx::{Refused, Tx};

/// The pieces by giver: organisations by name, then the panel's own entries, then what relatives let the panel read. The panel's own
/// permit is asked, so who may not read what was released is offered nothing of it.
///
/// # Errors
/// `NotFound`, `NotYours` for who does not read it; `Locked`.
pub(super) fn options(tx: &mut Tx, case: CaseId, words: &Words) -> Result<Vec<ListOption>, Refused> {
    let (timeline, released) = (panels::timeline(tx, case)?, panels::released(tx, case)?);
    let names: BTreeMap<String, String> = reflections::of_case(tx, case)?.into_iter().map(|one| (one.organisation.to_string(), one.organisation_name)).collect();
    let parts = tx.parts();
    let (tongue, part) = (lang(words.language), |copy: &Value, name: &str| copy.get(name).and_then(Value::as_str).unwrap_or_default().to_owned());
    let giver = |organisation: &str| names.get(organisation).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| words.t("an-organisation"));
    let kinds: Vec<ListOption> = match parts.config.forms.get("chronology-entry").and_then(|form| form.field("kind")).map(|field| &field.kind) {
        Some(form::Kind::One(choice)) => choice.options(&parts.config.lists()),
        _ => vec![],
    };
    let mut found: BTreeMap<(u8, String), Vec<ListOption>> = BTreeMap::new();
    for line in &timeline.entries {
        let group = match (line.earlier, line.source, line.organisation) {
            (Some(earlier), ..) => (0, earlier.called(&parts.config, words)),
            (_, "relative", _) => (2, words.t("choice-relatives")),
            (.., Some(organisation)) => (0, giver(&organisation.to_string())),
            _ => (1, words.t("choice-panel")),
        };
        let label = format!("{}, {}: {}", told(line, &kinds, tongue, words), group.1, first_words(&line.what));
        found.entry(group).or_default().push(option(format!("entry:{}", line.id), label));
    }
    let reflection = parts.config.forms.get("reflection");
    for copy in &released.reflections {
        let group = Earlier::of(copy).map_or_else(|| giver(&part(copy, "organisation")), |earlier| earlier.called(&parts.config, words));
        let answers = copy.get("answers").and_then(Value::as_object);
        // In the order of the form, so that the list reads as the reflection does.
        for field in reflection.into_iter().flat_map(|form| form.fields()) {
            let Some(text) = answers.and_then(|answers| answers.get(&field.id)).and_then(Value::as_str).filter(|text| !text.trim().is_empty()) else { continue };
            // Answers that are codes say nothing by themselves.
            if !matches!(field.kind, form::Kind::Long | form::Kind::Line) {
                continue;
            }
            let label = format!("{}, {group}: {}", field.label.get(tongue), first_words(text));
            found.entry((0, group.clone())).or_default().push(option(format!("reflection:{}#{}", part(copy, "id"), field.id), label));
        }
    }
    for copy in &released.words {
        let group = words.t("choice-relatives");
        let label = format!("{}: {}", words.t("choice-words"), first_words(&part(copy, "text")));
        found.entry((2, group)).or_default().push(option(format!("words:{}#{}", part(copy, "id"), part(copy, "field")), label));
    }
    Ok(found.into_iter().flat_map(|((_, group), options)| options.into_iter().map(move |option| option.under(Text::new(&group, &group)))).collect())
}

/// Date and kind of an entry, and whether its source has corrected it since.
fn told(line: &Line, kinds: &[ListOption], tongue: Lang, words: &Words) -> String {
    let when = Partial::parse(&line.when).map_or_else(|| line.when.clone(), |date| date.told(tongue));
    let kind = kinds.iter().find(|option| option.code == line.kind).map(|option| option.label.get(tongue).to_lowercase()).unwrap_or_default();
    let corrected = if line.corrected_by.is_some() { words.t("choice-corrected") } else { String::new() };
    [when, kind, corrected].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
