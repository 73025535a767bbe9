//! What a form's questions can refer to, by the names people know it by: only what the caller may read anyway, asked of the rooms that
//! keep it. A list nobody may see here is not there, and its question then takes any reference of the right shape, as programs give it.

use std::collections::BTreeSet;

use form::{Answers, FormDef, ListOption, Text, refers_to, referred};
use serde_json::Value;

use super::evidence;
use crate::access::{Kind, Role};
use crate::forms::{self, Choices, Sheet};
use crate::ids::{CaseId, CompartmentId};
use crate::texts::{Language, Words};
use crate::tx::{Place, Refused, Tx};
use crate::{bureaus, cases, compartments, findings, panels, people, reflections};

/// The lists of a form for who draws it. What answers hold already can always be kept: where the caller has no name for it, it says no
/// more than that it is there.
///
/// # Errors
/// `NotFound` for a compartment the caller does not see; `Locked`.
pub fn drawn(tx: &mut Tx, within: CompartmentId, definition: &FormDef, held: &[&Answers], words: &Words) -> Result<Choices, Refused> {
    let mut found = Choices::default();
    let kinds = refers_to(definition);
    if kinds.is_empty() {
        return Ok(found);
    }
    for to in kinds {
        let options = list(tx, within, to, words)?.unwrap_or_default();
        found.put(to, options);
    }
    for (to, code) in held.iter().flat_map(|answers| referred(definition, answers)).collect::<BTreeSet<_>>() {
        let list = found.of(&to);
        if !list.iter().any(|option| option.code == code) {
            let label = words.t(if to == "relatives-question" { "choice-relatives-question" } else { "choice-kept" });
            list.push(option(code, label));
        }
    }
    Ok(found)
}

/// Refuses references that are new in these answers and in no list the caller has. Evidence is left to the room of findings, which looks
/// every piece up.
///
/// # Errors
/// `Faults` with `not-an-option`.
pub(super) fn check(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, answers: &Answers, before: &Answers) -> Result<(), Refused> {
    let definition = forms::definition(tx, sheet.form)?;
    let held = referred(&definition, before);
    let fresh: BTreeSet<String> = referred(&definition, answers).difference(&held).filter(|(to, _)| to != "evidence").map(|(to, _)| to.clone()).collect();
    let mut known = Choices::default();
    for to in &fresh {
        if let Some(mut options) = list(tx, within, to, &Words { language: Language::Nl })? {
            options.extend(held.iter().filter(|(kind, _)| kind == to).map(|(_, code)| option(code, code.clone())));
            known.put(to, options);
        }
    }
    let parts = tx.parts();
    if fresh.is_empty() { Ok(()) } else { forms::refuse(form::check(&definition, answers, &known.over(parts.config.lists()))) }
}

pub(super) fn option(code: impl Into<String>, label: impl AsRef<str>) -> ListOption {
    ListOption::new(code, Text::new(label.as_ref(), label.as_ref()))
}

/// A list, if the caller has it here. What one may not read has no list.
fn list(tx: &mut Tx, within: CompartmentId, to: &str, words: &Words) -> Result<Option<Vec<ListOption>>, Refused> {
    let (kind, case) = compartments::kind_of(tx, within)?;
    let made = match (to, kind, case) {
        // Organisations and relatives are not told who else takes part: they choose kinds.
        ("organisation", Kind::Panel, Some(case)) => organisations(tx, case, words).map(|own| [own, kinds(tx, Some(&words.t("choice-kinds")))].concat()),
        // Who gets a copy of the report: an organisation that was asked.
        ("organisation", Kind::Report, Some(case)) => invited(tx, case),
        ("organisation", ..) => Ok(kinds(tx, None)),
        ("owner", Kind::Panel, Some(case)) => organisations(tx, case, words),
        ("member", Kind::Panel, Some(case)) => members(tx, case, words),
        ("finding", Kind::Panel, _) => titled_findings(tx, within),
        ("person", Kind::Panel, Some(case)) => persons(tx, case, words),
        ("question", Kind::Panel, Some(case)) => questions(tx, within, case, words),
        // The terms may name questions before their contact places them: until there is one, there is no list to choose from.
        ("relatives-question", Kind::Panel, Some(case)) => of_relatives(tx, case, words).and_then(|placed| if placed.is_empty() { Err(Refused::NotYours) } else { Ok(placed) }),
        ("evidence", Kind::Panel, Some(case)) => evidence::options(tx, case, words),
        _ => return Ok(None),
    };
    match made {
        Ok(options) => Ok(Some(options)),
        Err(Refused::NotFound | Refused::NotYours) => Ok(None),
        Err(why) => Err(why),
    }
}

/// Kinds of organisations, as the codebook has them.
fn kinds(tx: &Tx, under: Option<&str>) -> Vec<ListOption> {
    let parts = tx.parts();
    let all = forms::kinds_of_organisations(&parts.config.lists());
    all.into_iter().map(|option| match under { Some(group) => option.under(Text::new(group, group)), None => option }).collect()
}

/// Organisations that were invited in a case, and not recalled.
fn invited(tx: &mut Tx, case: CaseId) -> Result<Vec<ListOption>, Refused> {
    Ok(reflections::of_case(tx, case)?.into_iter().filter(|one| one.state != "recalled").map(|one| option(one.organisation.to_string(), one.organisation_name)).collect())
}

