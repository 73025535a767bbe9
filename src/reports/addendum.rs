//! New facts after publication: an addendum or a correction, with its date, in a new version; the old one stays (`workflow.md` section 7). The chair
//! adopts it first; words of a relative, or what an order forbids, go at once.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::assemble::{Addendum, Report};
use super::store::Version;
use super::{adoption, after, name_check, publish, report_of, store};
use crate::access::{Act, Kind, Role};
use crate::cases::{self, ReasonOf};
use crate::ids::{CaseId, ReportId};
use crate::notices;
use crate::texts::Words;
use crate::tx::{App, Caller, FieldFault, Permit, Place, Refused, Tx, needed};

/// The longest addition, in characters.
const LONGEST: usize = 5_000;

/// Who adds to a published report.
pub static ADD: Act = Act { name: "report.add", within: Kind::Report, by: &[Role::Coordinator], step_up: true };
/// Who takes down what was published.
pub static TAKE_DOWN: Act = Act { name: "report.take_down", within: Kind::Report, by: &[Role::Coordinator], step_up: true };
/// Who sees what was published of a case, with everything taken down.
pub static VERSIONS: Act = Act { name: "report.versions", within: Kind::Report, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };

/// The kind of an addendum with which words only go: where consent is taken back, or an order says so.
const WITHDRAWAL: &str = "withdrawal";

/// What is added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Told {
    /// `addition`: the report stays as it is. `correction`: it is put together anew from its sections as they stand now. `withdrawal`: so too, where
    /// words only go, and instead of the versions before; it waits for nobody.
    pub kind: String,
    /// The words of the notice; those of a withdrawal are ours, and what is told of it is kept as its reason, sealed.
    pub text: String,
    /// Whether the versions before are taken down: where somebody's consent or safety asks for it (ruling 24).
    pub instead: bool,
}

/// A new version; or, while the chair has not adopted it, that it lies before them.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Added {
    /// Whether the chair adopts it first: nothing is public yet, and the same call publishes it then.
    pub asked: bool,
    /// Fingerprint of the text.
    pub fingerprint: String,
    /// Id in the library.
    pub id: Option<ReportId>,
    /// The day it is open to all.
    pub published_on: Option<NaiveDate>,
    /// Its page.
    pub url: Option<String>,
}

impl Added {
    /// A text that lies before the chair.
    pub(super) fn asked(report: &Report) -> Result<Added, Refused> {
        Ok(Added { asked: true, fingerprint: adoption::fingerprint(report)?, id: None, published_on: None, url: None })
    }
    /// A text that is public.
    pub(super) fn published(report: &Report, id: ReportId, on: NaiveDate) -> Result<Added, Refused> {
        Ok(Added { asked: false, fingerprint: adoption::fingerprint(report)?, id: Some(id), published_on: Some(on), url: Some(format!("/library/{id}")) })
    }
}

/// What would be published.
pub(super) struct Ready {
    pub(super) report: Report,
    /// What was told, its words without what a page does to the ends of lines.
    told: Told,
    last: Version,
    /// Whether it may go out.
    pub(super) adopted: bool,
}

/// The latest open version of a kind.
pub(super) fn latest(tx: &mut Tx, case: CaseId, kind: &str) -> Result<Option<Version>, Refused> {
    Ok(store::versions(tx.db(), case)?.into_iter().find(|version| version.kind == kind && version.taken_down_on.is_none()))
}

pub(super) fn ready(tx: &mut Tx, case: CaseId, told: &Told, act: &'static Act) -> Result<(Ready, Permit), Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(act, Place::Compartment(within), case.uuid())?;
    let told = Told { text: told.text.trim().replace("\r\n", "\n"), ..told.clone() };
    let less = told.kind == WITHDRAWAL;
    if !less && !matches!(told.kind.as_str(), "addition" | "correction") {
        return Err(Refused::Faults(vec![FieldFault::new("kind", "not-an-option")]));
    }
    if !less || !told.text.is_empty() {
        needed("text", &told.text, LONGEST)?;
    }
    let last = latest(tx, case, "report")?.ok_or(Refused::Rule("not-published"))?;
    let before: Report = serde_json::from_value(store::document(tx.db(), last.id)?).map_err(|why| Refused::Internal(why.to_string()))?;
    let mut report = if told.kind == "addition" { before.clone() } else { publish::in_form(tx, &permit, case, &last.form)?.1 };
    if less && !after::only_less(&before, &report) {
        return Err(Refused::Rule("not-only-less"));
    }
    let text = if less { Words { language: report.language }.t("withdrawn-words") } else { told.text.clone() };
    // What was laid before the chair keeps the day of that: it is the text they adopt.
    let laid = after::asked(tx, &permit, last.id)?.into_iter().find(|(_, asked, refused)| asked.told == told && refused.is_none()).map(|(_, asked, _)| asked.on);
    let on = laid.unwrap_or_else(|| tx.today());
    report.addenda = before.addenda;
    report.addenda.push(Addendum { on, kind: told.kind.clone(), text });
    let hits = name_check::hits_in(tx, &permit, case, &report)?;
    if hits.is_empty() {
        let adopted = less || after::is_adopted(tx, &permit, &report, told.instead)?;
        return Ok((Ready { report, told, last, adopted }, permit));
    }
    // What is added is told under the name it was sent by.
    Err(publish::stands(hits.into_iter().map(|hit| if hit.section == "addendum" { name_check::Hit { section: "text".to_owned(), ..hit } } else { hit }).collect()))
}

