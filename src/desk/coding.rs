//! Coding: the records one codes or manages, and one of them: how far it is, what follows from its codes. Its levels have pages of their own.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;
use codebook::{Asked, Codebook, Examined, Fired, Severity};

use crate::access::Role;
use crate::http::{Posted, Problem, Routes, Shell, Who, framed, page, see_other};
use crate::ids::RecordId;
use crate::people::{self, Listed};
use crate::register::{self, CLOSE, CORRECTED_FOR, Edition, FINISH, NAME_CODER, REOPEN, RecordView, Slot, TAKE_OVER};
use crate::settings::Configured;
use crate::texts::Words;
use crate::tx::{App, Refused};

/// Adds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.own("GET", "/coding", "The records one codes or manages", list);
    routes.own("GET", "/coding/{record}", "A record: how far it is, what follows from its codes", record);
    routes.act("POST", "/coding/{record}/final/{slot}", &FINISH, "Declares codes final", finish);
    routes.act("POST", "/coding/{record}/coders/new", &NAME_CODER, "Names a coder", name_coder);
    routes.act("POST", "/coding/{record}/coders/successor", &NAME_CODER, "Names who codes on in the place of a coder who left", succeed_coder);
    routes.act("POST", "/coding/{record}/codebook/newest", &TAKE_OVER, "Takes a complete record over into the newest codebook", take_over);
    routes.act("POST", "/coding/{record}/reopen/now", &REOPEN, "Opens a complete record again, with a reason", reopen);
    routes.own("GET", "/coding/{record}/before", "How the codes of a record stood before", before);
    routes.act("POST", "/coding/{record}/close/now", &CLOSE, "Closes a settled record", close);
}

#[derive(Template)]
#[template(path = "desk/coding.html")]
struct CodingPage {
    shell: Shell,
    records: Vec<(RecordId, String, String)>,
}

async fn list(app: Data<App>, who: Who) -> Result<HttpResponse, Problem> {
    let words = who.words;
    let (records, shell, _) = framed(&app, &who, |_, _| words.t("menu-coding"), |tx| -> Result<_, Refused> {
        tx.for_professionals()?;
        register::list(tx)
    }).await?;
    page(&CodingPage { shell, records })
}

pub(super) fn book_of<'a>(config: &'a Configured, record: &RecordView) -> Result<&'a Codebook, Refused> {
    config.codebook_of(&record.codebook).ok_or(Refused::NotFound)
}

/// The codes the caller works on: their own.
pub(super) fn own(record: &RecordView) -> Option<(&Slot, &Examined)> {
    record.slots.iter().find_map(|slot| Some((slot, slot.examined.as_ref()?)))
}

/// How far a level is: its rows, and how many of what is asked has a code.
pub(super) struct Level {
    id: String,
    label: String,
    rows: usize,
    pub(super) coded: usize,
    pub(super) asked: usize,
    checks: usize,
}

/// A check that fires, with the way to where it is seen.
struct Warned {
    check: String,
    hard: bool,
    message: String,
    places: Vec<(String, String)>,
}

/// Something computed.
struct Computed {
    label: String,
    row: usize,
    shown: String,
    words: String,
}

#[derive(Template)]
#[template(path = "desk/record.html")]
struct RecordPage {
    shell: Shell,
    record: RecordView,
    slot: String,
    finished: bool,
    open: usize,
    /// What is open, in words: of one's own codes; for who manages, who codes and whether they are done.
    stands: Vec<String>,
    /// What the lot made the second coder code beside what is coded twice on every case.
    lot: &'static str,
    levels: Vec<Level>,
    fired: Vec<Warned>,
    computed: Vec<Computed>,
    coders: Vec<Listed>,
    manager: bool,
    /// Whether there is a coder whose codes are not final, who could be followed by another.
    followable: bool,
    /// Why a complete record may be opened again; none where it is not complete, or for who may not.
    corrected_for: &'static [&'static str],
    /// The newest codebook, where a register manager can take the record over into it.
    newest: Option<String>,
    /// What a new codebook did not take over: what it is about and why, and where it is answered.
    work: Vec<(String, String, String)>,
}