/// Organisations of the bureau: those of the case first.
fn organisations(tx: &mut Tx, case: CaseId, words: &Words) -> Result<Vec<ListOption>, Refused> {
    let invited: BTreeSet<_> = reflections::of_case(tx, case)?.into_iter().map(|one| one.organisation).collect();
    let mut all = bureaus::list(tx)?;
    all.sort_by_key(|one| !invited.contains(&one.id));
    Ok(all.into_iter().map(|one| {
        let group = words.t(if invited.contains(&one.id) { "choice-in-case" } else { "choice-others" });
        option(one.id.to_string(), one.called(words)).under(Text::new(&group, &group))
    }).collect())
}

/// Who takes part on the bureau's side.
fn members(tx: &mut Tx, case: CaseId, words: &Words) -> Result<Vec<ListOption>, Refused> {
    let mut found = vec![];
    for role in [Role::Chair, Role::Secretary, Role::Coordinator, Role::PanelMember] {
        let hats = cases::hats_in_role(tx, case, role)?;
        let names = people::names_of(tx, hats.clone())?;
        let called = words.t(&format!("role-{}", role.code()));
        found.extend(hats.into_iter().map(|hat| option(hat.to_string(), match names.get(&hat).filter(|name| !name.is_empty()) {
            Some(name) => format!("{name} ({})", called.to_lowercase()),
            None => called.clone(),
        })));
    }
    Ok(found)
}

fn titled_findings(tx: &mut Tx, within: CompartmentId) -> Result<Vec<ListOption>, Refused> {
    let permit = tx.permit(findings::FINDING.read, Place::Compartment(within), None)?;
    Ok(compartments::open_all::<Answers>(tx, &permit, findings::FINDING.form)?.into_iter().map(|found| option(found.listed.id.to_string(), form::text_of(&found.body, "title"))).collect())
}

/// The people of the case: with their names for who leads it, else by what they are.
fn persons(tx: &mut Tx, case: CaseId, words: &Words) -> Result<Vec<ListOption>, Refused> {
    let told = match cases::copies(tx, case) {
        Ok(copies) => copies.names.unwrap_or(copies.sheet),
        // Before anything was placed, only the coordinator has the notification.
        Err(Refused::NotFound | Refused::NotYours) => {
            let own = compartments::of_kind(tx, case, Kind::Case)?;
            forms::open_all(tx, &cases::NOTIFICATION, own)?.pop().ok_or(Refused::NotFound)?.answers
        }
        Err(why) => return Err(why),
    };
    Ok(["victims", "suspects", "children", "others"].into_iter().flat_map(|list| {
        let called = words.t(if list == "others" { "choice-others-people".to_owned() } else { format!("choice-{list}") }.as_str());
        let rows = told.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
        rows.into_iter().zip(1..).filter_map(move |(row, number): (Value, usize)| {
            let name = row.get("person").map(name_of).unwrap_or_default();
            Some(option(row.get("key")?.as_str()?, if name.is_empty() { format!("{called} {number}") } else { format!("{name} ({})", called.to_lowercase()) }))
        }).collect::<Vec<_>>()
    }).collect())
}

fn name_of(person: &Value) -> String {
    let part = |id: &str| person.get(id).and_then(Value::as_str).unwrap_or_default().trim();
    if part("name").is_empty() { format!("{} {}", part("given"), part("family")).trim().to_owned() } else { part("name").to_owned() }
}

/// The questions of the terms of reference, and those of relatives that lie with the panel.
fn questions(tx: &mut Tx, within: CompartmentId, case: CaseId, words: &Words) -> Result<Vec<ListOption>, Refused> {
    let permit = tx.permit(panels::TERMS.read, Place::Compartment(within), None)?;
    let terms = compartments::open_all::<Answers>(tx, &permit, panels::TERMS.form)?.pop().map(|terms| terms.body).unwrap_or_default();
    let rows = terms.get("questions").and_then(Value::as_array).cloned().unwrap_or_default();
    let own = rows.into_iter().zip(1..).filter_map(|(row, number): (Value, usize)| {
        Some(option(row.get("key")?.as_str()?, format!("{number}. {}", first_words(row.get("text")?.as_str()?))))
    });
    Ok(own.chain(of_relatives(tx, case, words)?).collect())
}

/// The questions of relatives as their contacts placed them with the panel: by number, without a name.
fn of_relatives(tx: &mut Tx, case: CaseId, words: &Words) -> Result<Vec<ListOption>, Refused> {
    let label = words.t("choice-relatives-question");
    Ok(panels::relatives_questions(tx, case)?.into_iter().map(|asked| option(asked.key, format!("{label} {}: {}", asked.number, first_words(&asked.text)))).collect())
}

/// How much of a text a list shows, in characters.
const SHOWN: usize = 90;

/// The beginning of a text, up to a whole word.
pub(super) fn first_words(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= SHOWN {
        return text;
    }
    let cut: String = text.chars().take(SHOWN).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(begin, _)| begin);
    format!("{whole} …")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_after_a_whole_word_and_a_short_one_stays() {
        assert_eq!(first_words("  Zij belde\n ons "), "Zij belde ons");
        let cut = first_words(&"woord ".repeat(40));
        assert!(cut.ends_with("woord …") && cut.chars().count() <= SHOWN + 2, "{cut}");
    }
}
