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
use crate::compartments::{self, Seen};
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

/// How many entries the log gives at once.
const PAGE: usize = 100;

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

/// What an entry comes down to for the one whose text it is.
fn deed(entry: &Seen) -> &'static str {
    let act = entry.action.as_str();
    if entry.result != "done" {
        "refused"
    } else if act == "log.read" {
        "looked"
    } else if act.starts_with("compartment.") || act == "item.granted" {
        "access"
    } else if act == "search.read" {
        "searched"
    } else if looks(act) {
        "read"
    } else {
        "wrote"
    }
}

/// Whose entry it is: one's own, or somebody's in a role.
fn by(entry: &Seen, words: &Words) -> String {
    if entry.own { words.t("saw-you") } else { words.t(&format!("role-{}", entry.role)) }
}

/// A sentence of a day: time, who, what, how often.
struct Line {
    time: String,
    who: String,
    deed: &'static str,
    count: usize,
    /// The latest entry it stands for, for who asks about it.
    seq: i64,
    own: bool,
}

/// Entries newest first, as days with sentences; the same person's role doing the same on one day is told once, at its last time.
fn by_day(entries: &[Seen], zone: &Tz, words: &Words) -> Vec<(NaiveDate, Vec<Line>)> {
    let mut days: Vec<(NaiveDate, Vec<(Line, bool)>)> = vec![];
    for entry in entries {
        let local = entry.at.with_timezone(zone);
        if days.last().is_none_or(|(day, _)| *day != local.date_naive()) {
            days.push((local.date_naive(), vec![]));
        }
        let Some((_, lines)) = days.last_mut() else { continue };
        let (who, deed) = (by(entry, words), deed(entry));
        match lines.iter_mut().find(|(line, own)| *own == entry.own && line.who == who && line.deed == deed) {
            Some((line, _)) => line.count += 1,
            None => lines.push((Line { time: local.format("%H.%M").to_string(), who, deed, count: 1, seq: entry.seq, own: entry.own }, entry.own)),
        }
    }
    days.into_iter().map(|(day, lines)| (day, lines.into_iter().map(|(line, _)| line).collect())).collect()
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
    older: Option<i64>,
    asked: bool,
}

async fn who_saw(app: Data<App>, who: Who, within: Path<CompartmentId>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let (within, wanted) = (within.into_inner(), wanted.into_inner());
    let before = wanted.before;
    let ((name, entries, members), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        Ok((tx.own_name()?, compartments::log_of(tx, within, before)?, compartments::members(tx, within)?))
    }).await?;
    let shell = Shell::of(&who, &session, name, who.words.t("who-saw"));
    let older = (entries.len() >= PAGE).then(|| entries.last().map(|entry| entry.seq)).flatten();
    let (from, to): (Option<NaiveDate>, Option<NaiveDate>) = (wanted.from.parse().ok(), wanted.to.parse().ok());
    let shown: Vec<Seen> = entries.into_iter().filter(|entry| wanted.deed.is_empty() || deed(entry) == wanted.deed)
        .filter(|entry| { let day = entry.at.with_timezone(&session.zone).date_naive(); from.is_none_or(|from| day >= from) && to.is_none_or(|to| day <= to) }).collect();
    let days = by_day(&shown, &session.zone, &shell.w).into_iter().map(|(day, lines)| (shell.w.day(&day), lines)).collect();
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
        vec![entry.seq.to_string(), entry.at.to_rfc3339(), entry.role.clone(), by(entry, &words), entry.action.clone(), what, entry.result.clone()]
    }).collect();
    let body = tabular::written(&["seq", "at", "role", "role_label", "act", "act_label", "result"].map(str::to_owned), &rows);
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header(("Content-Disposition", "attachment; filename=\"log.csv\"")).body(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    fn entry(at: &str, role: &str, action: &str, own: bool) -> Seen {
        Seen { seq: 1, at: at.parse().expect("a moment"), role: role.into(), action: action.into(), object: None, result: "done".into(), own }
    }

    #[test]
    fn reads_of_one_role_on_one_day_are_told_once_at_the_last_time_and_days_follow_the_bureaus_clock() {
        let entries = [
            entry("2026-11-12T23:30:00Z", "PM", "panel.read_released", false), entry("2026-11-12T10:05:00Z", "PM", "panel.read_released", false), entry("2026-11-12T09:05:00Z", "PM", "panel.read_released", false),
            entry("2026-11-12T08:00:00Z", "AU", "reflection.words.write", true), entry("2026-11-12T07:00:00Z", "AU", "log.read", true),
        ];
        let days = by_day(&entries, &chrono_tz::Europe::Amsterdam, &Words { language: Language::En });
        let told: Vec<String> = days.iter().flat_map(|(day, lines)| lines.iter().map(move |line| format!("{day} {} {} {} {}", line.time, line.who, line.deed, line.count))).collect();
        assert_eq!(told, ["2026-11-13 00.30 Panel member read 1", "2026-11-12 11.05 Panel member read 2", "2026-11-12 09.00 you wrote 1", "2026-11-12 08.00 you looked 1"]);
    }
}
