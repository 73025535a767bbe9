use lering::access::{Act, Kind, Role};
use lering::compartments::{self, Access, Member, Written};
use lering::tx::{Place, Refused, Tx};

use crate::support::{Someone, World};

static WRITE: Act = Act { name: "test.write", within: Kind::Panel, by: &[Role::Chair, Role::Coordinator], step_up: false };
static CASE: Act = Act { name: "test.case", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

fn note() -> Written<'static> {
    Written { kind: "note", subject: None, form_version: "1", ground: "public_task", complete: true }
}

struct Panel {
    world: World,
    coordinator: Someone,
    chair: Someone,
    stranger: Someone,
    panel: lering::ids::CompartmentId,
    item: lering::ids::ItemId,
}

/// A panel compartment of the chair, with one note in it.
async fn panel() -> Panel {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let chair = world.person(&administrator, Role::Chair).await;
    let stranger = world.person(&administrator, Role::Chair).await;
    let case = world.case(&coordinator).await;
    let chair_hat = chair.hat;
    world.app.run(coordinator.caller(), move |tx| -> Result<(), Refused> {
        use diesel::prelude::*;
        use diesel::sql_types::Uuid;
        diesel::sql_query("insert into app.case_party (case_id, membership_id, role, accepted_at, statement_signed_at) values ($1, $2, 'CH', now(), now())").bind::<Uuid, _>(case).bind::<Uuid, _>(chair_hat).execute(tx.db())?;
        Ok(())
    }).await.unwrap();
    let (panel, item) = world.app.run(chair.caller(), move |tx| -> Result<_, Refused> {
        let panel = compartments::create(tx, Kind::Panel, Some(case), Role::Chair)?.id;
        let permit = tx.permit(&WRITE, Place::Compartment(panel), None)?;
        let item = compartments::put(tx, &permit, &note(), &"heron-lantern-4417")?;
        Ok((panel, item))
    }).await.unwrap();
    Panel { world, coordinator, chair, stranger, panel, item }
}

