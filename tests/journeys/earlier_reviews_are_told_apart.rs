//! What a thematic review reads of earlier ones is told apart by who gave it, not by whom it was given to; and what it no longer reads is not counted.

use diesel::prelude::*;
use lering::access::Kind;
use lering::ids::{ItemId, ReflectionId};
use lering::tx::{Refusal, Refused};
use lering::{compartments, findings, forms, panels, reflections, thematic};
use serde_json::{Value, json};

use super::earlier_reviews_are_read_together::{Reading, notified, number, reading, run, settled};
use crate::support::review::{Partner, answers};

/// A further organisation releases a reflection into the closed case.
async fn another_gives(x: &mut Reading) -> Partner {
    let case = x.r.case;
    x.r.police = x.r.world.organisation(&x.r.coordinator, "Huisartsenpraktijk De Poort").await;
    run(&x.r, "update app.case_file set state = 'gathering' where id = $1", case);
    let gp = x.r.partner().await;
    let (room, id, app) = (gp.room, gp.reflection, &x.r.world.app);
    let told = answers(json!({ "role": "We saw her twice", "what_happened": "willow-lantern-2208", "facts_checked": true, "open_answers": [{ "question": "knew", "because": "The court has it" }] }));
    app.run(gp.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &told)).await.unwrap();
    app.run(gp.author.caller(), move |tx| reflections::submit(tx, id)).await.unwrap();
    app.run(gp.approver.caller(), move |tx| reflections::approve(tx, id)).await.unwrap();
    app.run(gp.approver.caller(), move |tx| reflections::release(tx, id)).await.unwrap();
    settled(&x.r, case, 30);
    gp
}

#[tokio::test(flavor = "multi_thread")]
async fn two_organisations_of_one_review_are_two_sources_and_one_is_one() {
    let mut x = reading().await;
    let gp = another_gives(&mut x).await;
    let (app, case, batch) = (&x.r.world.app, x.r.case, x.batch);
    let id = x.named().await;
    let mut copies = app.run(x.r.coordinator.caller(), move |tx| panels::released_copies(tx, case)).await.unwrap();
    copies.sort_by_key(|copy| copy.body["answers"]["what"].as_str().unwrap_or_default().to_owned());
    // The reflections of both, and the first event of the police.
    let chosen: Vec<ItemId> = copies.iter().filter(|copy| copy.kind == "reflection").chain(copies.iter().find(|copy| copy.kind != "reflection")).map(|copy| copy.id).collect();
    assert_eq!(x.ask(id, chosen).await.unwrap(), 3);
    for (reflection, approver) in [(x.police.reflection, &x.police.approver), (gp.reflection, &gp.approver)] {
        let requests = app.run(approver.caller(), move |tx| thematic::requests(tx, reflection)).await.unwrap();
        assert_eq!(requests.len(), if reflection == gp.reflection { 1 } else { 2 });
        for request in requests {
            app.run(approver.caller(), move |tx| thematic::agree(tx, reflection, request.id, None)).await.unwrap();
        }
    }
    assert_eq!(x.place(x.r.coordinator.caller(), id).await.unwrap(), 3);
    let told = app.run(x.chair.caller(), move |tx| panels::released(tx, batch)).await.unwrap().reflections;
    let of = |words: &str| { let one: &Value = told.iter().find(|one| one.to_string().contains(words)).unwrap_or_else(|| panic!("{told:?}")); format!("reflection:{}#what_happened", one["id"].as_str().unwrap()) };
    let (police, practice) = (of("heron-lantern-4417"), of("willow-lantern-2208"));
    let entry = format!("entry:{}", app.run(x.chair.caller(), move |tx| panels::timeline(tx, batch)).await.unwrap().entries.remove(0).id);
    let room = app.run(x.chair.caller(), move |tx| compartments::of_kind(tx, batch, Kind::Panel)).await.unwrap();
    let found = async |evidence: [&str; 2]| {
        let said = answers(json!({ "title": "Na een scheiding", "text": "Het patroon", "level": "cooperation", "theme": ["1"], "kind": "gap", "how_wide": "seen_before", "evidence": evidence }));
        app.run(x.chair.caller(), move |tx| forms::create(tx, &findings::FINDING, room, None, &said)).await
    };
    assert!(found([&police, &practice]).await.unwrap().complete, "two organisations");
    assert!(found([&entry, &practice]).await.unwrap().complete, "two organisations");
    assert_eq!(found([&police, &entry]).await.unwrap_err().faults()[0].rule, "two-sources", "what one organisation gave is one source");
    // By what they are told apart says nothing of who they are.
    let given: Vec<Subject> = diesel::sql_query(format!("select i.subject_id as of from app.item i join app.compartment c on c.id = i.compartment_id where c.case_id = '{batch}' and c.kind = 'panel' and i.kind in ('reflection', 'chronology-entry')"))
        .load(&mut x.r.world.connection("postgres")).unwrap();
    let known = [x.police.reflection, gp.reflection];
    assert!(given.len() == 3 && given.iter().all(|one| !known.contains(&ReflectionId::from(one.of))));
}

#[derive(QueryableByName)]
struct Subject {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    of: uuid::Uuid,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_taken_off_is_counted_no_more() {
    let x = reading().await;
    let (app, batch) = (&x.r.world.app, x.batch);
    let mut named = vec![x.named().await];
    for _ in 0..2 {
        let other = notified(&x.r, &x.r.coordinator, "full").await;
        settled(&x.r, other, 60);
        named.push(x.source(number(&x.r, other).await).await.unwrap());
        if named.len() == 3 {
            let last = named[2];
            app.run(x.r.coordinator.caller(), move |tx| thematic::nothing(tx, other, last, "Niets over een scheiding")).await.unwrap();
        }
    }
    let lacks = |what: &str, count: i64| (what.to_owned(), Some(count));
    assert_eq!(x.lacks().await, [lacks("sources_open", 2)]);
    // Neither as a case that is named, whether it was settled or not, nor as one that is open.
    let drop = async |id| app.run(x.lead.caller(), move |tx| -> Result<(), Refused> { thematic::drop_source(tx, batch, id) }).await.unwrap();
    drop(named[2]).await;
    assert_eq!(x.lacks().await, [lacks("sources_named", 1), lacks("sources_open", 2)]);
    drop(named[1]).await;
    assert_eq!(x.lacks().await, [lacks("sources_named", 2), lacks("sources_open", 1)]);
}
