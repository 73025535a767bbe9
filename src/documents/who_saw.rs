//! Who can read what lies in a compartment of one's own, and who has: sentences by day, reads of one day told once, and a table for
//! those who keep their own (`ux.md` section 5.9).

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::compartments::{self, Seen};
use crate::http::{Problem, Routes, Shell, Who, page};
use crate::ids::CompartmentId;
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/who-saw/{compartment}", "Who has seen what lies in a compartment of one's own", who_saw);
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
    before: Option<i64>,
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
    } else if act.contains("read") || [".view", ".list", ".preview"].iter().any(|part| act.contains(part)) {
        "read"
    } else {
        "wrote"
    }
}

/// A sentence of a day: time, who, what, how often.
struct Line {
    time: String,
    who: String,
    deed: &'static str,
    count: usize,
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
        let (who, deed) = (if entry.own { words.t("saw-you") } else { words.t(&format!("role-{}", entry.role)) }, deed(entry));
        match lines.iter_mut().find(|(line, own)| *own == entry.own && line.who == who && line.deed == deed) {
            Some((line, _)) => line.count += 1,
            None => lines.push((Line { time: local.format("%H.%M").to_string(), who, deed, count: 1 }, entry.own)),
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
    older: Option<i64>,
}

async fn who_saw(app: Data<App>, who: Who, within: Path<CompartmentId>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let (within, wanted) = (within.into_inner(), wanted.into_inner());
    let before = wanted.before;
    let ((name, entries, members), session) = app.run_as(who.caller(), move |tx| -> Result<_, Refused> {
        Ok((tx.own_name()?, compartments::log_of(tx, within, before)?, compartments::members(tx, within)?))
    }).await?;
    let shell = Shell::of(&who, &session, name, who.words.t("who-saw"));
    let older = (entries.len() >= PAGE).then(|| entries.last().map(|entry| entry.seq)).flatten();
    let from: Option<NaiveDate> = wanted.from.parse().ok();
    let shown: Vec<Seen> = entries.into_iter().filter(|entry| wanted.deed.is_empty() || deed(entry) == wanted.deed)
        .filter(|entry| from.is_none_or(|from| entry.at.with_timezone(&session.zone).date_naive() >= from)).collect();
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
    let deeds = ["read", "wrote", "access", "looked", "refused"].into_iter().map(|deed| (deed, deed == wanted.deed)).collect();
    page(&WhoSawPage { shell, within, members: readers, days, deeds, from: wanted.from, older })
}

/// Every entry of a page as a line. Only fixed words, ids and times stand in it, so no sign needs care but the comma.
async fn csv(app: Data<App>, who: Who, within: Path<CompartmentId>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let (within, before) = (within.into_inner(), wanted.before);
    let entries = app.run(who.caller(), move |tx| compartments::log_of(tx, within, before)).await?;
    let lines = entries.iter().map(|entry| format!("{},{},{},{},{}\r\n", entry.seq, entry.at.to_rfc3339(), entry.role, entry.action, entry.result));
    let body = std::iter::once("seq,at,role,act,result\r\n".to_owned()).chain(lines).collect::<String>();
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
