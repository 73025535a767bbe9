//! Letters that follow from a step: to the chair, to relatives, to organisations. Printed, signed and sent by hand; they name nobody.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::cases::{self, CaseView, LETTERS, Step, framed_in_case};
use crate::http::{Problem, Routes, Shell, Who, page};
use crate::ids::CaseId;
use crate::settings::Released;
use crate::texts::{Language, Words};
use crate::tx::{App, Place, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.act("GET", "/cases/{case}/letters", &LETTERS, "The letters that follow from the steps taken", list);
    routes.act("GET", "/cases/{case}/letters/{step}/{to}", &LETTERS, "A letter, to print", letter);
}

/// A letter: the step it follows from, and to whom (`workflow.md` section 3, columns produces and notice).
const ALL: [(Step, &str); 8] = [
    (Step::T3, "chair"), (Step::T3, "relatives"), (Step::T4, "relatives"), (Step::T20, "organisations"), (Step::T20, "relatives"), (Step::T23, "organisations"), (Step::T23, "relatives"), (Step::T23, "panel"),
];
/// Paragraphs of each.
const PARAGRAPHS: usize = 3;

/// The key of a paragraph: to organisations the stop says what the chair decided on what they had released.
fn paragraph(key: &str, number: usize, released: Option<Released>) -> String {
    match released {
        Some(choice) if key == "letter-t23-organisations" && number == PARAGRAPHS => format!("{key}-{number}-{}", choice.word()),
        _ => format!("{key}-{number}"),
    }
}

/// The key of a letter's texts.
fn key(step: Step, to: &str) -> String {
    format!("letter-{}-{to}", step.name().to_lowercase())
}

#[derive(Template)]
#[template(path = "desk/letters.html")]
struct LettersPage {
    shell: Shell,
    case: CaseId,
    /// Step, to whom, its title.
    letters: Vec<(String, &'static str, String)>,
}

fn due(case: &CaseView) -> impl Iterator<Item = (Step, &'static str)> + '_ {
    ALL.into_iter().filter(|(step, _)| case.history.iter().any(|taken| taken.step == step.name()))
}

async fn list(app: Data<App>, who: Who, case: Path<CaseId>) -> Result<HttpResponse, Problem> {
    let case = case.into_inner();
    let (found, shell, _) = framed_in_case(&app, &who, case, "letters", move |tx| {
        tx.may(&LETTERS, Place::Case(case))?;
        cases::view(tx, case)
    }).await?;
    let letters = due(&found).map(|(step, to)| (step.name(), to, shell.w.t(&format!("{}-title", key(step, to))))).collect();
    page(&LettersPage { shell, case, letters })
}

/// A letter in one language.
struct Sheet {
    language: &'static str,
    title: String,
    greeting: String,
    paragraphs: Vec<String>,
    closing: String,
    day: String,
}

#[derive(Template)]
#[template(path = "desk/letter.html")]
struct LetterPage {
    shell: Shell,
    bureau: String,
    by: String,
    sheets: Vec<Sheet>,
}

async fn letter(app: Data<App>, who: Who, path: Path<(CaseId, String, String)>) -> Result<HttpResponse, Problem> {
    let (case, step, to) = path.into_inner();
    let ((found, released, today, by, bureau), shell, _) = framed_in_case(&app, &who, case, "letters", move |tx| -> Result<_, cases::CaseError> {
        tx.may(&LETTERS, Place::Case(case))?;
        Ok((cases::view(tx, case)?, cases::decided_on_released(tx, case)?, tx.today(), tx.own_name()?, tx.session()?.bureau_name.clone()))
    }).await?;
    let (of, whom) = due(&found).find(|(taken, whom)| taken.name() == step && *whom == to).ok_or(Refused::NotFound)?;
    let key = key(of, whom);
    // Two languages on two pages (`ux.md` section 5.11); who writes takes the one that is wanted.
    let sheets = [Language::Nl, Language::En].map(|language| {
        let words = Words { language };
        Sheet {
            language: language.code(), title: words.t(&format!("{key}-title")), greeting: words.t(&format!("letter-greeting-{whom}")),
            paragraphs: (1..=PARAGRAPHS).map(|number| words.a(&paragraph(&key, number, released), "bureau", &bureau)).collect(), closing: words.t("letter-closing"), day: words.day(&today),
        }
    });
    let shell = Shell { title: shell.w.t(&format!("{key}-title")), ..shell };
    page(&LetterPage { shell, bureau, by, sheets: sheets.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Texts;

    #[test]
    fn every_letter_has_its_words_in_two_languages() {
        let wanted = ALL.into_iter().flat_map(|(step, to)| (1..=PARAGRAPHS).map(|number| number.to_string()).chain(["title".into()]).map(move |part| format!("{}-{part}", key(step, to))).chain([format!("letter-greeting-{to}")])).chain(Released::ALL.map(|choice| paragraph("letter-t23-organisations", PARAGRAPHS, Some(choice))));
        let lacking: Vec<String> = wanted.flat_map(|key| [Language::Nl, Language::En].map(|language| (language, key.clone()))).filter(|(language, key)| !Texts::shared().has(*language, key)).map(|(language, key)| format!("{} {key}", language.code())).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
        assert_eq!(paragraph("letter-t23-organisations", PARAGRAPHS, Some(Released::Shred)), "letter-t23-organisations-3-shred");
        assert_eq!([paragraph("letter-t23-organisations", 2, Some(Released::Keep)), paragraph("letter-t23-relatives", 3, Some(Released::Keep)), paragraph("letter-t23-organisations", 3, None)], ["letter-t23-organisations-2", "letter-t23-relatives-3", "letter-t23-organisations-3"]);
    }

    #[test]
    fn a_letter_follows_from_its_step_only() {
        assert_eq!(ALL.into_iter().filter(|(step, _)| *step == Step::T4).map(|(step, to)| key(step, to)).collect::<Vec<_>>(), ["letter-t4-relatives"]);
    }
}
