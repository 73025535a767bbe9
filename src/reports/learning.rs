//! The learning brief and its red-flag cards, published beside the report (form 5.18), or instead of one that stays unpublished.

use form::{Answers, Lists};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::addendum::{Added, latest};
use super::assemble::{self, Part, Report, Section};
use super::draft::LEARNING;
use super::name_check::{self, Hit};
use super::{after, publish, report_of, store};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments;
use crate::ids::{CaseId, ReportId};
use crate::settings::Configured;
use crate::texts::{Language, Words};
use crate::tx::{App, Caller, Permit, Place, Refused, Tx};

/// Who publishes the learning brief.
pub static PUBLISH_LEARNING: Act = Act { name: "report.publish_learning", within: Kind::Report, by: &[Role::Coordinator], step_up: true };

/// The texts of a card.
pub(super) const CARD: [&str; 4] = ["looked_like", "easy_to_miss_because", "ask", "then"];

/// The brief as it would be published.
pub(super) struct Brief {
    pub(super) report: Report,
    take_down_on: Option<chrono::NaiveDate>,
    /// Whether the chair adopted it.
    pub(super) adopted: bool,
    /// Whether it is public as it stands.
    pub(super) published: bool,
}

pub(super) fn ready(tx: &mut Tx, case: CaseId, act: &'static Act) -> Result<Brief, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(act, Place::Compartment(within), case.uuid())?;
    // Beside a published report, or instead of one that stays unpublished (T18).
    let take_down_on = match latest(tx, case, "report")? {
        Some(beside) => beside.take_down_on,
        None if cases::was_taken(tx, case, cases::Step::T18)? => None,
        None => return Err(Refused::Rule("not-published")),
    };
    let listed = compartments::list(tx, &permit, LEARNING.form, None)?.pop().filter(|listed| listed.complete).ok_or(Refused::Rule("document-incomplete"))?;
    let answers = compartments::open::<Answers>(tx, &permit, listed.id)?.body;
    let (_, language) = cases::profile_and_language(tx, case)?;
    let language = Language::from_code(&language).unwrap_or_default();
    let mut report = drawn(&answers, language, &tx.parts().config);
    let hits = name_check::hits_in(tx, &permit, case, &report)?;
    if !hits.is_empty() {
        return Err(publish::stands(hits));
    }
    // Kinds of organisations out of a list: they name nobody, though a name in the case may hold the same word.
    if let Some(audience) = audience(&answers, language, &tx.parts().config) {
        report.sections.insert(0, audience);
    }
    let adopted = after::is_adopted(tx, &permit, &report, false)?;
    let published = match latest(tx, case, "learning")? {
        Some(public) => serde_json::from_value::<Report>(store::document(tx.db(), public.id)?).is_ok_and(|public| public == report),
        None => false,
    };
    Ok(Brief { report, take_down_on, adopted, published })
}

/// For which kinds of organisations it is, where that is said.
fn audience(answers: &Answers, language: Language, config: &Configured) -> Option<Section> {
    let (words, lang) = (Words { language }, form::Lang::from_code(language.code()).unwrap_or_default());
    let kinds = config.lists().options("organisation").unwrap_or_default();
    let chosen = answers.get("audience").and_then(Value::as_array)?;
    let items: Vec<String> = kinds.iter().filter(|kind| chosen.iter().any(|code| code.as_str() == Some(kind.code.as_str()))).map(|kind| kind.label.get(lang).to_owned()).collect();
    (!items.is_empty()).then(|| Section::new("learning-audience", words.t("learning-audience"), vec![Part::List { items, from: None }]))
}

/// The brief and its cards as far as they are written, as sections; nothing where no brief is begun.
pub(super) fn sections(tx: &mut Tx, permit: &Permit, language: Language) -> Result<Vec<Section>, Refused> {
    let Some(listed) = compartments::list(tx, permit, LEARNING.form, None)?.pop() else { return Ok(vec![]) };
    let answers = compartments::open::<Answers>(tx, permit, listed.id)?.body;
    Ok(drawn(&answers, language, &tx.parts().config).sections)
}

