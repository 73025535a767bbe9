//! A record is coded twice, blind, and settled by a third; what leaves in no form is sealed to each coder until both are done (rulings 1
//! and 14).

use std::collections::BTreeMap;

use codebook::{Codebook, Record};
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use lering::ids::{ItemId, MembershipId, RecordId};
use lering::register::{self, Beside, Certainty, RecordView};
use lering::tx::{Place, Refusal, Refused, Tx};
use lering::access::{Kind, Role};
use lering::compartments::Written;
use lering::{cases, compartments, panels};
use serde_json::{Value, json};

use crate::support::Someone;
use crate::support::review::Review;

const MARKER: &str = "otter-lantern-5521";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

pub struct Coding {
    pub r: Review,
    pub manager: Someone,
    pub coders: [Someone; 3],
    pub record: RecordId,
    pub book: Codebook,
}

impl Coding {
    /// A case with a register manager and three people who could code it; nobody is named yet.
    pub async fn new() -> Coding {
        let r = Review::new().await;
        let manager = r.world.person(&r.administrator, Role::RegisterManager).await;
        let coders = [r.world.person(&r.administrator, Role::Coder).await, r.world.person(&r.administrator, Role::Coder).await, r.world.person(&r.administrator, Role::Coder).await];
        let case = r.case;
        let record = r.world.app.run(r.coordinator.caller(), move |tx| register::of_case(tx, case)).await.unwrap().id;
        let book = (*r.world.app.parts().config.codebook).clone();
        Coding { r, manager, coders, record, book }
    }
    pub async fn name(&self, who: &Someone, slot: &'static str) {
        let (record, hat) = (self.record, who.hat);
        self.r.world.app.run(self.manager.caller(), move |tx| register::name_coder(tx, record, hat, slot)).await.unwrap();
    }
    pub async fn view(&self, who: &Someone) -> RecordView {
        let record = self.record;
        self.r.world.app.run(who.caller(), move |tx| register::view(tx, record)).await.unwrap()
    }
    pub async fn code(&self, who: &Someone, slot: &'static str, rows: &Record, beside: Option<BTreeMap<String, Beside>>) -> Result<(), Refused> {
        let (record, rows, seen) = (self.record, rows.clone(), self.view(who).await.slots[0].version);
        self.r.world.app.run(who.caller(), move |tx| register::code(tx, record, named(slot), seen, &rows, beside.as_ref())).await.map(drop)
    }
    /// Declares codes final, with a reason for each soft check that wants one.
    pub async fn finish(&self, who: &Someone, slot: &'static str) -> Result<String, Refused> {
        let record = self.record;
        let try_it = async |reasons: BTreeMap<String, String>| self.r.world.app.run(who.caller(), move |tx| register::finish(tx, record, named(slot), &reasons)).await;
        match try_it(BTreeMap::new()).await {
            Err(Refused::Faults(faults)) if faults.iter().all(|fault| fault.rule == "check-reason") => {
                try_it(faults.iter().map(|fault| (fault.field.trim_start_matches("reasons.").to_owned(), format!("So say the sources, {MARKER}"))).collect()).await
            }
            other => other,
        }
    }
    /// The coordinator signs in: what waits for somebody is handed on.
    pub async fn coordinator_unlocks(&self) -> usize {
        self.r.world.app.run(self.r.coordinator.caller(), compartments::complete_pending).await.unwrap()
    }
    /// A whole record as a generator of the register makes it, everything answered.
    pub fn invented(&self, seed: u64) -> Record {
        let mut record = synthetic::generate(&self.book, seed, 1).unwrap().next().unwrap();
        let case = &mut record.0.get_mut("case").unwrap()[0];
        case.insert("case_reference".into(), json!(MARKER));
        case.insert("overkill".into(), json!(1));
        let contact = &mut record.0.get_mut("agency_contact").unwrap_or_else(|| panic!("a seed with contacts"))[0];
        contact.insert("missed_opportunity".into(), json!(1));
        record
    }
    fn dumped(&self, query: &str) -> Vec<String> {
        let rows: Vec<Line> = diesel::sql_query(query).load(&mut self.r.world.connection("postgres")).unwrap();
        rows.into_iter().map(|row| row.line).collect()
    }
    /// Every table of ours as text, a table a line.
    pub fn everything(&self) -> Vec<String> {
        let tables = self.dumped("select quote_ident(schemaname) || '.' || quote_ident(tablename) as line from pg_tables where schemaname in ('app', 'keys', 'sec', 'frozen') order by 1");
        tables.iter().map(|table| format!("{table} {}", self.dumped(&format!("select coalesce(string_agg(t::text, ' '), '') as line from {table} t")).concat())).collect()
    }
}

