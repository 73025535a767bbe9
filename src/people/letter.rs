//! The letter in which a code goes to somebody (`ux.md` 5.11): two languages on two pages, an address in words, what one can do, and that
//! one need do nothing. The code stands in no picture, the second code in no letter.

use actix_web::HttpResponse;
use askama::Template;

use super::invite::Invited;
use super::store;
use crate::access::Role;
use crate::http::{Problem, Shell, Who, page, qr};
use crate::texts::{Language, Words};
use crate::tx::{App, Refused};

/// To whom a letter goes.
pub(crate) struct To {
    /// The role they were invited to.
    pub(crate) role: Role,
    /// Name.
    pub(crate) name: String,
    /// Lines of the address, where one is known.
    pub(crate) address: Vec<String>,
    /// The second code, which is read out and never written in the letter.
    pub(crate) second: Option<String>,
    /// Where it goes on from here.
    pub(crate) back: String,
}

/// A letter in one language.
struct Sheet {
    language: &'static str,
    title: String,
    day: String,
    paragraphs: Vec<String>,
    code: String,
    until: String,
    site: String,
    phone: String,
    nothing: String,
    second: String,
    closing: String,
}

#[derive(Template)]
#[template(path = "people/letter.html")]
struct LetterPage {
    shell: Shell,
    /// The bureau, or the organisation, the letter comes from.
    of: String,
    by: String,
    to: To,
    code: String,
    sheets: Vec<Sheet>,
    picture: String,
}

/// Paragraphs of each letter.
const PARAGRAPHS: usize = 3;

/// Which letter a role gets.
fn letter_of(role: Role) -> &'static str {
    match role {
        Role::Relative => "relative",
        Role::Supporter => "supporter",
        _ => "people",
    }
}

/// The page with the letter: the code is shown once, here.
///
/// # Errors
/// When the page can't be drawn.
pub(crate) async fn letter_page(app: &App, who: &Who, made: &Invited, to: To) -> Result<HttpResponse, Problem> {
    let ((by, of, phone, today, until), session) = app.run_as(who.caller(), |tx| -> Result<_, Refused> {
        let phone = tx.bureau_phone()?;
        // Who invites for an organisation signs for that organisation.
        let own = tx.session()?.organisation;
        let of = match own {
            Some(organisation) => store::organisation_name(tx.db(), organisation)?,
            None => tx.session()?.bureau_name.clone(),
        };
        let until = tx.now() + tx.parts().config.retention.period("code");
        Ok((tx.own_name()?, of, phone, tx.today(), until.with_timezone(&tx.session()?.zone).date_naive()))
    }).await?;
    let (kind, code) = (letter_of(to.role), made.code.to_string());
    let sheets = [Language::Nl, Language::En].map(|language| {
        let words = Words { language };
        Sheet {
            language: language.code(), title: words.t("code-letter-title"), day: words.day(&today), code: words.t("code-letter-code"), until: words.a("code-letter-until", "day", words.day(&until)),
            paragraphs: (1..=PARAGRAPHS).map(|number| words.with(&format!("code-letter-{kind}-{number}"), &[("by", &by), ("bureau", &of)])).collect(),
            site: words.with("code-letter-site", &[("site", &who.site)]),
            phone: if phone.is_empty() { words.t("code-letter-no-phone") } else { words.a("code-letter-phone", "phone", &phone) },
            nothing: words.t("code-letter-nothing"), second: if to.second.is_some() { words.t("code-letter-second") } else { String::new() }, closing: words.t("code-letter-closing"),
        }
    });
    let title = who.words.t("invited");
    let picture = qr(&who.site)?;
    page(&LetterPage { of, shell: Shell::of(who, &session, by.clone(), title), by, to, code, sheets: sheets.into(), picture })
}

/// A second code of six figures, read out in person or by telephone (ruling 20).
pub(crate) fn second_code() -> String {
    format!("{:06}", rand::random_range(0..1_000_000_u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Texts;

    #[test]
    fn every_letter_with_a_code_has_its_words_in_two_languages() {
        let wanted = ["relative", "supporter", "people"].into_iter().flat_map(|kind| (1..=PARAGRAPHS).map(move |number| format!("code-letter-{kind}-{number}")));
        let lacking: Vec<String> = wanted.flat_map(|key| [Language::Nl, Language::En].map(|language| (language, key.clone()))).filter(|(language, key)| !Texts::shared().has(*language, key)).map(|(language, key)| format!("{} {key}", language.code())).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
    }

    #[test]
    fn a_letter_quotes_the_very_words_of_the_page_where_the_code_is_typed() {
        let page = include_str!("../../web/templates/sign_in/sign_in.html");
        assert!(page.contains(r#"<a href="/welcome">{{ shell.w.t("type-code") }}</a>"#), "the page of signing in calls the way to the code otherwise");
        for language in [Language::Nl, Language::En] {
            let words = Words { language };
            let site = words.with("code-letter-site", &[("site", "https://lering.example.org")]);
            assert!(site.contains(&format!("'{}'", words.t("type-code"))), "{site}");
        }
    }

    #[test]
    fn a_second_code_has_six_figures() {
        assert!((0..100).map(|_| second_code()).all(|code| code.len() == 6 && code.bytes().all(|sign| sign.is_ascii_digit())));
    }
}
