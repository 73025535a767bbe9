//! What stands around a document on its page: the way to it, who reads it, its answers by part.

use form::{Answers, FormDef, Lists, summary};

use super::fields::lang;
use crate::access::{Kind, Role};
use crate::cases;
use crate::compartments;
use crate::ids::CompartmentId;
use crate::reflections;
use crate::relatives;
use crate::reports;
use crate::research;
use crate::texts::Words;
use crate::tx::{Refused, Tx};

/// Where a document lies: the way to its page, and what its page says of its readers.
pub(super) struct Around {
    /// Addresses and names, from the top.
    pub(super) way: Vec<(String, String)>,
    /// Key of the text that says who reads it.
    pub(super) readers: &'static str,
    /// Whether the page offers the log of its readers.
    pub(super) log: bool,
    /// Whether writing it may be heavy for who writes: their own work, or their own loss.
    pub(super) heavy: bool,
    /// Key of the text that says who wrote what lies here.
    pub(super) by: &'static str,
    /// Wishes of relatives on names, for who writes names down.
    pub(super) wishes: Vec<String>,
}

/// What stands around the documents of a compartment, for the hat worn.
///
/// # Errors
/// `NotFound`.
pub(super) fn around(tx: &mut Tx, within: CompartmentId, form: &str, words: &Words) -> Result<Around, Refused> {
    let (kind, case) = compartments::kind_of(tx, within)?;
    let role = tx.session()?.role;
    let own = role.is_some_and(|role| role.of_organisation() || role.of_relatives());
    let (way, readers) = match kind {
        Kind::Reflection if own => {
            let task = reflections::mine(tx)?.into_iter().find(|task| task.outside.compartment == within);
            let task = task.map(|task| (format!("/tasks/{}", task.outside.id), task.outside.organisation_name));
            (std::iter::once(("/tasks".to_owned(), words.t("menu-tasks"))).chain(task).collect(), "readers-reflection")
        }
        Kind::Kin => {
            let place = relatives::mine(tx)?.into_iter().find(|place| place.compartment == within);
            let title = if own { "menu-mine" } else { "a-relative-title" };
            (place.map(|place| (format!("/relatives/{}", place.id), words.t(title))).into_iter().collect(), "readers-kin")
        }
        Kind::Case | Kind::Panel | Kind::Report => {
            let mut way = vec![("/cases".to_owned(), words.t("menu-cases"))];
            if let Some(case) = case {
                way.push((format!("/cases/{case}"), cases::number_of(tx, case)?));
            }
            (way, match kind { Kind::Case => "readers-case", Kind::Panel => "readers-panel", _ => "readers-report" })
        }
        Kind::Project => {
            let project = research::of_compartment(tx, within)?;
            (vec![("/register/projects".to_owned(), words.t("menu-projects")), (format!("/register/projects/{}", project.id), project.number)], "")
        }
        _ => (vec![], ""),
    };
    let log = matches!(kind, Kind::Reflection | Kind::Kin) && own || role == Some(Role::Coordinator) && kind == Kind::Case;
    let by = match kind {
        Kind::Kin => "care-by-relatives",
        Kind::Reflection | Kind::Action => "care-by-organisation",
        Kind::Panel | Kind::Report => "care-by-panel",
        _ => "care-by-bureau",
    };
    let wishes = match case.filter(|_| kind == Kind::Report && matches!(form, "pseudonyms" | "publication-decision")) {
        Some(case) => reports::naming_wishes(tx, case)?.into_iter().map(|wish| {
            let said = words.t(&format!("naming-{}", wish.naming));
            if wish.pseudonym.is_empty() { said } else { format!("{said}: {}", wish.pseudonym) }
        }).collect(),
        None => vec![],
    };
    Ok(Around { by, wishes, way, readers, log, heavy: own && matches!(kind, Kind::Reflection | Kind::Kin) })
}

/// Where saving the last part of a document leads, if not to the document itself: an application goes on at its project.
///
/// # Errors
/// `NotFound`.
pub(super) fn afterwards(tx: &mut Tx, within: CompartmentId) -> Result<Option<String>, Refused> {
    Ok(match compartments::kind_of(tx, within)?.0 {
        Kind::Project => Some(format!("/register/projects/{}", research::of_compartment(tx, within)?.id)),
        _ => None,
    })
}

/// A part as it is read back: id, title, questions with their answers.
pub struct PartRead {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Questions with their answers; those without one are left out.
    pub lines: Vec<(String, Vec<String>)>,
    /// What is still open, for who goes on with it: where it is told, and what it is called.
    pub lacking: Vec<(String, String)>,
}

/// The answers of a document, part by part. The summary keeps the order of the questions, so that each line belongs to the part
/// whose question comes next.
pub fn by_part(definition: &FormDef, answers: &Answers, lists: &dyn Lists, words: &Words) -> Vec<PartRead> {
    let lang = lang(words.language);
    let mut told = summary(definition, answers, lists, lang).into_iter().peekable();
    definition.parts.iter().filter(|part| part.repeats.is_none()).map(|part| {
        let lines = part.fields.iter().filter_map(|field| told.next_if(|(label, _)| label == field.label.get(lang))).collect();
        PartRead { id: part.id.clone(), title: part.title.get(lang).to_owned(), lines, lacking: vec![] }
    }).collect()
}

/// A question both texts answer differently: the question, one's own answer, the answer of now.
pub(super) type Difference = (String, Vec<String>, Vec<String>);

/// Where two versions of a document differ, in the order of the questions.
pub(super) fn differences(definition: &FormDef, mine: &Answers, theirs: &Answers, lists: &dyn Lists, words: &Words) -> Vec<Difference> {
    let lang = lang(words.language);
    let mut mine = summary(definition, mine, lists, lang).into_iter().peekable();
    let mut theirs = summary(definition, theirs, lists, lang).into_iter().peekable();
    definition.fields().filter_map(|field| {
        let label = field.label.get(lang);
        let own = mine.next_if(|(told, _)| told == label).map(|(_, lines)| lines).unwrap_or_default();
        let now = theirs.next_if(|(told, _)| told == label).map(|(_, lines)| lines).unwrap_or_default();
        (own != now).then(|| (label.to_owned(), own, now))
    }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Configured;
    use crate::texts::Language;

    fn told(pairs: &[(&str, &str)]) -> Answers {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect()
    }

    #[test]
    fn answers_stand_under_their_own_part_and_only_what_differs_is_set_side_by_side() {
        let config = Configured::load().unwrap();
        let form = config.forms.get("reflection").unwrap();
        let words = Words { language: Language::Nl };
        let (mine, theirs) = (told(&[("role", "Wij hielpen"), ("knew", "Wij wisten dit")]), told(&[("role", "Wij hielpen"), ("knew", "Wij wisten dat"), ("not_known", "Niets")]));
        let parts = by_part(form, &theirs, &config.lists(), &words);
        let lines = |id: &str| parts.iter().find(|part| part.id == id).unwrap().lines.iter().map(|(_, values)| values.join(" ")).collect::<Vec<_>>();
        assert_eq!((lines("role"), lines("knew")), (vec!["Wij hielpen".to_owned()], vec!["Wij wisten dat".to_owned(), "Niets".to_owned()]));
        let apart = differences(form, &mine, &theirs, &config.lists(), &words);
        assert_eq!(apart.iter().map(|(_, own, now)| (own.join(" "), now.join(" "))).collect::<Vec<_>>(), [("Wij wisten dit".into(), "Wij wisten dat".into()), (String::new(), "Niets".into())]);
        assert!(differences(form, &mine, &mine, &config.lists(), &words).is_empty());
    }
}
