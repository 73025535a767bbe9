//! Ruling 18: who is asked for a case and has an interest is accepted outwardly, held without effect, and told to the coordinator only; who can't
//! says so. The coordinator settles it: asks again with a reason, or ends the request.

use lering::access::{Kind, Role};
use lering::cases::{self, CaseError, Named};
use lering::{compartments, reflections};
use lering::tx::Refused;
use reqwest::Method;
use serde_json::json;

use crate::support::Someone;
use crate::support::review::Review;
use crate::support::served::Served;

/// Somebody asked for the case, who has not answered.
async fn asked(r: &Review, role: Role) -> Someone {
    let one = r.world.person(&r.administrator, role).await;
    let (case, hat) = (r.case, one.hat);
    r.world.app.run(r.coordinator.caller(), move |tx| cases::name(tx, case, &Named { hat, role, sector: "health".into(), dv_expert: false })).await.unwrap();
    one
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interest_holds_until_the_coordinator_settles_it_and_a_second_press_lets_nobody_in() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let member = asked(&r, Role::PanelMember).await;
    let hat = member.hat;
    r.world.name_everyone("Anna Bakker");
    r.world.named(&member, "Pim de Boer");
    let served = Served::new(&r.world);
    let html = async |who: &Someone, path: String| served.call(who, Method::GET, &path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let form = async |who: &Someone, path: String, body: &'static str| served.call(who, Method::POST, &path).header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap().status().as_u16();
    assert!(html(&member, format!("/cases/{case}")).await.contains(&format!("/cases/{case}/decline")), "one can say no");
    assert_eq!(form(&member, format!("/cases/{case}/accept"), "confidentiality=true&conflict=true").await, 303);
    // Pressed again without the tick: taken as before, and nothing opens.
    assert_eq!(form(&member, format!("/cases/{case}/accept"), "confidentiality=true").await, 303);
    let signed = async || app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().parties.into_iter().find(|party| party.hat == hat).unwrap();
    assert!(!signed().await.signed);
    assert_eq!(signed().await.answered.as_deref(), Some("conflict"));
    let own = html(&member, format!("/cases/{case}")).await;
    assert!(own.contains("Dank u wel voor uw antwoord") && !own.contains(&format!("/cases/{case}/accept")), "{own}");
    // The database holds it too.
    let forced = app.run(member.caller(), move |tx| -> Result<usize, Refused> {
        use diesel::RunQueryDsl;
        Ok(diesel::sql_query(format!("update app.case_party set statement_signed_at = now() where membership_id = '{hat}'")).execute(tx.db())?)
    }).await;
    assert!(forced.is_err());
    let cleared = app.run(member.caller(), move |tx| -> Result<usize, Refused> {
        use diesel::RunQueryDsl;
        Ok(diesel::sql_query(format!("update app.party_answer set settled = 'admitted', settled_by_id = '{hat}', settled_at = now() where membership_id = '{hat}'")).execute(tx.db())?)
    }).await;
    assert!(cleared.is_err(), "nobody settles their own");
    // Told to the coordinator, at the case, among its people and on the first page; not to the chair.
    for path in [format!("/cases/{case}"), format!("/cases/{case}/people")] {
        let (seen, chairs) = (html(&r.coordinator, path.clone()).await, html(&r.chair, path).await);
        assert!(seen.contains("heeft een belang") && !chairs.contains("heeft een belang"), "{seen}");
    }
    assert!(html(&r.coordinator, "/today".into()).await.contains("Iemand die u vroeg heeft een belang"));
    assert!(app.run(r.chair.caller(), move |tx| cases::view(tx, case)).await.unwrap().parties.iter().all(|party| party.answered.is_none()));
    // Asked again with a reason, they sign themselves.
    let admit = async |who: &Someone, reason: &'static str| app.run(who.caller(), move |tx| cases::admit(tx, case, hat, reason)).await;
    assert!(matches!(admit(&r.coordinator, " ").await, Err(Refused::Faults(_))), "a reason is due");
    assert!(matches!(admit(&r.chair, "x").await, Err(Refused::NotYours)));
    admit(&r.coordinator, "A cousin of a neighbour, seen once.").await.unwrap();
    assert!(matches!(admit(&r.coordinator, "Once more").await, Err(Refused::NotFound)), "settled");
    assert!(!signed().await.signed && !html(&r.coordinator, "/today".into()).await.contains("Iemand die u vroeg heeft een belang"));
    let reasons = app.run(r.coordinator.caller(), move |tx| cases::reasons(tx, case)).await.unwrap();
    assert!(reasons.iter().any(|reason| reason.about == "admitted" && reason.words.contains("cousin")));
    app.run(member.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    assert!(signed().await.signed);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_not_says_no_and_the_coordinator_ends_the_request() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let member = asked(&r, Role::PanelMember).await;
    let hat = member.hat;
    let served = Served::new(&r.world);
    let path = format!("/api/v1/cases/{case}/parties/me/decline");
    assert_eq!(served.post(&member, &path, &json!({ "why": "no words of one's own" })).await.0, 422);
    assert_eq!(served.post(&member, &path, &json!({ "why": "no_time" })).await.0, 204);
    assert_eq!(served.post(&r.chair, &path, &json!({ "why": "no_time" })).await.0, 409, "who signed can't");
    assert!(matches!(app.run(member.caller(), move |tx| cases::accept(tx, case, false)).await, Err(CaseError::Refused(Refused::Rule("declined-before")))));
    let open = async || app.run(r.coordinator.caller(), cases::open_answers).await.unwrap();
    assert_eq!(open().await.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [case]);
    let (_, seen) = served.get(&r.coordinator, &format!("/api/v1/cases/{case}")).await;
    let party = seen["parties"].as_array().unwrap().iter().find(|party| party["hat"] == json!(hat)).unwrap().clone();
    assert_eq!((&party["answered"], &party["answeredWhy"]), (&json!("declined"), &json!("no_time")));
    app.run(r.coordinator.caller(), move |tx| cases::end_party(tx, case, hat)).await.unwrap();
    assert!(open().await.is_empty());
    assert!(app.run(member.caller(), move |tx| compartments::of_kind(tx, case, Kind::Panel)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_said_no_does_nothing_in_the_case_until_that_is_settled() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    r.commissioned();
    let secretary = asked(&r, Role::Secretary).await;
    let hat = secretary.hat;
    let may = async || app.run(secretary.caller(), move |tx| reflections::may_invite(tx, case)).await;
    assert!(matches!(may().await, Err(Refused::Rule("accept-first"))));
    app.run(secretary.caller(), move |tx| cases::decline(tx, case, "knows_somebody")).await.unwrap();
    assert!(matches!(may().await, Err(Refused::Rule("held-until-settled"))));
    // Asked again, they answer anew.
    app.run(r.coordinator.caller(), move |tx| cases::admit(tx, case, hat, "Another of that name.")).await.unwrap();
    assert!(matches!(may().await, Err(Refused::Rule("accept-first"))));
    app.run(secretary.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    may().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_asked_sees_the_question_only_until_they_signed() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let (_, invited, _) = r.invite().await;
    let member = asked(&r, Role::PanelMember).await;
    let secretary = asked(&r, Role::Secretary).await;
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let read = async |who: &Someone, path: String| {
        let answer = served.call(who, Method::GET, &path).header("accept", "text/html").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for who in [&member, &secretary] {
        for page in ["organisations", "history", "people", "actions"] {
            assert_eq!(read(who, format!("/cases/{case}/{page}")).await.0, 303, "{page} leads to the question");
        }
        let (status, shown) = read(who, format!("/cases/{case}")).await;
        assert!(status == 200 && shown.contains(&format!("/cases/{case}/accept")), "{shown}");
        for closed in ["/organisations", "/history", "/invite"] {
            assert!(!shown.contains(&format!("/cases/{case}{closed}")), "{closed}: {shown}");
        }
        assert!(!shown.contains("Politie, eenheid"), "{shown}");
        let seen = app.run(who.caller(), move |tx| cases::view(tx, case)).await.unwrap();
        assert!(seen.history.is_empty() && seen.steps.is_empty() && seen.deadlines.is_empty());
        assert!(seen.parties.iter().all(|party| party.hat == who.hat || party.role == "CO"));
        assert!(app.run(who.caller(), move |tx| reflections::of_case(tx, case)).await.unwrap().is_empty());
    }
    let recall = async || app.run(secretary.caller(), move |tx| reflections::recall(tx, invited, "Not there.")).await;
    assert!(matches!(recall().await, Err(Refused::Rule("accept-first"))));
    app.run(secretary.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    assert_eq!(read(&secretary, format!("/cases/{case}/organisations")).await.0, 200);
    assert_eq!(app.run(secretary.caller(), move |tx| reflections::of_case(tx, case)).await.unwrap().len(), 1);
    recall().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_asked_sees_in_the_lists_that_they_are_asked_and_who_said_no_stands_in_for_nobody() {
    let r = Review::new().await;
    let (case, app) = (r.case, &r.world.app);
    let (member, said_no) = (asked(&r, Role::PanelMember).await, asked(&r, Role::PanelMember).await);
    app.run(said_no.caller(), move |tx| cases::decline(tx, case, "no_time")).await.unwrap();
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    let html = async |who: &Someone, path: String| served.call(who, Method::GET, &path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let listed = async |who: &Someone, filter: cases::Filter| app.run(who.caller(), move |tx| cases::list(tx, &filter)).await.unwrap();
    let stands = app.run(r.coordinator.caller(), move |tx| cases::view(tx, case)).await.unwrap().state;
    for who in [&member, &said_no] {
        let seen = listed(who, cases::Filter { mine: true, ..cases::Filter::default() }).await;
        let [only] = seen.as_slice() else { panic!("{seen:?}") };
        assert!(only.id == case && !only.number.is_empty() && only.state == "asked" && only.phase == "asked", "{only:?}");
        assert!(only.due.is_none() && only.due_what.is_none() && only.must_act.is_none(), "{only:?}");
        assert!(listed(who, cases::Filter { state: Some(stands.to_owned()), ..cases::Filter::default() }).await.is_empty(), "nor by looking for it");
        assert!(app.run(who.caller(), move |tx| cases::own_terms(tx, &[case])).await.unwrap().is_empty());
        for page in ["/today", "/cases"] {
            assert!(html(who, page.into()).await.contains("u bent gevraagd"), "{page}");
        }
    }
    app.run(member.caller(), move |tx| cases::accept(tx, case, false)).await.unwrap();
    assert_eq!(listed(&member, cases::Filter { mine: true, ..cases::Filter::default() }).await[0].state, stands);
    // The coordinator reads at the case who said no, and is not offered them as a stand-in of another.
    let page = html(&r.coordinator, format!("/cases/{case}")).await;
    assert!(page.contains("<span class=\"tag warn\">zei nee</span>"), "{page}");
    let people = html(&r.coordinator, format!("/cases/{case}/people")).await;
    let offered = |hat: lering::ids::MembershipId| people.matches(&format!("<option value=\"{hat}\">")).count();
    assert_eq!((offered(member.hat), offered(said_no.hat)), (2, 1), "{people}");
}
