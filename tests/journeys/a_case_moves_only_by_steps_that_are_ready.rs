use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Uuid as SqlUuid};
use lering::access::{Act, Kind, Role};
use lering::cases::{self, CaseError, Notification, State, Step};
use lering::ids::CaseId;
use lering::tx::{Place, Refusal, Refused, Tx};

use crate::support::{Someone, World};

static MARK: Act = Act { name: "test.mark", within: Kind::Case, by: &[], step_up: false };

fn told() -> Notification {
    Notification {
        purpose: "review".into(), ground: "public_task".into(), zone: "european".into(), region: Some(1), profile: "full".into(), child_variant: false,
        language: "nl".into(), fatal: true, received_on: chrono::Utc::now().date_naive() - chrono::Duration::days(2), deputy: None,
    }
}

/// A complete notification, with a marker in its words.
fn words() -> form::Answers {
    serde_json::json!({
        "source": "1", "received_at": "2026-11-01", "purpose": "review", "ground": "public_task", "fatal": true, "incident_date": "2026-10", "police_region": "1", "zone": "european",
        "victims": [{ "person": { "given": "Noor", "family": "Jansma" }, "death_date": "2026-10" }], "safety_now": "tangerine-kite-8802", "criminal_state": "3",
    }).as_object().cloned().unwrap()
}

