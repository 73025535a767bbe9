//! Publishing: names checked once more, a clear date, the report set as a page and a tagged PDF in the library.

use chrono::{Datelike, Duration, NaiveDate};
use form::Answers;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::assemble::{self, Part, Report};
use super::{adoption, learning, name_check, report_of, store};
use crate::access::{Act, Kind, Role};
use crate::cases::{self, CaseError, Step};
use crate::compartments;
use crate::forms;
use crate::ids::{CaseId, ReportId};
use crate::relatives;
use crate::texts::Words;
use crate::tx::{App, Caller, FieldFault, Permit, Place, Refused, Tx};

/// Who publishes.
pub static PUBLISH: Act = Act { name: "report.publish", within: Kind::Report, by: &[Role::Coordinator], step_up: true };
/// Who sees the draft as it will be printed.
pub static PREVIEW: Act = Act { name: "report.preview", within: Kind::Report, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };

/// How far a publication keeps from the days to be avoided (T17).
const AWAY_DAYS: i64 = 7;

/// What was published.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Published {
    /// Id in the library.
    pub id: ReportId,
    /// State of the case now.
    pub state: &'static str,
    /// Its version now.
    pub version: i32,
    /// The day it is open to all.
    pub published_on: NaiveDate,
    /// Its page.
    pub url: String,
    /// Its PDF.
    pub pdf_url: String,
}

struct Ready {
    report: Report,
    form: String,
    on: NaiveDate,
    take_down_on: Option<NaiveDate>,
}

/// The first day, from one on, that keeps away from the days of the year to be avoided.
fn clear_day(from: NaiveDate, avoid: &[(u32, u32)]) -> NaiveDate {
    let near = |day: NaiveDate| avoid.iter().any(|(month, date)| {
        (day.year() - 1..=day.year() + 1).filter_map(|year| NaiveDate::from_ymd_opt(year, *month, *date)).any(|avoided| (avoided - day).num_days().abs() <= AWAY_DAYS)
    });
    (0..366).map(|days| from + Duration::days(days)).find(|day| !near(*day)).unwrap_or(from)
}

fn month_day(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.split_once('-')?;
    Some((month.parse().ok()?, day.parse().ok()?))
}

/// Days of the year a publication keeps away from: those the decision names, the day of death of each victim, and those of the contact
/// plans the caller reads (T17).
fn avoided(tx: &mut Tx, case: CaseId, decision: &Answers) -> Result<Vec<(u32, u32)>, Refused> {
    fn days(answers: &Answers, field: &str) -> Vec<(u32, u32)> {
        answers.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(|day| month_day(day.as_str()?)).collect()
    }
    let mut all = days(decision, "avoid_dates");
    if let Some(own) = compartments::of_case(tx, case, Kind::Case)?.pop() {
        for notification in forms::open_all(tx, &cases::NOTIFICATION, own.id)? {
            let died = notification.answers.get("victims").and_then(Value::as_array).into_iter().flatten().filter_map(|victim| victim.get("death_date")?.as_str());
            // Only where the day is known: `2026-10-03`.
            all.extend(died.filter_map(|day| month_day(day.get(5..)?)));
        }
    }
    for place in relatives::mine(tx)?.into_iter().filter(|place| place.case == Some(case)) {
        for plan in forms::open_all(tx, &relatives::PLAN, place.compartment)? {
            all.extend(days(&plan.answers, "blocked_dates"));
        }
    }
    Ok(all)
}

/// The first day on which relatives and organisations have had their time: ten working days after relatives were told the date, five
/// after organisations got a copy, as the profile says; each unless it was waived with a reason (T17).
fn waited(tx: &mut Tx, case: CaseId) -> Result<NaiveDate, Refused> {
    let (profile, _) = cases::profile_and_language(tx, case)?;
    let (parts, zone, calendar, mut first) = (tx.parts(), tx.session()?.zone, tx.session()?.calendar.clone(), tx.today());
    for (told, waived, term) in [("relatives_told", "relatives_wait_waived", profile.terms.relatives_told), ("embargo_passed", "embargo_wait_waived", profile.terms.embargo)] {
        if cases::reached_at(tx, case, waived)?.is_some() {
            continue;
        }
        if let Some(at) = cases::reached_at(tx, case, told)? {
            first = first.max(term.end(at.with_timezone(&zone).date_naive(), parts.config.calendar(&calendar)));
        }
    }
    Ok(first)
}

/// The day a decided publication would be open to all.
pub(super) fn first_day(tx: &mut Tx, case: CaseId, decision: &Answers) -> Result<NaiveDate, Refused> {
    // A practice case waives the wait: the first clear date from today (ruling 34).
    if tx.session()?.practice {
        return Ok(tx.today());
    }
    let wanted = forms::date_of(decision, "publish_on").unwrap_or_else(|| tx.today());
    let avoid = avoided(tx, case, decision)?;
    Ok(clear_day(wanted.max(tx.today()).max(waited(tx, case)?), &avoid))
}

