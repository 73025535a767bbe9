//! Puts the proposed word where the name check found one that may not stand: a new version of what was written, nothing overwritten.

use form::Answers;
use serde_json::Value;

use super::draft::{LEARNING, SECTION};
use super::name_check::{Against, Hit, against, hits_in, is_told};
use super::{assemble, learning, report_of};
use crate::access::{Act, Kind, Role};
use crate::compartments;
use crate::findings::{FINDING, RECOMMENDATION};
use crate::forms::{self, Sheet};
use crate::ids::{CaseId, CompartmentId};
use crate::names::{self, Instead};
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
    let against = against(tx, &permit, case, report.language)?;
    let mending = Mending { hit: &hit, against: &against, case };
    let of_section = |answers: &Answers| answers.get("section").and_then(Value::as_str) == Some(section);
    let mut texts = in_documents(tx, &SECTION, within, &["heading", "text", "because"], of_section, &mending)?;
    let drawn_from: &[(&'static Sheet, &[&str])] = match section {
        "findings" | "what_went_well" | "answers" => &[(&FINDING, &["title", "text", "dissent"])],
        "recommendations" => &[(&RECOMMENDATION, &["text", "measure"])],
        _ => &[],
    };
    if !drawn_from.is_empty() {
        let panel = compartments::of_kind(tx, case, Kind::Panel)?;
        for (sheet, fields) in drawn_from {
            texts += in_documents(tx, sheet, panel, fields, |_| true, &mending)?;
        }
    }
    texts += in_brief(tx, within, section, &mending)?;
    // By its name a section is found, in remarks and in the answers to the world: it gets no other one.
    if texts == 0 && [section, &assemble::own_heading(section, &Answers::new())].into_iter().any(|name| name.contains(&hit.word)) {
        return Err(Refused::Rule("name-of-section"));
    }
    if texts == 0 { Err(Refused::Rule("words-of-others")) } else { Ok(texts) }
}

/// What is put where.
struct Mending<'a> {
    hit: &'a Hit,
    against: &'a Against,
    case: CaseId,
}

impl Mending<'_> {
    /// A text with what was found replaced; none where it does not stand there. What is a day only by what stands around it (`op de 12e`, and not
    /// `op de 12e verdieping`) is replaced where the check finds it; a text that is drawn in lines is read line by line.
    fn mended(&self, tx: &Tx, text: &str) -> Option<String> {
        let Hit { word, proposal, reason, .. } = self.hit;
        if !is_told(reason) {
            return replaced(text, word, proposal);
        }
        let found = |part: &str| -> Vec<Instead> { self.against.told(tx, self.case, part).into_iter().filter(|(what, _)| what == reason).map(|(_, instead)| instead).collect() };
        replaced_at(text, word, found(text)).or_else(|| {
            let lines: Vec<(&str, Option<String>)> = text.split('\n').map(|line| (line, replaced_at(line, word, found(line)))).collect();
            let any = lines.iter().any(|(_, new)| new.is_some());
            any.then(|| lines.into_iter().map(|(line, new)| new.unwrap_or_else(|| line.to_owned())).collect::<Vec<_>>().join("\n"))
        })
    }
}

/// In a list of the learning brief, or on one of its cards.
fn in_brief(tx: &mut Tx, within: CompartmentId, section: &str, mending: &Mending<'_>) -> Result<usize, Refused> {
    let (list, card) = (section.strip_prefix("learning-"), section.strip_prefix("card-").and_then(|number| number.parse::<usize>().ok()?.checked_sub(1)));
    if list.is_none() && card.is_none() {
        return Ok(0);
    }
    let Some(brief) = forms::there(tx, &LEARNING, within)? else { return Ok(0) };
    let document = forms::open(tx, &LEARNING, within, brief)?;
    let (mut answers, mut texts) = (document.answers, 0);
    let mut mend = |value: &mut Value| {
        if let Some(new) = value.as_str().and_then(|text| mending.mended(tx, text)) {
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

fn in_documents(tx: &mut Tx, sheet: &'static Sheet, within: CompartmentId, fields: &[&str], chosen: impl Fn(&Answers) -> bool, mending: &Mending<'_>) -> Result<usize, Refused> {
    let mut texts = 0;
    for document in forms::open_all(tx, sheet, within)?.into_iter().filter(|document| chosen(&document.answers)) {
        let mut answers = document.answers;
        let before = texts;
        for field in fields {
            let Some(new) = answers.get(*field).and_then(Value::as_str).and_then(|text| mending.mended(tx, text)) else { continue };
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
        if whole {
            put(&mut new, word, by);
        } else {
            new.push_str(word);
        }
        found |= whole;
        rest = after;
    }
    new.push_str(rest);
    found.then_some(new)
}

/// The text with a word replaced at the places where it was found; none where it was found nowhere.
fn replaced_at(text: &str, word: &str, found: Vec<Instead>) -> Option<String> {
    let (mut new, mut from) = (String::with_capacity(text.len()), 0);
    for Instead { range, by } in found.into_iter().filter(|one| text.get(one.range.clone()) == Some(word)) {
        new.push_str(text.get(from..range.start)?);
        put(&mut new, word, &by);
        from = range.end;
    }
    if from == 0 {
        return None;
    }
    new.push_str(text.get(from..)?);
    Some(new)
}

/// Puts what stands instead of a word. A sentence that began with it begins with a capital.
fn put(new: &mut String, word: &str, by: &str) {
    if begins(new) && !word.starts_with(char::is_lowercase) {
        new.push_str(&capital(by));
    } else {
        new.push_str(by);
    }
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
    fn a_day_is_replaced_where_it_is_one() {
        let words = crate::texts::Words { language: crate::texts::Language::Nl };
        let told = |text: &str| replaced_at(text, "op de 12e", names::days(text, &words, false));
        assert_eq!(told("Zij belde op de 12e en woonde op de 12e verdieping, tot hij op de 12e.").as_deref(), Some("Zij belde in die maand en woonde op de 12e verdieping, tot hij in die maand."));
        assert_eq!(told("Zij woonde op de 12e verdieping.").as_deref(), None);
        assert_eq!(replaced_at("Op de 12e belde zij.", "Op de 12e", names::days("Op de 12e belde zij.", &words, false)).as_deref(), Some("In die maand belde zij."));
    }

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
