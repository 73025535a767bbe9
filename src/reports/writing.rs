//! Writing a section beside what it is made of: findings with their evidence, recommendations, released events. What is taken over
//! stands in the section's own words from then on; the source stays as it was. One writes at a time, others remark.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use form::{Answers, Partial, text_of};
use serde::Serialize;
use serde_json::Value;

use super::assemble::{self, Report};
use super::draft::SECTION;
use super::passages;
use super::remarks::{self, Remark};
use super::report_of;
use crate::bureaus;
use crate::cases;
use crate::compartments::{self, Draft};
use crate::findings::{self, FINDING, RECOMMENDATION};
use crate::forms::{self, Document, Saved};
use crate::ids::{CaseId, CompartmentId, ItemId};
use crate::panels::{self, Earlier, Line, Released};
use crate::people;
use crate::settings::{Configured, Filled};
use crate::texts::{Language, Words};
use crate::tx::{Place, Refused, Tx};

/// How far a section of the report is.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Id.
    pub id: String,
    /// Heading.
    pub heading: String,
    /// `written`, `generated`, `not_applicable`, `incomplete`, `open` for one that must still be written, `empty` for one that fills by itself.
    pub state: &'static str,
    /// Words in it.
    pub words: usize,
    /// Whether it is the writers' own, beside those of the profile.
    pub own: bool,
    /// Open remarks on it.
    pub remarks: usize,
    /// Who else is writing it at this moment; empty for nobody.
    pub writer: String,
}

impl Progress {
    /// Whether nothing is left to write here.
    pub fn done(&self) -> bool {
        !matches!(self.state, "open" | "incomplete")
    }
}

/// Something a section can be written from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Source {
    /// By which it is taken over: `finding-2`, `recommendation-1`, `words-<id>-story`, `event-<id>`, `reaction-<id>`, `time`.
    pub id: String,
    /// `finding`, `recommendation`, `words` of a relative that may stand in other words, `event`, `reaction` to a passage that was placed,
    /// `time` that the review took.
    pub kind: &'static str,
    /// What it is called.
    pub label: String,
    /// The words that are taken over: a month at most, an organisation by its kind.
    pub text: String,
    /// What a finding rests on: where it comes from, and the words.
    pub evidence: Vec<Evidence>,
}

/// A piece of evidence, to read beside the section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Month, and kind of organisation or a relative.
    pub from: String,
    /// Its words.
    pub text: String,
    /// Whether its giver kept it out of the report.
    pub not_for_report: bool,
}

/// A section as its writer finds it.
pub struct Editing {
    /// What is written; none while nothing was saved.
    pub document: Option<Document>,
    /// What the caller typed since.
    pub draft: Option<Draft<Answers>>,
    /// Language of the report.
    pub language: Language,
    /// Language the section is written in.
    pub written_in: Language,
    /// All sections.
    pub sections: Vec<Progress>,
    /// What it can be written from.
    pub sources: Vec<Source>,
    /// Whether the text stands still because the quality review reads it, or has read it.
    pub frozen: bool,
    /// Who is writing it at this moment, if it is another.
    pub writer: Option<Writer>,
    /// What was said about it.
    pub remarks: Vec<Remark>,
}

/// Who writes a section at this moment.
#[derive(Clone, Debug)]
pub struct Writer {
    /// Name.
    pub name: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// From when on another may take over, unless the writer goes on.
    pub free_at: DateTime<Utc>,
}

/// A report with all that is known of its sections, each opened once.
struct Whole {
    report: Report,
    sections: Vec<Progress>,
    written: BTreeMap<String, Document>,
    /// Who else writes a section at this moment.
    writers: BTreeMap<String, Writer>,
    remarks: Vec<Remark>,
}

/// The sections of a report with how far each is, and the report itself.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn overview(tx: &mut Tx, case: CaseId) -> Result<(Report, Vec<Progress>), Refused> {
    let whole = whole(tx, case)?;
    Ok((whole.report, whole.sections))
}

