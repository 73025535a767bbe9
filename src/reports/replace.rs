//! Puts the proposed word where the name check found one that may not stand: a new version of what was written, nothing overwritten.

use form::Answers;
use serde_json::Value;

use super::draft::{LEARNING, SECTION};
use super::name_check::{Hit, hits_in};
use super::{assemble, learning, report_of};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::findings::{FINDING, RECOMMENDATION};
use crate::forms::{self, Sheet};
use crate::ids::{CaseId, CompartmentId};
use crate::names;
use crate::texts::capital;
use crate::tx::{Place, Refused, Tx};

/// Who replaces: those who give reasons to let a word stand.
pub static REPLACE: Act = Act { name: "report.name_replace", within: Kind::Report, by: &[Role::Chair, Role::Secretary], step_up: false };

/// Replaces a word the check found in a section by what it proposes, wherever the section takes it from: its own text, findings,
/// recommendations, the learning brief. What stands instead is worked out here, never taken from the caller. Returns in how many texts it stood.
///
/// # Errors
/// `NotFound` for a word the check does not find there; `Rule("words-of-others")` where it stands in words that are not the
/// writers' to change: a relative's, or the questions of the terms of reference (ruling 22); `Rule("name-of-section")` where it stands in the name
/// of a section itself.
pub fn replace(tx: &mut Tx, case: CaseId, section: &str, word: &str) -> Result<usize, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&REPLACE, Place::Compartment(within), case.uuid())?;
    let report = learning::whole(tx, &permit, case)?;
    let hit = hits_in(tx, &permit, case, &report)?.into_iter().find(|hit| hit.section == section && hit.word == word).ok_or(Refused::NotFound)?;
    let of_section = |answers: &Answers| answers.get("section").and_then(Value::as_str) == Some(section);
    let mut texts = in_documents(tx, &SECTION, within, &["heading", "text", "because"], of_section, &hit)?;
    let drawn_from: &[(&'static Sheet, &[&str])] = match section {
        "findings" | "what_went_well" | "answers" => &[(&FINDING, &["title", "text", "dissent"])],
        "recommendations" => &[(&RECOMMENDATION, &["text", "measure"])],
        _ => &[],
    };
    if !drawn_from.is_empty() {
        let panel = compartments::of_kind(tx, case, Kind::Panel)?;
        for (sheet, fields) in drawn_from {
            texts += in_documents(tx, sheet, panel, fields, |_| true, &hit)?;
        }
    }
    texts += in_brief(tx, within, section, &hit)?;
    // By its name a section is found, in remarks and in the answers to the world: it gets no other one.
    if texts == 0 && [section, &assemble::own_heading(section, &Answers::new())].into_iter().any(|name| name.contains(&hit.word)) {
        return Err(Refused::Rule("name-of-section"));
    }
    if texts == 0 { Err(Refused::Rule("words-of-others")) } else { Ok(texts) }
}

/// In a list of the learning brief, or on one of its cards.
fn in_brief(tx: &mut Tx, within: CompartmentId, section: &str, hit: &Hit) -> Result<usize, Refused> {
    let (list, card) = (section.strip_prefix("learning-"), section.strip_prefix("card-").and_then(|number| number.parse::<usize>().ok()?.checked_sub(1)));
    if list.is_none() && card.is_none() {
        return Ok(0);
    }
    let Some(brief) = forms::there(tx, &LEARNING, within)? else { return Ok(0) };
    let document = forms::open(tx, &LEARNING, within, brief)?;
    let (mut answers, mut texts) = (document.answers, 0);
    let mut mend = |value: &mut Value| {
        if let Some(new) = value.as_str().and_then(|text| replaced(text, &hit.word, &hit.proposal)) {
            *value = new.into();
            texts += 1;
        }
    };
    if let Some(lines) = list.and_then(|list| answers.get_mut(list)).and_then(Value::as_array_mut) {
        lines.iter_mut().for_each(&mut mend);
    }
    if let Some(card) = card.and_then(|at| answers.get_mut("cards")?.get_mut(at)?.as_object_mut()) {
        for field in learning::CARD {
            if let Some(value) = card.get_mut(field) {
                mend(value);
            }
        }
    }
    if texts > 0 {
        forms::save(tx, &LEARNING, within, brief, document.version, &answers)?;
    }
    Ok(texts)
}

