//! Who reviews the quality comes from where the variant says: another bureau or the nation, a second coordinator, the nation only (`workflow.md`
//! section 6). A practice bureau plays with its own people. Whoever it is reads nothing before they signed.

use diesel::RunQueryDsl;
use diesel::sql_types::{Nullable, Text, Uuid as SqlUuid};
use lering::access::Role;
use lering::cases::{self, CaseError, Named};
use lering::ids::{BureauId, MembershipId};
use lering::reports;
use lering::tx::Refused;

use crate::support::Someone;
use crate::support::review::{Review, notification, told};

/// One more hat for somebody.
fn hat(r: &Review, who: &Someone, role: &str, bureau: Option<BureauId>) -> MembershipId {
    let hat = MembershipId::new();
    diesel::sql_query("insert into app.membership (id, bureau_id, person_id, role, state, account_sealed) select $1, $2, person_id, $3, 'active', '\\x00' from app.membership where id = $4")
        .bind::<SqlUuid, _>(hat).bind::<Nullable<SqlUuid>, _>(bureau).bind::<Text, _>(role).bind::<SqlUuid, _>(who.hat).execute(&mut r.world.connection("postgres")).unwrap();
    hat
}

async fn named(r: &Review, variant: &str, hat: MembershipId) -> Result<(), &'static str> {
    let case = r.case;
    diesel::sql_query(format!("update app.case_file set profile = '{variant}' where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap();
    let told = r.world.app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat, role: Role::QualityReviewer, sector: String::new(), dv_expert: false })).await;
    diesel::sql_query(format!("delete from app.case_party where case_id = '{case}' and role = 'QA'")).execute(&mut r.world.connection("postgres")).unwrap();
    match told {
        Ok(()) => Ok(()),
        Err(CaseError::Refused(Refused::Rule(rule))) => Err(rule),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_variant_takes_the_reviewers_it_names_and_says_whom_it_wants() {
    let r = Review::new().await;
    let other = BureauId::new();
    diesel::sql_query("insert into app.bureau (id, name, zone, calendar, language) values ($1, 'Reviewbureau Zuid', 'Europe/Amsterdam', 'nl', 'nl')").bind::<SqlUuid, _>(other).execute(&mut r.world.connection("postgres")).unwrap();
    let bureau = Some(r.world.bureau);
    // A reviewer of no other bureau; one who leads reviews elsewhere; a colleague on the panel; a second coordinator; the case's own; the nation.
    let own = r.world.person(&r.administrator, Role::QualityReviewer).await;
    let elsewhere = r.world.person(&r.administrator, Role::QualityReviewer).await;
    hat(&r, &elsewhere, "CH", Some(other));
    let colleague = r.world.person(&r.administrator, Role::PanelMember).await;
    hat(&r, &colleague, "CH", Some(other));
    let colleague = hat(&r, &colleague, "QA", bureau);
    let second = r.world.person(&r.administrator, Role::Coordinator).await;
    let code = r.world.invite(&r.administrator, Role::QualityReviewer).await;
    let second = r.world.join(&second, code).await;
    let code = r.world.invite(&r.administrator, Role::QualityReviewer).await;
    let coordinator = r.world.join(&r.coordinator, code).await;
    let nation = r.world.national(Role::QualityReviewer).await.hat;
    // For practice anybody of the bureau plays the reviewer.
    assert_eq!(named(&r, "full", own.hat).await, Ok(()));
    r.world.in_earnest();
    diesel::sql_query("update app.case_file set practice = false").execute(&mut r.world.connection("postgres")).unwrap();
    let wants = ("reviewer-of-another-bureau", "reviewer-second-coordinator", "reviewer-of-the-nation");
    for (who, hat, full, light, batch) in [
        ("of no other bureau", own.hat, Err(wants.0), Err(wants.1), Err(wants.2)), ("of another bureau", elsewhere.hat, Ok(()), Err(wants.1), Err(wants.2)),
        ("a colleague, who works elsewhere too", colleague, Err(wants.0), Err(wants.1), Err(wants.2)), ("a second coordinator", second, Err(wants.0), Ok(()), Err(wants.2)),
        ("of the nation", nation, Ok(()), Err(wants.1), Ok(())), ("the coordinator of the case", coordinator, Err("own-work"), Err("own-work"), Err("own-work")),
    ] {
        for (variant, expected) in [("full", full), ("light", light), ("batch", batch), ("caribbean", batch)] {
            assert_eq!(named(&r, variant, hat).await, expected, "{who}, {variant}");
        }
    }
}

/// Where a second coordinator reviews, the case's own does not come in by standing in for them.
#[tokio::test(flavor = "multi_thread")]
async fn who_leads_the_case_stands_in_for_no_reviewer_of_it() {
    let r = Review::new().await;
    let (app, case) = (&r.world.app, r.case);
    let second = r.world.person(&r.administrator, Role::Coordinator).await;
    let code = r.world.invite(&r.administrator, Role::QualityReviewer).await;
    let reviewer = r.world.join(&second, code).await;
    let code = r.world.invite(&r.administrator, Role::QualityReviewer).await;
    let own = r.world.join(&r.coordinator, code).await;
    app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat: reviewer, role: Role::QualityReviewer, sector: String::new(), dv_expert: false })).await.unwrap();
    let until = chrono::Utc::now().date_naive() + chrono::Duration::days(7);
    let told = app.run(r.coordinator.caller(), move |tx| cases::stand_in(tx, case, reviewer, own, Some(until))).await;
    assert!(matches!(told, Err(Refused::Rule("own-work"))), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reviewer_reads_nothing_before_the_statements_are_signed_not_even_past_the_application() {
    let r = Review::new().await;
    let (app, case) = (&r.world.app, r.case);
    let reviewer = r.world.person(&r.administrator, Role::QualityReviewer).await;
    let hat = reviewer.hat;
    app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat, role: Role::QualityReviewer, sector: String::new(), dv_expert: false })).await.unwrap();
    diesel::sql_query(format!("update app.case_file set state = 'quality_review', state_since = now() - interval '1 minute' where id = '{case}'")).execute(&mut r.world.connection("postgres")).unwrap();
    app.run(r.coordinator.caller(), move |tx| reports::freeze(tx, case)).await.unwrap();
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let rows = async || app.run(reviewer.caller(), move |tx| -> Result<i64, Refused> { Ok(diesel::sql_query("select count(*) as n from app.item_version").get_result::<Count>(tx.db())?.n) }).await.unwrap();
    let draft = async || app.run(reviewer.caller(), move |tx| reports::final_draft(tx, case)).await;
    assert!(matches!(draft().await, Err(Refused::Rule("statement-first"))));
    assert!(matches!(app.run(reviewer.caller(), move |tx| reports::papers(tx, case)).await, Err(Refused::Rule("statement-first"))));
    assert_eq!(rows().await, 0, "what was sealed to them waits");
    // Their page leads to where one signs.
    r.world.named(&reviewer, "Ans Bakker");
    r.world.named(&r.coordinator, "Nynke Vermeer");
    let served = crate::support::served::Served::new(&r.world);
    let led = served.call(&reviewer, reqwest::Method::GET, &format!("/checks/{case}")).header("accept", "text/html").send().await.unwrap();
    assert_eq!((led.status().as_u16(), led.headers()["location"].to_str().unwrap().to_owned()), (303, format!("/cases/{case}")));
    // Who reviews nothing here is refused, and not sent to sign.
    let refused = served.call(&r.coordinator, reqwest::Method::GET, &format!("/checks/{case}")).header("accept", "text/html").send().await.unwrap().status().as_u16();
    assert!(matches!(refused, 403 | 404), "{refused}");
    let signs = served.call(&reviewer, reqwest::Method::GET, &format!("/cases/{case}")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(signs.contains(&format!("/cases/{case}/accept")), "{signs}");
    // A conflict of interest is accepted outwardly, and nothing is read.
    app.run(reviewer.caller(), move |tx| cases::accept(tx, case, true)).await.unwrap();
    assert!(draft().await.is_err());
    app.run(reviewer.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    assert!(draft().await.is_err(), "nor after a second press");
    app.run(r.coordinator.caller(), move |tx| cases::admit(tx, case, hat, "Known by name only")).await.unwrap();
    app.run(reviewer.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    draft().await.unwrap();
    assert!(rows().await > 0);
    // A case whose draft was not given yet stands in their list without leading nowhere.
    let later = app.run(r.coordinator.caller(), |tx| cases::notify(tx, &told(), &notification("later"))).await.unwrap();
    app.run(r.coordinator.caller(), move |tx| cases::name(tx, later, &Named { hat, role: Role::QualityReviewer, sector: String::new(), dv_expert: false })).await.unwrap();
    let list = async || served.call(&reviewer, reqwest::Method::GET, "/checks").header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    assert!(list().await.contains(&format!("/checks/{later}")), "it leads to where one signs");
    app.run(reviewer.caller(), move |tx| cases::accept(tx, later, false)).await.unwrap();
    let list = list().await;
    assert!(list.contains(&format!("/checks/{case}")) && !list.contains(&format!("/checks/{later}")), "{list}");
}
