//! Two bureaus notify one event: found without a name being seen, agreed by both coordinators, one record after it. And what must not
//! happen: practice that meets the register, a coordinator who learns more than a bureau's name, a pair that shows in another role.

use diesel::prelude::*;
use lering::access::Role;
use lering::cases::{self, CaseError, Notification, Step};
use lering::ids::{BureauId, CaseId, PairId, RecordId};
use lering::register::duplicates::{self, Pair};
use lering::register::progress::{self, Filter};
use lering::register;
use lering::tx::Refused;
use serde_json::json;

use crate::support::review::answers;
use crate::support::{Someone, World};

struct Two {
    world: World,
    bureaus: [BureauId; 2],
    coordinators: [Someone; 2],
    cases: [CaseId; 2],
}

fn told() -> Notification {
    Notification {
        purpose: "review".into(), ground: "public_task".into(), zone: "european".into(), region: Some(1), profile: "full".into(), child_variant: false, language: "nl".into(), fatal: true,
        received_on: chrono::Utc::now().date_naive() - chrono::Duration::days(2), deputy: None,
    }
}

fn words(given: &str, family: &str, day: &str, age: i64) -> form::Answers {
    answers(json!({
        "source": "1", "received_at": "2026-11-01", "purpose": "review", "ground": "public_task", "fatal": true, "incident_date": day, "police_region": "1", "zone": "european",
        "victims": [{ "person": { "given": given, "family": family }, "sex": "2", "age": age, "death_date": day }], "safety_now": "-", "criminal_state": "3",
    }))
}

async fn notify(world: &World, by: &Someone, words: form::Answers) -> CaseId {
    world.app.run(by.caller(), move |tx| cases::notify(tx, &told(), &words)).await.unwrap()
}