fn whole(tx: &mut Tx, case: CaseId) -> Result<Whole, Refused> {
    let report = assemble::assemble(tx, case)?;
    let (profile, _) = cases::profile_and_language(tx, case)?;
    let within = report_of(tx, case)?;
    let written: BTreeMap<String, Document> = forms::open_all(tx, &SECTION, within)?.into_iter().map(|document| (text_of(&document.answers, "section"), document)).collect();
    let remarks = remarks::of_report(tx, case)?;
    let mut writers: BTreeMap<String, Writer> = BTreeMap::new();
    for (id, document) in &written {
        writers.extend(writer(tx, within, document.id)?.map(|writer| (id.clone(), writer)));
    }
    let open = |id: &str| remarks.iter().filter(|remark| remark.section == id && !remark.settled).count();
    let writing = |id: &str| writers.get(id).map(|writer| writer.name.clone()).unwrap_or_default();
    let counted = |id: &str| report.sections.iter().find(|section| section.id == id).map_or(0, |section| assemble::words_of(section));
    let mut all: Vec<Progress> = profile.sections.iter().map(|wanted| Progress {
        id: wanted.id.clone(), heading: assemble::heading_of(wanted, report.language).0, words: counted(&wanted.id), own: false, remarks: open(&wanted.id), writer: writing(&wanted.id),
        state: state_of(written.get(&wanted.id), counted(&wanted.id), wanted.filled),
    }).collect();
    let own: Vec<Progress> = report.sections.iter().filter(|section| !all.iter().any(|known| known.id == section.id)).map(|section| Progress {
        id: section.id.clone(), heading: section.heading.clone(), words: assemble::words_of(section), own: true, remarks: open(&section.id), writer: writing(&section.id), state: state_of(written.get(&section.id), assemble::words_of(section), Filled::Free),
    }).collect();
    all.extend(own);
    // One's own that was left out stands among them still: it can be taken in again.
    let left_out: Vec<Progress> = written.iter().filter(|(id, _)| !all.iter().any(|known| known.id == **id)).map(|(id, document)| Progress {
        id: id.clone(), heading: assemble::own_heading(id, &document.answers), words: 0, own: true, remarks: open(id), writer: writing(id), state: state_of(Some(document), 0, Filled::Free),
    }).collect();
    all.extend(left_out);
    Ok(Whole { report, sections: all, written, writers, remarks })
}

fn state_of(written: Option<&Document>, words: usize, filled: Filled) -> &'static str {
    match written {
        Some(document) if !document.complete => "incomplete",
        Some(document) if document.answers.get("not_applicable") == Some(&Value::Bool(true)) => "not_applicable",
        Some(document) if !text_of(&document.answers, "text").trim().is_empty() => "written",
        _ if words > 0 => "generated",
        _ if filled == Filled::Free => "open",
        _ => "empty",
    }
}

/// Everything a section can be written from.
///
/// # Errors
/// `NotFound` before there is a panel; `Locked`.
pub fn sources(tx: &mut Tx, case: CaseId) -> Result<Vec<Source>, Refused> {
    let (_, language) = cases::profile_and_language(tx, case)?;
    let words = Words { language: Language::from_code(&language).unwrap_or_default() };
    let parts = tx.parts();
    let timeline = panels::timeline(tx, case)?;
    let released = panels::released(tx, case)?;
    let kinds = bureaus::list(tx)?.into_iter().map(|one| (one.id.to_string(), one.kind)).collect();
    let beside = Beside { timeline: timeline.entries, released, kinds, words, config: &parts.config };
    let panel = compartments::of_kind(tx, case, crate::access::Kind::Panel)?;
    let read = tx.permit(FINDING.read, Place::Compartment(panel), None)?;
    let mut all: Vec<Source> = findings::adopted(tx, &read)?.into_iter().zip(1..).map(|(found, number)| {
        let evidence = found.answers.get("evidence").and_then(Value::as_array).into_iter().flatten().filter_map(|reference| beside.evidence(reference.as_str()?)).collect();
        let label = format!("{}: {}", words.a("finding-number", "number", number), text_of(&found.answers, "title"));
        Source { id: format!("finding-{number}"), kind: "finding", text: format!("{label}\n\n{}", text_of(&found.answers, "text")), label, evidence }
    }).collect();
    let read = tx.permit(RECOMMENDATION.read, Place::Compartment(panel), None)?;
    for (one, found) in findings::recommended(tx, &read)? {
        let label = words.a("recommendation-number", "number", one.number);
        all.push(Source { id: format!("recommendation-{}", one.number), kind: "recommendation", text: format!("{label}: {}", text_of(&found, "text")), label, evidence: vec![] });
    }
    all.extend(beside.words_in_other_words());
    // What was corrected stands beside its correction in the panel; a report is written from the latest.
    all.extend(beside.timeline.iter().filter(|line| line.corrected_by.is_none()).map(|line| Source {
        id: format!("event-{}", line.id), kind: "event", label: beside.from(line), text: format!("{}: {}", beside.from(line), line.what), evidence: vec![],
    }));
    all.extend(reactions(tx, case, &words)?);
    all.push(time_taken(tx, case, &words)?);
    Ok(all)
}

