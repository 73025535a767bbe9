//! The report out of its parts: free sections, findings, recommendations, words of relatives, in the order of the profile.

use std::collections::{BTreeMap, BTreeSet};

use form::{Answers, Lists, text_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{learning, markdown, report_of};
use crate::access::{Act, Kind, Role};
use crate::bureaus;
use crate::cases;
use crate::compartments;
use crate::findings;
use crate::ids::{CaseId, CompartmentId, ItemId};
use crate::panels::{self, RelativesQuestion};
use crate::reflections;
use crate::settings;
use crate::texts::{Language, Words, capital};
use crate::tx::{Place, Permit, Refused, Tx};

/// Who reads the draft.
pub static READ: Act = Act { name: "report.read", within: Kind::Report, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };
static READ_PANEL: Act = Act { name: "report.read_findings", within: Kind::Panel, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };

/// A report, ready to be drawn.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Report {
    /// Title.
    pub title: String,
    /// Language.
    pub language: Language,
    /// Sections in order.
    pub sections: Vec<Section>,
    /// Ids of sections of the profile that are still empty.
    pub open: Vec<String>,
    /// What was added or put right after publication, first first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addenda: Vec<Addendum>,
}

/// Something added after publication; the version before it stays.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Addendum {
    /// When.
    pub on: chrono::NaiveDate,
    /// `addition` or `correction`.
    pub kind: String,
    /// Words.
    pub text: String,
}

impl Report {
    /// How many words there are to read.
    pub fn length(&self) -> usize {
        self.sections.iter().map(words_of).sum()
    }
}

/// A section.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Section {
    /// Id.
    pub id: String,
    /// Heading.
    pub heading: String,
    /// The language it is written in, where that is not the report's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The language of its heading, where that is another one: not every heading is translated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading_language: Option<Language>,
    /// What stands in it.
    pub parts: Vec<Part>,
}

impl Section {
    /// A section in the language of its report.
    pub(super) fn new(id: impl Into<String>, heading: impl Into<String>, parts: Vec<Part>) -> Section {
        Section { id: id.into(), heading: heading.into(), language: None, heading_language: None, parts }
    }
}

/// A part of a section.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Part {
    /// A paragraph.
    Text {
        /// Words.
        text: String,
    },
    /// Words of a relative, as they wrote them; or what the writers quote.
    Quote {
        /// Words.
        text: String,
        /// Who, under a pseudonym; empty for what the writers quote.
        by: String,
    },
    /// A heading within a section, or a question that is answered below it.
    Heading {
        /// Words.
        text: String,
    },
    /// A list.
    List {
        /// Items.
        items: Vec<String>,
        /// The number of the first, where they are numbered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<u64>,
    },
    /// A finding.
    Finding {
        /// Number.
        number: usize,
        /// Title.
        title: String,
        /// Words.
        text: String,
        /// Level, in words.
        level: String,
        /// A dissent of before everybody wrote under their own role.
        dissent: Option<String>,
        /// Dissents, each under the role of whose it is.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        dissents: Vec<Dissenting>,
    },
    /// A recommendation.
    Recommendation {
        /// Number.
        number: i32,
        /// Words.
        text: String,
        /// Owner, by its kind.
        owner: String,
        /// Measure.
        measure: String,
        /// By when: month and year, in a small place the year only.
        due: String,
        /// Its theme, a code; reports of before themes were published have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        theme: Option<i64>,
    },
}

/// What a member of the panel holds against a finding.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Dissenting {
    /// Their role, in words; never a name.
    pub by: String,
    /// Words.
    pub text: String,
}

/// An opened finding, with what members hold against it.
struct Found {
    answers: Answers,
    dissents: Vec<findings::Dissent>,
}

/// Everything a report is made of.
struct Sources {
    findings: Vec<Found>,
    recommendations: Vec<(findings::Recommendation, Answers)>,
    questions: Vec<(String, String)>,
    /// Whether terms of reference were adopted: they name the questions of relatives the review answers.
    terms_stand: bool,
    /// Questions of relatives, with what is answered to each in the report.
    asked: Vec<(RelativesQuestion, String)>,
    sections: BTreeMap<String, Answers>,
    own_order: Vec<String>,
    statements: Vec<Value>,
    pseudonyms: Vec<(String, String)>,
    kinds: BTreeMap<String, i32>,
    /// Whether a legal successor spoke for an organisation that no longer exists.
    successors: bool,
}

