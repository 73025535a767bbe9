//! Rulings 2 and 3: who has no compartment key reads a placed copy or a single item, for as long as it takes and no longer.

use chrono::{Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use lering::access::{Act, Kind, Role};
use lering::cases::{self, Step};
use lering::compartments::{self, Written};
use lering::tx::{Place, Refused, Tx};
use lering::{panels, reports, worker};
use serde_json::json;

use crate::support::review::{Review, answers, notification};

static MARK: Act = Act { name: "test.mark", within: Kind::Case, by: &[], step_up: false };

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

impl Review {
    async fn mark(&self, names: &[&'static str]) {
        let (case, names) = (self.case, names.to_vec());
        self.world.app.run(self.coordinator.caller(), move |tx: &mut Tx| -> Result<(), Refused> {
            let permit = tx.permit(&MARK, Place::Case(case), None)?;
            names.into_iter().try_for_each(|name| cases::record(tx, &permit, name, None))
        }).await.unwrap();
    }
    fn stand(&self, state: &str) {
        diesel::sql_query(format!("update app.case_file set state = '{state}', state_since = now() - interval '1 minute' where id = $1")).bind::<SqlUuid, _>(self.case).execute(&mut self.world.connection("postgres")).unwrap();
    }
    async fn step(&self, step: Step) {
        let case = self.case;
        self.world.app.run(self.coordinator.caller(), move |tx| { let seen = cases::view(tx, case)?.version; cases::take(tx, case, step, seen) }).await.unwrap_or_else(|why| panic!("{step:?} {why:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_t7_the_panel_gets_roles_and_chair_and_secretary_the_names_and_changes_follow() {
    let r = Review::new().await;
    let case = r.case;
    let member = r.party(Role::PanelMember).await;
    let read = async |who: &crate::support::Someone| r.world.app.run(who.caller(), move |tx| cases::copies(tx, case)).await;
    assert!(matches!(read(&r.chair).await, Err(Refused::NotFound)), "nothing before T7");
    r.stand("commissioned");
    r.mark(&["conflict_checked"]).await;
    r.step(Step::T7).await;
    let (chair, panel) = (read(&r.chair).await.unwrap(), read(&member).await.unwrap());
    assert!(chair.names.as_ref().is_some_and(|names| names["victims"][0]["person"]["family"] == "Jansma") && panel.names.is_none());
    assert!(!serde_json::to_string(&panel).unwrap().contains("Jansma") && panel.sheet["victims"][0]["age"] == 34);
    assert!(matches!(read(&r.administrator).await, Err(Refused::NotFound)));
    // What is changed in the notification is placed anew.
    let mut changed = notification("tangerine-kite-8802");
    changed["victims"][0]["age"] = json!(35);
    r.world.app.run(r.coordinator.caller(), move |tx| -> Result<(), Refused> {
        let own = compartments::of_case(tx, case, Kind::Case)?.pop().unwrap().id;
        let listed = lering::forms::list(tx, &cases::NOTIFICATION, own, None)?.pop().unwrap();
        lering::forms::save(tx, &cases::NOTIFICATION, own, listed.id, 1, &changed).map(drop)
    }).await.unwrap();
    assert_eq!(read(&member).await.unwrap().sheet["victims"][0]["age"], 35);
    assert_eq!(read(&r.secretary).await.unwrap().names.unwrap()["victims"][0]["age"], 35);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quality_reviewer_reads_until_the_review_ends_and_the_nation_gets_the_result() {
    let r = Review::new().await;
    let case = r.case;
    let reviewer = r.party(Role::QualityReviewer).await;
    let nation = r.world.person(&r.administrator, Role::NationalCoordinator).await;
    let run = &r.world.app;
    r.stand("commissioned");
    r.mark(&["conflict_checked"]).await;
    r.step(Step::T7).await;
    let terms = answers(json!({ "period_reason": "The first sign", "outside_scope": "The trial" }));
    run.run(r.secretary.caller(), move |tx| -> Result<(), Refused> {
        let panel = compartments::of_case(tx, case, Kind::Panel)?.pop().unwrap().id;
        lering::forms::create(tx, &panels::TERMS, panel, None, &terms).map(drop)
    }).await.unwrap();
    // Before the quality review the text may still change under the reviewer's eyes.
    assert!(matches!(run.run(r.coordinator.caller(), move |tx| reports::freeze(tx, case)).await, Err(Refused::Rule("not-in-quality-review"))));
    r.stand("quality_review");
    // Somebody written into the case past the program reviews nothing.
    let written = r.world.person(&r.administrator, Role::QualityReviewer).await.hat;
    diesel::sql_query("insert into app.case_party (case_id, membership_id, role, accepted_at, statement_signed_at) values ($1, $2, 'QA', now(), now())").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(written)
        .execute(&mut r.world.connection("postgres")).unwrap();
    run.run(r.coordinator.caller(), move |tx| reports::freeze(tx, case)).await.unwrap();
    let sealed = diesel::sql_query("select count(*) as n from app.item_grant where membership_id = $1").bind::<SqlUuid, _>(written).get_result::<Count>(&mut r.world.connection("postgres")).unwrap().n;
    assert_eq!(sealed, 0);
    let draft = async || run.run(reviewer.caller(), move |tx| reports::final_draft(tx, case)).await;
    let papers = async || run.run(reviewer.caller(), move |tx| reports::papers(tx, case)).await;
    assert!(draft().await.is_ok());
    let told = papers().await.unwrap();
    assert_eq!(told.iter().map(|(form, _)| form.as_str()).collect::<Vec<_>>(), ["notification", "terms-of-reference"]);
    assert!(told[1].1["period_reason"] == "The first sign" && !serde_json::to_string(&told).unwrap().contains("Jansma"));
    // The grant has an end beyond the term; past it nothing opens, frozen anew everything does.
    let mut db = r.world.connection("postgres");
    diesel::sql_query("update app.item_grant set until = now() - interval '1 second' where purpose = 'quality' and until between now() + interval '40 days' and now() + interval '60 days'").execute(&mut db).unwrap();
    assert!(matches!(draft().await, Err(Refused::NotFound)) && papers().await.unwrap().is_empty());
    run.run(r.chair.caller(), move |tx| reports::freeze(tx, case)).await.unwrap();
    assert!(draft().await.is_ok() && papers().await.unwrap().len() == 2);
    // A new round: what the reviewer has is of the one before, and no verdict on it counts till the draft of now is frozen for them.
    let review = answers(json!({ "result": "sufficient", "checklist": {} }));
    let judge = async || { let review = review.clone(); run.run(reviewer.caller(), move |tx| reports::review(tx, case, &review)).await };
    diesel::sql_query("update app.case_file set state_since = now() where id = $1").bind::<SqlUuid, _>(case).execute(&mut db).unwrap();
    assert!(matches!(judge().await, Err(Refused::Rule("no-final-draft"))));
    run.run(r.chair.caller(), move |tx| reports::freeze(tx, case)).await.unwrap();
    assert!(matches!(judge().await, Err(Refused::Faults(_))), "now the list itself is asked for: none of it is filled in");
    let national = async || run.run(nation.caller(), move |tx| reports::national(tx, case)).await;
    assert!(matches!(national().await, Err(Refused::NotFound)));
    let decision = answers(json!({ "form": "whole", "naming_decision": [{ "person": "v1", "how": "pseudonym" }], "allowed_names": ["Noor"], "reason": "All agree", "publish_on": "2027-01-04" }));
    run.run(r.coordinator.caller(), move |tx| -> Result<(), Refused> {
        let report = compartments::of_case(tx, case, Kind::Report)?.pop().unwrap().id;
        let saved = lering::forms::create(tx, &reports::DECISION, report, None, &decision)?;
        assert!(saved.complete, "{:?}", saved.missing);
        Ok(())
    }).await.unwrap();
    let seen = national().await.unwrap();
    assert_eq!((seen.decision["form"].as_str(), seen.decision.get("allowed_names")), (Some("whole"), None));
    assert!(run.run(r.secretary.caller(), move |tx| reports::national(tx, case)).await.is_err());
    // Adopted: the reviewer's copies are closed at once, and the sealed keys are gone.
    r.stand("quality_review");
    r.mark(&["quality_sufficient", "publication_decided", "chair_adopts"]).await;
    r.step(Step::T16).await;
    assert!(matches!(draft().await, Err(Refused::NotFound)) && papers().await.unwrap().is_empty());
    let left = diesel::sql_query("delete from app.item_grant where purpose = 'quality' and length(sealed) > 0 and until > now()").execute(&mut db).unwrap();
    assert_eq!(left, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coder_reads_released_items_until_a_day_until_ended_or_until_the_record_is_complete() {
    let r = Review::new().await;
    let (case, run) = (r.case, &r.world.app);
    let coder = r.world.person(&r.administrator, Role::Coder).await;
    let mut db = r.world.connection("postgres");
    diesel::sql_query("insert into app.case_party (case_id, membership_id, role, accepted_at) values ($1, $2, 'CD', now())").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(coder.hat).execute(&mut db).unwrap();
    let (entry, minutes) = run.run(r.secretary.caller(), move |tx| -> Result<_, Refused> {
        let panel = compartments::of_case(tx, case, Kind::Panel)?.pop().unwrap().id;
        let permit = tx.permit(panels::ENTRY.write, Place::Compartment(panel), None)?;
        let put = |tx: &mut Tx, kind| compartments::put(tx, &permit, &Written { kind, subject: None, form_version: "1", ground: "public_task", complete: true }, &json!({ "answers": { "what": "A call at night" } }));
        Ok((put(tx, "chronology-entry")?, put(tx, "meeting")?))
    }).await.unwrap();
    let hat = coder.hat;
    let later = Utc::now().date_naive() + Duration::days(20);
    let grant = async |who: &crate::support::Someone, items: Vec<lering::ids::ItemId>, to, until| run.run(who.caller(), move |tx| panels::grant_evidence(tx, case, to, &items, until)).await;
    let asked = async || run.run(coder.caller(), move |tx| panels::evidence(tx, case)).await;
    let read = async || asked().await.unwrap();
    assert!(matches!(grant(&r.chair, vec![minutes], hat, later).await, Err(Refused::Faults(_))), "minutes are not released");
    assert!(matches!(grant(&r.chair, vec![entry], r.secretary.hat, later).await, Err(Refused::Faults(_))), "who does not code reads nothing");
    assert!(matches!(grant(&r.chair, vec![entry], hat, Utc::now().date_naive()).await, Err(Refused::Faults(_))));
    assert!(grant(&coder, vec![entry], hat, later).await.is_err());
    assert!(matches!(grant(&r.chair, vec![entry], hat, later).await, Err(Refused::Faults(_))), "nor who was written there past the program");
    let mark = lering::db::signed::party(&r.world.app.parts().installation, case, hat, "CD", None).to_vec();
    diesel::sql_query("update app.case_party set named_mac = $3 where case_id = $1 and membership_id = $2").bind::<SqlUuid, _>(case).bind::<SqlUuid, _>(hat).bind::<diesel::sql_types::Binary, _>(mark).execute(&mut db).unwrap();
    grant(&r.chair, vec![entry], hat, later).await.unwrap();
    // Nothing before the statements are signed, not even past the application (`workflow.md` section 2, note 1).
    let rows = async || run.run(coder.caller(), move |tx| -> Result<i64, Refused> { Ok(diesel::sql_query("select count(*) as n from app.item_version").get_result::<Count>(tx.db())?.n) }).await.unwrap();
    assert!(matches!(asked().await, Err(Refused::Rule("statement-first"))));
    assert_eq!(rows().await, 0);
    run.run(coder.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    assert_eq!(rows().await, 1);
    assert_eq!(read().await.iter().map(|one| (one.id, one.body["answers"]["what"].as_str().unwrap())).collect::<Vec<_>>(), [(entry, "A call at night")]);
    assert_eq!(run.run(r.coordinator.caller(), move |tx| panels::evidence_granted(tx, case)).await.unwrap().len(), 1);
    let end = async || run.run(r.secretary.caller(), move |tx| panels::end_evidence(tx, case, hat)).await;
    end().await.unwrap();
    assert!(read().await.is_empty() && matches!(end().await, Err(Refused::NotFound)));
    // Given again it opens again; the complete record ends it by itself.
    grant(&r.coordinator, vec![entry], hat, later).await.unwrap();
    worker::look(run).await;
    assert_eq!(read().await.len(), 1);
    diesel::sql_query("update app.record set state = 'complete' where case_id = $1").bind::<SqlUuid, _>(case).execute(&mut db).unwrap();
    worker::look(run).await;
    assert!(read().await.is_empty());
}