fn in_documents(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, fields: &[&str], chosen: impl Fn(&Answers) -> bool, hit: &Hit) -> Result<usize, Refused> {
    let mut texts = 0;
    for document in forms::open_all(tx, sheet, within)?.into_iter().filter(|document| chosen(&document.answers)) {
        let mut answers = document.answers;
        let before = texts;
        for field in fields {
            let Some(new) = answers.get(*field).and_then(Value::as_str).and_then(|text| replaced(text, &hit.word, &hit.proposal)) else { continue };
            answers.insert((*field).to_owned(), new.into());
            texts += 1;
        }
        if texts > before {
            forms::save(tx, sheet, within, document.id, document.version, &answers)?;
        }
    }
    Ok(texts)
}

/// The text with a whole word replaced wherever it stands; none where it does not. A sentence that began with it begins with a capital.
pub(super) fn replaced(text: &str, word: &str, by: &str) -> Option<String> {
    let letter = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    let seen = |sign: &char| !names::is_unseen(*sign);
    let (mut new, mut rest, mut found) = (String::with_capacity(text.len()), text, false);
    while let Some((before, after)) = rest.split_once(word).filter(|_| !word.is_empty()) {
        new.push_str(before);
        let whole = !letter(new.chars().rfind(seen)) && !letter(after.chars().find(seen));
        if whole && begins(&new) && !word.starts_with(char::is_lowercase) {
            new.push_str(&capital(by));
        } else {
            new.push_str(if whole { by } else { word });
        }
        found |= whole;
        rest = after;
    }
    new.push_str(rest);
    found.then_some(new)
}

/// Whether a sentence begins behind this text. A point behind a short word is an abbreviation's: `mw.`.
fn begins(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '"', '\'', '(', '“', '‘', '„']);
    let last = || before.trim_end_matches('.').rsplit(|sign: char| !sign.is_alphabetic()).next().unwrap_or_default().chars().count();
    match before.chars().next_back() {
        None | Some('\n' | '!' | '?') => true,
        Some('.') => last() > 3,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_replaced_wherever_they_stand_and_parts_of_words_are_not() {
        let told = |text: &str| replaced(text, "Noor", "de vrouw");
        assert_eq!(told("Noor ging. Zag iemand Noor? (Noor)").as_deref(), Some("De vrouw ging. Zag iemand de vrouw? (De vrouw)"));
        assert_eq!(told("Noordwijk en Noortje, Noors").as_deref(), None);
        assert_eq!(told("Noordwijk, Noor's huis").as_deref(), Some("Noordwijk, de vrouw's huis"));
        assert_eq!(replaced("Op 12 oktober 2016, later", "Op 12 oktober 2016", "In oktober 2016").as_deref(), Some("In oktober 2016, later"));
        assert_eq!(told("Zij belde. Noor zei: Noor is mw. Noor").as_deref(), Some("Zij belde. De vrouw zei: de vrouw is mw. de vrouw"));
        assert_eq!(replaced("12 oktober 2016 was koud. Zij belde 12 oktober 2016", "12 oktober 2016", "oktober 2016").as_deref(), Some("Oktober 2016 was koud. Zij belde oktober 2016"));
        assert_eq!(told("Noor\u{ad}tje en No\u{ad}or").as_deref(), None);
        assert_eq!(replaced("Toen kwam No\u{ad}or.", "No\u{ad}or", "de vrouw").as_deref(), Some("Toen kwam de vrouw."));
        assert_eq!(replaced("iets", "", "x"), None);
    }
}
