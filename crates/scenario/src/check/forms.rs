//! Parts of a file against the forms they fill: what the server would refuse while playing is told before anything is played.

use chrono::NaiveDate;
use form::{Forms, Lists, Rule};

use super::Fault;
use crate::play::{advice, deferral, entry, lessons, notification, screening, terms};
use crate::{Answer, Answers, Scenario, answers, of_answer};

/// A part of the file as a form gets it.
struct Sheet {
    /// Where it stands.
    place: String,
    form: &'static str,
    answers: Answers,
    /// Questions the player answers by itself.
    by_player: &'static [&'static str],
    /// Whether the case can't go on while a required question is open.
    whole: bool,
}

/// The first answer that the form it is for can't take, or lacks, in the order of the parts.
pub(crate) fn first_fault(told: &Scenario, forms: &Forms, lists: &dyn Lists) -> Option<Fault> {
    sheets(told).iter().find_map(|sheet| {
        let definition = forms.get(sheet.form)?;
        let wrong = form::check(definition, &sheet.answers, lists).into_iter().map(|fault| (fault.path, words(&fault.rule)));
        let open = if sheet.whole { form::missing(definition, &sheet.answers) } else { vec![] };
        let few = |path: &str| sheet.answers.get(path).and_then(serde_json::Value::as_array).is_some_and(|list| !list.is_empty());
        let open = open.into_iter().map(|path| path.to_string()).map(|path| { let why = if few(&path) { "holds too few: the form asks for more" } else { "is missing: the form asks it" }; (path, why.to_owned()) });
        let own = |path: &str| sheet.by_player.contains(&path.split(['.', '[']).next().unwrap_or_default());
        let (path, why) = wrong.chain(open).find(|(path, _)| !own(path))?;
        let field = of_answer(told, &sheet.place, &path);
        let name = field.rsplit('.').next().unwrap_or(&field).to_owned();
        Some(Fault { field, why: format!("`{name}` {why}") })
    })
}

