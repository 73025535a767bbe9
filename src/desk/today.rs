//! Today: what is ready for me, which of my cases have a term.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;
use chrono::NaiveDate;

use super::aside::away;
use crate::access::Role;
use crate::cases::{self, Filter, Listed};
use crate::http::{Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::CaseId;
use crate::notices::{self, Folded};
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/today", "What is ready, and which cases have a term", today);
    routes.own("GET", "/admin", "Leads to the people of the bureau", admin);
}

/// A case on the list of today.
struct Item {
    case: Listed,
    /// Last day, in words.
    due: String,
    /// How far away that is.
    away: String,
    late: bool,
    /// Whether it is the turn of who looks.
    own: bool,
}

/// How many lines of unread notices the page of today shows.
const SHOWN: usize = 8;

#[derive(Template)]
#[template(path = "desk/today.html")]
struct TodayPage {
    shell: Shell,
    notices: Vec<(Folded, String)>,
    /// Key of the heading, and its cases: past their term, due within seven days, later.
    groups: Vec<(&'static str, Vec<Item>)>,
    /// Cases in which nothing is due.
    quiet: Vec<Listed>,
    /// The first case that waits for who looks.
    first: Option<(CaseId, String)>,
    may_notify: bool,
    /// Cases in which somebody who was asked told of an interest, or said no.
    answers: Vec<(CaseId, String)>,
}

/// The heading a day falls under.
fn group_of(due: NaiveDate, today: NaiveDate) -> &'static str {
    match (due - today).num_days() {
        days if days < 0 => "group-late",
        days if days <= 7 => "group-week",
        _ => "group-later",
    }
}

async fn today(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let ((notices, cases, own, today, answers), shell, session) = framed(&app, &who, |_, _| words.t("menu-today"), |tx| -> Result<_, Refused> {
        tx.hat()?;
        tx.for_professionals()?;
        let cases = cases::list(tx, &Filter { mine: true, ..Filter::default() })?;
        let own = cases::own_terms(tx, &cases.iter().map(|case| case.id).collect::<Vec<_>>())?;
        Ok((notices::mine(tx)?, cases, own, tx.today(), cases::open_answers(tx)?))
    }).await?;
    let unread = notices.into_iter().filter(|notice| !notice.read).collect();
    let notices = notices::fold(unread, &session.zone).into_iter().take(SHOWN).map(|line| { let at = shell.w.moment(&line.latest.at, &session.zone); (line, at) }).collect();
    let role = session.role.map(Role::code);
    let (mut due, mut quiet): (Vec<(NaiveDate, Listed)>, Vec<Listed>) = (vec![], vec![]);
    // One line for each task of one's own; a case in which it is another's turn has one line, with the first day that is due.
    for case in cases {
        let tasks: Vec<_> = own.iter().filter(|(id, ..)| *id == case.id).collect();
        for (_, day, what) in &tasks {
            due.push((*day, Listed { due: Some(*day), due_what: Some(what.clone()), must_act: role.map(str::to_owned), ..case.clone() }));
        }
        if !tasks.is_empty() {
            continue;
        }
        match case.due {
            Some(day) => due.push((day, case)),
            None => quiet.push(case),
        }
    }
    due.sort_by_key(|(day, _)| *day);
    let first = due.iter().find(|(_, case)| case.must_act.as_deref() == role).map(|(_, case)| (case.id, case.number.clone()));
    let mut groups: Vec<(&'static str, Vec<Item>)> = ["group-late", "group-week", "group-later"].map(|key| (key, vec![])).into();
    for (day, case) in due {
        let item = Item { due: shell.w.day(&day), away: away(day, today, &shell.w), late: day < today, own: case.must_act.as_deref() == role, case };
        if let Some((_, items)) = groups.iter_mut().find(|(key, _)| *key == group_of(day, today)) {
            items.push(item);
        }
    }
    groups.retain(|(_, items)| !items.is_empty());
    page(&TodayPage { may_notify: session.role == Some(Role::Coordinator), shell, notices, groups, quiet, first, answers })
}

async fn admin() -> HttpResponse {
    see_other("/people")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_falls_under_its_heading() {
        let today: NaiveDate = "2026-11-26".parse().unwrap();
        let of = |day: &str| group_of(day.parse().unwrap(), today);
        assert_eq!([of("2026-11-25"), of("2026-11-26"), of("2026-12-03"), of("2026-12-04")], ["group-late", "group-week", "group-week", "group-later"]);
    }
}
