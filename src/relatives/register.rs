//! Registering a relative with a contact plan, and letting them in.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use form::{Answers, FormDef, Partial};
use serde::Serialize;
use serde_json::Value;

use super::card;
use super::place;
use super::store::{self, Found};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Access, Member, Written};
use crate::forms::{self, Saved, sheet};
use crate::ids::{CaseId, CompartmentId, ItemId, MembershipId, RelativeId};
use crate::names::Reason;
use crate::notices::{self, Delivery};
use crate::people;
use crate::settings::{self, Profile};
use crate::tx::{Entry, FieldFault, Permit, Place, Refused, Tx};

/// The longest a guardian is let in, in days: eighteen years.
const MOST_DAYS: i64 = 6_575;

/// Who registers a relative, and becomes their named contact.
pub static REGISTER: Act = Act { name: "relative.register", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
static WRITE_PLAN: Act = Act { name: "relative.plan.first", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };
/// Who lets a relative or a supporter in.
pub static ADD_MEMBER: Act = Act { name: "relative.add_member", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };
/// Who freezes a relative's place: it stays readable, nothing new is placed, no notice says why (`workflow.md` section 7).
pub static FREEZE: Act = Act { name: "relative.freeze", within: Kind::Kin, by: &[Role::Coordinator], step_up: false };

sheet!(/// The contact plan (5.11).
    PLAN, "contact-plan" in Kin, "relative.plan", read [Coordinator, Relative], write [Coordinator, Relative], once true, asked wishes_offered, narrowed own_part, rules plan_holds, then plan_saved);
sheet!(/// A relative's own words (5.12); the contact may write down what is told. Where relatives are informed only, nobody asks for words; who
    /// tells something all the same is heard.
    INPUT, "relative-input" in Kin, "relative.words", read [Coordinator, Relative, Supporter], write [Relative, Supporter, Coordinator], asked words_asked);
sheet!(/// A relative's own chronology entries.
    ENTRY, "chronology-entry" in Kin, "relative.entry", read [Coordinator, Relative, Supporter], write [Relative, Supporter, Coordinator], then entry_saved, removed before_placing);

/// Wishes that the variant can't fulfil are not offered: who reads no draft is not asked whether they want to.
fn without_draft(profile: &Profile, plan: FormDef) -> FormDef {
    if profile.relatives.read_draft() { plan } else { plan.without_options("wants", &["read_draft", "comment"]) }
}

fn wishes_offered(tx: &mut Tx, within: CompartmentId, plan: FormDef) -> Result<FormDef, Refused> {
    Ok(without_draft(&cases::profile_of_place(tx, within)?, plan))
}

/// Of the plan a relative changes what is theirs to say, asked in their own words; what the contact answers for, such as how the identity was
/// checked, stays.
const OWN_PLAN: &str = "contact-plan-own";

fn own_part(tx: &mut Tx, within: CompartmentId, plan: FormDef) -> Result<FormDef, Refused> {
    if tx.session()?.role != Some(Role::Relative) {
        return Ok(plan);
    }
    let own = without_draft(&cases::profile_of_place(tx, within)?, forms::definition(tx, OWN_PLAN)?);
    Ok(FormDef { id: plan.id, version: plan.version, ..own })
}

/// A relative is asked again on a day that is still to come. One that stood in the plan and has passed since stays until it is changed.
fn asked_again_later(tx: &mut Tx, within: CompartmentId, plan: &Answers) -> Result<(), Refused> {
    let day = again_on(plan);
    if day.is_some_and(|day| day < tx.today()) && store::again_on(tx.db(), within)? != day {
        return Err(Refused::Faults(vec![FieldFault::new("again_on", "in-the-past")]));
    }
    Ok(())
}

/// What a plan must hold to, beside its form. Whether somebody is under age is their contact's to say: a relative who changes the rest is not held up.
fn plan_holds(tx: &mut Tx, within: CompartmentId, plan: &Answers) -> Result<(), Refused> {
    asked_again_later(tx, within, plan)?;
    if tx.session()?.role == Some(Role::Relative) { Ok(()) } else { age_fits(plan, tx.today()) }
}

/// When one may ask again, as a plan says.
fn again_on(plan: &Answers) -> Option<NaiveDate> {
    forms::date_of(plan, "again_on")
}

/// The contact plan as a relative of a case is asked it, before they have a place of their own.
///
/// # Errors
/// `NotFound`.
pub fn plan_form(tx: &mut Tx, case: CaseId) -> Result<FormDef, Refused> {
    let (profile, _) = cases::profile_and_language(tx, case)?;
    Ok(without_draft(&profile, forms::definition(tx, PLAN.form)?))
}

/// Where the variant gives nobody's own name, relatives are not asked for one (`workflow.md` section 6).
fn words_asked(tx: &mut Tx, within: CompartmentId, words: FormDef) -> Result<FormDef, Refused> {
    let chosen = cases::profile_of_place(tx, within)?.naming == settings::Naming::RelativesChoose;
    Ok(if chosen { words } else { words.without_part("naming") })
}

/// The contact, who writes down what is told, knows when the victim died; a relative is not corrected by a form.
fn entry_saved(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    forms::have_been(tx, &saved.answers, &["when"])?;
    let Some(case) = permit.case().filter(|_| permit.role() == Role::Coordinator) else { return Ok(()) };
    let died = cases::died_on(tx, case)?.and_then(|day| Partial::parse(&day));
    forms::before_death(&saved.answers, died)
}

/// What lies with the panel stays; before that, the relative takes away any entry of theirs, and others what they wrote down themselves.
fn before_placing(tx: &mut Tx, permit: &Permit, item: ItemId) -> Result<(), Refused> {
    let hat = tx.hat()?;
    let listed = compartments::list(tx, permit, ENTRY.form, None)?.into_iter().find(|listed| listed.id == item).ok_or(Refused::NotFound)?;
    if permit.role() != Role::Relative && listed.author != hat {
        return Err(Refused::NotYours);
    }
    if place::is_placed(tx, permit, item)? { Err(Refused::Rule("placed-stays")) } else { Ok(()) }
}

fn plan_saved(tx: &mut Tx, permit: &Permit, saved: &Saved) -> Result<(), Refused> {
    let case = permit.case().ok_or(Refused::NotFound)?;
    for field in ["person", "guardian"] {
        if let Some(person) = saved.answers.get(field) {
            cases::place_person(tx, case, Reason::Relative, person)?;
        }
    }
    match saved.answers.get("supporter").and_then(|supporter| supporter.get("person")) {
        Some(person) => cases::place_person(tx, case, Reason::Relative, person)?,
        None => {}
    }
    let within = permit.compartment()?;
    let nothing = saved.answers.get("wants").and_then(Value::as_array).is_some_and(|wants| wants.iter().any(|want| want == "nothing"));
    store::set_wants_nothing(tx.db(), within, nothing)?;
    let members = compartments::members(tx, within)?;
    for member in members.into_iter().filter(|member| member.role.of_relatives()) {
        keep_delivery(tx, within, member.membership, &saved.answers)?;
        if member.role == Role::Supporter && member.access != scope(&saved.answers) {
            compartments::set_access(tx, within, member.membership, scope(&saved.answers))?;
        }
    }
    Ok(())
}

/// How far a relative lets a supporter reach: reading, unless the plan says writing.
pub(super) fn scope(plan: &Answers) -> Access {
    let writes = plan.get("supporter").and_then(|supporter| supporter.get("scope")).and_then(Value::as_str) == Some("write");
    if writes { Access::Full } else { Access::Read }
}

/// The rules for messages go where the worker can keep them: channel, hours, days, language; nothing else of the plan (ruling 8).
///
/// Who paused or stopped gets no message by any way, until they go on.
fn keep_delivery(tx: &mut Tx, within: CompartmentId, hat: MembershipId, plan: &Answers) -> Result<(), Refused> {
    let rules = if store::is_held(tx.db(), within)? { Delivery::default() } else { Delivery::of_plan(plan) };
    let plain = serde_json::to_vec(&rules).map_err(|why| Refused::Internal(why.to_string()))?;
    let sealed = tx.parts().installation.seal_account(Delivery::DOMAIN, &hat.bytes(), &plain, &mut rand::rng());
    store::keep_delivery(tx.db(), hat, within, &sealed)
}

/// Keeps the rules for messages anew for everybody of a relative's place: after they paused, stopped or went on.
pub(super) fn keep_deliveries(tx: &mut Tx, permit: &Permit) -> Result<(), Refused> {
    let (within, plan) = (permit.compartment()?, plan_of(tx, permit)?);
    for member in compartments::members(tx, within)?.into_iter().filter(|member| member.role.of_relatives()) {
        keep_delivery(tx, within, member.membership, &plan)?;
    }
    Ok(())
}

/// Saves the contact plan anew, with what follows from it.
pub(super) fn plan_changed(tx: &mut Tx, permit: &Permit, plan: &Answers) -> Result<(), Refused> {
    let Some(listed) = compartments::list(tx, permit, "contact-plan", None)?.pop() else { return Ok(()) };
    let version = forms::definition(tx, "contact-plan")?.version;
    let written = Written { kind: "contact-plan", subject: listed.subject, form_version: &version, ground: "consent", complete: listed.complete };
    let now = compartments::save(tx, permit, listed.id, listed.version, &written, plan)?;
    plan_saved(tx, permit, &Saved { id: listed.id, version: now, complete: listed.complete, missing: vec![], answers: plan.clone(), subject: None })
}

/// The contact plan as it stands.
pub(super) fn plan_of(tx: &mut Tx, permit: &Permit) -> Result<Answers, Refused> {
    Ok(match compartments::list(tx, permit, "contact-plan", None)?.pop() {
        Some(listed) => compartments::open::<Answers>(tx, permit, listed.id)?.body,
        None => Answers::new(),
    })
}

/// Registers a relative: their compartment is born in the contact's session.
///
/// # Errors
/// `Faults` for an incomplete plan, for a day to ask again that has passed, and for a day of birth of nobody under age.
pub fn register(tx: &mut Tx, case: CaseId, plan: &Answers) -> Result<(RelativeId, CompartmentId), Refused> {
    tx.permit(&REGISTER, Place::Case(case), case.uuid())?;
    let asked = plan_form(tx, case)?;
    let answers = forms::whole_against(tx, &asked, plan)?;
    let hat = tx.hat()?;
    let made = compartments::create(tx, Kind::Kin, Some(case), Role::Coordinator)?;
    let found = Found { id: RelativeId::new(), case, compartment: made.id, contact: hat, state: "active".into(), withdrawn_at: None, held: None, wants_nothing: false };
    let again = again_on(&answers);
    if again.is_some_and(|day| day < tx.today()) {
        return Err(Refused::Faults(vec![FieldFault::new("again_on", "in-the-past")]));
    }
    age_fits(&answers, tx.today())?;
    store::insert(tx.db(), &found, again)?;
    // Who stands in for the coordinator stands in for the named contact, from birth (ruling 4).
    for (deputy, until) in cases::deputies(tx, case)?.into_iter().filter(|(deputy, _)| *deputy != hat) {
        compartments::add_member(tx, made.id, &Member { membership: deputy, role: Role::Coordinator, access: Access::Full, deputy: true, until })?;
    }
    let permit = tx.permit(&WRITE_PLAN, Place::Compartment(made.id), found.id.uuid())?;
    let version = forms::definition(tx, "contact-plan")?.version;
    let written = Written { kind: "contact-plan", subject: Some(found.id.uuid()), form_version: &version, ground: "consent", complete: true };
    let item: ItemId = compartments::put(tx, &permit, &written, &answers)?;
    plan_saved(tx, &permit, &Saved { id: item, version: 1, complete: true, missing: vec![], answers, subject: None })?;
    Ok((found.id, made.id))
}

/// The end of a guardian's last day: the day before a child turns sixteen or eighteen.
fn last_moment(tx: &Tx, day: NaiveDate) -> Result<DateTime<Utc>, Refused> {
    let (today, latest) = (tx.today(), tx.today() + chrono::Duration::days(MOST_DAYS));
    if day < today {
        return Err(Refused::Faults(vec![FieldFault::new("until", "in-the-past")]));
    }
    if day > latest {
        return Err(Refused::Faults(vec![FieldFault::new("until", "not-after").with_day(latest)]));
    }
    let midnight = (day + chrono::Duration::days(1)).and_time(chrono::NaiveTime::MIN).and_local_timezone(tx.session()?.zone).earliest();
    Ok(midnight.map_or_else(|| tx.now(), |at| at.with_timezone(&Utc)))
}

/// From this age on nobody has authority over somebody else.
const OF_AGE: i32 = 18;

/// Whether the plan is of somebody under age.
fn is_minor(plan: &Answers) -> bool {
    plan.get("minor").and_then(Value::as_bool) == Some(true)
}

/// The day somebody is of age: who was born on 29 February is on 1 March.
fn of_age_on(born: NaiveDate) -> NaiveDate {
    let year = born.year() + OF_AGE;
    born.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)).unwrap_or(born)
}

