//! Who can read what lies in a compartment of one's own, and who has: sentences by day, reads of one day told once, and a table for
//! those who keep their own (`ux.md` section 5.9).

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::Kind;
use crate::compartments::{self, Narrowed, Seen, SeenLine};
use crate::http::{Posted, Problem, Query, Routes, Shell, Who, page, see_other};
use crate::ids::CompartmentId;
use crate::texts::Words;
use crate::tx::{App, Refused, Tx};
use crate::{reflections, relatives};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/who-saw/{compartment}", "Who has seen what lies in a compartment of one's own", who_saw);
    routes.own("GET", "/who-saw/{compartment}/ask", "The form with which one asks who it was", ask_page);
    routes.own("POST", "/who-saw/{compartment}/ask", "Asks who it was, or says that an entry is not right", ask);
    routes.own("GET", "/who-saw/{compartment}/log.csv", "The same as a table, to keep", csv);
}

/// What is shown of it, as typed.
#[derive(Deserialize, JsonSchema)]
struct Wanted {
    #[serde(default)]
    deed: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    before: Option<i64>,
    #[serde(default)]
    asked: bool,
}

/// Acts that look, though their names do not say it. A test asks every reading route of the API.
const LOOKS: [&str; 10] = [
    "relative.card", "relative.course", "relative.naming", "relative.questions", "relative.asked_to_be_told", "panel.asked_to_be_told", "reflection.copy", "reflection.find_names", "report.name_check",
    "report.versions",
];

/// Whether an act, by its name in the log, only looks: `read` is the first or the last word of what is done, as in `relative.words.read` and `passage.read_as_relative`.
pub fn looks(act: &str) -> bool {
    let done = act.rsplit('.').next().unwrap_or_default();
    done == "read" || done.starts_with("read_") || done.starts_with("view") || done.starts_with("list") || done == "preview" || LOOKS.contains(&act)
}

/// What an act comes down to for the one whose text it is.
fn deed_of(act: &str) -> &'static str {
    if act == "log.read" {
        "looked"
    } else if act.starts_with("compartment.") || ["item.granted", "member.unsigned"].contains(&act) {
        "access"
    } else if act == "search.read" {
        "searched"
    } else if looks(act) {
        "read"
    } else {
        "wrote"
    }
}

/// What an entry comes down to.
fn deed(entry: &Seen) -> &'static str {
    if entry.result == "done" { deed_of(&entry.action) } else { "refused" }
}

/// Whose entry it is: one's own, or somebody's in a role.
fn by(own: bool, role: &str, words: &Words) -> String {
    if own { words.t("saw-you") } else { words.t(&format!("role-{role}")) }
}

/// A sentence of a day: time, who, what, how often.
struct Line {
    time: String,
    who: String,
    deed: String,
    count: usize,
    /// The latest entry it stands for, for who asks about it.
    seq: i64,
    own: bool,
}

/// Lines newest first, as days with sentences.
fn by_day(lines: Vec<SeenLine>, zone: &Tz, words: &Words) -> Vec<(NaiveDate, Vec<Line>)> {
    let mut days: Vec<(NaiveDate, Vec<Line>)> = vec![];
    for line in lines {
        if days.last().is_none_or(|(day, _)| *day != line.day) {
            days.push((line.day, vec![]));
        }
        let Some((_, told)) = days.last_mut() else { continue };
        told.push(Line { time: words.time(&line.at, zone), who: by(line.own, &line.role, words), deed: line.deed, count: line.times, seq: line.seq, own: line.own });
    }
    days
}

#[derive(Template)]
#[template(path = "documents/who_saw.html")]
struct WhoSawPage {
    shell: Shell,
    within: CompartmentId,
    members: Vec<(String, usize)>,
    days: Vec<(String, Vec<Line>)>,
    deeds: Vec<(&'static str, bool)>,
    from: String,
    to: String,
    /// Where older days are shown, as a query.
    older: Option<String>,
    asked: bool,
}

async fn who_saw(app: Data<App>, who: Who, within: Path<CompartmentId>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let (within, wanted) = (within.into_inner(), wanted.into_inner());
    let narrowed = Narrowed { deed: Some(wanted.deed.clone()).filter(|deed| !deed.is_empty()), from: wanted.from.parse().ok(), to: wanted.to.parse().ok() };
    let ((name, lines, members), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        Ok((tx.own_name()?, compartments::log_in_days(tx, within, &narrowed, deed_of)?, compartments::members(tx, within)?))
    }).await?;
    let shell = Shell::of(&who, &session, name, who.words.t("who-saw"));
    let days = by_day(lines, &session.zone, &shell.w);
    // Older days are those up to the one before the last.
    let older = days.last().filter(|_| days.len() >= compartments::DAYS).and_then(|(day, _)| day.pred_opt()).map(|to| {
        serde_urlencoded::to_string([("deed", wanted.deed.as_str()), ("from", wanted.from.as_str()), ("to", to.to_string().as_str())]).unwrap_or_default()
    });
    let days = days.into_iter().map(|(day, lines)| (shell.w.day(&day), lines)).collect();
    // Who holds a key, by role: how many, never who. Names are for the contact to tell.
    let mut readers: Vec<(String, usize)> = vec![];
    for member in members.iter().filter(|member| member.access.holds_key()) {
        let role = shell.w.t(&format!("role-{}", member.role.code()));
        match readers.iter_mut().find(|(known, _)| *known == role) {
            Some((_, count)) => *count += 1,
            None => readers.push((role, 1)),
        }
    }
    let deeds = ["read", "searched", "wrote", "access", "looked", "refused"].into_iter().map(|deed| (deed, deed == wanted.deed)).collect();
    page(&WhoSawPage { shell, within, members: readers, days, deeds, from: wanted.from, to: wanted.to, older, asked: wanted.asked })
}