fn read(panel: lering::ids::CompartmentId, item: lering::ids::ItemId) -> impl FnOnce(&mut Tx) -> Result<String, Refused> + Send + 'static {
    move |tx| {
        let permit = tx.permit(&WRITE, Place::Compartment(panel), item.uuid())?;
        Ok(compartments::open::<String>(tx, &permit, item)?.body)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i_1_members_read_others_find_nothing() {
    let p = panel().await;
    assert_eq!(p.world.app.run(p.chair.caller(), read(p.panel, p.item)).await.unwrap(), "heron-lantern-4417");
    // Someone of another case finds nothing; the coordinator of this one sees the process and may not read.
    assert!(matches!(p.world.app.run(p.stranger.caller(), read(p.panel, p.item)).await, Err(Refused::NotFound)));
    assert!(matches!(p.world.app.run(p.coordinator.caller(), read(p.panel, p.item)).await, Err(Refused::NotYours)));
    // Without the unlock secret the session opens nothing.
    let mut locked = p.chair.caller();
    locked.unlock = None;
    assert!(matches!(p.world.app.run(locked, read(p.panel, p.item)).await, Err(Refused::Locked)));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_7_a_member_reads_from_grant_to_removal_and_not_after() {
    let p = panel().await;
    let (panel, item, hat) = (p.panel, p.item, p.coordinator.hat);
    let member = Member { membership: hat, role: Role::Coordinator, access: Access::Full, deputy: false, until: None };
    p.world.app.run(p.chair.caller(), move |tx| compartments::add_member(tx, panel, &member)).await.unwrap();
    assert_eq!(p.world.app.run(p.coordinator.caller(), read(panel, item)).await.unwrap(), "heron-lantern-4417");
    p.world.app.run(p.chair.caller(), move |tx| compartments::end_member(tx, panel, hat)).await.unwrap();
    assert!(p.world.app.run(p.coordinator.caller(), read(panel, item)).await.is_err());
    // A new epoch has begun; what was there still opens for those who stayed.
    let (epochs, body) = p.world.app.run(p.chair.caller(), move |tx| -> Result<_, Refused> {
        let permit = tx.permit(&WRITE, Place::Compartment(panel), None)?;
        let case = permit.case().ok_or(Refused::NotFound)?;
        let epoch = compartments::of_case(tx, case, Kind::Panel)?.first().map(|found| found.epoch);
        compartments::save(tx, &permit, item, 1, &note(), &"after")?;
        Ok((epoch, compartments::open_version::<String>(tx, &permit, item, 1)?.body))
    }).await.unwrap();
    assert_eq!((epochs, body.as_str()), (Some(2), "heron-lantern-4417"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_never_overwrite_each_other() {
    let p = panel().await;
    let (panel, item) = (p.panel, p.item);
    let save = move |text: &'static str| move |tx: &mut Tx| {
        let permit = tx.permit(&WRITE, Place::Compartment(panel), item.uuid())?;
        compartments::save(tx, &permit, item, 1, &note(), &text)
    };
    assert_eq!(p.world.app.run(p.chair.caller(), save("first")).await.unwrap(), 2);
    assert!(matches!(p.world.app.run(p.chair.caller(), save("second")).await, Err(Refused::Stale { now: 2 })));
    assert_eq!(p.world.app.run(p.chair.caller(), read(panel, item)).await.unwrap(), "first");
    // Autosave: one draft a writer; a second tab with an older one is refused too.
    p.world.app.run(p.chair.caller(), move |tx| -> Result<(), Refused> {
        let permit = tx.permit(&WRITE, Place::Compartment(panel), item.uuid())?;
        let kind = note().kind;
        assert_eq!(compartments::save_draft(tx, &permit, item, kind, 2, 0, &"typing")?, 1);
        assert_eq!(compartments::save_draft(tx, &permit, item, kind, 2, 1, &"typing on")?, 2);
        for older in [0, 1, 3, -1, i32::MAX] {
            assert!(matches!(compartments::save_draft(tx, &permit, item, kind, 2, older, &"older tab"), Err(Refused::Stale { now: 2 })), "{older}");
        }
        assert!(matches!(compartments::save_draft(tx, &permit, item, "report-section", 2, 2, &"another form"), Err(Refused::NotFound)));
        assert_eq!(compartments::open_draft::<String>(tx, &permit, item)?.map(|draft| draft.body), Some("typing on".to_owned()));
        // Who saves keeps the draft; who is done with it does not.
        assert_eq!(compartments::save(tx, &permit, item, 2, &note(), &"third")?, 3);
        assert!(compartments::open_draft::<String>(tx, &permit, item)?.is_some());
        assert!(matches!(compartments::finish(tx, &permit, item, 2, &note(), &"older"), Err(Refused::Stale { now: 3 })));
        assert!(compartments::open_draft::<String>(tx, &permit, item)?.is_some(), "a refused save throws no draft away");
        assert_eq!(compartments::finish(tx, &permit, item, 3, &note(), &"fourth")?, 4);
        assert!(compartments::open_draft::<String>(tx, &permit, item)?.is_none());
        Ok(())
    }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_places_cannot_read_and_who_reads_cannot_be_fooled() {
    let p = panel().await;
    let panel = p.panel;
    // The coordinator, born to the case compartment only, places into the panel and can't read there.
    let placed = p.world.app.run(p.coordinator.caller(), move |tx| -> Result<_, Refused> {
        let case = { use diesel::prelude::*; use lering::db::schema::app::case_file; case_file::table.select(case_file::id).first::<uuid::Uuid>(tx.db())? };
        let own = compartments::create(tx, Kind::Case, Some(case.into()), Role::Coordinator)?.id;
        let permit = tx.permit(&CASE, Place::Compartment(own), None)?;
        compartments::place(tx, &permit, panel, &note(), &"placed words")
    }).await.unwrap();
    assert!(p.world.app.run(p.coordinator.caller(), read(panel, placed)).await.is_err());
    assert_eq!(p.world.app.run(p.chair.caller(), read(panel, placed)).await.unwrap(), "placed words");
    // A database administrator swaps two bodies: neither opens (figure 10).
    use diesel::prelude::*;
    let mut superuser = p.world.connection("postgres");
    diesel::sql_query("update app.item_version v set body = w.body from app.item_version w where v.item_id <> w.item_id and v.compartment_id = w.compartment_id").execute(&mut superuser).unwrap();
    assert!(matches!(p.world.app.run(p.chair.caller(), read(panel, placed)).await, Err(Refused::Sealed(_))));
    assert!(matches!(p.world.app.run(p.chair.caller(), read(panel, p.item)).await, Err(Refused::Sealed(_))));
    // And a swapped public half is not placed to.
    diesel::sql_query("update app.compartment_epoch set place_public = sha256(place_public)").execute(&mut superuser).unwrap();
    let refused = p.world.app.run(p.coordinator.caller(), move |tx| -> Result<_, Refused> {
        let case = { use lering::db::schema::app::case_file; case_file::table.select(case_file::id).first::<uuid::Uuid>(tx.db())? };
        let own = compartments::of_case(tx, case.into(), Kind::Case)?.first().map(|found| found.id).ok_or(Refused::NotFound)?;
        let permit = tx.permit(&CASE, Place::Compartment(own), None)?;
        compartments::place(tx, &permit, panel, &note(), &"to a stranger")
    }).await;
    assert!(matches!(refused, Err(Refused::Sealed(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_placed_opens_the_same_before_and_after_somebody_opened_all_of_it() {
    use diesel::prelude::*;
    use diesel::sql_types::{Binary, Uuid};
    #[derive(QueryableByName)]
    struct Key { #[diesel(sql_type = Binary)] sealed: Vec<u8> }
    let p = panel().await;
    let panel = p.panel;
    let placed = p.world.app.run(p.coordinator.caller(), move |tx| -> Result<_, Refused> {
        let case = compartments::kind_of(tx, panel)?.1.unwrap();
        let own = compartments::create(tx, Kind::Case, Some(case), Role::Coordinator)?.id;
        let permit = tx.permit(&CASE, Place::Compartment(own), None)?;
        compartments::place(tx, &permit, panel, &note(), &"placed words")
    }).await.unwrap();
    let mut superuser = p.world.connection("postgres");
    let mut key = || diesel::sql_query("select sealed from keys.item_key where item_id = $1").bind::<Uuid, _>(placed).get_result::<Key>(&mut superuser).unwrap().sealed;
    let all = move |tx: &mut Tx| -> Result<Vec<String>, Refused> {
        let permit = tx.permit(&WRITE, Place::Compartment(panel), None)?;
        Ok(compartments::open_all::<String>(tx, &permit, "note")?.into_iter().map(|opened| opened.body).collect())
    };
    let first = key();
    assert!(vault::is_sealed_to(&first));
    for _ in 0..2 {
        assert_eq!(p.world.app.run(p.chair.caller(), all).await.unwrap(), ["heron-lantern-4417", "placed words"]);
    }
    // The key now lies under the compartment's own key, and the document opens alone as it did.
    assert!(!vault::is_sealed_to(&key()));
    assert_eq!(p.world.app.run(p.chair.caller(), read(panel, placed)).await.unwrap(), "placed words");
    assert!(p.world.app.run(p.coordinator.caller(), all).await.is_err());
    // Another document's key opens nothing.
    diesel::sql_query("update keys.item_key set sealed = (select sealed from keys.item_key where item_id = $2) where item_id = $1")
        .bind::<Uuid, _>(placed).bind::<Uuid, _>(p.item).execute(&mut p.world.connection("postgres")).unwrap();
    assert!(matches!(p.world.app.run(p.chair.caller(), all).await, Err(Refused::Sealed(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_2_the_databases_files_hold_no_sealed_word() {
    let p = panel().await;
    diesel::RunQueryDsl::execute(diesel::sql_query("checkpoint"), &mut p.world.connection("postgres")).unwrap();
    let mut files = 0;
    let mut folders = vec![p.world.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path); continue; }
            let Ok(bytes) = std::fs::read(&path) else { continue };
            files += 1;
            assert!(!bytes.windows(18).any(|window| window == b"heron-lantern-4417"), "{} holds it", path.display());
        }
    }
    assert!(files > 500, "write-ahead log and tables were read: {files}");
}

#[tokio::test(flavor = "multi_thread")]
async fn i_12_a_shredded_document_opens_for_nobody() {
    let p = panel().await;
    let (panel, item) = (p.panel, p.item);
    p.world.app.run(p.chair.caller(), move |tx| -> Result<(), Refused> {
        let permit = tx.permit(&WRITE, Place::Compartment(panel), item.uuid())?;
        compartments::shred(tx, &permit, item)
    }).await.unwrap();
    assert!(p.world.app.run(p.chair.caller(), read(panel, item)).await.is_err());
}
