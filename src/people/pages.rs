//! The pages of people: the list, inviting, confirming.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::letter::{To, letter_page};
use super::{CONFIRM, END, ENDED_BECAUSE, HangsOn, INVITE, Invitation, Listed, RECALL};
use crate::access::Role;
use crate::compartments;
use crate::http::{Posted, Problem, Routes, Shell, Who, page, page_or_refused, see_other};
use crate::ids::MembershipId;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/people", "Who belongs to the bureau", people);
    routes.act("POST", "/people/invite", &INVITE, "Invites somebody; the page shows the code once", invite);
    routes.act("POST", "/people/confirm", &CONFIRM, "Confirms a content role", confirm);
    routes.act("POST", "/people/recall", &RECALL, "Recalls an invitation", recall);
    routes.act("POST", "/people/end", &END, "Says what hangs on a hat, and ends it with a reason", end);
    routes.own("GET", "/recovery", "The bureau's recovery key", recovery);
    routes.act("POST", "/recovery", &compartments::ESTABLISH, "Makes the bureau's recovery key", establish);
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage {
    shell: Shell,
    /// The text above the list: of a bureau, of an organisation, or of the nation.
    caption: &'static str,
    people: Vec<Listed>,
    may_invite: Vec<&'static str>,
    may_confirm: bool,
    /// Whether they would confirm, were they no administrator as well.
    administers: bool,
    /// Officers are confirmed by officers alone.
    may_confirm_officers: bool,
    may_end: bool,
    may_recall: bool,
    /// How many recovery officers there are, where there is a recovery key and they are too few for it; for the administrator.
    few_officers: Option<i64>,
}

/// The roles an inviter chooses from; the policy decides (`hats_invited`). Those of the nation in a bureau for practice only, and in the nation.
fn invites(role: Option<Role>, plays_the_nation: bool) -> Vec<&'static str> {
    match role {
        Some(Role::Administrator) => {
            let all = ["CO", "CH", "PM", "SE", "CD", "RM", "QA", "RS", "RC", "OC", "NC", "RP", "TA"];
            all.into_iter().filter(|code| plays_the_nation || !Role::from_code(code).is_some_and(Role::of_the_nation)).collect()
        }
        Some(Role::Contact) => vec!["AU", "AP"],
        _ => vec![],
    }
}

async fn people(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let ((name, people, recovery, administers), session) = app.run_as(who.caller(), |tx| -> Result<_, Refused> {
        tx.for_professionals()?;
        let (bureau, role) = (tx.session()?.bureau, tx.session()?.role);
        let recovery = match (bureau, role) {
            // Who became an officer after the key was made holds no share of it.
            (Some(bureau), Some(Role::Administrator)) if compartments::is_established(tx, bureau)? => Some(super::end::officers_holding(tx)?),
            _ => None,
        };
        Ok((tx.own_name()?, super::list(tx)?, recovery, super::confirm::administers(tx)?))
    }).await?;
    let confirms = session.role.is_some_and(|role| CONFIRM.allows(role));
    // Whom the nation's officers confirm belongs to a bureau, which stands beside the name.
    let of_bureaus = people.iter().any(|one| one.role == Role::RecoveryOfficer.code() && !one.organisation_name.is_empty());
    page(&ListPage {
        few_officers: recovery.filter(|holding| *holding < FEWEST_OFFICERS),
        may_invite: invites(session.role, session.practice || session.bureau.is_none()), may_confirm: confirms && !administers, administers: confirms && administers, may_confirm_officers: session.role == Some(Role::RecoveryOfficer), may_end: session.role == Some(Role::Administrator),
        may_recall: session.role.is_some_and(|role| RECALL.allows(role)),
        caption: match (session.organisation, session.bureau) {
            (Some(_), _) => "people-caption-organisation",
            (None, Some(_)) => "people-caption",
            (None, None) if session.membership.is_none() => "people-caption-own",
            (None, None) if of_bureaus => "people-caption-nation-officers",
            (None, None) => "people-caption-nation",
        },
        shell: Shell::of(&who, &session, name, who.words.t("menu-people")), people,
    })
}

async fn invite(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let role = Role::from_code(form.get("role")).ok_or_else(|| Problem::new(422, "faults").at("role", "not-an-option"))?;
    let invited = form.some("name").ok_or_else(|| Problem::new(422, "faults").at("name", "required"))?;
    let (_, session) = app.run_as(who.caller(), |tx| tx.own_name()).await?;
    let second = form.some("second");
    let made = super::invite(&app, who.caller(), Invitation { role, name: invited.clone(), organisation: session.organisation, second: second.clone() }).await?;
    letter_page(&app, &who, &made, To { role, name: invited, address: vec![], second, back: "/people".into() }).await
}

async fn confirm(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let hat = form.get("hat").parse().map_err(|_| Refused::NotFound)?;
    app.run(who.caller(), move |tx| super::confirm(tx, hat)).await?;
    Ok(see_other("/people"))
}

async fn recall(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let hat = form.get("hat").parse().map_err(|_| Refused::NotFound)?;
    app.run(who.caller(), move |tx| super::recall(tx, hat)).await?;
    Ok(see_other("/people"))
}