#[derive(QueryableByName, Debug, PartialEq)]
struct Facts { #[diesel(sql_type = Text)] state: String, #[diesel(sql_type = Integer)] version: i32 }
#[derive(QueryableByName)]
struct Count { #[diesel(sql_type = BigInt)] n: i64 }
#[derive(QueryableByName)]
struct Term { #[diesel(sql_type = Date)] due_on: NaiveDate, #[diesel(sql_type = Nullable<Date>)] paused_on: Option<NaiveDate> }

struct Case { world: World, coordinator: Someone, chair: Someone, quality: Someone, id: CaseId }

/// A notified case with everybody named, and nothing done yet.
async fn case() -> Case {
    let world = World::new().await;
    let administrator = world.administrator().await;
    let coordinator = world.person(&administrator, Role::Coordinator).await;
    let chair = world.person(&administrator, Role::Chair).await;
    let quality = world.person(&administrator, Role::QualityReviewer).await;
    let id = world.app.run(coordinator.caller(), |tx| cases::notify(tx, &told(), &words())).await.unwrap();
    let mut people = vec![(chair.hat, "CH", "", false), (quality.hat, "QA", "", false), (world.person(&administrator, Role::Secretary).await.hat, "SE", "", false)];
    for (sector, expert) in [("shelter", true), ("police", false), ("care", false), ("defence", false), ("stalking", false), ("municipality", false)] {
        people.push((world.person(&administrator, Role::PanelMember).await.hat, "PM", sector, expert));
    }
    world.app.run(coordinator.caller(), move |tx| -> Result<(), Refused> {
        for (hat, role, sector, expert) in people {
            diesel::sql_query("insert into app.case_party (case_id, membership_id, role, sector, dv_expert, accepted_at, statement_signed_at) values ($1, $2, $3, $4, $5, now(), now())")
                .bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(hat).bind::<Text, _>(role).bind::<Text, _>(sector).bind::<diesel::sql_types::Bool, _>(expert).execute(tx.db())?;
        }
        Ok(())
    }).await.unwrap();
    Case { world, coordinator, chair, quality, id }
}

impl Case {
    fn facts(&self) -> Facts {
        diesel::sql_query("select state, version from app.case_file where id = $1").bind::<SqlUuid, _>(self.id).get_result(&mut self.world.connection("postgres")).unwrap()
    }
    async fn mark(&self, who: &Someone, names: &[&'static str]) {
        let (id, names) = (self.id, names.to_vec());
        self.world.app.run(who.caller(), move |tx: &mut Tx| -> Result<(), Refused> {
            let permit = tx.permit(&MARK, Place::Case(id), None)?;
            for name in names {
                let times = if name == "minutes_adopted" { 3 } else { 1 };
                for _ in 0..times {
                    cases::record(tx, &permit, name, (name == "minutes_adopted").then(uuid::Uuid::new_v4))?;
                }
            }
            Ok(())
        }).await.unwrap();
    }
    async fn take(&self, who: &Someone, step: Step) -> Result<State, CaseError> {
        let (id, seen) = (self.id, self.facts().version);
        self.world.app.run(who.caller(), move |tx| cases::take(tx, id, step, seen)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_path_with_a_deferral_and_two_rounds_of_quality_review() {
    let c = case().await;
    let path: [(&Someone, Step, &[&'static str], &str); 16] = [
        (&c.coordinator, Step::T2, &["om_contact_asked"], "screening"),
        (&c.coordinator, Step::T3, &["screening_complete", "om_consulted", "decision_review"], "commissioned"),
        (&c.coordinator, Step::T5, &["deferral_requested", "chair_agrees_deferral"], "deferred"),
        (&c.coordinator, Step::T6, &["deferral_answered"], "commissioned"),
        (&c.coordinator, Step::T7, &["conflict_checked"], "preparation"),
        (&c.chair, Step::T8, &["terms_adopted", "organisations_decided", "relatives_decided"], "gathering"),
        (&c.coordinator, Step::T9, &["invitations_settled", "relatives_asked"], "panel"),
        (&c.chair, Step::T11, &["minutes_adopted", "finding_with_evidence", "dissent_recorded"], "drafting"),
        (&c.chair, Step::T12, &["sections_filled", "recommendations_complete", "names_checked"], "consultation"),
        (&c.coordinator, Step::T14, &["nobody_consulted", "relatives_round_done"], "quality_review"),
        (&c.quality, Step::T15, &["quality_not_sufficient"], "drafting"),
        (&c.chair, Step::T12, &["names_checked"], "consultation"),
        (&c.coordinator, Step::T14, &["relatives_round_done"], "quality_review"),
        (&c.coordinator, Step::T16, &["quality_sufficient", "publication_decided", "chair_adopts"], "decided"),
        (&c.coordinator, Step::T17, &["names_checked", "date_clear"], "published"),
        (&c.coordinator, Step::T19, &[], "follow_up"),
    ];
    for (who, step, marks, expected) in path {
        let before = c.facts();
        if !marks.is_empty() {
            let refused = c.take(who, step).await.unwrap_err();
            assert_eq!((refused.status(), refused.kind()), (409, "missing"), "{step:?}");
            let lacks: Vec<String> = refused.missing().into_iter().map(|missing| missing.what).collect();
            assert_eq!(lacks.len(), marks.len(), "{step:?} lacks {lacks:?}, expected {marks:?}");
            assert!(refused.missing().iter().all(|missing| !missing.by.is_empty()), "{step:?} says who can supply it");
            assert_eq!(c.facts(), before, "a refused step changes nothing (I-15)");
        }
        c.mark(who, marks).await;
        assert_eq!(c.take(who, step).await.unwrap_or_else(|why| panic!("{step:?}: {why} {:?}", why.missing())).word(), expected);
    }
    let steps = diesel::sql_query("select count(*) as n from app.case_step where case_id = $1").bind::<SqlUuid, _>(c.id).get_result::<Count>(&mut c.world.connection("postgres")).unwrap().n;
    assert_eq!(steps, 17, "every step stands in the history, the notification included");
}

#[tokio::test(flavor = "multi_thread")]
async fn i_1_i_15_a_step_is_one_roles_and_never_out_of_order() {
    let c = case().await;
    c.mark(&c.coordinator, &["om_contact_asked"]).await;
    let stranger = c.world.person(&c.world.administrator().await, Role::Chair).await;
    let before = c.facts();
    // Not the chair's step; another case's chair finds no case; an out of order or stale step is named.
    assert!(matches!(c.take(&c.chair, Step::T2).await, Err(CaseError::Refused(Refused::NotYours))));
    assert!(matches!(c.take(&stranger, Step::T2).await, Err(CaseError::Refused(Refused::NotFound))));
    assert!(matches!(c.take(&c.coordinator, Step::T9).await, Err(CaseError::WrongState { step: Step::T9, is: State::Notified })));
    let id = c.id;
    let stale = c.world.app.run(c.coordinator.caller(), move |tx| cases::take(tx, id, Step::T2, 0)).await;
    assert!(matches!(stale, Err(CaseError::Refused(Refused::Stale { now: 1 }))));
    let absent = c.world.app.run(c.coordinator.caller(), |tx| cases::take(tx, CaseId::new(), Step::T2, 1)).await;
    assert!(matches!(absent, Err(CaseError::Refused(Refused::NotFound))));
    assert_eq!(c.facts(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn i_1_the_process_of_a_case_is_seen_by_its_people_and_the_bureaus_coordinators_only() {
    let c = case().await;
    let administrator = c.world.administrator().await;
    let stranger = c.world.person(&administrator, Role::Chair).await;
    let colleague = c.world.person(&administrator, Role::Coordinator).await;
    for (who, seen) in [(&c.chair, true), (&colleague, true), (&stranger, false), (&administrator, false)] {
        for table in ["case_file", "case_step", "milestone", "deadline"] {
            let n = c.world.app.run(who.caller(), move |tx| -> Result<i64, Refused> {
                Ok(diesel::sql_query(format!("select count(*) as n from app.{table}")).get_result::<Count>(tx.db())?.n)
            }).await.unwrap();
            assert_eq!(n > 0, seen, "{table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_alone_decides_not_to_review() {
    let c = case().await;
    c.mark(&c.coordinator, &["om_contact_asked", "screening_complete", "decision_not_reviewed", "relatives_view_asked"]).await;
    c.take(&c.coordinator, Step::T2).await.unwrap();
    let refused = c.take(&c.coordinator, Step::T4).await.unwrap_err();
    let lacks: Vec<_> = refused.missing().into_iter().map(|missing| (missing.what, missing.by)).collect();
    assert_eq!(lacks, [("co_signature".to_owned(), vec!["NC".to_owned()])]);
    // The proposer can't be the co-signer: the database refuses it once more.
    let (id, hat) = (c.id, c.coordinator.hat);
    let own = c.world.app.run(c.coordinator.caller(), move |tx| -> Result<(), Refused> {
        diesel::sql_query("insert into app.proposal (id, case_id, kind, state, by_membership_id, signed_by_id, settled_at) values (gen_random_uuid(), $1, 'not_reviewed', 'signed', $2, $2, now())")
            .bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(hat).execute(tx.db())?;
        Ok(())
    }).await;
    assert!(own.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deferral_stops_the_terms_and_shifts_them_when_it_ends() {
    let c = case().await;
    c.mark(&c.coordinator, &["om_contact_asked"]).await;
    c.take(&c.coordinator, Step::T2).await.unwrap();
    let term = |db: &mut PgConnection| diesel::sql_query("select due_on, paused_on from app.deadline where kind = 'screening'").get_result::<Term>(db).unwrap();
    let mut db = c.world.connection("postgres");
    let before = term(&mut db);
    c.mark(&c.coordinator, &["deferral_requested", "chair_agrees_deferral"]).await;
    c.take(&c.coordinator, Step::T5).await.unwrap();
    assert!(term(&mut db).paused_on.is_some());
    // As if it had been deferred a hundred days ago.
    diesel::sql_query("update app.deadline set paused_on = paused_on - 100 where paused_on is not null").execute(&mut db).unwrap();
    diesel::sql_query("update app.case_file set state_since = state_since - interval '100 days'").execute(&mut db).unwrap();
    c.mark(&c.coordinator, &["deferral_answered"]).await;
    assert_eq!(c.take(&c.coordinator, Step::T6).await.unwrap(), State::Screening);
    let after = term(&mut db);
    let shifted = (after.due_on - before.due_on).num_days();
    assert!((100..=105).contains(&shifted) && after.paused_on.is_none(), "shifted by {shifted} days");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_notification_names_its_fields_and_leaves_nothing() {
    let c = case().await;
    let mut wrong = told();
    (wrong.ground, wrong.zone, wrong.received_on) = (String::new(), "mars".into(), chrono::Utc::now().date_naive() + chrono::Duration::days(30));
    let refused = c.world.app.run(c.coordinator.caller(), move |tx| cases::notify(tx, &wrong, &words())).await.unwrap_err();
    let faults: Vec<_> = refused.faults().into_iter().map(|fault| format!("{} {}", fault.field, fault.rule)).collect();
    assert_eq!((refused.status(), faults), (422, vec!["ground required".to_owned(), "zone not-an-option".into(), "received_at in-the-future".into()]));
    let mut not_fatal = told();
    not_fatal.fatal = false;
    assert!(matches!(c.world.app.run(c.coordinator.caller(), move |tx| cases::notify(tx, &not_fatal, &words())).await, Err(CaseError::Profile(_))));
    assert!(c.world.app.run(c.chair.caller(), |tx| cases::notify(tx, &told(), &words())).await.is_err());
    let cases = diesel::sql_query("select count(*) as n from app.case_file").get_result::<Count>(&mut c.world.connection("postgres")).unwrap().n;
    assert_eq!(cases, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_notifications_at_once_get_two_numbers() {
    let c = case().await;
    let tries: Vec<_> = (0..4).map(|_| {
        let (app, caller) = (c.world.app.clone(), c.coordinator.caller());
        tokio::spawn(async move { app.run(caller, |tx| cases::notify(tx, &told(), &words())).await })
    }).collect();
    for one in tries { one.await.unwrap().unwrap(); }
    let numbers = diesel::sql_query("select count(distinct number) as n from app.case_file where number like 'HG-____-000_'").get_result::<Count>(&mut c.world.connection("postgres")).unwrap().n;
    assert_eq!(numbers, 5);
}
