//! From an application to a table: the committee, signing, the budget, output checkers; and what never leaves.

use diesel::prelude::*;
use lering::access::Role;
use lering::ids::{ProjectId, SnapshotId};
use lering::research::{self, Asked, Cell, Checked, Table, Verdict, Vote, Wanted};
use lering::tx::Refused;
use lering::{documents, forms};

use crate::support::World;
use crate::support::register::Register as People;
use crate::support::served::Served;

struct Register {
    world: World,
    people: People,
}

impl Register {
    async fn new() -> Register {
        let world = World::new().await;
        let by = world.administrator().await;
        Register { people: People::new(&world, &by).await, world }
    }
    async fn frozen(&self, cases: u32, seed: u64) -> SnapshotId {
        self.people.frozen(&self.world, cases, seed).await
    }
    async fn application(&self) -> ProjectId {
        self.people.application(&self.world, 0, 300, vec![]).await
    }
    async fn vote(&self, of: usize, id: ProjectId, vote: Vote) -> Result<research::State, Refused> {
        self.people.vote(&self.world, of, id, vote).await
    }
    async fn project(&self) -> ProjectId {
        self.people.project(&self.world, 0, vec![]).await
    }
    async fn ask(&self, project: ProjectId, outcome: &'static str, second: Option<&'static str>) -> Result<Asked, Refused> {
        self.world.app.run(self.people.researchers[0].caller(), move |tx| {
            let keys = std::iter::once("incident_period").chain(second).map(str::to_owned).collect();
            let wanted = Wanted { snapshot: None, outcome: outcome.into(), keys };
            let cost = research::preview(tx, Some(project), &wanted).ok().map(|preview| preview.cost);
            research::release(tx, project, &wanted, cost)
        }).await
    }
}