/// As a coder names their own codes: first and second alike.
fn named(slot: &'static str) -> &'static str {
    if slot == "c3" { slot } else { "own" }
}

/// The texts and dates among values that lie apart.
fn markers(book: &Codebook, record: &Record) -> Vec<String> {
    book.take_apart(record).1.0.values().flatten().flatten().filter_map(|(_, value)| value.as_str().filter(|text| text.len() >= 7).map(str::to_owned)).collect()
}

fn said(note: &str) -> Beside {
    Beside { note: note.into(), certainty: Some(Certainty::Probable), evidence: vec![] }
}

fn parts_of(tx: &mut Tx, record: RecordId) -> Result<Vec<ItemId>, Refused> {
    let case = register::view(tx, record)?.case;
    let within = compartments::of_case(tx, case, Kind::Coding)?.pop().ok_or(Refused::NotFound)?.id;
    compartments::granted_about(tx, within, "codes", record.uuid())
}

#[tokio::test(flavor = "multi_thread")]
async fn i_14_what_leaves_in_no_form_stands_in_no_column_and_both_coders_are_blind_until_a_third_settles() {
    let c = Coding::new().await;
    let [first, second, third] = &c.coders;
    let run = &c.r.world.app;
    let (record, case) = (c.record, c.r.case);

    // Coders begin with the same rows and what is copied from sources; what is judged is open.
    c.name(first, "c1").await;
    c.name(second, "c2").await;
    let begun = c.view(first).await;
    assert_eq!(begun.slots.iter().map(|slot| slot.slot.as_str()).collect::<Vec<_>>(), ["own"]);
    let own = &begun.slots[0].rows.0;
    assert_eq!((own["victim"].len(), own["victim"][0].get("victim_age"), own["victim"][0].get("victim_sex")), (1, Some(&json!(34)), Some(&json!(2))));
    let judged = |rows: &Record| rows.0.values().flatten().flatten().any(|(id, value)| !value.is_null() && c.book.variable(id).is_some_and(|known| !known.copied() && known.id != "factor_code"));
    assert!(!judged(&begun.slots[0].rows), "{:?}", begun.slots[0].rows);
    assert!(own["case"][0].get("incident_date").is_none(), "dates wait for who holds the key of the compartment");
    // The coordinator's next sign-in hands on the dates of the notification, once.
    assert_eq!((c.coordinator_unlocks().await, c.coordinator_unlocks().await), (2, 0));
    let dated = c.view(first).await.slots.remove(0).rows;
    assert_eq!((&dated.0["case"][0]["incident_date"], &dated.0["victim"][0]["victim_death_date"]), (&json!("2026-10-03"), &json!("2026-10-03")));
    assert!(c.everything().iter().filter(|table| table.starts_with("app.coding ")).all(|table| !table.contains("2026-10-03")), "the dates of intake stand in no column");

    // The first codes everything, with notes, and finishes; what follows from the dates is kept plainly.
    let whole = c.invented(11);
    let notes = BTreeMap::from([("agency_contact[0].missed_opportunity".to_owned(), said("Seen from the street, otter-note-1")), ("victim[0].victim_sex".to_owned(), said("As registered, otter-note-2"))]);
    c.code(first, "c1", &whole, Some(notes)).await.unwrap();
    let year: i64 = whole.0["case"][0]["incident_date"].as_str().unwrap()[..4].parse().unwrap();
    assert_eq!(c.dumped("select worked -> 'case' -> 0 -> 'values' ->> 'incident_year' as line from app.coding where slot = 'c1'"), [year.to_string()]);
    assert_eq!(c.view(first).await.slots[0].rows.0["case"][0]["case_reference"], MARKER, "its coder reads it again");
    assert_eq!(c.view(first).await.slots[0].beside["agency_contact[0].missed_opportunity"].note, "Seen from the street, otter-note-1");
    assert_eq!(c.finish(first, "c1").await.unwrap(), "own_final");

    // The second sees neither slot nor state nor coder nor term; nor does anybody open the sealed part.
    let seen = c.view(second).await;
    assert_eq!((seen.slots.iter().map(|slot| slot.slot.as_str()).collect::<Vec<_>>(), seen.state.as_str()), (vec!["own"], "open"), "nor which of the two they are");
    for tried in ["c1", "c2"] {
        let rows = seen.slots[0].rows.clone();
        let told = run.run(second.caller(), move |tx| register::code(tx, record, tried, 1, &rows, None)).await;
        assert_eq!(told.unwrap_err().kind(), "faults", "{tried}: nor by trying");
    }
    assert_eq!(run.run(second.caller(), register::list).await.unwrap().remove(0).2, "open");
    let told = run.run(second.caller(), move |tx| cases::view(tx, case)).await.unwrap();
    let others = |hat: MembershipId| told.parties.iter().any(|party| party.hat == hat);
    assert!(others(second.hat) && !others(first.hat));
    let terms = |view: &cases::CaseView| view.deadlines.iter().chain(&view.met).any(|term| term.kind == "intake_codes");
    assert!(!terms(&told) && terms(&run.run(c.r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap()));
    let theirs = run.run(first.caller(), move |tx| parts_of(tx, record)).await.unwrap();
    let mine = run.run(second.caller(), move |tx| parts_of(tx, record)).await.unwrap();
    let own_part = c.dumped("select apart_id::text as line from app.coding where slot = 'c1'").remove(0).parse::<ItemId>().unwrap();
    assert!(theirs.contains(&own_part) && !mine.contains(&own_part));
    assert!(matches!(run.run(second.caller(), move |tx| compartments::open_granted::<Value>(tx, own_part)).await, Err(Refused::NotFound)));
    // Nor does whoever writes SQL of their own in that coder's place: no record, and of the function no more than the page tells.
    let raw = |who: &Someone, query: &'static str| run.run(who.caller(), move |tx| -> Result<Vec<String>, Refused> { Ok(diesel::sql_query(query).load::<Line>(tx.db())?.into_iter().map(|row| row.line).collect()) });
    assert_eq!(raw(second, "select r::text as line from app.record r").await.unwrap(), Vec::<String>::new());
    assert_eq!(raw(second, "select state as line from sec.records_coded(null)").await.unwrap(), ["open"]);
    assert_eq!(raw(first, "select state as line from sec.records_coded(null)").await.unwrap(), ["own_final"]);
    assert_eq!(raw(&c.manager, "select state as line from app.record").await.unwrap(), ["first_final"]);
    assert_eq!(raw(&c.manager, "select state as line from sec.records_coded(null)").await.unwrap(), Vec::<String>::new());
    // Asked twice, or for codes that are not final, nothing moves.
    let before = c.dumped("select state || ' ' || version as line from app.record");
    assert!(before[0].starts_with("first_final"));
    for who in [first, second] {
        let moved = run.run(who.caller(), move |tx| -> Result<(), Refused> { diesel::sql_query("select sec.coding_final($1)").bind::<SqlUuid, _>(record.uuid()).execute(tx.db())?; Ok(()) }).await;
        assert_eq!((moved.is_ok(), c.dumped("select state || ' ' || version as line from app.record")), (true, before.clone()));
    }

    // The second differs in something plain and in something sealed.
    let mut other = whole.clone();
    other.0.get_mut("case").unwrap()[0].insert("overkill".into(), json!(-8));
    other.0.get_mut("agency_contact").unwrap()[0].insert("missed_opportunity".into(), json!(2));
    c.code(second, "c2", &other, Some(BTreeMap::from([("agency_contact[0].missed_opportunity".to_owned(), said("Indoors, otter-note-3"))]))).await.unwrap();
    c.name(third, "c3").await;
    let compare = async || run.run(third.caller(), move |tx| register::difference(tx, record)).await;
    assert_eq!(compare().await.unwrap_err().kind(), "not-both-final");
    assert_eq!(c.finish(third, "c3").await.unwrap_err().kind(), "not-both-final", "nobody settles what is not there");
    assert_eq!(c.coordinator_unlocks().await, 0, "nothing is handed on before both are final");
    assert_eq!(c.finish(second, "c2").await.unwrap(), "second_final");
    let close = async || run.run(c.manager.caller(), move |tx| register::close(tx, record)).await;
    assert_eq!(close().await.unwrap_err().kind(), "record-not-settled");

    // The sealed parts reach the third when a holder of the compartment's key next unlocks; then they settle.
    assert_eq!(compare().await.unwrap_err().kind(), "codes-wait");
    assert_eq!(c.coordinator_unlocks().await, 2);
    let found = compare().await.unwrap();
    let places: Vec<&str> = found.differences.iter().map(|one| one.variable.as_str()).collect();
    assert_eq!(places, ["overkill", "missed_opportunity"]);
    let exposure = &found.differences[1];
    let by_code = |code: i64| exposure.beside[exposure.codes.iter().position(|found| *found == json!(code)).unwrap()].note.clone();
    assert_eq!((by_code(1), by_code(2)), ("Seen from the street, otter-note-1".into(), "Indoors, otter-note-3".into()));
    assert_eq!(found.remarks.iter().map(|one| one.beside[0].note.as_str()).collect::<Vec<_>>(), ["As registered, otter-note-2"]);
    let lacking = run.run(third.caller(), move |tx| register::settle(tx, record, 1, &BTreeMap::new())).await;
    assert!(matches!(&lacking, Err(Refused::Faults(faults)) if faults.len() == 2), "{lacking:?}");
    let chosen = BTreeMap::from([("case[0].overkill".to_owned(), (json!(1), "The file says so, otter-note-4".to_owned())), ("agency_contact[0].missed_opportunity".to_owned(), (json!(2), "A witness, otter-note-5".to_owned()))]);
    run.run(third.caller(), move |tx| register::settle(tx, record, 1, &chosen)).await.unwrap();
    assert_eq!(c.finish(third, "c3").await.unwrap(), "adjudicated");
    let settled = c.view(third).await.slots.remove(0).rows;
    assert_eq!((&settled.0["agency_contact"][0]["missed_opportunity"], &settled.0["case"][0]["case_reference"]), (&json!(2), &json!(MARKER)));
    close().await.unwrap();

    // No value that leaves in no form, and no human word, in any column of any table; only what was worked out.
    let mut all = markers(&c.book, &whole);
    assert!(all.len() >= 3, "{all:?}");
    let coding: String = c.dumped("select t::text as line from app.coding t").concat();
    for marker in all.drain(..) {
        assert!(!coding.contains(&marker), "{marker} stands in app.coding");
    }
    for ids in c.book.variables.iter().filter(|variable| variable.apart()) {
        assert!(!coding.contains(&format!("\"{}\"", ids.id)), "{} stands in app.coding", ids.id);
    }
    for table in c.everything() {
        for marker in [MARKER, "otter-note"] {
            assert!(!table.contains(marker), "{marker} stands in {}", table.split(' ').next().unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_settles_keeps_what_they_coded_besides_and_finds_what_they_chose() {
    let c = Coding::new().await;
    let [first, second, third] = &c.coders;
    let record = c.record;
    let whole = c.invented(14);
    let mut other = whole.clone();
    other.0.get_mut("case").unwrap()[0].insert("overkill".into(), json!(2));
    for (who, slot, rows) in [(first, "c1", &whole), (second, "c2", &other)] {
        c.name(who, slot).await;
        c.code(who, slot, rows, None).await.unwrap();
        c.finish(who, slot).await.unwrap();
    }
    c.name(third, "c3").await;
    c.coordinator_unlocks().await;
    let compare = async || c.r.world.app.run(third.caller(), move |tx| register::difference(tx, record)).await.unwrap().differences;
    let settle = async |seen: i32, chosen: &[(&str, i64, &str)]| {
        let chosen = chosen.iter().map(|(field, code, why)| ((*field).to_owned(), (json!(code), (*why).to_owned()))).collect();
        c.r.world.app.run(third.caller(), move |tx| register::settle(tx, record, seen, &chosen)).await
    };
    assert_eq!(compare().await.iter().map(|one| (one.variable.as_str(), one.settled.is_some())).collect::<Vec<_>>(), [("overkill", false)]);
    let strange = settle(1, &[("case[0].overkill", 1, "The file"), ("case[0].zzz", 1, "The file")]).await;
    assert!(matches!(&strange, Err(Refused::Faults(faults)) if faults.len() == 1 && faults[0].field == "case[0].zzz" && faults[0].rule == "unknown-field"), "{strange:?}");
    settle(1, &[("case[0].overkill", 2, "As the autopsy says")]).await.unwrap();
    // Afterwards they correct what both had wrong, and settle once more.
    let daypart = |rows: &Record| rows.0["case"][0]["incident_daypart"].clone();
    let mut rows = c.view(third).await.slots.remove(0).rows;
    let corrected = if daypart(&rows) == json!(2) { json!(3) } else { json!(2) };
    rows.0.get_mut("case").unwrap()[0].insert("incident_daypart".into(), corrected.clone());
    c.code(third, "c3", &rows, None).await.unwrap();
    let settled = compare().await.remove(0).settled.expect("settled before");
    assert_eq!((settled.code, settled.reason.as_str()), (json!(2), "As the autopsy says"));
    settle(3, &[("case[0].overkill", 1, "As the second report says")]).await.unwrap();
    let rows = c.view(third).await.slots.remove(0).rows;
    assert_eq!((&rows.0["case"][0]["overkill"], daypart(&rows)), (&json!(1), corrected));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_codings_alike_in_all_but_a_sealed_value_are_not_settled_and_alike_in_all_they_close() {
    let c = Coding::new().await;
    let [first, second, _] = &c.coders;
    let record = c.record;
    c.name(first, "c1").await;
    c.name(second, "c2").await;
    let whole = c.invented(12);
    let mut other = whole.clone();
    other.0.get_mut("agency_contact").unwrap()[0].insert("missed_opportunity".into(), json!(2));
    c.code(first, "c1", &whole, None).await.unwrap();
    c.code(second, "c2", &other, None).await.unwrap();
    c.finish(first, "c1").await.unwrap();
    c.finish(second, "c2").await.unwrap();
    let close = async || c.r.world.app.run(c.manager.caller(), move |tx| register::close(tx, record)).await;
    assert_eq!(close().await.unwrap_err().kind(), "record-not-settled");
    // Alike in all: nothing is left to settle. Opened once more past the application, for the sake of this test.
    diesel::sql_query("update app.coding set final_at = null, apart_mac = null where record_id = $1 and slot = 'c2'").bind::<SqlUuid, _>(record.uuid()).execute(&mut c.r.world.connection("postgres")).unwrap();
    c.code(second, "c2", &whole, None).await.unwrap();
    c.finish(second, "c2").await.unwrap();
    close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_saved_before_values_lay_apart_are_sealed_when_their_coder_next_looks() {
    let c = Coding::new().await;
    let first = &c.coders[0];
    c.name(first, "c1").await;
    let whole = c.invented(13);
    // As an earlier version kept them.
    diesel::sql_query("update app.coding set codes = $2::jsonb, final_at = now() where record_id = $1 and slot = 'c1'").bind::<SqlUuid, _>(c.record.uuid())
        .bind::<Text, _>(serde_json::to_string(&whole).unwrap()).execute(&mut c.r.world.connection("postgres")).unwrap();
    let coding = || c.dumped("select t::text as line from app.coding t").concat();
    assert!(coding().contains(MARKER));
    // Another's look changes nothing.
    c.view(&c.manager).await;
    assert!(coding().contains(MARKER));
    c.r.world.app.run(first.caller(), register::list).await.unwrap();
    assert!(!coding().contains(MARKER) && markers(&c.book, &whole).iter().all(|marker| !coding().contains(marker)));
    let seen = c.view(first).await.slots.remove(0);
    assert_eq!((seen.finished, seen.version), (true, 1));
    assert_eq!(seen.rows.0["case"], whole.0["case"], "nothing is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_points_to_a_released_item_its_coder_was_granted_by_reference_alone() {
    let c = Coding::new().await;
    let (case, run, hat) = (c.r.case, &c.r.world.app, c.coders[0].hat);
    let [first, second, third] = &c.coders;
    c.name(first, "c1").await;
    c.name(second, "c2").await;
    let entry = run.run(c.r.secretary.caller(), move |tx| -> Result<_, Refused> {
        let panel = compartments::of_case(tx, case, Kind::Panel)?.pop().unwrap().id;
        let permit = tx.permit(panels::ENTRY.write, Place::Compartment(panel), None)?;
        compartments::put(tx, &permit, &Written { kind: "chronology-entry", subject: None, form_version: "1", ground: "public_task", complete: true }, &json!({ "answers": { "what": "A call at night" } }))
    }).await.unwrap();
    let pointing = || Some(BTreeMap::from([("case[0].overkill".to_owned(), Beside { evidence: vec![entry], ..Beside::default() })]));
    let whole = c.invented(14);
    let refused = c.code(first, "c1", &whole, pointing()).await;
    assert!(matches!(&refused, Err(Refused::Faults(faults)) if faults[0].field == "beside.case[0].overkill.evidence" && faults[0].rule == "not-an-option"), "{refused:?}");
    let until = chrono::Utc::now().date_naive() + chrono::Duration::days(20);
    run.run(c.r.chair.caller(), move |tx| panels::grant_evidence(tx, case, hat, &[entry], until)).await.unwrap();
    let unsigned = c.code(first, "c1", &whole, pointing()).await;
    assert!(matches!(&unsigned, Err(Refused::Faults(faults)) if faults[0].rule == "not-an-option"), "{unsigned:?}");
    run.run(first.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    c.code(first, "c1", &whole, pointing()).await.unwrap();
    let seen = c.view(first).await.slots.remove(0).beside;
    assert_eq!(seen["case[0].overkill"].evidence.iter().map(|source| (source.item, source.kind.as_str())).collect::<Vec<_>>(), [(entry, "chronology-entry")]);
    // When the grant has ended the reference stands; what it points to was never copied.
    run.run(c.r.secretary.caller(), move |tx| panels::end_evidence(tx, case, hat)).await.unwrap();
    c.code(first, "c1", &whole, pointing()).await.unwrap();
    let mut other = whole.clone();
    other.0.get_mut("case").unwrap()[0].insert("overkill".into(), json!(-8));
    c.code(second, "c2", &other, None).await.unwrap();
    c.finish(first, "c1").await.unwrap();
    c.finish(second, "c2").await.unwrap();
    c.name(third, "c3").await;
    c.coordinator_unlocks().await;
    let record = c.record;
    let found = run.run(third.caller(), move |tx| register::difference(tx, record)).await.unwrap();
    run.run(third.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    let told = serde_json::to_string(&found).unwrap();
    assert!(told.contains(&entry.to_string()) && !told.contains("A call at night"), "{told}");
    assert!(run.run(third.caller(), move |tx| panels::evidence(tx, case)).await.unwrap().is_empty(), "who settles reads no more than was granted to them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_soft_check_wants_its_reason_before_codes_are_final_and_a_hard_one_takes_none() {
    let c = Coding::new().await;
    let [first, second, _] = &c.coders;
    let fires = |record: &Record, severity: codebook::Severity| c.book.examine(record).fired.iter().any(|check| check.severity == severity);
    let mut whole = synthetic::generate(&c.book, 31, 400).unwrap().find(|record| fires(record, codebook::Severity::Soft) && !fires(record, codebook::Severity::Hard)).expect("a soft check that fires");
    c.name(first, "c1").await;
    c.code(first, "c1", &whole, None).await.unwrap();
    let record = c.record;
    let finish = async |who: &Someone, slot: &'static str, reason: Option<&str>| {
        let fired = c.book.examine(&whole).fired;
        let reasons: BTreeMap<String, String> = reason.iter().flat_map(|reason| fired.iter().map(|check| (check.check.clone(), (*reason).to_owned()))).collect();
        c.r.world.app.run(who.caller(), move |tx| register::finish(tx, record, named(slot), &reasons)).await
    };
    let rules = |asked: Result<String, Refused>| match asked { Err(Refused::Faults(faults)) => faults.into_iter().map(|fault| fault.rule).collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>(), other => panic!("{other:?}") };
    for (reason, rule) in [(None, "check-reason"), (Some("  "), "check-reason"), (Some("x".repeat(2001).as_str()), "too-long")] {
        assert_eq!(rules(finish(first, "c1", reason).await), [rule]);
        assert_eq!(c.dumped("select coalesce(final_at::text, 'open') as line from app.coding where slot = 'c1'"), ["open"]);
    }
    assert_eq!(finish(first, "c1", Some("So say the sources")).await.unwrap(), "own_final");
    // Final codes stand; nobody codes a record twice, nor in another's place or that of the notification.
    assert_eq!(c.code(first, "c1", &whole, None).await.unwrap_err().kind(), "codes-final");
    assert_eq!(finish(first, "c1", Some("So say the sources")).await.unwrap_err().kind(), "codes-final");
    for (who, slot, kind) in [(first, "c2", "coder-twice"), (second, "c1", "already-there"), (second, "intake", "faults")] {
        let hat = who.hat;
        let named = c.r.world.app.run(c.manager.caller(), move |tx| register::name_coder(tx, record, hat, slot)).await;
        assert_eq!(named.unwrap_err().kind(), kind);
    }
    // Death before the violence is kept, as checks never stop saving; no reason makes it final.
    let day = |row: &mut codebook::Row, id: &str, day: &str| row.insert(id.to_owned(), json!(day));
    day(&mut whole.0.get_mut("case").unwrap()[0], "incident_date", "2026-01-03");
    for victim in whole.0.get_mut("victim").unwrap() {
        day(victim, "victim_death_date", "2026-01-02");
    }
    c.name(second, "c2").await;
    c.code(second, "c2", &whole, None).await.unwrap();
    let fired = c.book.examine(&whole).fired;
    let reasons: BTreeMap<String, String> = fired.iter().map(|check| (check.check.clone(), "So say the sources".to_owned())).collect();
    let ended = c.r.world.app.run(second.caller(), move |tx| register::finish(tx, record, "own", &reasons)).await;
    assert_eq!(rules(ended), ["check"]);
    assert_eq!(c.dumped("select state as line from app.record"), ["first_final"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_typed_codes_of_a_case_is_neither_its_second_nor_its_third_coder() {
    let c = Coding::new().await;
    let [first, second, other] = &c.coders;
    let record = c.record;
    let name = async |hat: MembershipId, slot: &'static str| c.r.world.app.run(c.manager.caller(), move |tx| register::name_coder(tx, record, hat, slot)).await;
    // The coordinator typed the codes of the notification.
    for slot in ["c2", "c3"] {
        assert_eq!(name(c.r.coordinator.hat, slot).await.unwrap_err().kind(), "coder-twice", "{slot}");
    }
    // A first coder who was followed by another typed some too.
    c.name(first, "c1").await;
    let hat = other.hat;
    c.r.world.app.run(c.manager.caller(), move |tx| register::succeed_coder(tx, record, "c1", hat)).await.unwrap();
    for slot in ["c2", "c3"] {
        assert_eq!(name(first.hat, slot).await.unwrap_err().kind(), "coder-twice", "{slot}");
    }
    name(second.hat, "c2").await.unwrap();
}