impl Two {
    /// Two bureaus of one register, each with a case; the names are written as two people write them.
    async fn new() -> Two {
        let mut world = World::new().await;
        let first = world.bureau;
        let by = world.administrator().await;
        let one = world.person(&by, Role::Coordinator).await;
        let second = world.found("Reviewbureau Zuid").await;
        let by = world.administrator().await;
        let other = world.person(&by, Role::Coordinator).await;
        world.in_earnest();
        let cases = [notify(&world, &one, words("Hélène", "van der Jansma", "2026-10-03", 34)).await, notify(&world, &other, words("HELENE", "Jansma", "2026-10-02", 33)).await];
        Two { world, bureaus: [first, second], coordinators: [one, other], cases }
    }
    async fn compare(&self) -> usize {
        self.world.app.run_worker(duplicates::pair).await.unwrap()
    }
    async fn pairs(&self, manager: &Someone) -> Vec<Pair> {
        self.world.app.run(manager.caller(), |tx| duplicates::list(tx, None)).await.unwrap().rows
    }
    async fn propose(&self, manager: &Someone, id: PairId, keeps: RecordId) -> Result<String, Refused> {
        self.world.app.run(manager.caller(), move |tx| duplicates::propose(tx, id, keeps, "same_event")).await
    }
    async fn answer(&self, of: usize, id: PairId, agrees: bool) -> Result<String, Refused> {
        let case = self.cases[of];
        self.world.app.run(self.coordinators[of].caller(), move |tx| duplicates::answer(tx, case, id, agrees)).await
    }
    fn keeps(&self, pair: &Pair, of: usize) -> RecordId {
        pair.records.iter().find(|side| side.case == Some(self.cases[of])).unwrap().record
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

fn count(world: &World, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Count>(&mut world.connection("postgres")).unwrap().n
}

#[tokio::test(flavor = "multi_thread")]
async fn both_coordinators_agree_and_one_record_stays() {
    let two = Two::new().await;
    let manager = two.world.national(Role::RegisterManager).await;
    // Saving compares nothing: what a coordinator waits for hangs on no other case.
    assert_eq!(count(&two.world, "select count(*) as n from app.record_pair"), 0);
    assert_eq!(two.compare().await, 2);
    assert_eq!(two.compare().await, 0, "compared once");
    let pairs = two.pairs(&manager).await;
    let [pair] = pairs.as_slice() else { panic!("{pairs:?}") };
    for kind in ["family", "given", "born", "sex", "month", "region", "victims"] {
        assert!(pair.kinds.iter().any(|known| known == kind), "{kind}: {:?}", pair.kinds);
    }
    let bureaus: Vec<&str> = pair.records.iter().filter_map(|side| side.bureau.as_deref()).collect();
    assert!(bureaus.contains(&"Reviewbureau Noord") && bureaus.contains(&"Reviewbureau Zuid"), "{bureaus:?}");
    // Nobody else sees pairs, nor is anybody asked before it is proposed.
    assert!(matches!(two.world.app.run(two.coordinators[0].caller(), |tx| duplicates::list(tx, None)).await, Err(Refused::NotFound)));
    let (id, keeps, case) = (pair.id, two.keeps(pair, 0), two.cases[0]);
    assert!(two.world.app.run(two.coordinators[0].caller(), move |tx| duplicates::questions(tx, case)).await.unwrap().is_empty());
    assert!(matches!(two.propose(&two.coordinators[0], id, keeps).await, Err(Refused::NotFound)));
    assert!(matches!(two.answer(0, id, true).await, Err(Refused::NotFound)));
    assert!(matches!(two.propose(&manager, id, RecordId::new()).await, Err(Refused::Faults(_))));
    assert!(matches!(two.world.app.run(manager.caller(), move |tx| duplicates::propose(tx, id, keeps, "because")).await, Err(Refused::Faults(_))), "a merge has a reason there is");
    // Before notifying once more, a coordinator is told of their own bureau's case, and of no other.
    for of in 0..2 {
        let told = words("Helene", "Jansma", "2026-10-03", 34);
        let found = two.world.app.run(two.coordinators[of].caller(), move |tx| duplicates::own_alike(tx, &told)).await.unwrap();
        assert_eq!(found.iter().map(|one| one.case).collect::<Vec<_>>(), [two.cases[of]]);
    }

    assert_eq!(two.propose(&manager, id, keeps).await.unwrap(), "proposed");
    assert_eq!(count(&two.world, "select count(*) as n from app.record_pair where reason = 'same_event'"), 1, "and it is kept");
    assert!(matches!(two.propose(&manager, id, keeps).await, Err(Refused::Rule("pair-settled"))));
    let asked = two.world.app.run(two.coordinators[0].caller(), move |tx| duplicates::questions(tx, case)).await.unwrap();
    let text = serde_json::to_string(&asked).unwrap();
    assert_eq!((asked.len(), asked[0].other_bureau.as_str(), asked[0].leads), (1, "Reviewbureau Zuid", true));
    assert!(!text.contains("HG-") && !text.contains(&two.cases[1].to_string()) && !text.contains("family"), "more than a name is told: {text}");
    // The other's answer is not one's own to give.
    let other_case = two.cases[1];
    assert!(matches!(two.world.app.run(two.coordinators[0].caller(), move |tx| duplicates::answer(tx, other_case, id, true)).await, Err(Refused::NotFound)));

    assert_eq!(two.answer(0, id, true).await.unwrap(), "proposed", "one answer merges nothing");
    assert!(matches!(two.answer(0, id, false).await, Err(Refused::NotFound)), "an answer stands");
    assert_eq!(two.answer(1, id, true).await.unwrap(), "merged");
    assert_eq!(count(&two.world, "select count(*) as n from app.record where state = 'merged' and merged_into_id is not null"), 1);
    assert_eq!(count(&two.world, "select count(*) as n from app.case_step where step = 'T24' and to_state = 'merged'"), 1);
    assert_eq!(count(&two.world, &format!("select count(*) as n from app.deadline where done_at is null and case_id = '{}'", two.cases[1])), 0);
    assert_eq!(count(&two.world, &format!("select count(*) as n from app.organisation where bureau_id = '{}' and name = 'Reviewbureau Zuid'", two.bureaus[0])), 1, "the other bureau is an organisation now");
    assert_eq!(count(&two.world, &format!("select count(*) as n from app.organisation where bureau_id = '{}'", two.bureaus[1])), 0);
    assert!(matches!(two.world.app.run(two.coordinators[1].caller(), move |tx| cases::take(tx, other_case, Step::T2, 2)).await, Err(CaseError::WrongState { .. })), "a merged case moves no more");
    // It counts once, and is coded once.
    let lines = two.world.app.run(manager.caller(), |tx| progress::progress(tx, Filter::default())).await.unwrap();
    assert_eq!((lines[0].cases, lines[0].merged), (1, 1));
    assert_eq!(two.world.app.run(manager.caller(), register::list).await.unwrap().len(), 1);
    let gone = two.keeps(pair, 1);
    let view = two.world.app.run(two.coordinators[1].caller(), move |tx| register::view(tx, gone)).await.unwrap();
    assert_eq!((view.state.as_str(), view.slots.len()), ("merged", 1), "kept for history");
    let codes = view.slots[0].rows.clone();
    assert!(two.world.app.run(two.coordinators[1].caller(), move |tx| register::code(tx, gone, "intake", 1, &codes, None)).await.is_err(), "codes of a merged record stand");
    // A correction of what went brings no new pair.
    assert_eq!(count(&two.world, &format!("select count(*) as n from app.record_mark where record_id = '{gone}'")), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refusal_ends_it_and_a_pair_is_rejected_with_a_reason() {
    let two = Two::new().await;
    let manager = two.world.national(Role::RegisterManager).await;
    two.compare().await;
    let pair = two.pairs(&manager).await.remove(0);
    let (id, keeps) = (pair.id, two.keeps(&pair, 1));
    two.propose(&manager, id, keeps).await.unwrap();
    assert!(matches!(two.world.app.run(manager.caller(), move |tx| duplicates::reject(tx, id, "other_people")).await, Err(Refused::Rule("pair-settled"))), "while others are asked");
    assert_eq!(two.answer(0, id, false).await.unwrap(), "refused");
    assert!(matches!(two.answer(1, id, true).await, Err(Refused::NotFound)), "the question is over");
    assert_eq!(count(&two.world, "select count(*) as n from app.record where state = 'merged'"), 0);
    assert!(matches!(two.world.app.run(manager.caller(), move |tx| duplicates::reject(tx, id, "because")).await, Err(Refused::Faults(_))));
    two.world.app.run(manager.caller(), move |tx| duplicates::reject(tx, id, "other_people")).await.unwrap();
    assert_eq!(two.pairs(&manager).await[0].state, "rejected");
    // Proposed once more, with the case that would go too far on.
    diesel::sql_query("update app.case_file set state = 'gathering' where id = $1").bind::<diesel::sql_types::Uuid, _>(two.cases[0]).execute(&mut two.world.connection("postgres")).unwrap();
    assert!(matches!(two.propose(&manager, id, keeps).await, Err(Refused::Rule("merge-too-late"))));
    let other = two.keeps(&pair, 0);
    assert_eq!(two.propose(&manager, id, other).await.unwrap(), "proposed");
    // It went on between the two answers: refused as a whole, the answer with it.
    diesel::sql_query("update app.case_file set state = 'gathering' where id = $1").bind::<diesel::sql_types::Uuid, _>(two.cases[1]).execute(&mut two.world.connection("postgres")).unwrap();
    two.answer(0, id, true).await.unwrap();
    assert!(matches!(two.answer(1, id, true).await, Err(Refused::Rule("merge-too-late"))));
    assert_eq!(count(&two.world, "select count(*) as n from app.merge_question where state = 'agreed'"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn practice_meets_nobody_and_marks_are_read_by_nobody() {
    let mut world = World::new().await;
    let by = world.administrator().await;
    let one = world.person(&by, Role::Coordinator).await;
    let managers = [world.person(&by, Role::RegisterManager).await, world.national(Role::RegisterManager).await];
    world.found("Reviewbureau Zuid").await;
    let by = world.administrator().await;
    let other = world.person(&by, Role::Coordinator).await;
    let same = || words("Noor", "Jansma", "2026-10-03", 34);
    notify(&world, &one, same()).await;
    let case = notify(&world, &other, same()).await;
    world.app.run_worker(duplicates::pair).await.unwrap();
    assert_eq!(count(&world, "select count(*) as n from app.record_pair"), 0, "two practice bureaus met");
    // Within one practice bureau they do; its manager sees it, the country's does not.
    notify(&world, &one, same()).await;
    world.app.run_worker(duplicates::pair).await.unwrap();
    let seen = [world.app.run(managers[0].caller(), |tx| duplicates::list(tx, None)).await.unwrap().rows.len(), world.app.run(managers[1].caller(), |tx| duplicates::list(tx, None)).await.unwrap().rows.len()];
    assert_eq!(seen, [1, 0]);
    // The second wall: marks for nobody, pairs for no coordinator, and the functions do nothing for others.
    for caller in [&managers[0], &one, &other] {
        let read = world.app.run(caller.caller(), |tx| -> Result<(), Refused> { diesel::sql_query("select 1 from app.record_mark").execute(tx.db())?; Ok(()) }).await;
        assert!(read.is_err(), "marks can be read");
        let paired = world.app.run(caller.caller(), |tx| -> Result<i64, Refused> {
            Ok(diesel::sql_query("select sec.pair_records(array['sex'], array[9], 1, 100)::bigint as n").get_result::<Count>(tx.db())?.n)
        }).await.unwrap();
        assert_eq!(paired, 0, "only the worker compares");
    }
    let pairs = world.app.run(one.caller(), |tx| -> Result<i64, Refused> { Ok(diesel::sql_query("select count(*) as n from app.record_pair").get_result::<Count>(tx.db())?.n) }).await.unwrap();
    assert_eq!(pairs, 0);
    let before = count(&world, "select count(*) as n from app.record_mark");
    world.app.run(one.caller(), move |tx| -> Result<(), Refused> {
        diesel::sql_query("select sec.place_marks(r.id, '{}', '{}', '{}') from app.record r where r.case_id = $1").bind::<diesel::sql_types::Uuid, _>(case).execute(tx.db())?;
        Ok(())
    }).await.unwrap();
    assert_eq!(count(&world, "select count(*) as n from app.record_mark"), before, "marks of another's case were touched");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_for_a_case_nobody_leads_and_a_past_case_never_stays_in_place_of_a_case() {
    let two = Two::new().await;
    let manager = two.world.national(Role::RegisterManager).await;
    two.compare().await;
    let pair = two.pairs(&manager).await.remove(0);
    let (id, keeps, goes) = (pair.id, two.keeps(&pair, 0), two.keeps(&pair, 1));
    let sql = |text: String| diesel::sql_query(text).execute(&mut two.world.connection("postgres")).unwrap();
    sql(format!("update app.case_party set until = now() - interval '1 hour' where case_id = '{}' and role = 'CO'", two.cases[1]));
    assert!(matches!(two.propose(&manager, id, keeps).await, Err(Refused::Rule("nobody-leads"))));
    assert_eq!((two.pairs(&manager).await[0].state.as_str(), count(&two.world, "select count(*) as n from app.merge_question")), ("open", 0), "nothing of it stands");
    // The other is a past case out of a file: it may go, at once, and never stay.
    let file = uuid::Uuid::new_v4();
    sql(format!("insert into app.import (id, membership_id, file_mac, rows, codebook, state) values ('{file}', '{}', sha256('x'), 1, '2026.1', 'loaded')", manager.hat));
    sql(format!("update app.record set case_id = null, compartment_id = null, bureau_id = null, import_id = '{file}', state = 'imported' where id = '{goes}'"));
    let stays = two.propose(&manager, id, goes).await;
    assert!(matches!(&stays, Err(Refused::Faults(faults)) if faults[0].rule == "past-case-goes"), "{stays:?}");
    assert_eq!(two.propose(&manager, id, keeps).await.unwrap(), "merged");
    assert_eq!(count(&two.world, &format!("select count(*) as n from app.record where id = '{goes}' and state = 'merged' and merged_into_id = '{keeps}'")), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_cases_of_one_bureau_who_is_asked_reads_which_the_other_is() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (one, manager) = (world.person(&by, Role::Coordinator).await, world.person(&by, Role::RegisterManager).await);
    let same = || words("Noor", "Jansma", "2026-10-03", 34);
    let both = [notify(&world, &one, same()).await, notify(&world, &one, same()).await];
    world.app.run_worker(duplicates::pair).await.unwrap();
    let pair = world.app.run(manager.caller(), |tx| duplicates::list(tx, None)).await.unwrap().rows.remove(0);
    let (id, keeps) = (pair.id, pair.records.iter().find(|side| side.case == Some(both[0])).unwrap().record);
    world.app.run(manager.caller(), move |tx| duplicates::propose(tx, id, keeps, "same_event")).await.unwrap();
    world.name_everyone("Anna Bakker");
    let served = crate::support::served::Served::new(&world);
    for (case, other) in [(both[0], both[1]), (both[1], both[0])] {
        let number = world.app.run(one.caller(), move |tx| cases::number_of(tx, other)).await.unwrap();
        let asked = world.app.run(one.caller(), move |tx| duplicates::questions(tx, case)).await.unwrap();
        assert_eq!((asked[0].own_case, asked[0].own_number.as_deref()), (Some(other), Some(number.as_str())));
        let page = served.call(&one, reqwest::Method::GET, &format!("/cases/{case}/same-case")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(page.contains(&format!("<a href=\"/cases/{other}\">{number}</a>")), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_one_bureau_notified_twice_is_told_of_judged_and_joined() {
    let world = World::new().await;
    let by = world.administrator().await;
    let (one, manager) = (world.person(&by, Role::Coordinator).await, world.person(&by, Role::RegisterManager).await);
    let first = notify(&world, &one, words("Noor", "Jansma", "2026-10-03", 34)).await;
    // The second was made by going back: nothing of it agrees with anything yet.
    let second = notify(&world, &one, answers(json!({ "source": "1", "received_at": "2026-11-01", "purpose": "review", "ground": "public_task", "fatal": true, "zone": "european" }))).await;
    world.app.run_worker(duplicates::pair).await.unwrap();
    let pairs = async || world.app.run(manager.caller(), |tx| duplicates::list(tx, None)).await.unwrap().rows;
    assert!(pairs().await.is_empty());
    let number = world.app.run(one.caller(), move |tx| cases::number_of(tx, first)).await.unwrap();
    let tell = async |who: &Someone, number: String| world.app.run(who.caller(), move |tx| duplicates::tell_twice(tx, second, &number)).await;
    for wrong in [String::new(), "HG-1999-0001".to_owned()] {
        assert!(matches!(tell(&one, wrong).await, Err(Refused::Faults(_))));
    }
    assert!(tell(&manager, number.clone()).await.is_err(), "only who leads it tells");
    // In small letters it is the same number; what was told stands on the page, also when one comes back.
    tell(&one, format!(" {} ", number.to_lowercase())).await.unwrap();
    assert_eq!(world.app.run(one.caller(), move |tx| duplicates::told_twice(tx, second)).await.unwrap(), [(number.clone(), "open".to_owned())]);
    world.name_everyone("Anna Bakker");
    let served = crate::support::served::Served::new(&world);
    let page = async |path: String| served.call(&one, reqwest::Method::GET, &path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let shown = page(format!("/cases/{second}/same-case")).await;
    assert!(shown.contains(&number) && shown.contains("U vertelde dat dit dezelfde zaak is") && !shown.contains("Er is nu niets te doen"), "{shown}");
    // What was told stays, whatever changes in one of them.
    world.app.run(one.caller(), move |tx| duplicates::mark(tx, second, &words("Iris", "Bakker", "2019-01-01", 61))).await.unwrap();
    world.app.run_worker(duplicates::pair).await.unwrap();
    let pair = pairs().await.remove(0);
    assert_eq!((pair.kinds.as_slice(), pair.state.as_str()), (["told".to_owned()].as_slice(), "open"));
    let keeps = pair.records.iter().find(|side| side.case == Some(first)).unwrap().record;
    let id = pair.id;
    assert_eq!(world.app.run(manager.caller(), move |tx| duplicates::propose(tx, id, keeps, "same_event")).await.unwrap(), "proposed");
    let asked = world.app.run(one.caller(), move |tx| duplicates::questions(tx, second)).await.unwrap();
    assert_eq!((asked.len(), asked[0].own_number.as_deref(), asked[0].leads), (1, Some(number.as_str()), false));
    let shown = page(format!("/cases/{second}")).await;
    assert!(shown.contains(&format!("dezelfde zaak ook gemeld als {number}")), "the other is named: {shown}");
    for (case, state) in [(first, "proposed"), (second, "merged")] {
        assert_eq!(world.app.run(one.caller(), move |tx| duplicates::answer(tx, case, id, true)).await.unwrap(), state);
    }
    let left = world.app.run(one.caller(), |tx| cases::just_notified(tx, chrono::Duration::hours(1))).await.unwrap();
    assert_eq!(left.iter().map(|one| one.case).collect::<Vec<_>>(), [first]);
}
