//! Searching what the hat worn may see: process facts, documents it can open, published text (`ux.md` section 3). What comes back is a
//! title, a type and a case, never words out of a document, and no count of anything.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::{Act, Kind, Role};
use crate::bureaus::{self, Organisation};
use crate::cases::{self, Filter, Listed, State};
use crate::compartments::{self, Budget, Own};
use crate::documents::SHEETS;
use crate::documents::pages::lang;
use crate::http::{Limits, Problem, Query, Replies, Routes, Shell, Who, framed, json as answer, page};
use crate::ids::CaseId;
use crate::library;
use crate::panels;
use crate::settings::Configured;
use crate::texts::Words;
use crate::tx::{App, FieldFault, Place, Refused, Tx};

/// Who searches: anybody, in what is theirs.
static SEARCH: Act = Act { name: "search.read", within: Kind::System, by: &[], step_up: false };

/// Fewest and most signs one searches for.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=80;
/// Most of anything that is shown.
const MOST: usize = 50;

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/search", "Searches what one may see", search_page);
    routes.own("GET", "/api/v1/search", "Searches what one may see: cases, organisations, documents by title, published text", search);
}

/// A document that fits: its title and where it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Document {
    /// The form, as its title says.
    title: String,
    /// Number of its case, where that may be known.
    case: Option<String>,
    /// Its page.
    url: String,
}

/// What fits.
#[derive(Clone, Debug, Default, Serialize, schemars::JsonSchema)]
struct Found {
    /// Cases by number or state.
    cases: Vec<Listed>,
    /// Organisations by name.
    organisations: Vec<Organisation>,
    /// Documents by title or words.
    documents: Vec<Document>,
    /// Published reports by words.
    published: Vec<library::Listed>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.organisations.is_empty() && self.documents.is_empty() && self.published.is_empty()
    }
}

/// Searches.
///
/// # Errors
/// `Faults` for too few or too many signs; `Locked`; `NoSession`.
fn found(tx: &mut Tx, asked: &str, words: &Words, config: &Configured) -> Result<Found, Refused> {
    let needle = asked.trim().to_lowercase();
    if !LENGTH.contains(&needle.chars().count()) {
        return Err(Refused::Faults(vec![FieldFault::new("q", if needle.is_empty() { "required" } else { "search-length" })]));
    }
    tx.hat()?;
    let mut all = Found { published: library::search(tx, &needle)?, ..Found::default() };
    let relative = tx.session()?.role.is_some_and(Role::of_relatives);
    if !relative {
        let states = State::ALL.into_iter().filter(|state| words.t(&format!("state-{}", state.word())).to_lowercase().contains(&needle));
        let by_state = states.map(|state| Filter { state: Some(state.word().to_owned()), ..Filter::default() });
        // A number is made of these signs; what is none is not looked for among them.
        let numbered = needle.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-');
        let by_number = numbered.then(|| Filter { number: Some(needle.to_uppercase()), ..Filter::default() });
        for filter in by_number.into_iter().chain(by_state) {
            for case in cases::list(tx, &filter)? {
                if all.cases.len() < MOST && !all.cases.iter().any(|known| known.id == case.id) {
                    all.cases.push(case);
                }
            }
        }
        all.organisations = bureaus::list(tx)?.into_iter().filter(|one| one.name.to_lowercase().contains(&needle)).take(MOST).collect();
    }
    all.documents = documents(tx, &needle, words, config)?;
    Ok(all)
}

/// The forms a role reads in a kind of room, and their titles.
fn forms_of(own: &Own, words: &Words, config: &Configured) -> BTreeMap<&'static str, String> {
    let title = |form: &str| config.forms.get(form).map(|found| found.title.get(lang(words.language)).to_owned()).unwrap_or_default();
    let mut forms: BTreeMap<&'static str, String> = SHEETS.into_iter().filter(|sheet| sheet.within() == own.kind && sheet.read.allows(own.role)).map(|sheet| (sheet.form, title(sheet.form))).collect();
    // Copies of reflections have no sheet in the panel: they are read in the reading folder.
    if own.kind == Kind::Panel && panels::READ.allows(own.role) {
        forms.insert("reflection", title("reflection"));
    }
    forms
}

fn documents(tx: &mut Tx, needle: &str, words: &Words, config: &Configured) -> Result<Vec<Document>, Refused> {
    let permit = tx.permit(&SEARCH, Place::Hat, None)?;
    let (mut budget, mut all, mut numbers) = (Budget::default(), vec![], BTreeMap::<CaseId, Option<String>>::new());
    for own in compartments::own(tx)? {
        let forms = forms_of(&own, words, config);
        let kinds: Vec<&str> = forms.keys().copied().collect();
        if kinds.is_empty() {
            continue;
        }
        let titled: Vec<&str> = forms.iter().filter(|(_, title)| title.to_lowercase().contains(needle)).map(|(form, _)| *form).collect();
        let mut fits = compartments::scan(tx, &permit, &own, &kinds, needle, &mut budget)?;
        fits.extend(compartments::titled(tx, &own, &titled)?.into_iter().filter(|one| !fits.iter().any(|known| known.item == one.item)).collect::<Vec<_>>());
        for fit in fits {
            let case = match own.case {
                // A relative is not told the number of the case.
                Some(case) if !own.role.of_relatives() => numbers.entry(case).or_insert_with(|| cases::number_of(tx, case).ok()).clone(),
                _ => None,
            };
            let url = match own.case {
                Some(case) if own.kind == Kind::Panel && fit.kind == "chronology-entry" => format!("/cases/{case}/timeline#e-{}", fit.item),
                Some(case) if own.kind == Kind::Panel && fit.kind == "reflection" => format!("/cases/{case}/reading/{}", fit.item),
                _ => format!("/rooms/{}/{}/{}", own.id, fit.kind, fit.item),
            };
            all.push(Document { title: forms.get(fit.kind.as_str()).cloned().unwrap_or_default(), case, url });
            if all.len() >= MOST {
                return Ok(all);
            }
        }
        if budget.spent() {
            break;
        }
    }
    Ok(all)
}

#[derive(Deserialize, JsonSchema)]
struct Asked {
    #[serde(default)]
    q: String,
}

async fn search(app: Data<App>, limits: Data<Limits>, who: Who, asked: Query<Asked>) -> Result<Replies<Found>, Problem> {
    limits.search(&who)?;
    let (words, parts) = (who.words, app.parts().clone());
    let all = app.run(who.caller(), move |tx| found(tx, &asked.q, &words, &parts.config)).await?;
    Ok(answer(&all))
}

#[derive(Template)]
#[template(path = "desk/search.html")]
struct SearchPage {
    shell: Shell,
    q: String,
    asked: bool,
    fault: String,
    found: Found,
}

async fn search_page(app: Data<App>, limits: Data<Limits>, who: Who, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    let (words, parts, q) = (who.words, app.parts().clone(), asked.into_inner().q);
    let asks = !q.trim().is_empty();
    if asks {
        limits.search(&who)?;
    }
    let wanted = q.clone();
    let ((found, fault), shell, _) = framed(&app, &who, |_, _| words.t("search"), move |tx| -> Result<_, Refused> {
        tx.hat()?;
        match if asks { found(tx, &wanted, &words, &parts.config) } else { Ok(Found::default()) } {
            Ok(found) => Ok((found, String::new())),
            Err(Refused::Faults(faults)) => Ok((Found::default(), faults.first().map(|fault| fault.text(&words)).unwrap_or_default())),
            Err(why) => Err(why),
        }
    }).await?;
    page(&SearchPage { shell, q, asked: asks, fault, found })
}