pub(super) fn levels(book: &Codebook, own: &Slot, examined: &Examined, words: &Words) -> Vec<Level> {
    book.levels.iter().map(|level| {
        let (mut asked, mut coded) = (0, 0);
        for row in examined.cells.get(&level.id).into_iter().flatten() {
            for (id, cell) in row {
                if book.variable(id).is_some_and(|variable| own.asked.contains(&variable.reliability.as_str()) || book.coded_twice(variable)) && matches!(cell.asked, Asked::Open | Asked::Undecided) {
                    asked += 1;
                    coded += usize::from(cell.value.as_i64() != Some(-9));
                }
            }
        }
        let checks = examined.fired.iter().filter(|check| check.hits.iter().any(|hit| hit.level == level.id)).count();
        Level { id: level.id.clone(), label: level.label.get(words.code()).to_owned(), rows: own.rows.0.get(&level.id).map_or(0, Vec::len), coded, asked, checks }
    }).collect()
}

fn warned(book: &Codebook, record: RecordId, fired: &[Fired], words: &Words) -> Vec<Warned> {
    fired.iter().map(|check| Warned {
        check: check.check.clone(), hard: check.severity == Severity::Hard, message: check.message.get(words.code()).to_owned(),
        places: check.hits.iter().flat_map(|hit| &hit.variables).filter_map(|place| {
            let variable = book.variable(&place.variable)?;
            Some((format!("/coding/{record}/level/{}#{}.{}.{}", place.level, place.level, place.row, place.variable), variable.label.get(words.code()).to_owned()))
        }).collect(),
    }).collect()
}

async fn record(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let ((record, coders, nobody), shell, session) = framed(&app, &who, |found: &(RecordView, Vec<Listed>, Option<usize>), _| found.0.case_number.clone(), move |tx| -> Result<_, Refused> {
        let manager = tx.session()?.role == Some(Role::RegisterManager);
        let coders = if manager { people::list(tx)?.into_iter().filter(|one| one.role == "CD" && one.state == "active").collect() } else { vec![] };
        let seen = register::view(tx, id)?;
        let nobody = register::open_for_nobody(tx, &seen)?;
        Ok((seen, coders, nobody))
    }).await?;
    let parts = app.parts();
    // Who codes needs the codebook of the codes; who manages may take over a record whose codebook is not there any more.
    let book = match own(&record) {
        Some(_) => book_of(&parts.config, &record)?,
        None => parts.config.codebook_of(&record.codebook).unwrap_or(&parts.config.codebook),
    };
    let mine = own(&record).filter(|(slot, _)| !slot.rows.0.is_empty());
    let computed = mine.map(|(_, examined)| examined.derived.iter().filter(|derived| derived.value.as_i64() != Some(-9)).map(|derived| Computed {
        label: derived.label.get(shell.w.code()).to_owned(), row: derived.place.row + 1, shown: derived.shown.get(shell.w.code()).to_owned(), words: derived.words.get(shell.w.code()).to_owned(),
    }).collect()).unwrap_or_default();
    let manager = session.role == Some(Role::RegisterManager);
    let newest = Some(&parts.config.codebook.version).filter(|newest| manager && record.state == "complete" && **newest != record.codebook).cloned();
    let work = mine.iter().flat_map(|(slot, _)| &slot.work).filter_map(|left| {
        let (level, rest) = left.field.split_once('[')?;
        let (row, variable) = rest.split_once("].")?;
        let label = book.variable(variable).map_or(variable, |known| known.label.get(shell.w.code())).to_owned();
        Some((label, shell.w.t(&format!("work-{}", left.rule)), format!("/coding/{id}/level/{level}#{level}.{row}.{variable}")))
    }).collect();
    let open = mine.map_or(0, |(slot, _)| slot.open.len());
    let stands = match (mine, nobody) {
        (Some(_), _) => vec![shell.w.a("codes-open", "count", open)],
        (None, Some(count)) => vec![shell.w.a("codes-nobody", "count", count)],
        // Whoever manages the register knows who codes and whether they are done, and none of their codes.
        (None, None) if manager => record.slots.iter().filter(|slot| slot.slot != "intake")
            .map(|slot| shell.w.a(if slot.finished { "codes-done-of" } else { "codes-under-way-of" }, "number", slot.slot.trim_start_matches('c'))).collect(),
        (None, None) => vec![],
    };
    page(&RecordPage {
        followable: manager && record.state != "complete" && record.state != "merged" && record.slots.iter().any(|slot| slot.slot != "intake" && !slot.finished),
        corrected_for: if manager && record.state == "complete" { &CORRECTED_FOR } else { &[] }, newest, work,
        slot: mine.map(|(slot, _)| slot.slot.clone()).unwrap_or_default(), finished: mine.is_some_and(|(slot, _)| slot.finished), open, stands,
        levels: mine.map(|(slot, examined)| levels(book, slot, examined, &shell.w)).unwrap_or_default(), fired: mine.map(|(_, examined)| warned(book, id, &examined.fired, &shell.w)).unwrap_or_default(),
        lot: mine.filter(|(slot, _)| slot.slot == "own").map_or("", |(slot, _)| match (slot.asked.contains(&"single"), slot.asked.contains(&"source")) {
            (true, true) => "coding-lot-both",
            (true, false) => "coding-lot-single",
            (false, true) => "coding-lot-source",
            (false, false) => "coding-lot-none",
        }), computed, manager, shell, record, coders,
    })
}