/// The page before somebody's role, or their part in a case, ends.
#[derive(Template)]
#[template(path = "people/end.html")]
pub struct EndPage {
    /// The frame.
    pub shell: Shell,
    /// What hangs on it, and what becomes of that.
    pub says: Vec<String>,
    /// What stands in the way; empty where nothing does.
    pub warns: Vec<String>,
    /// Where it is posted.
    pub action: String,
    /// The hat.
    pub hat: MembershipId,
    /// The reasons to choose from; none where it is told in words.
    pub because: Vec<&'static str>,
    /// Whether a reason in words is asked.
    pub words: bool,
    /// Whether the reason was told before, by the person themself.
    pub answered: bool,
    /// Whether it takes a second tick.
    pub at_once: bool,
    /// Whether it can be done at all.
    pub may: bool,
    /// What lacked when it was sent: where, and what to do.
    pub faults: Vec<(String, String)>,
    /// The reason that was chosen then.
    pub chosen: String,
    /// The reason that was typed then.
    pub typed: String,
    /// The page it came from.
    pub back: String,
}

/// Recovery asks for three to five officers (`security.md` section 4).
const FEWEST_OFFICERS: i64 = 3;

/// What hangs on a hat, in words.
fn told(w: &crate::texts::Words, found: &HangsOn) -> Vec<String> {
    let counted = |key: &str, count: i64| (count > 0).then(|| w.a(key, "count", count));
    let mut says: Vec<String> = [counted("ends-led", found.led), counted("ends-parts", found.parts), counted("ends-relatives", found.relatives)].into_iter().flatten().collect();
    if says.is_empty() {
        says.push(w.t("ends-nothing"));
    }
    if found.role == "RP" {
        says.push(w.a(if found.recovery && found.officers < FEWEST_OFFICERS { "ends-officers-few" } else { "ends-officers" }, "count", found.officers));
    }
    says
}

async fn end(app: Data<App>, who: Who, form: Posted) -> Result<HttpResponse, Problem> {
    let hat: MembershipId = form.get("hat").parse().map_err(|_| Refused::NotFound)?;
    let (w, chosen) = (who.words, form.get("because").to_owned());
    let mut faults: Vec<(String, String)> = vec![];
    if form.get("_sure") == "true" {
        let (because, at_once) = (chosen.clone(), form.get("at_once") == "true");
        match app.run(who.caller(), move |tx| super::end(tx, hat, &because, at_once)).await {
            Ok(()) => return Ok(see_other("/people")),
            // What lacks is told on the page where it can be given.
            Err(Refused::Faults(told)) => faults.extend(told.iter().map(|fault| (format!("#bc-{}", ENDED_BECAUSE[0]), format!("{} {}", w.t("ends-why"), fault.text(&w))))),
            Err(Refused::Rule("last-officers")) => faults.push(("#main".into(), w.t("problem-last-officers"))),
            Err(Refused::Rule("ends-alone")) => faults.push(("#at_once".into(), w.t("problem-ends-alone"))),
            Err(why) => return Err(why.into()),
        }
    }
    let ((name, found, ended), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        let found = super::hangs_on(tx, hat)?;
        Ok((tx.own_name()?, found, super::name_of(tx, hat)?))
    }).await?;
    let title = w.with("ends-title", &[("name", &ended), ("role", &w.t(&format!("role-{}", found.role)))]);
    let mut warns = vec![];
    if found.last() {
        warns.push(w.t("problem-last-administrator"));
    } else if found.alone() {
        warns.extend([("ends-rooms-alone", found.rooms_alone), ("ends-relatives-alone", found.relatives_alone)].into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| w.a(key, "count", count)));
        warns.push(w.t("ends-alone-hand-over"));
    }
    let refused = !faults.is_empty();
    page_or_refused(&EndPage {
        says: told(&w, &found), warns, faults, chosen, typed: String::new(), action: "/people/end".into(), hat, because: ENDED_BECAUSE.to_vec(), words: false, answered: false, at_once: found.alone(), may: !found.last(), back: "/people".into(),
        shell: Shell::of(&who, &session, name, title).under([("/people".to_owned(), w.t("menu-people"))]),
    }, refused)
}

#[derive(Template)]
#[template(path = "people/recovery.html")]
struct RecoveryPage {
    shell: Shell,
    /// Whether there is a recovery key, and enough officers for it.
    established: bool,
    few: bool,
    officers: i64,
}

async fn recovery(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let (found, session) = app.run_as(who.caller(), |tx| -> Result<_, Refused> {
        let Some(bureau) = tx.session()?.bureau else { return Ok(None) };
        let established = compartments::is_established(tx, bureau)?;
        let there = i64::try_from(super::list(tx)?.into_iter().filter(|person| person.role == "RP" && person.state == "active").count()).unwrap_or_default();
        Ok(Some((tx.own_name()?, established, if established { super::end::officers_holding(tx)? } else { there })))
    }).await?;
    // The nation has no recovery key of its own: its officers confirm who has a role of the nation.
    let Some((name, established, officers)) = found else { return Ok(see_other("/people")) };
    page(&RecoveryPage { few: established && officers < FEWEST_OFFICERS, shell: Shell::of(&who, &session, name, who.words.t("menu-recovery")), established, officers })
}

async fn establish(app: Data<App>, who: Who, _form: Posted) -> Result<HttpResponse, Problem> {
    app.run(who.caller(), compartments::establish).await?;
    Ok(see_other("/recovery"))
}