fn sheets(told: &Scenario) -> Vec<Sheet> {
    let sheet = |place: String, form, answers, by_player, whole| Sheet { place, form, answers, by_player, whole };
    let reached = |state: &str| told.expect.states.iter().chain(&told.expect.after).any(|one| one == state);
    // No day of the player's own is looked at.
    let today = NaiveDate::default();
    let mut sheets = vec![sheet("notification".into(), "notification", notification(told, today), &["received_at"][..], true)];
    for decision in [("commissioned", "review"), ("not_reviewed", "not_reviewed")].into_iter().filter(|(state, _)| reached(state)).take(1) {
        sheets.push(sheet("screening".into(), "screening", screening(told, decision.1, today), &["om_consulted_on", "decision", "profile"], true));
    }
    for (at, one) in told.deferral.iter().enumerate() {
        sheets.push(sheet(format!("deferral[{at}]"), "deferral", deferral(one), &["review_on"], true));
    }
    sheets.push(sheet("terms_of_reference".into(), "terms-of-reference", terms(told, |_| today.to_string()), &[], reached("gathering")));
    for (at, one) in told.organisations.iter().enumerate().filter(|(_, one)| one.answer == Answer::Accept) {
        for (number, event) in one.events.iter().enumerate() {
            sheets.push(sheet(format!("organisations[{at}].events[{number}]"), "chronology-entry", entry(event, &told.organisations), &["shared_with"], true));
        }
        // What a reflection leaves open was left open by who filled it in.
        sheets.push(sheet(format!("organisations[{at}].reflection"), "reflection", one.reflection.as_ref().map(answers).unwrap_or_default(), &[], false));
    }
    for (at, one) in told.relatives.iter().enumerate() {
        sheets.push(sheet(format!("relatives[{at}].plan"), "contact-plan", answers(&one.plan), &["person", "relation", "side", "again_on", "guardian", "wants"], true));
        sheets.push(sheet(format!("relatives[{at}].input"), "relative-input", answers(&one.input), &[], false));
        for (number, event) in one.events.iter().enumerate() {
            sheets.push(sheet(format!("relatives[{at}].events[{number}]"), "chronology-entry", entry(event, &told.organisations), &["shared_with"], true));
        }
        for (number, asked) in one.questions.iter().enumerate().filter(|(_, asked)| asked.status.is_some()) {
            let mut answer = answers(asked);
            answer.remove("text");
            sheets.push(sheet(format!("relatives[{at}].questions[{number}]"), "question-answer", answer, &[], true));
        }
        for (number, said) in one.preview.iter().enumerate() {
            let mut reply = answers(said);
            reply.retain(|id, _| ["reply", "text", "names_ok", "how_was_it"].contains(&id.as_str()));
            sheets.push(sheet(format!("relatives[{at}].preview[{number}]"), "preview-reply", reply, &[], true));
        }
    }
    for (at, one) in told.panel.meetings.iter().enumerate() {
        let mut meeting = answers(one);
        meeting.retain(|id, _| ["agenda", "method", "minutes", "place_or_online"].contains(&id.as_str()));
        sheets.push(sheet(format!("panel.meetings[{at}]"), "meeting", meeting, &["on", "attendance", "care_moment"], true));
    }
    sheets.extend(told.findings.iter().enumerate().map(|(at, one)| sheet(format!("findings[{at}]"), "finding", answers(one), &[], true)));
    for (at, one) in told.recommendations.iter().enumerate() {
        sheets.push(sheet(format!("recommendations[{at}]"), "recommendation", advice(one), &["due", "asked_owner_on"], true));
        for (number, update) in one.updates.iter().enumerate() {
            sheets.push(sheet(format!("recommendations[{at}].updates[{number}]"), "action-update", answers(update), &["next_on"], true));
        }
    }
    for (section, words) in &told.report.sections {
        let written = [("section".to_owned(), section.clone().into()), ("text".to_owned(), words.clone().into())].into_iter().collect();
        sheets.push(sheet(format!("report.sections.{section}"), "report-section", written, &[], true));
    }
    if let Some(told) = lessons(told) {
        sheets.push(sheet("learning".into(), "learning", told, &[], reached("consultation")));
    }
    for (at, one) in told.consultation.iter().enumerate() {
        let mut reply = answers(one);
        reply.retain(|id, _| ["reply", "text"].contains(&id.as_str()));
        sheets.push(sheet(format!("consultation[{at}]"), "consultation-reply", reply, &[], true));
    }
    for (at, one) in told.quality.iter().enumerate() {
        let mut round = answers(one);
        round.retain(|id, _| ["result", "points"].contains(&id.as_str()));
        // The list is the player's own, and so are points where the file tells none.
        sheets.push(sheet(format!("quality[{at}]"), "quality", round, &[], false));
    }
    let own = &["naming_decision", "allowed_names", "publish_on", "review_again_on", "take_down_on"];
    sheets.push(sheet("decision".into(), "publication-decision", answers(&told.decision), own, reached("decided")));
    for (at, one) in told.evaluation.iter().enumerate() {
        let mut looked_back = answers(one);
        looked_back.remove("role");
        sheets.push(sheet(format!("evaluation[{at}]"), "evaluation", looked_back, &[], false));
    }
    sheets
}

/// A rule of a form in plain words, to follow the name of what breaks it.
fn words(rule: &Rule) -> String {
    match rule {
        Rule::UnknownField => "is no question of the form".into(),
        Rule::WrongType { expected } => format!("is of another kind; it must be {}", kind(expected)),
        Rule::ImpossibleDate => "is no real date".into(),
        Rule::IncompleteDate => "is a day without its month or year".into(),
        Rule::ImpossibleTime => "is no time of a day".into(),
        Rule::NotAnOption => "is no option of the form or code of the codebook".into(),
        Rule::StandsAlone => "names an option that can't be chosen with others".into(),
        Rule::Twice => "stands twice".into(),
        Rule::TooLong { max } => format!("is too long; it may have {max} signs"),
        Rule::ControlCharacters => "holds signs that can't be seen".into(),
        Rule::NotANumber => "is no whole number".into(),
        Rule::OutOfRange { min, max } => {
            let limit = |name: &str, limit: &Option<i64>| limit.map(|limit| format!(" {name} {limit}")).unwrap_or_default();
            format!("is out of range; it must be{}{}", limit("at least", min), limit("at most", max))
        }
        Rule::TooMany { max } => format!("has too many items; it may have {max}"),
        Rule::NotAMail => "is no mail address".into(),
        Rule::BeforeOther { other } => format!("lies before `{other}`"),
        Rule::SameAsOther { other } => format!("is the same as `{other}`"),
        Rule::Required => "is missing".into(),
        Rule::Room { name, .. } => format!("breaks the rule {name}"),
    }
}

fn kind(expected: &str) -> &str {
    match expected {
        "text" => "a text (in quotes)",
        "list" => "a list",
        "object" => "a part with keys of its own",
        "yes-no" => "true or false",
        "number" => "a number",
        other => other,
    }
}
