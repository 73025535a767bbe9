//! The draft before the panel, and what is said about it (`ux.md` section 5.5). The writers lay a copy before the panel, whose members have no
//! key of the report; everybody there remarks on a paragraph, answers, and the writers say when a remark is settled. A remark keeps the words
//! it is about: it finds its paragraph again wherever it went, and is never lost when the paragraph is.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::assemble::{self, Part, Report};
use super::markdown;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Opened, Written};
use crate::ids::{CaseId, ItemId, MembershipId};
use crate::notices;
use crate::panels;
use crate::people;
use crate::tx::{FieldFault, Permit, Place, Refused, Tx, needed};

/// Who lays the draft before the panel.
pub static LAY: Act = Act { name: "report.lay_before_panel", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };
/// Who reads it there, and the remarks.
pub static READ_LAID: Act = Act { name: "report.read_before_panel", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair, Role::Secretary, Role::PanelMember], step_up: false };
/// Who remarks.
pub static REMARK: Act = Act { name: "report.remark", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair, Role::Secretary, Role::PanelMember], step_up: false };
/// Who says that a remark is settled, or open again.
pub static SETTLE_REMARK: Act = Act { name: "report.settle_remark", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };

const DRAFT: &str = "panel-draft";
const SAID: &str = "report-remark";
/// Longest remark, and how much of its paragraph is kept with it, in characters.
const LONGEST: usize = 4000;
const START: usize = 300;

/// What is sealed of a remark.
#[derive(Serialize, Deserialize)]
struct Said {
    section: String,
    /// How the paragraph it is about began; empty for the whole section.
    about: String,
    text: String,
    /// The remark it answers.
    under: Option<ItemId>,
}

/// Words about a section.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Remark {
    /// Id.
    pub id: ItemId,
    /// The section.
    pub section: String,
    /// How the paragraph it is about began then; empty for the whole section.
    pub about: String,
    /// The words.
    pub text: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the writers are done with it.
    pub settled: bool,
    /// What was answered, first first.
    pub answers: Vec<Answer>,
}

/// An answer to a remark.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Answer {
    /// The words.
    pub text: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The draft as it was laid before the panel, with what was said.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Laid {
    /// The draft; none before it was laid there.
    pub draft: Option<Report>,
    /// Since when it lies there.
    pub at: Option<DateTime<Utc>>,
    /// The remarks, first first.
    pub remarks: Vec<Remark>,
}

fn written(kind: &'static str, case: CaseId, complete: bool) -> Written<'static> {
    Written { kind, subject: Some(case.uuid()), form_version: "1", ground: "public_task", complete }
}

/// Lays the draft as it stands before the panel. What was laid there before stays, and what was said of it.
///
/// # Errors
/// `NotFound` before there is a report; `Rule("nothing-written")` while no section has words; `Locked`.
pub fn lay(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    let within = panels::panel_of(tx, case)?;
    let permit = tx.permit(&LAY, Place::Compartment(within), case.uuid())?;
    let report = assemble::assemble(tx, case)?;
    if report.sections.is_empty() {
        return Err(Refused::Rule("nothing-written"));
    }
    compartments::put(tx, &permit, &written(DRAFT, case, true), &report)?;
    for member in cases::hats_in_role(tx, case, Role::PanelMember)? {
        notices::tell(tx, member, notices::Kind::Placed, Some(case), None)?;
    }
    Ok(())
}

/// The draft that lies before the panel, and all remarks.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn laid(tx: &mut Tx, case: CaseId) -> Result<Laid, Refused> {
    let within = panels::panel_of(tx, case)?;
    let permit = tx.permit(&READ_LAID, Place::Compartment(within), case.uuid())?;
    let last = compartments::list(tx, &permit, DRAFT, None)?.pop();
    let draft = last.map(|listed| compartments::open::<Report>(tx, &permit, listed.id)).transpose()?;
    let remarks = all(tx, &permit)?;
    Ok(Laid { at: draft.as_ref().map(|draft| draft.written_at), draft: draft.map(|draft| draft.body), remarks })
}

/// All remarks on a report.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn of_report(tx: &mut Tx, case: CaseId) -> Result<Vec<Remark>, Refused> {
    let within = panels::panel_of(tx, case)?;
    let permit = tx.permit(&READ_LAID, Place::Compartment(within), case.uuid())?;
    all(tx, &permit)
}

fn all(tx: &mut Tx, permit: &Permit) -> Result<Vec<Remark>, Refused> {
    let opened = compartments::open_all::<Said>(tx, permit, SAID)?;
    let hats: BTreeSet<MembershipId> = opened.iter().map(|one| one.written_by).collect();
    let names = people::names_of(tx, hats.into_iter().collect())?;
    Ok(threads(opened, |hat| names.get(&hat).cloned().unwrap_or_default()))
}

/// Remarks with their answers.
fn threads(opened: Vec<Opened<Said>>, name: impl Fn(MembershipId) -> String) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = vec![];
    for one in opened {
        let by = name(one.written_by);
        match one.body.under {
            None => remarks.push(Remark {
                id: one.listed.id, section: one.body.section, about: one.body.about, text: one.body.text, by, at: one.written_at, settled: one.listed.complete, answers: vec![],
            }),
            Some(under) => {
                if let Some(remark) = remarks.iter_mut().find(|remark| remark.id == under) {
                    remark.answers.push(Answer { text: one.body.text, by, at: one.written_at });
                }
            }
        }
    }
    remarks
}