fn open_all(tx: &mut Tx, permit: &Permit, kind: &str) -> Result<Vec<(ItemId, Answers)>, Refused> {
    Ok(compartments::open_all::<Answers>(tx, permit, kind)?.into_iter().map(|opened| (opened.listed.id, opened.body)).collect())
}

fn sources(tx: &mut Tx, case: CaseId, report: CompartmentId) -> Result<Sources, Refused> {
    let permit = tx.permit(&READ, Place::Compartment(report), case.uuid())?;
    let panel = compartments::of_kind(tx, case, Kind::Panel)?;
    let read = tx.permit(&READ_PANEL, Place::Compartment(panel), case.uuid())?;
    let mut dissents = findings::dissents_in(tx, &read)?;
    let findings = findings::adopted(tx, &read)?.into_iter().map(|found| {
        Found { dissents: dissents.extract_if(.., |one| one.finding == found.item).collect(), answers: found.answers }
    }).collect();
    let recommendations = findings::recommended(tx, &read)?;
    let terms = panels::adopted_terms(tx, &read)?;
    let terms_stand = terms.is_some();
    let questions = terms.map(|terms| {
        terms.body.get("questions").and_then(Value::as_array).into_iter().flatten().filter_map(|row| {
            Some((row.get("key")?.as_str()?.to_owned(), row.get("text")?.as_str()?.to_owned()))
        }).collect()
    }).unwrap_or_default();
    let mut answered: BTreeMap<String, String> = BTreeMap::new();
    for (_, answer) in open_all(tx, &permit, "relative-answer")? {
        answered.insert(text_of(&answer, "question"), text_of(&answer, "text"));
    }
    let asked = panels::relatives_questions(tx, case)?.into_iter().map(|one| { let answer = answered.remove(&one.question).unwrap_or_default(); (one, answer) }).collect();
    let mut sections = BTreeMap::new();
    let mut own_order = vec![];
    for (_, answers) in open_all(tx, &permit, "report-section")? {
        own_order.push(text_of(&answers, "section"));
        sections.insert(text_of(&answers, "section"), answers);
    }
    let statements = statements(tx, &permit)?;
    let pseudonyms = open_all(tx, &permit, "pseudonyms")?.pop().map(|(_, answers)| pseudonyms_of(&answers)).unwrap_or_default();
    let kinds = bureaus::list(tx)?.into_iter().map(|organisation| (organisation.id.to_string(), organisation.kind)).collect();
    Ok(Sources { findings, recommendations, questions, terms_stand, asked, sections, own_order, statements, pseudonyms, kinds, successors: reflections::has_successors(tx, case)? })
}

/// The words of relatives that stand in the report, in its order. What came with a reply is known by the passage it came with.
pub(super) fn statements(tx: &mut Tx, permit: &Permit) -> Result<Vec<Value>, Refused> {
    Ok(latest(compartments::open_all::<Value>(tx, permit, "statement")?.into_iter().map(|opened| {
        let mut said = opened.body;
        let with_reply = said.get("item").is_none() && said.get("field").and_then(Value::as_str) == Some("statement");
        if let (true, Some(members), Some(passage)) = (with_reply, said.as_object_mut(), opened.listed.subject) {
            members.insert("item".to_owned(), passage.to_string().into());
        }
        said
    }).collect()))
}

/// Statements as they stand now: a text placed again stands instead of what it was, in its place; one without words stands no more.
fn latest(all: Vec<Value>) -> Vec<Value> {
    let of = |said: &Value| Some((said.get("item")?.as_str()?.to_owned(), said.get("field")?.as_str()?.to_owned()));
    let mut kept: Vec<Value> = vec![];
    for said in all {
        match of(&said).and_then(|key| kept.iter_mut().find(|other| of(other).as_ref() == Some(&key))) {
            Some(before) => *before = said,
            None => kept.push(said),
        }
    }
    kept.retain(|said| said.get("text").and_then(Value::as_str).is_some_and(|text| !text.is_empty()));
    in_order(kept)
}

/// The texts of a relative in the order of the form, who they were first.
const TEXTS: [&str; 7] = ["portrait", "story", "helped", "missed", "questions", "wish_change", "statement"];