/// That who is said to be under age was born, and is under age.
///
/// # Errors
/// `Faults` at the day of birth, with the day it lies after.
fn age_fits(plan: &Answers, today: NaiveDate) -> Result<(), Refused> {
    let Some(born) = born_on(plan).filter(|_| is_minor(plan)) else { return Ok(()) };
    let fault = |fault: FieldFault| Err(Refused::Faults(vec![fault]));
    if born > today {
        return fault(FieldFault::new("born_on", "in-the-future"));
    }
    if of_age_on(born) <= today {
        let year = today.year() - OF_AGE;
        let after = today.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)).unwrap_or(today);
        return fault(FieldFault::new("born_on", "of-age").with_day(after));
    }
    Ok(())
}

/// That who has authority over a child is let in for no day on which it is of age.
///
/// # Errors
/// `Faults` at the last day, with the latest one that may be.
fn before_of_age(plan: &Answers, last: NaiveDate) -> Result<(), Refused> {
    match born_on(plan).filter(|_| is_minor(plan)).map(of_age_on) {
        Some(of_age) if last >= of_age => Err(Refused::Faults(vec![FieldFault::new("until", "of-age-then").with_day(of_age.pred_opt().unwrap_or(of_age))])),
        _ => Ok(()),
    }
}

/// That the age of a child is told before anybody is let in, in whatever role.
///
/// # Errors
/// `Rule("age-first")` where nobody said when a child was born.
fn age_told(plan: &Answers) -> Result<(), Refused> {
    if is_minor(plan) && born_on(plan).is_none() { Err(Refused::Rule("age-first")) } else { Ok(()) }
}