async fn finish(app: Data<App>, who: Who, path: Path<(RecordId, String)>, posted: Posted) -> Result<HttpResponse, Problem> {
    let (id, slot) = path.into_inner();
    let reasons: BTreeMap<String, String> = posted.0.iter().filter_map(|(field, value)| Some((field.strip_prefix("reasons.")?.to_owned(), value.clone()))).collect();
    app.run(who.caller(), move |tx| register::finish(tx, id, &slot, &reasons)).await?;
    Ok(see_other(&format!("/coding/{id}")))
}

async fn name_coder(app: Data<App>, who: Who, id: Path<RecordId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Problem::new(422, "faults").at("hat", "not-an-option"))?;
    app.run(who.caller(), move |tx| register::name_coder(tx, id, hat, posted.get("slot"))).await?;
    Ok(see_other(&format!("/coding/{id}")))
}

async fn succeed_coder(app: Data<App>, who: Who, id: Path<RecordId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let hat = posted.get("hat").parse().map_err(|_| Problem::new(422, "faults").at("hat", "not-an-option"))?;
    app.run(who.caller(), move |tx| register::succeed_coder(tx, id, posted.get("slot"), hat)).await?;
    Ok(see_other(&format!("/coding/{id}")))
}

async fn reopen(app: Data<App>, who: Who, id: Path<RecordId>, posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| register::reopen(tx, id, posted.get("reason"))).await?;
    Ok(see_other(&format!("/coding/{id}")))
}

/// Codes as they stood, in words: level with row, variable, code.
struct Before {
    edition: Edition,
    at: String,
    lines: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "desk/before.html")]
struct BeforePage {
    shell: Shell,
    editions: Vec<Before>,
}

async fn before(app: Data<App>, who: Who, id: Path<RecordId>) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    let words = who.words;
    let ((number, editions), shell, session) = framed(&app, &who, |_, _| words.t("coding-before"), move |tx| -> Result<_, Refused> { Ok((register::view(tx, id)?.case_number, register::editions(tx, id)?)) }).await?;
    let parts = app.parts();
    let editions = editions.into_iter().map(|edition| {
        let book = parts.config.codebook_of(&edition.codebook).unwrap_or(&parts.config.codebook);
        let lines = book.levels.iter().flat_map(|level| edition.rows.0.get(&level.id).into_iter().flatten().enumerate().map(move |(at, row)| (level, at, row))).flat_map(|(level, at, row)| {
            row.iter().filter_map(move |(variable, value)| {
                let variable = book.variable(variable).filter(|_| !value.is_null())?;
                Some((format!("{} {}", level.label.get(words.code()), at + 1), variable.label.get(words.code()).to_owned(), super::compare::shown(variable, value, &words)))
            })
        }).collect();
        Before { at: shell.w.moment(&edition.kept_at, &session.zone), lines, edition }
    }).collect();
    page(&BeforePage { shell: shell.under([("/coding".to_owned(), words.t("menu-coding")), (format!("/coding/{id}"), number)]), editions })
}

async fn close(app: Data<App>, who: Who, id: Path<RecordId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| register::close(tx, id)).await?;
    Ok(see_other(&format!("/coding/{id}")))
}

async fn take_over(app: Data<App>, who: Who, id: Path<RecordId>, _posted: Posted) -> Result<HttpResponse, Problem> {
    let id = id.into_inner();
    app.run(who.caller(), move |tx| register::take_over(tx, id)).await?;
    Ok(see_other(&format!("/coding/{id}")))
}