/// The report as it would stand with what is added, its names checked: one reads it before one adds. And whether it goes out then, or lies before
/// the chair first.
///
/// # Errors
/// As [`add`].
pub fn to_add(tx: &mut Tx, case: CaseId, told: &Told) -> Result<(Report, bool), Refused> {
    let within = report_of(tx, case)?;
    tx.may(&ADD, Place::Compartment(within))?;
    let ready = ready(tx, case, told, &name_check::CHECK)?.0;
    if !ready.adopted {
        after::none_waits(tx, case, &ready.told)?;
    }
    Ok((ready.report, ready.adopted))
}

/// Adds a dated notice to a published report, as a new version with a PDF of its own. What the chair has not adopted is laid before them, and goes out
/// when it is added again.
///
/// # Errors
/// `Rule("not-published")`; `Faults` without words, or naming words that may not stand; `Rule("not-only-less")` for a withdrawal in which another word
/// stands; `Rule("one-waits")` while other words of the kind wait for the chair; `Rule("name-a-chair-first")` in a case whose chair is gone; `StepUp`.
pub async fn add(app: &App, caller: Caller, case: CaseId, told: Told) -> Result<Added, Refused> {
    let asked = told.clone();
    let (first, bureau, on) = app.run(caller.clone(), move |tx| -> Result<_, Refused> {
        let (bureau, on) = (tx.session()?.bureau_name.clone(), tx.today());
        let (found, permit) = ready(tx, case, &asked, &ADD)?;
        if !found.adopted {
            after::ask(tx, &permit, case, found.last.id, &found.told)?;
        }
        Ok((found, bureau, on))
    }).await?;
    if !first.adopted {
        return Added::asked(&first.report);
    }
    let pdf = app.typeset(publish::set(&first.report, &bureau, on, ""), on).await?;
    app.run(caller, move |tx| {
        let (again, permit) = ready(tx, case, &told, &ADD)?;
        if again.report != first.report || again.last != first.last || !again.adopted {
            return Err(Refused::Rule("busy-try-again"));
        }
        if told.instead || told.kind == WITHDRAWAL {
            store::take_down(tx.db(), case, "report", on)?;
        }
        let id = ReportId::new();
        let (bureau, practice) = (tx.bureau()?, tx.session()?.practice);
        let document = serde_json::to_value(&first.report).map_err(|why| Refused::Internal(why.to_string()))?;
        store::insert_publication(tx.db(), store::NewPublication {
            id, case, bureau, practice, language: first.report.language.code(), title: &first.report.title, form: &first.last.form, kind: "report", document,
            digest: Sha256::digest(&pdf).to_vec(), pdf, on, take_down_on: first.last.take_down_on,
        })?;
        cases::record(tx, &permit, "addendum_published", Some(id.uuid()))?;
        // A withdrawal waits for nobody, so no words of one person become public with it: why is kept with the case.
        if told.kind == WITHDRAWAL && !again.told.text.is_empty() {
            cases::keep_reason(tx, &permit, case, "words_withdrawn", id.uuid(), ReasonOf::default(), &again.told.text)?;
        }
        tell(tx, case)?;
        // Words that were laid before the chair for the version before wait no more.
        after::settle(tx, case)?;
        Added::published(&first.report, id, on)
    }).await
}

/// Those who led the case hear that something new stands there; relatives and organisations hear it from the worker.
fn tell(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    for role in [Role::Chair, Role::Secretary] {
        for hat in cases::hats_in_role(tx, case, role)? {
            notices::tell(tx, hat, notices::Kind::PublicationDate, Some(case), None)?;
        }
    }
    Ok(())
}

/// Everything published of a case, newest first.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn versions(tx: &mut Tx, case: CaseId) -> Result<Vec<Version>, Refused> {
    let within = report_of(tx, case)?;
    tx.permit(&VERSIONS, Place::Compartment(within), case.uuid())?;
    store::versions(tx.db(), case)
}

/// What would be taken down: everything of a case that is open.
///
/// # Errors
/// As [`take_down`].
pub fn to_take_down(tx: &mut Tx, case: CaseId, reason: &str) -> Result<Vec<Version>, Refused> {
    let within = report_of(tx, case)?;
    tx.may(&TAKE_DOWN, Place::Compartment(within))?;
    needed("reason", reason, LONGEST)?;
    let open: Vec<Version> = store::versions(tx.db(), case)?.into_iter().filter(|version| version.taken_down_on.is_none()).collect();
    if open.is_empty() { Err(Refused::Rule("not-published")) } else { Ok(open) }
}

/// Takes down everything published of a case, with a reason that is kept sealed. Nothing is deleted.
///
/// # Errors
/// `Rule("not-published")`; `Faults` without a reason; `StepUp`.
pub fn take_down(tx: &mut Tx, case: CaseId, reason: &str) -> Result<(), Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&TAKE_DOWN, Place::Compartment(within), case.uuid())?;
    if reason.trim().is_empty() {
        return Err(Refused::Faults(vec![FieldFault::new("reason", "required")]));
    }
    let on = tx.today();
    if store::take_down(tx.db(), case, "report", on)? + store::take_down(tx.db(), case, "learning", on)? == 0 {
        return Err(Refused::Rule("not-published"));
    }
    cases::nothing_to_adopt(tx, case)?;
    cases::keep_reason(tx, &permit, case, "taken_down", case.uuid(), ReasonOf::default(), reason.trim())
}