/// What is said of a section: about a paragraph of it, or all of it.
#[derive(Clone, Debug)]
pub struct NewRemark {
    /// The section.
    pub section: String,
    /// The paragraph, or how it begins; empty for the whole section.
    pub about: String,
    /// The words.
    pub text: String,
    /// The remark it answers.
    pub under: Option<ItemId>,
}

/// Says something about a section, or answers what was said. An answer opens a settled remark again.
///
/// # Errors
/// `Faults` without words, with too many, or for a section the profile does not have; `NotFound` for a remark there is not.
pub fn remark(tx: &mut Tx, case: CaseId, told: NewRemark) -> Result<ItemId, Refused> {
    let within = panels::panel_of(tx, case)?;
    let permit = tx.permit(&REMARK, Place::Compartment(within), case.uuid())?;
    let text = needed("text", &told.text, LONGEST)?;
    let fault = |field: &str, rule: &str| Refused::Faults(vec![FieldFault::new(field, rule)]);
    let (section, about) = match told.under {
        Some(under) => {
            compartments::subject_of(tx, &permit, under, SAID)?;
            let answered = compartments::open::<Said>(tx, &permit, under)?.body;
            // An answer to an answer stands under what both are about.
            if answered.under.is_some() {
                return Err(Refused::NotFound);
            }
            compartments::set_complete(tx, &permit, under, false)?;
            (answered.section, String::new())
        }
        None => (told.section, start_of(&told.about)),
    };
    if told.under.is_none() && !is_section(tx, case, &permit, &section)? {
        return Err(fault("section", "not-an-option"));
    }
    compartments::put(tx, &permit, &written(SAID, case, false), &Said { section, about, text: text.to_owned(), under: told.under })
}

/// Whether a report has such a section: the profile's, or one of the writers' own in what lies before the panel.
fn is_section(tx: &mut Tx, case: CaseId, permit: &Permit, section: &str) -> Result<bool, Refused> {
    if cases::profile_and_language(tx, case)?.0.sections.iter().any(|wanted| wanted.id == section) {
        return Ok(true);
    }
    let last = compartments::list(tx, permit, DRAFT, None)?.pop();
    let draft = last.map(|listed| compartments::open::<Report>(tx, permit, listed.id)).transpose()?;
    Ok(draft.is_some_and(|draft| draft.body.sections.iter().any(|known| known.id == section)))
}

/// Says that a remark is settled, or open again.
///
/// # Errors
/// `NotFound` for a remark there is not.
pub fn settle_remark(tx: &mut Tx, case: CaseId, id: ItemId, settled: bool) -> Result<(), Refused> {
    let within = panels::panel_of(tx, case)?;
    let permit = tx.permit(&SETTLE_REMARK, Place::Compartment(within), id.uuid())?;
    compartments::subject_of(tx, &permit, id, SAID)?;
    compartments::set_complete(tx, &permit, id, settled)
}

/// How a paragraph begins: what a remark keeps of it. Line breaks count as spaces.
pub fn start_of(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(START).collect()
}

/// Where a remark stands now: the number of the paragraph it is about. The one that begins as it did; else the one that has most of the words
/// it began with, if half; none when it is about the whole section, or the paragraph is gone.
pub fn paragraph_of(remark: &Remark, paragraphs: &[String]) -> Option<usize> {
    if remark.about.is_empty() {
        return None;
    }
    if let Some(at) = paragraphs.iter().position(|paragraph| start_of(paragraph) == remark.about) {
        return Some(at);
    }
    let words = |text: &str| text.split_whitespace().map(|word| word.trim_matches(|sign: char| !sign.is_alphanumeric()).to_lowercase()).filter(|word| !word.is_empty()).collect::<BTreeSet<_>>();
    let wanted = words(&remark.about);
    let (shared, at) = paragraphs.iter().enumerate().map(|(at, paragraph)| (words(paragraph).intersection(&wanted).count(), at)).max_by_key(|(shared, at)| (*shared, std::cmp::Reverse(*at)))?;
    (shared * 2 >= wanted.len() && shared > 0).then_some(at)
}

/// The words of a part, by which a remark finds it again.
pub fn words_of_part(part: &Part) -> String {
    match part {
        Part::Text { text } | Part::Heading { text } | Part::Quote { text, .. } | Part::Recommendation { text, .. } => text.clone(),
        Part::List { items, .. } => items.join(" "),
        Part::Finding { title, .. } => title.clone(),
    }
}

/// What of a section's text a remark can be about: its parts, by their words.
pub fn paragraphs(text: &str) -> Vec<String> {
    markdown::parts(text).iter().map(words_of_part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(words: &str) -> Remark {
        Remark { id: ItemId::new(), section: "summary".into(), about: words.into(), text: "?".into(), by: String::new(), at: DateTime::<Utc>::UNIX_EPOCH, settled: false, answers: vec![] }
    }

    #[test]
    fn a_remark_finds_its_paragraph_moved_or_reworded_and_stands_at_the_foot_when_it_is_gone() {
        let remark = about("She called the police twice that year.");
        let text = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(paragraph_of(&remark, &text(&["First.", "She called the police twice that year."])), Some(1));
        assert_eq!(paragraph_of(&remark, &text(&["She had called the police, twice, that very year.", "Last."])), Some(0));
        assert_eq!(paragraph_of(&remark, &text(&["The school saw nothing.", "Last."])), None);
        assert_eq!(paragraph_of(&remark, &[]), None);
        assert_eq!(paragraph_of(&about(""), &text(&["First."])), None);
    }
}