/// How long the review took, and how long it stood still: for the section on method and limits (5.15), which explains why.
fn time_taken(tx: &mut Tx, case: CaseId, words: &Words) -> Result<Source, Refused> {
    let (from, deferred) = cases::time_taken(tx, case)?;
    let told = [
        ("since", month(&from.to_string(), words)), ("days", (tx.today() - from).num_days().max(0).to_string()), ("deferred", deferred.to_string()),
    ];
    let text = words.with("time-taken", &told.each_ref().map(|(name, value)| (*name, value.as_str())));
    Ok(Source { id: "time".into(), kind: "time", label: words.t("time-taken-label"), text, evidence: vec![] })
}

/// What organisations and relatives said of passages that were placed: to read beside the section, and to take over what is right.
fn reactions(tx: &mut Tx, case: CaseId, words: &Words) -> Result<Vec<Source>, Refused> {
    let placed: BTreeMap<_, _> = passages::placed(tx, case)?.into_iter().map(|passage| (passage.id, passage)).collect();
    Ok(passages::replies(tx, case)?.into_iter().filter_map(|(id, (form, answers))| {
        let said = [text_of(&answers, "text"), text_of(&answers, "statement")].into_iter().filter(|said| !said.trim().is_empty()).collect::<Vec<_>>().join("\n\n");
        let (about, settled) = placed.get(&id).map(|passage| (passage.about.clone(), passage.state == "settled")).unwrap_or_default();
        let from = words.t(if form == "preview-reply" { "a-relative" } else { "an-organisation" });
        let label = words.with(if settled { "reaction-settled" } else { "reaction-open" }, &[("about", &about), ("from", &from)]);
        (!said.is_empty()).then(|| Source { id: format!("reaction-{id}"), kind: "reaction", label, text: said, evidence: vec![] })
    }).collect())
}

/// What findings point to, and the words for it.
struct Beside<'a> {
    timeline: Vec<Line>,
    released: Released,
    kinds: BTreeMap<String, i32>,
    words: Words,
    config: &'a Configured,
}

impl Beside<'_> {
    fn kind_of(&self, organisation: Option<&str>) -> String {
        let kind = organisation.and_then(|id| self.kinds.get(id));
        kind.and_then(|kind| self.config.codebook.listed("organisation", i64::from(*kind)))
            .map(|label| label.get(self.words.code()).to_owned()).unwrap_or_else(|| self.words.t("an-organisation"))
    }
    /// Month and giver of an event: no day, no name (5.15).
    fn from(&self, line: &Line) -> String {
        let giver = match line.source {
            "relative" => Some(self.words.t("a-relative")),
            "organisation" => Some(self.kind_of(line.organisation.map(|id| id.to_string()).as_deref())),
            "earlier" => line.earlier.map(|earlier| earlier.called(self.config, &self.words)),
            _ => None,
        };
        [Some(month(&line.when, &self.words)), giver].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
    /// Words a relative gave for the report in other words: the writer reads them and writes their own.
    fn words_in_other_words(&self) -> Vec<Source> {
        let part = |copy: &Value, name: &str| copy.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        self.released.words.iter().filter(|copy| part(copy, "use") == "report_in_other_words").map(|copy| Source {
            id: format!("words-{}", part(copy, "id")), kind: "words", label: self.words.t("a-relative"), text: part(copy, "text"), evidence: vec![],
        }).collect()
    }
    fn evidence(&self, reference: &str) -> Option<Evidence> {
        let (kind, rest) = reference.split_once(':')?;
        let (id, field) = rest.split_once('#').unwrap_or((rest, ""));
        let by_id = |all: &[Value]| all.iter().find(|one| one.get("id").and_then(Value::as_str) == Some(id)).cloned();
        match kind {
            "entry" => self.timeline.iter().find(|line| line.id.to_string() == id).map(|line| Evidence { from: self.from(line), text: line.what.clone(), not_for_report: false }),
            "reflection" => {
                let copy = by_id(&self.released.reflections)?;
                let kept_out = copy.get("notForReport").and_then(Value::as_array).is_some_and(|fields| fields.iter().any(|kept| kept.as_str() == Some(field)));
                let told = copy.get("answers")?.get(field)?.as_str()?.to_owned();
                let from = Earlier::of(&copy).map_or_else(|| self.kind_of(copy.get("organisation").and_then(Value::as_str)), |earlier| earlier.called(self.config, &self.words));
                Some(Evidence { from, text: told, not_for_report: kept_out })
            }
            "words" => {
                let copy = by_id(&self.released.words)?;
                let used = copy.get("use").and_then(Value::as_str).unwrap_or_default();
                Some(Evidence { from: self.words.t("a-relative"), text: copy.get("text")?.as_str()?.to_owned(), not_for_report: used == "panel" })
            }
            _ => None,
        }
    }
}