/// All that may go out of a case: the report, and the brief with its cards behind it. Names are looked for in all of it while it is written, not
/// only when it is published.
pub(super) fn whole(tx: &mut Tx, permit: &Permit, case: CaseId) -> Result<Report, Refused> {
    let mut report = assemble::assemble(tx, case)?;
    report.sections.extend(sections(tx, permit, report.language)?);
    Ok(report)
}

/// All that may go out of a case as who reviews the quality reads it: with whom the brief is for before the brief.
pub(super) fn reviewed(tx: &mut Tx, permit: &Permit, case: CaseId) -> Result<Report, Refused> {
    let mut report = assemble::assemble(tx, case)?;
    let language = report.language;
    if let Some(listed) = compartments::list(tx, permit, LEARNING.form, None)?.pop() {
        let answers = compartments::open::<Answers>(tx, permit, listed.id)?.body;
        let parts = tx.parts();
        report.sections.extend(audience(&answers, language, &parts.config));
        report.sections.extend(drawn(&answers, language, &parts.config).sections);
    }
    Ok(report)
}

/// A final draft without the learning brief, and the brief behind it under its own title.
pub fn apart_from_brief(mut draft: Report) -> (Report, Option<Report>) {
    let of_brief = |section: &Section| section.id.starts_with("learning-") || section.id.strip_prefix("card-").is_some_and(|number| number.parse::<usize>().is_ok());
    let Some(at) = draft.sections.iter().position(of_brief) else { return (draft, None) };
    let sections = draft.sections.split_off(at);
    let brief = Report { title: Words { language: draft.language }.t("learning-title"), language: draft.language, sections, open: vec![], addenda: vec![] };
    (draft, Some(brief))
}

/// The words of the brief, as it was saved last, that may not stand.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn brief_hits(tx: &mut Tx, case: CaseId) -> Result<Vec<Hit>, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&name_check::CHECK, Place::Compartment(within), case.uuid())?;
    let (_, language) = cases::profile_and_language(tx, case)?;
    let language = Language::from_code(&language).unwrap_or_default();
    let brief = Report { title: String::new(), language, sections: sections(tx, &permit, language)?, open: vec![], addenda: vec![] };
    name_check::hits_in(tx, &permit, case, &brief)
}

/// The report; where it is published as a learning brief, with what that says: what happened, lessons and questions, after the summary.
pub(super) fn assembled(tx: &mut Tx, permit: &Permit, case: CaseId, form: &str) -> Result<Report, Refused> {
    let mut report = assemble::assemble(tx, case)?;
    if form == "learning_brief" {
        let said: Vec<Section> = sections(tx, permit, report.language)?.into_iter().filter(|section| section.id.starts_with("learning-")).collect();
        let after = report.sections.iter().position(|section| section.id == "summary").map_or(0, |at| at + 1);
        report.sections.splice(after..after, said);
    }
    Ok(report)
}

/// The brief as sections: what happened, lessons, questions, and a section a card.
fn drawn(answers: &Answers, language: Language, config: &Configured) -> Report {
    let (words, lang) = (Words { language }, form::Lang::from_code(language.code()).unwrap_or_default());
    let flags = config.lists().options("risk_factor").unwrap_or_default();
    let lines = |id: &str| -> Vec<String> { answers.get(id).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect() };
    let mut sections: Vec<Section> = ["what_happened", "lessons", "questions"].into_iter().filter_map(|id| {
        let items = lines(id);
        (!items.is_empty()).then(|| Section::new(format!("learning-{id}"), words.t(&format!("learning-{id}")), vec![Part::List { items, from: None }]))
    }).collect();
    for (index, card) in answers.get("cards").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let text = |id: &str| card.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
        let flag = flags.iter().find(|flag| flag.code == text("flag")).map_or_else(|| text("flag"), |flag| flag.label.get(lang).to_owned());
        let parts = CARD.into_iter().filter(|id| !text(id).is_empty())
            .map(|id| Part::Text { text: format!("{}: {}", words.t(&format!("card-{id}")), text(id)) }).collect();
        sections.push(Section::new(format!("card-{}", index + 1), words.with("card-of", &[("flag", &flag)]), parts));
    }
    Report { title: words.t("learning-title"), language, sections, open: vec![], addenda: vec![] }
}