/// That no code is made out to the name of a child below the age, in whatever role: who has authority, or helps, is let in under their own.
///
/// # Errors
/// `Rule("age-first")` and `Rule("too-young")` for the child's own name.
pub(super) fn not_the_child(tx: &Tx, plan: &Answers, called: &str) -> Result<(), Refused> {
    no_code_for(plan, called, tx.today(), tx.parts().config.intake.own_account_from)
}

fn no_code_for(plan: &Answers, called: &str, today: NaiveDate, from: u32) -> Result<(), Refused> {
    if !card::is_called(plan, called) {
        return Ok(());
    }
    age_told(plan)?;
    if is_under(plan, today, from) { Err(Refused::Rule("too-young")) } else { Ok(()) }
}

/// Whether somebody may be let in as the relative: a child below the age has no account of their own (`ux.md` section 5.6), and who has authority over
/// them is let in until a day before they are of age.
///
/// # Errors
/// `Rule("age-first")` where nobody said how old a child is; `Rule("too-young")`; `Faults` for a last day on which the child is of age.
fn old_enough(plan: &Answers, until: Option<NaiveDate>, today: NaiveDate, from: u32) -> Result<(), Refused> {
    age_told(plan)?;
    match until {
        None if is_under(plan, today, from) => Err(Refused::Rule("too-young")),
        Some(last) => before_of_age(plan, last),
        None => Ok(()),
    }
}