/// An entry as the line one asks about: day, time, who, what.
fn told(entry: &Seen, zone: &Tz, words: &Words) -> String {
    let at = words.moment(&entry.at, zone);
    format!("{at}: {} {}", words.t(&format!("role-{}", entry.role)), words.t(&format!("saw-{}", deed(entry))))
}

#[derive(Deserialize, JsonSchema)]
struct About {
    /// Left out, nothing fits: whoever asks is told as of an entry that is not there.
    #[serde(default)]
    entry: i64,
}

#[derive(Template)]
#[template(path = "documents/ask_log.html")]
struct AskPage {
    shell: Shell,
    within: CompartmentId,
    entry: i64,
    line: String,
}

/// The entry of a log of one's own.
fn entry_of(tx: &mut Tx, within: CompartmentId, seq: i64) -> Result<Seen, Refused> {
    compartments::log_of(tx, within, seq.checked_add(1))?.into_iter().next().filter(|entry| entry.seq == seq && !entry.own).ok_or(Refused::NotFound)
}

async fn ask_page(app: Data<App>, who: Who, within: Path<CompartmentId>, about: Query<About>) -> Result<HttpResponse, Problem> {
    let (within, seq) = (within.into_inner(), about.entry);
    let ((name, entry), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> { Ok((tx.own_name()?, entry_of(tx, within, seq)?)) }).await?;
    let shell = Shell::of(&who, &session, name, who.words.t("ask-about-read"));
    page(&AskPage { line: told(&entry, &session.zone, &shell.w), shell, within, entry: seq })
}

/// A relative asks their contact, an organisation those who coordinate the case.
async fn ask(app: Data<App>, who: Who, within: Path<CompartmentId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let within = within.into_inner();
    let seq: i64 = posted.get("entry").parse().map_err(|_| Refused::NotFound)?;
    let about = match posted.get("about") {
        about @ ("who" | "wrong") => about.to_owned(),
        _ => return Err(Problem::new(422, "faults").at("about", "not-an-option")),
    };
    let (said, words) = (posted.get("words").trim().to_owned(), who.words);
    app.run(who.caller(), move |tx| -> Result<(), Refused> {
        let entry = entry_of(tx, within, seq)?;
        let zone = tx.session()?.zone;
        let line = told(&entry, &zone, &words);
        match compartments::kind_of(tx, within)?.0 {
            Kind::Kin => {
                let place = relatives::mine(tx)?.into_iter().find(|place| place.compartment == within).ok_or(Refused::NotFound)?;
                relatives::ask(tx, place.id, format!("{} {line} {said}", words.t(&format!("log-about-{about}"))).trim(), true).map(drop)
            }
            Kind::Reflection => reflections::ask_log(tx, within, &about, &line, &said).map(drop),
            _ => Err(Refused::NotFound),
        }
    }).await?;
    Ok(see_other(&format!("/who-saw/{within}?asked=true")))
}

/// Every entry of a page as a line: codes for programs, and beside them who and what in the words of the page.
async fn csv(app: Data<App>, who: Who, within: Path<CompartmentId>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let (within, before, words) = (within.into_inner(), wanted.before, who.words);
    let entries = app.run(who.caller(), move |tx| compartments::log_of(tx, within, before)).await?;
    let rows: Vec<Vec<String>> = entries.iter().map(|entry| {
        let what = words.t(&format!("saw-{}", deed(entry)));
        vec![entry.seq.to_string(), entry.at.to_rfc3339(), entry.role.clone(), by(entry.own, &entry.role, &words), entry.action.clone(), what, entry.result.clone()]
    }).collect();
    let body = tabular::written(&["seq", "at", "role", "role_label", "act", "act_label", "result"].map(str::to_owned), &rows);
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header(("Content-Disposition", "attachment; filename=\"log.csv\"")).body(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    fn line(at: &str, day: &str, role: &str, deed: &str, times: usize, own: bool) -> SeenLine {
        SeenLine { seq: 1, at: at.parse().expect("a moment"), day: day.parse().expect("a day"), role: role.into(), deed: deed.into(), times, own }
    }

    #[test]
    fn days_stand_under_each_other_with_who_did_what_how_often_by_the_bureaus_clock() {
        let lines = vec![
            line("2026-11-12T23:30:00Z", "2026-11-13", "PM", "read", 1, false), line("2026-11-12T10:05:00Z", "2026-11-12", "PM", "read", 2, false), line("2026-11-12T08:00:00Z", "2026-11-12", "AU", "wrote", 4, true),
        ];
        let days = by_day(lines, &chrono_tz::Europe::Amsterdam, &Words { language: Language::En });
        let told: Vec<String> = days.iter().flat_map(|(day, lines)| lines.iter().map(move |line| format!("{day} {} {} {} {}", line.time, line.who, line.deed, line.count))).collect();
        assert_eq!(told, ["2026-11-13 00.30 Panel member read 1", "2026-11-12 11.05 Panel member read 2", "2026-11-12 09.00 you wrote 4"]);
    }

    #[test]
    fn what_is_none_of_the_looks_is_a_writing() {
        assert_eq!(["log.read", "compartment.member_added", "search.read", "relative.card", "relative.plan.write"].map(deed_of), ["looked", "access", "searched", "read", "wrote"]);
    }
}