/// What was decided on the publication (form 5.17), where anything was.
pub(super) fn decision(tx: &mut Tx, permit: &Permit) -> Result<Option<Answers>, Refused> {
    match compartments::list(tx, permit, "publication-decision", None)?.pop() {
        Some(listed) => Ok(Some(compartments::open::<Answers>(tx, permit, listed.id)?.body)),
        None => Ok(None),
    }
}

fn ready(tx: &mut Tx, case: CaseId) -> Result<Ready, CaseError> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&PUBLISH, Place::Compartment(within), case.uuid())?;
    let decision = decision(tx, &permit)?.ok_or(Refused::Rule("no-decision-yet"))?;
    let form = decision.get("form").and_then(Value::as_str).unwrap_or_default().to_owned();
    if form == "none" {
        return Err(Refused::Rule("decided-not-to-publish").into());
    }
    let (whole, report) = in_form(tx, &permit, case, &form)?;
    let hits = name_check::hits_in(tx, &permit, case, &whole)?;
    if !hits.is_empty() {
        return Err(stands(hits).into());
    }
    adoption::is_adopted(tx, &permit, &report)?;
    let on = first_day(tx, case, &decision)?;
    cases::record(tx, &permit, "names_checked", None)?;
    cases::record(tx, &permit, "date_clear", None)?;
    let take_down_on = forms::date_of(&decision, "take_down_on");
    Ok(Ready { report, form, on, take_down_on })
}

/// Words that may not stand, as faults of their sections.
pub(super) fn stands(hits: Vec<name_check::Hit>) -> Refused {
    Refused::Faults(hits.into_iter().map(|hit| FieldFault { field: hit.section, rule: "name-stands".into(), words: vec![("word".into(), hit.word)] }).collect())
}

/// The report of a case as one of its forms takes it: whole, as names are looked for in it, and cut to what goes out.
pub(super) fn in_form(tx: &mut Tx, permit: &Permit, case: CaseId, form: &str) -> Result<(Report, Report), Refused> {
    let whole = learning::assembled(tx, permit, case, form)?;
    let cut = cut(whole.clone(), form);
    Ok((whole, cut))
}

/// A summary keeps the summary, findings and recommendations; a learning brief what it says itself, the findings' titles and recommendations.
fn cut(mut report: Report, form: &str) -> Report {
    let keep: &[&str] = match form {
        "summary" => &["summary", "findings", "recommendations", "made_safe", "words_explained"],
        "learning_brief" => &["summary", "findings", "what_went_well", "recommendations", "made_safe", "words_explained"],
        _ => return report,
    };
    if form == "learning_brief" {
        report.title = Words { language: report.language }.t("learning-title");
        for section in report.sections.iter_mut().filter(|section| section.id == "findings") {
            let titles = section.parts.iter().filter_map(|part| if let Part::Finding { title, .. } = part { Some(title.clone()) } else { None }).collect();
            section.parts = vec![Part::List { items: titles, from: None }];
        }
    }
    // A summary goes with its translations.
    report.sections.retain(|section| keep.contains(&section.id.as_str()) || section.id.starts_with("learning-") || section.language.is_some() && section.id.starts_with("summary_"));
    report
}

/// The report as the typesetting package wants it. What was added after publication stands first.
pub(super) fn set(report: &Report, bureau: &str, on: NaiveDate, notice: &str) -> typeset::ReportDoc {
    let words = Words { language: report.language };
    let added = (!report.addenda.is_empty()).then(|| typeset::Section {
        heading: words.t("addenda"), language: None, heading_language: None,
        blocks: report.addenda.iter().map(|added| typeset::Block::Paragraph { text: format!("{}: {}", words.with(&format!("addendum-{}", added.kind), &[("day", &words.day(&added.on))]), added.text) }).collect(),
    });
    let sections = added.into_iter().chain(report.sections.iter().map(|section| typeset::Section {
        heading: section.heading.clone(), language: section.language.map(|language| language.code().to_owned()), heading_language: section.heading_language.map(|language| language.code().to_owned()),
        blocks: section.parts.iter().map(|part| match part {
            Part::Text { text } => typeset::Block::Paragraph { text: text.clone() },
            Part::Quote { text, by } => typeset::Block::Quote { text: text.clone(), by: by.clone() },
            Part::Heading { text } => typeset::Block::Heading { text: text.clone() },
            Part::List { items, from } => typeset::Block::List { items: items.clone(), from: *from },
            Part::Finding { number, title, text, level, dissent, dissents } => typeset::Block::Finding {
                label: words.a("finding-number", "number", number), title: title.clone(), text: text.clone(), level: level.clone(),
                dissents: dissent.iter().map(|dissent| words.a("dissent-is", "text", dissent)).chain(dissents.iter().map(|one| words.with("dissent-of", &[("role", &one.by), ("text", &one.text)]))).collect(),
            },
            Part::Recommendation { number, text, owner, measure, due, .. } => typeset::Block::Recommendation {
                label: words.a("recommendation-number", "number", number), text: text.clone(),
                facts: vec![(words.t("rec-owner"), owner.clone()), (words.t("rec-measure"), measure.clone()), (words.t("rec-due"), due.clone())],
            },
        }).collect(),
    })).collect();
    typeset::ReportDoc {
        language: report.language.code().into(), title: report.title.clone(), bureau: bureau.to_owned(), date: words.day(&on), notice: notice.to_owned(), contents: words.t("contents"), without_shape: words.a("signs-without-shape", "n", "{n}"), sections,
    }
}