/// The most cards a brief has.
const MOST_CARDS: usize = 20;

/// Names and headings of the brief's sections: they are ours, a card is headed by a flag out of a list.
pub(super) fn headings(language: Language, config: &Configured) -> Vec<String> {
    let (words, lang) = (Words { language }, form::Lang::from_code(language.code()).unwrap_or_default());
    let flags = config.lists().options("risk_factor").unwrap_or_default();
    let lists = ["what_happened", "lessons", "questions", "audience"].map(|id| format!("learning-{id}"));
    let cards = flags.iter().map(|flag| words.with("card-of", &[("flag", flag.label.get(lang))]));
    lists.iter().map(|id| words.t(id)).chain(cards).chain((1..=MOST_CARDS).map(|number| format!("card-{number}"))).chain(lists.iter().cloned()).collect()
}

/// The brief as it would be published, its names checked: one reads it before one publishes. And whether it goes out then, or lies before the chair first.
///
/// # Errors
/// As [`publish_learning`].
pub fn brief_to_publish(tx: &mut Tx, case: CaseId) -> Result<(Report, bool), Refused> {
    let within = report_of(tx, case)?;
    tx.may(&PUBLISH_LEARNING, Place::Compartment(within))?;
    let brief = ready(tx, case, &name_check::CHECK)?;
    Ok((brief.report, brief.adopted))
}

/// Publishes the brief and its cards, as a page and a PDF beside the report. Published again, the version before stays. What the chair has not adopted
/// waits for them, and goes out when it is published again.
///
/// # Errors
/// `Rule("not-published")` while the report is not, unless it stays so; `Rule("document-incomplete")`; `Faults` naming words that may not stand;
/// `Rule("name-a-chair-first")` in a case whose chair is gone; `StepUp`.
pub async fn publish_learning(app: &App, caller: Caller, case: CaseId) -> Result<Added, Refused> {
    let (first, bureau, on) = app.run(caller.clone(), move |tx| -> Result<_, Refused> {
        let (bureau, on) = (tx.session()?.bureau_name.clone(), tx.today());
        let brief = ready(tx, case, &PUBLISH_LEARNING)?;
        if !brief.adopted {
            after::tell_chair(tx, case)?;
        }
        Ok((brief, bureau, on))
    }).await?;
    let Brief { report, take_down_on, adopted, .. } = first;
    if !adopted {
        return Added::asked(&report);
    }
    let pdf = app.typeset(publish::set(&report, &bureau, on, ""), on).await?;
    app.run(caller, move |tx| {
        let again = ready(tx, case, &PUBLISH_LEARNING)?;
        if again.report != report || !again.adopted {
            return Err(Refused::Rule("busy-try-again"));
        }
        let id = ReportId::new();
        let (bureau, practice) = (tx.bureau()?, tx.session()?.practice);
        let document = serde_json::to_value(&report).map_err(|why| Refused::Internal(why.to_string()))?;
        store::insert_publication(tx.db(), store::NewPublication {
            id, case, bureau, practice, language: report.language.code(), title: &report.title, form: "learning_brief", kind: "learning", document, digest: Sha256::digest(&pdf).to_vec(), pdf, on, take_down_on,
        })?;
        Added::published(&report, id, on)
    }).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_brief_asks_only_what_it_says_somewhere() {
        let forms = crate::settings::Configured::load().expect("configuration").forms;
        let form = forms.get(super::LEARNING.form).expect("the form");
        let asked: Vec<&str> = form.fields().filter(|field| !field.retired).map(|field| field.id.as_str()).collect();
        // A brief is written in the language of the report: in which others it is to be had nobody can say by ticking them.
        assert_eq!(asked, ["what_happened", "lessons", "questions", "cards", "audience"]);
    }
}