/// Month and year of a day as far as known; the day itself stands in no report.
pub(super) fn month(when: &str, words: &Words) -> String {
    let Some(date) = Partial::parse(when) else { return String::new() };
    date.month.map_or_else(|| date.year.to_string(), |month| format!("{} {}", words.t(&format!("month-{month}")), date.year))
}

/// A section with everything beside it.
///
/// # Errors
/// `NotFound` before there is a report; `Locked`.
pub fn edit(tx: &mut Tx, case: CaseId, section: &str) -> Result<Editing, Refused> {
    let within = report_of(tx, case)?;
    let Whole { report, sections, mut written, mut writers, remarks } = whole(tx, case)?;
    let document = written.remove(section);
    // A section that is neither the profile's nor written yet has no page.
    if document.is_none() && !sections.iter().any(|known| known.id == section) {
        return Err(Refused::NotFound);
    }
    let draft = match &document {
        Some(document) => forms::draft(tx, &SECTION, within, document.id)?,
        None => None,
    };
    let (profile, _) = cases::profile_and_language(tx, case)?;
    let written_in = profile.sections.iter().find(|known| known.id == section).and_then(|known| known.language).unwrap_or(report.language);
    Ok(Editing {
        document, draft, language: report.language, written_in, sections, sources: sources(tx, case)?, frozen: cases::is_frozen(tx, case)?, writer: writers.remove(section),
        remarks: remarks.into_iter().filter(|remark| remark.section == section).collect(),
    })
}

/// Who else writes a section at this moment, with their name.
fn writer(tx: &mut Tx, within: CompartmentId, item: ItemId) -> Result<Option<Writer>, Refused> {
    let Some(writing) = forms::written_by_another(tx, &SECTION, within, item)? else { return Ok(None) };
    Ok(Some(Writer { name: people::name_of(tx, writing.hat)?, since: writing.begun_at, free_at: writing.free_at() }))
}

/// Keeps what is being typed in a section: the version it belongs to, and the draft's revision. A section of the profile nobody has saved yet
/// is begun with this, empty, so that there is something the draft is of.
///
/// # Errors
/// `Stale` when another window kept a later draft; `Rule("report-frozen")`; `NotFound` for a section there is not.
pub fn keep(tx: &mut Tx, case: CaseId, section: &str, seen: i32, revision: i32, answers: &Answers) -> Result<(i32, i32), Refused> {
    let within = report_of(tx, case)?;
    cases::text_may_change(tx, case)?;
    let (item, seen) = match forms::list(tx, &SECTION, within, Some(forms::named(section)))?.pop() {
        Some(listed) => (listed.id, seen),
        None if cases::profile_and_language(tx, case)?.0.sections.iter().any(|wanted| wanted.id == section) => {
            let begun = forms::create(tx, &SECTION, within, None, &Answers::from_iter([("section".to_owned(), section.into())]))?;
            (begun.id, begun.version)
        }
        None => return Err(Refused::NotFound),
    };
    Ok((seen, forms::keep_draft(tx, &SECTION, within, item, seen, revision, answers)?))
}