/// The draft as a PDF, marked as confidential. Printing it is a read in the log.
///
/// # Errors
/// `NotFound`; `Locked`.
pub async fn preview(app: &App, caller: Caller, case: CaseId) -> Result<Vec<u8>, Refused> {
    let (doc, on) = app.run(caller, move |tx| -> Result<_, Refused> {
        let within = report_of(tx, case)?;
        tx.permit(&PREVIEW, Place::Compartment(within), case.uuid())?;
        let report = assemble::assemble(tx, case)?;
        let (bureau, on) = (tx.session()?.bureau_name.clone(), tx.today());
        let notice = Words { language: report.language }.t("draft-confidential");
        Ok((set(&report, &bureau, on, &notice), on))
    }).await?;
    app.typeset(doc, on).await
}

/// Publishes: takes T17 and puts the report in the library.
///
/// # Errors
/// `StepUp`; `Faults` naming words that may not stand; `Rule("not-what-was-adopted")`; what T17 still needs; `Stale`.
pub async fn publish(app: &App, caller: Caller, case: CaseId, seen: i32) -> Result<Published, CaseError> {
    let (ready, bureau) = app.run(caller.clone(), move |tx| -> Result<_, CaseError> {
        let bureau = tx.session()?.bureau_name.clone();
        Ok((ready(tx, case)?, bureau))
    }).await?;
    let doc = set(&ready.report, &bureau, ready.on, "");
    let pdf = app.typeset(doc, ready.on).await?;
    app.run(caller, move |tx| {
        let again = self::ready(tx, case)?;
        if again.report != ready.report {
            return Err(Refused::Rule("busy-try-again").into());
        }
        let state = cases::take(tx, case, Step::T17, seen)?;
        let id = ReportId::new();
        let (bureau, practice) = (tx.bureau()?, tx.session()?.practice);
        let document = serde_json::to_value(&ready.report).map_err(|why| Refused::Internal(why.to_string()))?;
        let new = store::NewPublication {
            id, case, bureau, practice, language: ready.report.language.code(), title: &ready.report.title, form: &ready.form, kind: "report", document, digest: Sha256::digest(&pdf).to_vec(), pdf, on: ready.on, take_down_on: ready.take_down_on,
        };
        store::insert_publication(tx.db(), new)?;
        super::national::place(tx, case)?;
        Ok(Published { id, state: state.word(), version: seen + 1, published_on: ready.on, url: format!("/library/{id}"), pdf_url: format!("/library/{id}.pdf") })
    }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_learning_brief_holds_its_lessons_and_the_titles_of_the_findings() {
        let section = |id: &str, parts| super::super::assemble::Section::new(id, id, parts);
        let finding = Part::Finding { number: 1, title: "Nobody was told".into(), text: "Long words.".into(), level: "practice".into(), dissent: None, dissents: vec![] };
        let sections = vec![section("summary", vec![]), section("learning-lessons", vec![]), section("what_happened", vec![]), section("findings", vec![finding]), section("recommendations", vec![])];
        let report = Report { title: String::new(), language: Default::default(), sections, open: vec![], addenda: vec![] };
        let brief = cut(report.clone(), "learning_brief");
        assert_eq!(brief.sections.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["summary", "learning-lessons", "findings", "recommendations"]);
        assert_eq!(brief.sections[2].parts, [Part::List { items: vec!["Nobody was told".into()], from: None }]);
        assert_eq!(cut(report.clone(), "whole"), report);
    }

    #[test]
    fn a_publication_keeps_a_week_from_the_days_to_be_avoided() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        assert_eq!(clear_day(day("2026-10-01"), &[(10, 12)]), day("2026-10-01"));
        assert_eq!(clear_day(day("2026-10-06"), &[(10, 12)]), day("2026-10-20"));
        assert_eq!(clear_day(day("2026-12-28"), &[(1, 1), (12, 24)]), day("2027-01-09"));
    }
}