/// Statements as one reads them: those of one document together and in the order of its form, documents with a portrait first.
fn in_order(said: Vec<Value>) -> Vec<Value> {
    let field = |one: &Value| one.get("field").and_then(Value::as_str).and_then(|field| TEXTS.iter().position(|text| *text == field)).unwrap_or(TEXTS.len());
    let item = |one: &Value| one.get("item").and_then(Value::as_str).map(str::to_owned);
    let mut placed: Vec<(usize, Value)> = said.into_iter().enumerate().collect();
    let portraits: Vec<Option<String>> = placed.iter().filter(|(_, one)| field(one) == 0).map(|(_, one)| item(one)).collect();
    let first: Vec<(Option<String>, usize)> = placed.iter().map(|(at, one)| (item(one), *at)).collect();
    let begun = |one: &Value, at: usize| item(one).and_then(|of| first.iter().find(|(other, _)| other.as_ref() == Some(&of)).map(|(_, at)| *at)).unwrap_or(at);
    placed.sort_by_key(|(at, one)| (item(one).is_none() || !portraits.contains(&item(one)), begun(one, *at), field(one), *at));
    placed.into_iter().map(|(_, one)| one).collect()
}

/// Name and pseudonym of each person.
pub(super) fn pseudonyms_of(answers: &Answers) -> Vec<(String, String)> {
    answers.get("names").and_then(Value::as_array).into_iter().flatten().filter_map(|row| {
        Some((row.get("name")?.as_str()?.to_owned(), row.get("pseudonym")?.as_str()?.to_owned()))
    }).collect()
}

/// The report of a case as it stands.
///
/// # Errors
/// `NotFound`; `Locked`.
pub fn assemble(tx: &mut Tx, case: CaseId) -> Result<Report, Refused> {
    let within = report_of(tx, case)?;
    let from = sources(tx, case, within)?;
    let (profile, language) = cases::profile_and_language(tx, case)?;
    let language = Language::from_code(&language).unwrap_or_default();
    let words = Words { language };
    let parts = tx.parts();
    let (mut sections, mut open) = (vec![], vec![]);
    for wanted in &profile.sections {
        let written = from.sections.get(&wanted.id);
        let spoken = Words { language: wanted.language.unwrap_or(language) };
        let mut content = generated(&wanted.id, &from, &words, &parts.config, profile.small_place.is_some());
        if let Some(answers) = written {
            content.extend(markdown::parts(&text_of(answers, "text")));
            let not_applicable = answers.get("not_applicable") == Some(&Value::Bool(true));
            // A summary in a further language that is not wanted is no part of the report; why, its writers know.
            if not_applicable && wanted.language.is_some() {
                continue;
            }
            if not_applicable {
                content.push(Part::Text { text: spoken.a("section-not-applicable", "because", text_of(answers, "because")) });
            }
        }
        if content.is_empty() {
            // Without a recommendation the report says why there is none.
            if wanted.filled == crate::settings::Filled::Free || wanted.id == "recommendations" {
                open.push(wanted.id.clone());
            }
            continue;
        }
        let (heading, told_in) = heading_of(wanted, language);
        let heading_language = Some(told_in).filter(|told_in| *told_in != spoken.language);
        sections.push(Section { language: wanted.language, heading_language, ..Section::new(wanted.id.clone(), heading, content) });
    }
    for own in from.own_order.iter().filter(|id| !profile.sections.iter().any(|section| section.id == **id)) {
        // One that its writers left out is no part of the report, and neither is its name.
        if let Some(answers) = from.sections.get(own).filter(|answers| answers.get("not_applicable") != Some(&Value::Bool(true))) {
            sections.push(Section::new(own.clone(), own_heading(own, answers), markdown::parts(&text_of(answers, "text"))));
        }
    }
    Ok(Report { title: words.t("report-title"), language, sections, open, addenda: vec![] })
}

/// The heading of a section of one's own: what was written, else its name.
pub(super) fn own_heading(id: &str, answers: &Answers) -> String {
    Some(text_of(answers, "heading")).filter(|heading| !heading.is_empty()).unwrap_or_else(|| heading_from(id))
}

/// The name of a section of one's own as a heading, where none was written: `own_words` is `Own words`.
fn heading_from(id: &str) -> String {
    capital(&id.replace('_', " "))
}

/// The heading of a section of the profile, in the language it is written in; and the language it is there in.
pub(super) fn heading_of(section: &settings::Section, report: Language) -> (String, Language) {
    let spoken = Words { language: section.language.unwrap_or(report) };
    // A summary in a further language is headed as a summary, in that language.
    let id = section.language.and_then(|language| section.id.strip_suffix(&format!("_{}", language.code()))).unwrap_or(&section.id);
    let key = format!("section-{id}");
    (spoken.t(&key), spoken.told_in(&key))
}