/// The day somebody under age was born, where the plan tells it.
fn born_on(plan: &Answers) -> Option<NaiveDate> {
    forms::date_of(plan, "born_on")
}

/// Whether a plan is of a child who has no account of their own yet.
fn is_under(plan: &Answers, today: NaiveDate, from: u32) -> bool {
    is_minor(plan) && born_on(plan).is_some_and(|born| today.years_since(born).is_none_or(|years| years < from))
}

/// Lets the relative, or a supporter they chose, in; a guardian until a day (`workflow.md` section 7). Let in again, it is until another
/// day. A supporter reads, and writes only where the plan says so.
///
/// # Errors
/// `Rule("conflict-of-interest")` for somebody who takes part in the case otherwise; `Rule("age-first")` and `Rule("too-young")` for a child; `Faults` for
/// a day that has passed, or on which the child is of age; `NotFound`.
pub fn add_member(tx: &mut Tx, id: RelativeId, hat: MembershipId, role: Role, until: Option<NaiveDate>) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&ADD_MEMBER, Place::Compartment(found.compartment), hat.uuid())?;
    if !role.of_relatives() {
        return Err(Refused::NotFound);
    }
    if cases::conflicted(tx, found.case, hat)? {
        return Err(Refused::Rule("conflict-of-interest"));
    }
    let (last, until) = (until, until.map(|day| last_moment(tx, day)).transpose()?);
    let plan = plan_of(tx, &permit)?;
    age_told(&plan)?;
    if role == Role::Relative {
        old_enough(&plan, last, tx.today(), tx.parts().config.intake.own_account_from)?;
    }
    let called = people::name_of(tx, hat)?;
    not_the_child(tx, &plan, &called)?;
    let access = if role == Role::Supporter { scope(&plan) } else { Access::Full };
    compartments::add_member(tx, found.compartment, &Member { membership: hat, role, access, deputy: false, until })?;
    keep_delivery(tx, found.compartment, hat, &plan)?;
    notices::tell(tx, hat, notices::Kind::Placed, None, None)
}