fn table(asked: Asked) -> Table {
    match asked {
        Asked::Table(table) => *table,
        Asked::Refused(why) => panic!("{why}"),
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
async fn two_members_approve_each_signs_and_equal_questions_are_free() {
    let register = Register::new().await;
    register.frozen(600, 4).await;
    let id = register.application().await;
    assert!(matches!(register.ask(id, "multiple_victims", None).await, Err(Refused::Rule("project-not-open"))));
    assert_eq!(register.vote(0, id, Vote::Approve).await.unwrap(), research::State::Submitted);
    assert!(matches!(register.vote(0, id, Vote::Approve).await, Err(Refused::Rule("already-voted"))), "one member decides nothing alone");
    assert_eq!(register.vote(1, id, Vote::Approve).await.unwrap(), research::State::Approved);
    assert!(matches!(register.ask(id, "multiple_victims", None).await, Err(Refused::Rule("not-signed"))));
    register.world.app.run(register.people.researchers[0].caller(), move |tx| research::sign(tx, id)).await.unwrap();

    let first = table(register.ask(id, "multiple_victims", Some("country_part")).await.unwrap());
    let again = table(register.ask(id, "multiple_victims", Some("country_part")).await.unwrap());
    assert_eq!((&first.body, &first.id), (&again.body, &again.id), "the same question, the same answer");
    assert!(first.body.groups.iter().flat_map(|group| &group.cells).any(|cell| matches!(cell, Cell::Shown { .. })), "nothing is shown at all");
    for cell in first.body.groups.iter().flat_map(|group| &group.cells) {
        if let Cell::Shown { units, .. } = cell { assert_eq!(units % 5, 0); }
    }
    assert_eq!(count(&register.world, "select count(*) as n from app.released_table"), 1);
    assert_eq!(count(&register.world, "select count(*) as n from app.table_query where answer = 'repeated' and cost = 0"), 1);
    // What a researcher did not apply for, and what is no table of the list.
    assert!(matches!(register.ask(id, "victim_formal_complaint", None).await, Err(Refused::Rule("outcome-not-approved"))));
    assert!(matches!(register.ask(id, "police_region", None).await, Err(Refused::Faults(_))));
    // Past the program too nothing is asked outside a project of one's own that is open.
    let noted = async |project: &'static str| register.world.app.run(register.people.researchers[0].caller(), move |tx| -> Result<usize, Refused> {
        Ok(diesel::sql_query(format!(
            "insert into app.table_query (snapshot_id, project_id, membership_id, outcome, answer, cost) select snapshot_id, {project}, membership_id, outcome, 'repeated', 0 from app.table_query limit 1")).execute(tx.db())?)
    }).await;
    assert_eq!(noted("project_id").await.unwrap(), 1);
    assert!(matches!(noted("null").await, Err(Refused::NotYours)));
    diesel::sql_query("update app.project set ends_on = current_date - 1").execute(&mut register.world.connection("postgres")).unwrap();
    assert!(matches!(noted("project_id").await, Err(Refused::NotYours)));
    diesel::sql_query("update app.project set ends_on = current_date + 300").execute(&mut register.world.connection("postgres")).unwrap();
    // The public list tells of the project what its application says everybody may know.
    let public = register.world.app.run_public(research::public_list).await.unwrap();
    assert_eq!(public.iter().map(|project| project.title.as_str()).collect::<Vec<_>>(), ["What was known beforehand"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_budget_is_everybodys_and_two_checkers_go_beyond_it() {
    let register = Register::new().await;
    let snapshot = register.people.frozen_late(&register.world, 3000, 9).await;
    let id = register.project().await;
    for second in [Some("police_region"), None] {
        table(register.ask(id, "known_to_agency", second).await.unwrap());
    }
    // 52 and 4 of 60 are given: twenty more are not, though nothing was counted to say so.
    assert!(matches!(register.ask(id, "known_to_agency", Some("country_part")).await.unwrap(), Asked::Refused("gate-budget")));
    assert_eq!(count(&register.world, "select count(*) as n from app.table_query where answer = 'budget'"), 1, "a refusal is logged");
    let request = register.world.app.run(register.people.researchers[0].caller(), move |tx| {
        research::request(tx, Some(id), &Wanted { snapshot: Some(snapshot), outcome: "known_to_agency".into(), keys: vec!["incident_period".into(), "country_part".into()] }, true, "comparison")
    }).await.unwrap();
    let own = register.world.app.run(register.people.researchers[0].caller(), research::requests).await.unwrap();
    assert!(own.iter().any(|one| one.id == request && one.adds.is_none()), "who asked sees that it waits, and not what an attacker would gain");
    let check = |of: usize| register.world.app.run(register.people.checkers[of].caller(), move |tx| research::check(tx, request, Verdict::Release, "safe"));
    let waiting = register.world.app.run(register.people.checkers[0].caller(), research::requests).await.unwrap();
    let adds = waiting[0].adds.clone().unwrap();
    assert!(adds.before <= adds.most && adds.after <= 1.0 && adds.cells == 20 && adds.spent == 56, "{adds:?}");
    // The checker sees its shape, what would be hidden, and what has left beside it; and no count.
    assert_eq!(adds.keys.iter().map(|key| (key.id.as_str(), key.categories)).collect::<Vec<_>>(), [("incident_period", 4), ("country_part", 5)]);
    assert_eq!(adds.shown + adds.hidden.iter().map(|kept| kept.figures).sum::<usize>(), 20 * adds.categories);
    assert!(adds.hidden.iter().all(|kept| kept.why.starts_with("gate-hidden-")) && !adds.hidden.is_empty(), "two periods are still empty: {adds:?}");
    let mut beside: Vec<Option<&str>> = adds.same_outcome.iter().map(|left| left.second.as_deref()).collect();
    beside.sort_unstable();
    assert_eq!((beside, adds.same_keys.len()), (vec![None, Some("police_region")], 0));
    assert_eq!(check(0).await.unwrap(), Checked::Once);
    assert!(matches!(check(0).await, Err(Refused::Rule("same-person-twice"))));
    assert_eq!(count(&register.world, "select count(*) as n from app.released_table where public_at is not null"), 0);
    // What left before adds no cell: it only becomes public. By the same keys another outcome left.
    table(register.ask(id, "multiple_victims", None).await.unwrap());
    let known = register.world.app.run(register.people.researchers[0].caller(), move |tx| {
        research::request(tx, Some(id), &Wanted { snapshot: Some(snapshot), outcome: "known_to_agency".into(), keys: vec!["incident_period".into()] }, true, "comparison")
    }).await.unwrap();
    let waiting = register.world.app.run(register.people.checkers[1].caller(), research::requests).await.unwrap();
    let adds = waiting.iter().find(|one| one.id == known).unwrap().adds.clone().unwrap();
    assert_eq!((adds.cells, adds.spent, adds.after), (0, 56, adds.before), "{adds:?}");
    assert_eq!(adds.same_keys.iter().map(|left| left.outcome.as_str()).collect::<Vec<_>>(), ["multiple_victims"]);
    match check(1).await.unwrap() {
        Checked::Released => {
            let public = register.world.app.run_public(research::tables).await.unwrap();
            assert_eq!(public.len(), 1, "only what two checkers let out is public");
        }
        // The attack decides even then.
        checked => assert_eq!(checked, Checked::RefusedByGate),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn much_and_the_last_cells_are_said_once_more_before_they_are_spent() {
    let register = Register::new().await;
    register.people.frozen_late(&register.world, 300, 2).await;
    let id = register.project().await;
    diesel::sql_query("update app.project set cells = 200").execute(&mut register.world.connection("postgres")).unwrap();
    let ask = |outcome: &'static str, second: Option<&'static str>, cost: Option<u32>| register.world.app.run(register.people.researchers[0].caller(), move |tx| {
        let keys = std::iter::once("incident_period").chain(second).map(str::to_owned).collect();
        let wanted = Wanted { snapshot: None, outcome: outcome.into(), keys };
        Ok::<_, Refused>((research::preview(tx, Some(id), &wanted)?.confirm, research::release(tx, id, &wanted, cost)))
    });
    // Whether the preview wants it said, and whether the gate was asked.
    let asked = async |outcome, second, cost| -> (bool, bool) {
        let (confirm, asked): (bool, Result<Asked, Refused>) = ask(outcome, second, cost).await.unwrap();
        assert!(matches!(asked, Ok(_) | Err(Refused::Rule("cost-not-confirmed"))), "{asked:?}");
        (confirm, asked.is_ok())
    };
    let spent = || count(&register.world, "select coalesce(sum(cost), 0) as n from app.table_query");
    // Four cells are nothing to stop at; fifty-two are, and a cost that is not that of now is none.
    assert_eq!(asked("multiple_victims", None, None).await, (false, true));
    let before = spent();
    for cost in [None, Some(20)] {
        assert_eq!(asked("known_to_agency", Some("police_region"), cost).await, (true, false));
    }
    assert_eq!((spent(), count(&register.world, "select count(*) as n from app.table_query where outcome = 'known_to_agency'")), (before, 0), "nothing was spent, nothing counted");
    assert_eq!(asked("known_to_agency", Some("police_region"), Some(52)).await, (true, true));
    assert_eq!(spent(), before + 52);
    assert_eq!(asked("known_to_agency", Some("police_region"), None).await, (false, true), "what left before is free and asked without a word");
    // The last fifteen, however few of them.
    assert_eq!(asked("known_to_agency", None, None).await, (true, false));
    assert_eq!(asked("known_to_agency", None, Some(4)).await, (true, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_of_another_register_is_not_found() {
    // Two practice bureaus, each with a register of its own, and the country's.
    let mut world = World::new().await;
    let by = world.administrator().await;
    let own = People::new(&world, &by).await;
    own.frozen(&world, 60, 2).await;
    world.found("Reviewbureau Zuid").await;
    let by = world.administrator().await;
    let other = People::new(&world, &by).await;
    let theirs = other.frozen(&world, 60, 3).await;
    let project = own.project(&world, 0, vec![]).await;
    let nation = world.national(lering::access::Role::Researcher).await;
    let wanted = move || Wanted { snapshot: Some(theirs), outcome: "multiple_victims".into(), keys: vec!["incident_period".into()] };
    let nothing = SnapshotId::new();
    for someone in [&own.researchers[0], &own.committee[0], &own.checkers[0], &own.manager, &nation] {
        let found = world.app.run(someone.caller(), move |tx| research::preview(tx, None, &wanted())).await;
        assert!(matches!(found, Err(Refused::NotFound)), "{found:?}");
        // As one that never was, whatever is asked of it.
        let found = world.app.run(someone.caller(), move |tx| research::preview(tx, None, &Wanted { snapshot: Some(nothing), ..wanted() })).await;
        assert!(matches!(found, Err(Refused::NotFound)), "{found:?}");
        let found = world.app.run(someone.caller(), move |tx| research::askable(tx, Some(theirs), None).map(|_| ())).await;
        assert!(matches!(found, Err(Refused::NotFound)), "{found:?}");
        let script = research::Script { snapshot: Some(theirs), questions: vec![("multiple_victims".into(), vec![])], lines: vec![] };
        let found = world.app.run(someone.caller(), move |tx| research::price(tx, None, &script).map(|_| ())).await;
        assert!(matches!(found, Err(Refused::NotFound)), "{found:?}");
    }
    let asked = world.app.run(own.researchers[0].caller(), move |tx| research::release(tx, project, &wanted(), Some(4))).await;
    assert!(matches!(asked, Err(Refused::NotFound)), "{asked:?}");
    let asked = world.app.run(own.researchers[0].caller(), move |tx| research::request(tx, Some(project), &wanted(), false, "comparison")).await;
    assert!(matches!(asked, Err(Refused::NotFound)), "{asked:?}");
    assert!(world.app.run(other.researchers[0].caller(), move |tx| research::preview(tx, None, &wanted())).await.is_ok(), "one's own register is");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_snapshot_are_read_by_the_counting_copy_alone_and_not_if_they_were_changed() {
    let register = Register::new().await;
    let snapshot = register.frozen(60, 2).await;
    let id = register.project().await;
    for someone in [&register.people.manager, &register.people.researchers[0], &register.people.committee[0], &register.people.checkers[0]] {
        let read = register.world.app.run(someone.caller(), |tx| -> Result<usize, Refused> {
            Ok(diesel::sql_query("select case_no from frozen.case_row").execute(tx.db())?)
        }).await;
        assert!(read.is_err(), "{read:?}");
    }
    diesel::sql_query("update frozen.case_row set levels = jsonb_set(levels, '{case,0,key}', '1') where case_no = 1").execute(&mut register.world.connection("postgres")).unwrap();
    diesel::sql_query("update frozen.case_row set levels = jsonb_set(levels, '{case,0,key}', '2') where case_no = 2").execute(&mut register.world.connection("postgres")).unwrap();
    assert!(matches!(register.ask(id, "multiple_victims", None).await, Err(Refused::Internal(_))), "a snapshot is what was frozen, or nothing");
    let _ = snapshot;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_an_interest_leaves_and_reads_no_more() {
    let register = Register::new().await;
    let id = register.application().await;
    let conflicted = register.world.app.run(register.people.committee[0].caller(), move |tx| research::vote(tx, id, Vote::Conflict, None)).await;
    assert_eq!(conflicted.unwrap(), research::State::Submitted);
    let read = register.world.app.run(register.people.committee[0].caller(), move |tx| -> Result<usize, Refused> {
        let within = research::find(tx, id)?;
        Ok(forms::list(tx, documents::sheet_of(lering::access::Kind::Project, "research-application").unwrap(), within, None)?.len())
    }).await;
    assert!(read.is_err() || read.as_ref().is_ok_and(|found| *found == 0), "{read:?}");
    // Page and program say the same: to them it is not there, and the list does not lead to it.
    register.world.name_everyone("C. Lid");
    let (served, left) = (Served::new(&register.world), &register.people.committee[0]);
    for (who, status) in [(left, 404), (&register.people.committee[1], 200), (&register.people.manager, 404)] {
        assert_eq!(served.get(who, &format!("/api/v1/register/projects/{id}")).await.0, status, "by program");
        let page = served.call(who, reqwest::Method::GET, &format!("/register/projects/{id}")).send().await.unwrap();
        assert_eq!(page.status().as_u16(), status, "the page");
        let list = served.call(who, reqwest::Method::GET, "/register/projects").send().await.unwrap().text().await.unwrap();
        assert_eq!(list.contains(&format!("href=\"/register/projects/{id}\"")), status == 200, "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_is_named_before_it_is_handed_in_and_signs_for_themselves() {
    let register = Register::new().await;
    let by = register.world.administrator().await;
    let (colleague, outsider) = (register.world.person(&by, Role::Researcher).await, register.world.person(&by, Role::Researcher).await);
    let (id, _) = register.world.app.run(register.people.researchers[0].caller(), research::begin).await.unwrap();
    let hat = colleague.hat;
    register.world.app.run(register.people.researchers[0].caller(), move |tx| research::name_person(tx, id, hat)).await.unwrap();
    register.world.app.run(colleague.caller(), move |tx| research::sign(tx, id)).await.unwrap();
    assert!(matches!(register.world.app.run(outsider.caller(), move |tx| research::sign(tx, id)).await, Err(Refused::NotFound)));
    let late = outsider.hat;
    let project = register.project().await;
    let waiting = register.application().await;
    assert!(matches!(register.world.app.run(register.people.researchers[0].caller(), move |tx| research::name_person(tx, waiting, late)).await, Err(Refused::Rule("application-handed-in"))));

    // Afterwards the committee agrees first, by two; and who leaves asks no more.
    register.frozen(60, 2).await;
    let owner = &register.people.researchers[0];
    for (who, name) in [(owner, "R. Zoeker"), (&outsider, "N. Komer")] {
        register.world.named(who, name);
    }
    register.world.app.run(owner.caller(), move |tx| research::name_person(tx, project, late)).await.unwrap();
    register.world.app.run(outsider.caller(), move |tx| research::sign(tx, project)).await.unwrap();
    let ask = || register.world.app.run(outsider.caller(), move |tx| research::release(tx, project, &Wanted { snapshot: None, outcome: "multiple_victims".into(), keys: vec!["incident_period".into()] }, None));
    let early = ask().await;
    assert!(matches!(early, Err(Refused::Rule("not-signed"))), "{early:?}");
    let view = register.world.app.run(owner.caller(), move |tx| research::view(tx, project)).await.unwrap();
    assert!(view.people.iter().any(|person| person.hat == late && person.waits) && view.changes[0].person.is_some());
    let change = view.changes[0].id;
    for member in &register.people.committee {
        register.world.app.run(member.caller(), move |tx| research::agree(tx, project, change, true)).await.unwrap();
    }
    table(ask().await.unwrap());
    let hat = register.people.researchers[0].hat;
    assert!(matches!(register.world.app.run(owner.caller(), move |tx| research::end_person(tx, project, hat)).await, Err(Refused::Faults(_))));
    assert!(matches!(register.world.app.run(outsider.caller(), move |tx| research::end_person(tx, project, hat)).await, Err(Refused::NotYours)));
    register.world.app.run(owner.caller(), move |tx| research::end_person(tx, project, late)).await.unwrap();
    assert!(ask().await.is_err(), "who left asks on");
    let within = register.world.app.run(owner.caller(), move |tx| research::find(tx, project)).await.unwrap();
    let read = register.world.app.run(outsider.caller(), move |tx| Ok::<_, Refused>(forms::list(tx, documents::sheet_of(lering::access::Kind::Project, "research-application").unwrap(), within, None)?.len())).await;
    assert!(read.is_err() || read.as_ref().is_ok_and(|found| *found == 0), "{read:?}");
}

/// Those to whom a question does not apply are no figure: no cell, and no part of a total or of what a percentage is of. Page and files say so.
#[tokio::test(flavor = "multi_thread")]
async fn totals_are_of_those_to_whom_the_question_applies() {
    let register = Register::new().await;
    let snapshot = register.frozen(600, 4).await;
    let id = register.project().await;
    let released = table(register.ask(id, "femicide_yn", None).await.unwrap());
    let victims = |period: i64, more: &str| count(&register.world, &format!(
        "select count(*) as n from frozen.case_row as kept, jsonb_array_elements(kept.levels->'victim') as victims (victim) \
           where kept.levels->'case'->0->'codes'->>'incident_period' = '{period}' {more}"));
    let (mut shown, mut fewer) = (0, 0);
    for group in &released.body.groups {
        let (all, applying) = (victims(group.codes[0], ""), victims(group.codes[0], "and victim->'codes'->>'femicide_yn' <> '-7'"));
        let Cell::Shown { units: total, .. } = group.total else { continue };
        shown += 1;
        fewer += usize::from(all - applying > 16);
        assert!((i64::from(total) - applying).abs() <= 8, "{total} of {applying} to whom it applies, {all} in all");
        for cell in &group.cells {
            if let Cell::Shown { units, percent } = cell {
                assert_eq!(*percent, Some(u8::try_from((units * 200 + total) / (total * 2)).unwrap()));
            }
        }
    }
    assert!(shown > 0 && fewer > 0, "{shown} totals, {fewer} of them far from that of all");

    register.world.name_everyone("R. Zoeker");
    let served = Served::new(&register.world);
    let at = format!("/register/tables/{snapshot}/{}", released.id);
    let read = async |path: String| served.call(&register.people.researchers[0], reqwest::Method::GET, &path).send().await.unwrap().text().await.unwrap();
    let page = read(at.clone()).await;
    assert!(page.contains("Totaal voor wie de vraag geldt") && page.contains("Niet meegeteld: voor wie de vraag niet geldt") && page.contains("26 zaken"), "{page}");
    for (format, said) in [("csv", "totaal voor wie de vraag geldt"), ("csvw", "Niet meegeteld"), ("json-stat", "Niet meegeteld")] {
        let file = read(format!("{at}/files/{format}")).await;
        assert!(file.contains(said) && !file.contains("niet van toepassing"), "{format}: {file}");
    }
}