/// What may stand with the words of a relative who chose it; else they are a relative's.
const CALLED: [&str; 4] = ["victims_family", "mothers_family", "fathers_family", "friend"];

const LEVELS: [&str; 4] = ["practice", "organisation", "cooperation", "law_policy"];

fn generated(section: &str, from: &Sources, words: &Words, config: &crate::settings::Configured, year_only: bool) -> Vec<Part> {
    let finding = |number: usize, found: &Found| Part::Finding {
        number, title: text_of(&found.answers, "title"), text: text_of(&found.answers, "text"), level: words.t(&format!("level-{}", text_of(&found.answers, "level"))),
        dissent: Some(text_of(&found.answers, "dissent")).filter(|dissent| !dissent.is_empty()),
        dissents: found.dissents.iter().map(|one| Dissenting { by: words.t(&format!("role-{}", one.role.code())).to_lowercase(), text: one.text.clone() }).collect(),
    };
    match section {
        "portrait" => from.statements.iter().map(|said| {
            let part = |id: &str| said.get(id).and_then(Value::as_str).unwrap_or_default().to_owned();
            let called = part("called");
            Part::Quote { text: part("text"), by: if CALLED.contains(&called.as_str()) { words.t(&format!("quote-by-{called}")) } else { words.t("a-relative") } }
        }).collect(),
        "people" if !from.pseudonyms.is_empty() => {
            // Two people may be called alike: `a friend`.
            let mut called: Vec<String> = vec![];
            for (_, pseudonym) in from.pseudonyms.iter().filter(|(_, pseudonym)| !pseudonym.is_empty()) {
                if !called.contains(pseudonym) {
                    called.push(pseudonym.clone());
                }
            }
            vec![Part::Text { text: words.t("people-note") }, Part::List { items: called, from: None }]
        }
        "findings" => {
            let mut numbered: Vec<(usize, &Found)> = from.findings.iter().enumerate().map(|(index, found)| (index + 1, found)).collect();
            numbered.sort_by_key(|(number, found)| (LEVELS.iter().position(|level| *level == text_of(&found.answers, "level")), *number));
            numbered.into_iter().map(|(number, found)| finding(number, found)).collect()
        }
        "what_went_well" => {
            let good: Vec<String> = from.findings.iter().filter(|found| text_of(&found.answers, "kind") == "good_practice").map(|found| text_of(&found.answers, "title")).collect();
            if good.is_empty() { vec![] } else { vec![Part::List { items: good, from: None }] }
        }
        // Those of relatives first (workflow.md 5.15): what the terms of reference name, or what the report answers. What was answered to a
        // relative alone stays between them.
        "answers" => {
            let answers_one = |asked: &RelativesQuestion, answer: &str| !from.terms_stand || asked.in_terms || !answer.is_empty() || !answered_by(&asked.key, from, words).is_empty();
            let relatives = from.asked.iter().filter(|(asked, answer)| answers_one(asked, answer)).flat_map(|(asked, answer)| {
                let question = words.with("relatives-question-in-report", &[("number", &asked.number.to_string()), ("text", &asked.text)]);
                answered(question, answer, answered_by(&asked.key, from, words), words.t("not-answered-here"))
            });
            relatives.chain(from.questions.iter().flat_map(|(key, question)| answered(question.clone(), "", answered_by(key, from, words), words.t("not-answered")))).collect()
        }
        "recommendations" => from.recommendations.iter().map(|(recommendation, answers)| {
            let kind = recommendation.owner.and_then(|owner| from.kinds.get(&owner.to_string()));
            // A ministry is no kind of organisation of the codebook: whom the recommendation is addressed to says more than "other".
            let owner = kind.filter(|kind| **kind != OTHER_KIND).and_then(|kind| config.codebook.list("organisation")?.iter().find(|code| code.code == i64::from(*kind)))
                .map(|code| code.label.get(words.code()).to_owned()).or_else(|| addressed(answers, words, config)).unwrap_or_else(|| words.t("an-organisation"));
            Part::Recommendation {
                number: recommendation.number, text: text_of(answers, "text"), owner, measure: text_of(answers, "measure"),
                due: due_in(recommendation.due_on, words, year_only),
                theme: text_of(answers, "theme").parse().ok(),
            }
        }).collect(),
        "method_and_limits" if from.successors => vec![Part::Text { text: words.t("legal-successor-text") }],
        "made_safe" => vec![Part::Text { text: words.t("made-safe-text") }],
        "words_explained" => vec![Part::Text { text: words.t("words-explained-text") }],
        _ => vec![],
    }
}

