//! Before and after: a snapshot hides what a few new cases would give away, also when the codebook changed between the two; and where the
//! earlier codebook is gone, nothing leaves.

use diesel::prelude::*;
use lering::ids::{ProjectId, SnapshotId};
use lering::research::{self, Asked, Cell, Table, Wanted};
use lering::settings::Configured;
use lering::tx::Refused;

use crate::support::World;
use crate::support::register::Register;

/// Version 2026.2, invented: a period is called otherwise, and nothing else.
fn relabelled() -> String {
    let text = include_str!("../../config/codebook/2026.1.toml");
    let changes = [("version = \"2026.1\"", "version = \"2026.2\""), ("{ code = 1, nl = \"voor 2024\", en = \"before 2024\" },", "{ code = 1, nl = \"tot en met 2023\", en = \"up to 2023\" },")];
    let changed = changes.iter().fold(text.to_owned(), |text, (from, to)| { assert!(text.contains(from), "{from}"); text.replacen(from, to, 1) });
    changed + "\n[[history]]\nversion = \"2026.2\"\ndate = 2026-12-01\nnote = \"invented\"\n"
}

async fn table(world: &World, people: &Register, project: ProjectId, snapshot: SnapshotId, outcome: &'static str) -> Result<Table, Refused> {
    world.app.run(people.researchers[0].caller(), move |tx| {
        let wanted = Wanted { snapshot: Some(snapshot), outcome: outcome.into(), keys: vec!["incident_period".into()] };
        let cost = research::preview(tx, Some(project), &wanted)?.cost;
        match research::release(tx, project, &wanted, Some(cost))? {
            Asked::Table(table) => Ok(*table),
            Asked::Refused(why) => Err(Refused::Internal(why.into())),
        }
    }).await
}

fn near(table: &Table) -> Vec<bool> {
    table.body.groups.iter().map(|group| group.total == Cell::Hidden("gate-hidden-near".into())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_new_cases_are_hidden_though_a_label_changed() {
    let mut world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let first = people.frozen(&world, 300, 4).await;
    let project = people.project(&world, 0, vec![]).await;
    diesel::sql_query("update app.project set cells = 1000").execute(&mut world.connection("postgres")).unwrap();
    let before = table(&world, &people, project, first, "multiple_victims").await.unwrap();
    assert!(near(&before).iter().any(|near| !near), "nothing is shown at all");
    world.restart(Configured::load().unwrap().with_codebook(&relabelled()).unwrap());
    // The same cases and six more.
    let second = people.frozen(&world, 306, 4).await;
    let now = table(&world, &people, project, second, "multiple_victims").await.unwrap();
    assert_eq!((before.snapshot.codebook.as_str(), now.snapshot.codebook.as_str()), ("2026.1", "2026.2"));
    let mut changed = 0;
    for (was, group) in before.body.groups.iter().zip(&now.body.groups) {
        let rows = |snapshot: SnapshotId| {
            #[derive(QueryableByName)]
            struct Count {
                #[diesel(sql_type = diesel::sql_types::BigInt)]
                n: i64,
            }
            diesel::sql_query(format!("select count(*) as n from frozen.case_row where snapshot_id = '{snapshot}' and levels -> 'case' -> 0 -> 'codes' ->> 'incident_period' = '{}'", group.codes[0])).get_result::<Count>(&mut world.connection("postgres")).unwrap().n
        };
        let apart = rows(second) - rows(first);
        changed += usize::from(apart > 0);
        if (1..10).contains(&apart) {
            assert_eq!(group.total, Cell::Hidden("gate-hidden-near".into()), "{} cases are the difference of two years: {was:?} {group:?}", apart);
        }
    }
    assert!(changed > 0, "no period gained a case");

    // The codebook of the first snapshot is configured no more: nobody knows what left, and nothing leaves.
    diesel::sql_query("update frozen.snapshot set codebook = '2025.9' where number = 1").execute(&mut world.connection("postgres")).unwrap();
    world.restart(Configured::load().unwrap().with_codebook(&relabelled()).unwrap());
    let refused = table(&world, &people, project, second, "known_to_agency").await;
    assert!(matches!(&refused, Err(Refused::Internal(why)) if why.contains("codebook 2025.9")), "{refused:?}");
}