/// Sets the last day of somebody who is in already: a guardian of a child who will turn sixteen or eighteen.
///
/// # Errors
/// `NotFound` for who does not belong here as a relative or supporter; as [`add_member`].
pub fn set_until(tx: &mut Tx, id: RelativeId, hat: MembershipId, until: NaiveDate) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&ADD_MEMBER, Place::Compartment(found.compartment), hat.uuid())?;
    let member = compartments::members(tx, found.compartment)?.into_iter().find(|member| member.membership == hat && member.role.of_relatives()).ok_or(Refused::NotFound)?;
    let (last, until) = (until, last_moment(tx, until)?);
    if member.role == Role::Relative {
        before_of_age(&plan_of(tx, &permit)?, last)?;
    }
    compartments::name_member(tx, found.compartment, &Member { until: Some(until), ..member })
}

/// Freezes or thaws a relative's place.
///
/// # Errors
/// `NotFound`.
pub fn freeze(tx: &mut Tx, id: RelativeId, frozen: bool) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    tx.permit(&FREEZE, Place::Compartment(found.compartment), id.uuid())?;
    let now = tx.now();
    compartments::set_frozen(tx, found.compartment, frozen.then_some(now))?;
    store::set_state(tx.db(), id, if frozen { "frozen" } else { "active" })
}

/// A relative's place, as its members see it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mine {
    /// Id.
    pub id: RelativeId,
    /// The case: for the named contact only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Its compartment.
    pub compartment: CompartmentId,
    /// Whether it is active. A relative is not told that it is frozen.
    pub state: String,
    /// When the relative took back that their words are used.
    pub withdrawn_at: Option<chrono::DateTime<chrono::Utc>>,
    /// `paused` or `stopped`, as the relative chose; none while they take part.
    pub held: Option<String>,
    /// Whether the contact plan says that they want nothing.
    pub wants_nothing: bool,
}

/// The places the hat worn belongs to: a relative's own, or those a coordinator is contact of.
///
/// # Errors
/// `NoSession`.
pub fn mine(tx: &mut Tx) -> Result<Vec<Mine>, Refused> {
    let (hat, relative) = (tx.hat()?, tx.session()?.role.is_some_and(Role::of_relatives));
    tx.note(Entry::done("relative.list"));
    Ok(store::list(tx.db(), hat)?.into_iter().map(|found| Mine {
        id: found.id, case: (!relative).then_some(found.case), compartment: found.compartment, state: if relative { "active".into() } else { found.state }, withdrawn_at: found.withdrawn_at, held: found.held, wants_nothing: found.wants_nothing,
    }).collect())
}