/// Throws the caller's draft of a section away.
///
/// # Errors
/// `NotFound` for a section nobody has begun.
pub fn drop_draft(tx: &mut Tx, case: CaseId, section: &str) -> Result<(), Refused> {
    let within = report_of(tx, case)?;
    let listed = forms::list(tx, &SECTION, within, Some(forms::named(section)))?.pop().ok_or(Refused::NotFound)?;
    forms::drop_draft(tx, &SECTION, within, listed.id)
}

/// The section that comes after one; none after the last.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn after(tx: &mut Tx, case: CaseId, section: &str) -> Result<Option<String>, Refused> {
    let (profile, _) = cases::profile_and_language(tx, case)?;
    let at = profile.sections.iter().position(|wanted| wanted.id == section);
    if let Some(next) = at.and_then(|at| profile.sections.get(at + 1)) {
        return Ok(Some(next.id.clone()));
    }
    // After the profile's sections come the writers' own, whose names stand in them.
    let sections = overview(tx, case)?.1;
    Ok(sections.iter().position(|known| known.id == section).and_then(|at| sections.get(at + 1)).map(|next| next.id.clone()))
}

/// Saves a section, with the words of a source set under it where one is taken over. What stands there already is not set twice.
///
/// # Errors
/// `Stale` when somebody saved in between; `Faults`; `Rule("report-frozen")`; `Rule("somebody-writes")` while another does; `NotFound` for
/// a source there is not.
pub fn write(tx: &mut Tx, case: CaseId, section: &str, seen: i32, answers: &Answers, taken: Option<&str>) -> Result<Saved, Refused> {
    let within = report_of(tx, case)?;
    let mut answers = answers.clone();
    answers.insert("section".into(), section.into());
    if let Some(id) = taken {
        let source = sources(tx, case)?.into_iter().find(|source| source.id == id).ok_or(Refused::NotFound)?;
        answers.insert("text".into(), with(&text_of(&answers, "text"), &source.text).into());
    }
    match forms::list(tx, &SECTION, within, Some(forms::named(section)))?.pop() {
        Some(listed) => forms::save(tx, &SECTION, within, listed.id, seen, &answers),
        None => forms::create(tx, &SECTION, within, None, &answers),
    }
}

/// Whether another page of the caller's own kept another text of a section than the one that is to be saved, later than `revision`.
///
/// # Errors
/// `NotFound` before there is a report; `Locked`.
pub fn kept_elsewhere(tx: &mut Tx, case: CaseId, section: &str, revision: i32, text: &str) -> Result<bool, Refused> {
    let within = report_of(tx, case)?;
    let Some(listed) = forms::list(tx, &SECTION, within, Some(forms::named(section)))?.pop() else { return Ok(false) };
    let Some(draft) = forms::draft(tx, &SECTION, within, listed.id)?.filter(|draft| draft.revision != revision) else { return Ok(false) };
    let (saved, told) = (forms::open(tx, &SECTION, within, listed.id)?.answers, Answers::from_iter([("text".to_owned(), text.into())]));
    Ok(forms::kept_elsewhere((draft.revision, &draft.body), Some(revision), &saved, &told, |one, other| text_of(one, "text") != text_of(other, "text")))
}

/// A text with a further paragraph, once.
fn with(text: &str, more: &str) -> String {
    let (text, more) = (text.trim_end(), more.trim());
    if text.is_empty() { more.to_owned() } else if text.contains(more) { text.to_owned() } else { format!("{text}\n\n{more}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_over_stands_once_and_under_what_was_there() {
        assert_eq!(with("", " A finding. "), "A finding.");
        assert_eq!(with("Written.\n", "A finding."), "Written.\n\nA finding.");
        assert_eq!(with("Written.\n\nA finding.", "A finding."), "Written.\n\nA finding.");
    }

    #[test]
    fn a_day_becomes_its_month_and_what_is_no_day_nothing() {
        let words = Words { language: Language::Nl };
        assert_eq!((month("2016-10-02", &words), month("2016", &words), month("ooit", &words)), ("oktober 2016".into(), "2016".into(), String::new()));
    }
}