/// The kind of an organisation that is none of the others, in the codebook's list.
const OTHER_KIND: i32 = 90;

/// To whom a recommendation is addressed, in words; none where nobody is named.
fn addressed(answers: &Answers, words: &Words, config: &crate::settings::Configured) -> Option<String> {
    let lists = config.lists();
    let (options, lang) = (lists.options("rec_addressee")?, form::Lang::from_code(words.code()).unwrap_or_default());
    let told: Vec<&str> = answers.get("addressee")?.as_array()?.iter().filter_map(|code| options.iter().find(|option| code.as_str() == Some(&option.code)).map(|option| option.label.get(lang))).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// A day as the report tells it: month and year, or the year only.
fn due_in(day: chrono::NaiveDate, words: &Words, year_only: bool) -> String {
    if year_only { chrono::Datelike::year(&day).to_string() } else { super::writing::month(&day.to_string(), words) }
}

/// The findings that point to a question.
fn answered_by(key: &str, from: &Sources, words: &Words) -> Vec<String> {
    from.findings.iter().enumerate().filter(|(_, found)| {
        found.answers.get("answers").and_then(Value::as_array).is_some_and(|keys| keys.iter().any(|held| held.as_str() == Some(key)))
    }).map(|(index, found)| words.with("answered-by", &[("number", &(index + 1).to_string()), ("title", &text_of(&found.answers, "title"))])).collect()
}

/// A question with its answer: the words given to it, and the findings that point to it; `nothing` where there is neither.
fn answered(question: String, answer: &str, by: Vec<String>, nothing: String) -> Vec<Part> {
    let mut parts = vec![Part::Heading { text: question }];
    parts.extend(markdown::parts(answer));
    match (by.is_empty(), answer.is_empty()) {
        (false, _) => parts.push(Part::List { items: by, from: None }),
        (true, true) => parts.push(Part::Text { text: nothing }),
        (true, false) => {}
    }
    parts
}

/// How many words stand in a section.
pub(super) fn words_of(section: &Section) -> usize {
    section.parts.iter().map(|part| match part {
        Part::Text { text } | Part::Heading { text } | Part::Quote { text, .. } | Part::Recommendation { text, .. } => counted(text),
        Part::List { items, .. } => items.iter().map(|item| counted(item)).sum(),
        Part::Finding { title, text, .. } => counted(title) + counted(text),
    }).sum()
}

fn counted(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Every text of a report, with the section it stands in: all that people wrote, and what is drawn beside it. Only what is always ours is left out:
/// the title, levels, roles, months, kinds. A report that gets more to say says here whether a name could stand in it.
pub(super) fn texts_of(report: &Report) -> Vec<(String, String)> {
    let Report { title: _, language: _, sections, open: _, addenda } = report;
    let mut all = vec![];
    for Section { id, heading, language: _, heading_language: _, parts } in sections {
        all.extend([id, heading].into_iter().chain(parts.iter().flat_map(texts_of_part)).map(|text| (id.clone(), text.clone())));
    }
    all.extend(addenda.iter().map(|Addendum { on: _, kind: _, text }| ("addendum".to_owned(), text.clone())));
    all
}

fn texts_of_part(part: &Part) -> Vec<&String> {
    match part {
        Part::Text { text } | Part::Heading { text } => vec![text],
        Part::Quote { text, by } => vec![text, by],
        Part::List { items, from: _ } => items.iter().collect(),
        Part::Finding { number: _, title, text, level: _, dissent, dissents } => {
            [title, text].into_iter().chain(dissent).chain(dissents.iter().map(|Dissenting { by: _, text }| text)).collect()
        }
        Part::Recommendation { number: _, text, owner, measure, due: _, theme: _ } => vec![text, owner, measure],
    }
}

/// What stands in reports and nobody typed, though it stands where something typed can: names and headings of the profile's sections and of the
/// learning brief, and what words of relatives are given under. It names nobody, though a name in the case may hold the same word.
pub(super) fn ours(tx: &mut Tx, case: CaseId, language: Language) -> Result<BTreeSet<String>, Refused> {
    let (profile, _) = cases::profile_and_language(tx, case)?;
    let (words, parts) = (Words { language }, tx.parts());
    let mut ours: BTreeSet<String> = profile.sections.iter().flat_map(|section| [section.id.clone(), heading_of(section, language).0]).collect();
    ours.extend(CALLED.into_iter().map(|called| words.t(&format!("quote-by-{called}"))));
    ours.insert(words.t("a-relative"));
    ours.extend(learning::headings(language, &parts.config));
    Ok(ours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_report_tells_months_and_of_a_small_place_years_only() {
        let (day, words) = ("2027-03-14".parse().unwrap_or_default(), Words { language: Language::Nl });
        assert_eq!((due_in(day, &words, false).as_str(), due_in(day, &words, true).as_str()), ("maart 2027", "2027"));
    }

    #[test]
    fn a_text_placed_again_stands_instead_of_what_it_was_and_an_empty_one_stands_no_more() {
        let said = |item: &str, text: &str| json!({ "item": item, "field": "portrait", "text": text });
        let all = vec![said("a", "She sang."), said("b", "He too."), said("a", "She loved to sing."), json!({ "text": "Of old." }), json!({ "text": "Of old." }), said("b", "")];
        let texts: Vec<String> = latest(all).iter().map(|one| one["text"].as_str().unwrap_or_default().to_owned()).collect();
        assert_eq!(texts, ["She loved to sing.", "Of old.", "Of old."]);
    }

    #[test]
    fn words_of_relatives_begin_with_who_they_were() {
        let said = |item: &str, field: &str| json!({ "item": item, "field": field, "text": format!("{item} {field}") });
        let all = vec![said("a", "wish_change"), said("b", "statement"), said("c", "wish_change"), said("c", "portrait"), said("a", "story"), json!({ "text": "of old" })];
        let texts: Vec<String> = latest(all).iter().map(|one| one["text"].as_str().unwrap_or_default().to_owned()).collect();
        assert_eq!(texts, ["c portrait", "c wish_change", "a story", "a wish_change", "b statement", "of old"]);
    }

    /// Every string of a report, with the member it stands under.
    fn strings(under: &str, value: &Value, all: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) => all.push((under.to_owned(), text.clone())),
            Value::Array(items) => items.iter().for_each(|item| strings(under, item, all)),
            Value::Object(members) => members.iter().for_each(|(name, value)| strings(name, value, all)),
            _ => {}
        }
    }

    #[test]
    fn every_word_of_a_report_that_people_write_is_read_by_the_check_of_names() {
        let said = |what: &str| format!("said-{what}");
        let parts = vec![
            Part::Text { text: said("text") }, Part::Quote { text: said("quote"), by: said("quote-by") }, Part::Heading { text: said("part-heading") }, Part::List { items: vec![said("item-1"), said("item-2")], from: Some(1) },
            Part::Finding { number: 1, title: said("title"), text: said("finding"), level: "ours-level".into(), dissent: Some(said("dissent-of-old")), dissents: vec![Dissenting { by: "ours-role".into(), text: said("dissent") }] },
            Part::Recommendation { number: 1, text: said("recommendation"), owner: said("owner"), measure: said("measure"), due: "ours-month".into(), theme: Some(1) },
        ];
        let section = Section { id: said("id"), heading: said("heading"), language: Some(Language::Nl), heading_language: Some(Language::Nl), parts };
        let addenda = vec![Addendum { on: chrono::NaiveDate::default(), kind: "ours-kind".into(), text: said("addendum") }];
        let report = Report { title: "ours-title".into(), language: Language::Nl, sections: vec![section], open: vec!["ours-open".into()], addenda };
        let read: Vec<String> = texts_of(&report).into_iter().map(|(_, text)| text).collect();
        let mut all = vec![];
        strings("", &serde_json::to_value(&report).unwrap_or_default(), &mut all);
        // Words of ours alone: the title of every report, a language, a kind of part, a level, a role, a month, a day.
        let ours = |name: &str, text: &str| text.starts_with("ours-") || matches!(name, "language" | "heading_language" | "kind" | "on");
        let unread: Vec<_> = all.iter().filter(|(name, text)| !ours(name, text) && !read.contains(text)).collect();
        assert!(unread.is_empty() && all.iter().filter(|(_, text)| text.starts_with("said-")).count() == read.len() && read.len() == 16, "{unread:?} {read:?}");
    }

    #[test]
    fn a_section_of_ones_own_is_headed_by_its_name() {
        assert_eq!((heading_from("childs_perspective").as_str(), heading_from("")), ("Childs perspective", String::new()));
    }
}