/// How many relatives of a case the caller is the contact of.
///
/// # Errors
/// Database errors only; others count none.
pub fn count(tx: &mut Tx, case: CaseId) -> Result<i64, Refused> {
    tx.note(Entry::done("relative.list").of_case(case));
    store::count(tx.db(), case)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_has_an_account_from_its_birthday_on_and_a_guardian_until_it_is_of_age() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let plan = |value: serde_json::Value| value.as_object().cloned().unwrap();
        let child = |born: &str| plan(serde_json::json!({ "minor": true, "born_on": born }));
        let today = day("2026-11-27");
        let asked = |plan: &Answers, until: Option<&str>| old_enough(plan, until.map(day), today, 16);
        assert!(asked(&plan(serde_json::json!({})), None).is_ok() && asked(&plan(serde_json::json!({ "minor": false })), None).is_ok());
        assert!(matches!(asked(&plan(serde_json::json!({ "minor": true })), None), Err(Refused::Rule("age-first"))));
        assert!(matches!(asked(&plan(serde_json::json!({ "minor": true })), Some("2027-05-01")), Err(Refused::Rule("age-first"))), "a last day tells no age");
        assert!(asked(&child("2010-11-27"), None).is_ok());
        // One day too young; born in days to come is no age.
        for born in ["2010-11-28", "2030-01-01"] {
            assert!(matches!(asked(&child(born), None), Err(Refused::Rule("too-young"))), "{born}");
        }
        assert!(asked(&child("2015-03-02"), Some("2033-03-01")).is_ok());
        assert_eq!(told(asked(&child("2015-03-02"), Some("2033-03-02"))), Some(("until".into(), "of-age-then".into(), "2033-03-01".into())));
        // Born on a leap day: of age on the first of March.
        assert!(asked(&child("2012-02-29"), Some("2030-02-28")).is_ok());
        assert_eq!(told(asked(&child("2012-02-29"), Some("2030-03-01"))), Some(("until".into(), "of-age-then".into(), "2030-02-28".into())));
    }

    #[test]
    fn the_name_of_a_child_gets_no_code_below_the_age_and_others_do() {
        let today = "2026-11-27".parse::<NaiveDate>().unwrap();
        let tried = |called: &str, mut plan: serde_json::Value| {
            plan["person"] = serde_json::json!({ "name": "Kim Hoekstra" });
            no_code_for(plan.as_object().unwrap(), called, today, 16)
        };
        let child = |born: &str| serde_json::json!({ "minor": true, "born_on": born });
        assert!(matches!(tried("HOEKSTRA, Kim", child("2012-01-01")), Err(Refused::Rule("too-young"))));
        assert!(matches!(tried("Kim Hoekstra", serde_json::json!({ "minor": true })), Err(Refused::Rule("age-first"))));
        assert!(tried("Fenna Hoekstra", child("2012-01-01")).is_ok() && tried("Kim Hoekstra", child("2010-11-27")).is_ok() && tried("Kim Hoekstra", serde_json::json!({})).is_ok());
    }

    /// Field, rule and day of the one fault.
    fn told(outcome: Result<(), Refused>) -> Option<(String, String, String)> {
        let Err(Refused::Faults(faults)) = outcome else { return None };
        faults.into_iter().next().map(|fault| (fault.field, fault.rule, fault.words.into_iter().map(|(_, value)| value).collect()))
    }

    #[test]
    fn who_is_said_to_be_under_age_was_born_and_is_under_age() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let fits = |minor: bool, born: &str, today: &str| told(age_fits(&serde_json::json!({ "minor": minor, "born_on": born }).as_object().cloned().unwrap(), day(today)));
        for born in ["2026-11-27", "2008-11-28", "2015-03-02"] {
            assert_eq!(fits(true, born, "2026-11-27"), None, "{born}");
        }
        assert_eq!(fits(true, "2026-11-28", "2026-11-27"), Some(("born_on".into(), "in-the-future".into(), String::new())));
        for born in ["2008-11-27", "1980-01-01"] {
            assert_eq!(fits(true, born, "2026-11-27"), Some(("born_on".into(), "of-age".into(), "2008-11-27".into())), "{born}");
            assert_eq!(fits(false, born, "2026-11-27"), None, "nobody said so");
        }
        // The day told does not fit, the next one does, on a leap day too.
        assert_eq!(fits(true, "2010-02-28", "2028-02-29").map(|(.., day)| day), Some("2010-02-28".into()));
        assert_eq!((fits(true, "2010-03-01", "2028-02-29"), fits(true, "2012-02-29", "2030-02-28")), (None, None));
    }
}
