//! Who has an account takes another hat by its code and chooses which to wear; two codes make no two people; and who is professional and relative
//! in one case is accepted outwardly, held without effect, and told to who coordinates the case only (`workflow.md` section 1; rulings 5 and 18).

use diesel::prelude::*;
use lering::access::Role;
use lering::ids::{CompartmentId, RelativeId};
use lering::people::{self, Invitation};
use lering::reflections::{self, Answered};
use lering::research::{self, Verdict, Vote, Wanted};
use lering::sign_in::{self, SignInError};
use lering::tx::{Caller, Refused};
use lering::{cases, documents, forms, relatives};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::support::register::Register;
use crate::support::review::{Review, answers};
use crate::support::served::Served;
use crate::support::{Someone, World};

/// A request with the fields of a form.
fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    request.header("content-type", "application/x-www-form-urlencoded").body(serde_urlencoded::to_string(fields).unwrap())
}

/// A relative who is in, with their place.
async fn kin(r: &Review) -> (RelativeId, Someone) {
    let case = r.case;
    let plan = answers(json!({
        "person": { "name": "Fenna Hoekstra" }, "relation": "sister", "side": "victim", "identity_checked": "documents", "risk": "none", "first_contact_by": "contact", "channel": ["mail"],
        "language": "nl", "wants": ["tell"], "again_on": "2099-01-01",
    }));
    let (id, _) = r.world.app.run(r.coordinator.caller(), move |tx| relatives::register(tx, case, &plan)).await.unwrap();
    let one = r.world.person(&r.coordinator, Role::Relative).await;
    let hat = one.hat;
    r.world.app.run(r.coordinator.caller(), move |tx| relatives::add_member(tx, id, hat, Role::Relative, None)).await.unwrap();
    (id, one)
}

/// A second organisation that accepted, whose author has a code and has not typed it; with the place where they write.
async fn second_organisation(r: &Review) -> (people::Invited, CompartmentId) {
    let (app, case) = (&r.world.app, r.case);
    let organisation = r.world.organisation(&r.coordinator, "GGZ Midden").await;
    let contact = r.world.invite_of(&r.coordinator, Role::Contact, Some(organisation)).await;
    let hat = contact.hat;
    let words = answers(json!({
        "kind": "1", "identification": { "name": "Noor Jansma" }, "period_from": "2024-01-01", "period_to": "2026-10-03", "questions": ["Wat zag u?"], "secure_files": true, "may_interview": "yes",
        "due": (chrono::Utc::now().date_naive() + chrono::Duration::days(40)).to_string(), "what_happens": "Alleen u leest dit.",
    }));
    let (reflection, room) = app.run(r.coordinator.caller(), move |tx| reflections::invite(tx, case, &reflections::Invitation { organisation, contact: hat, answers: words, stands_for: None })).await.unwrap();
    let contact = r.world.enrol(contact).await;
    let author = people::invite(app, contact.caller(), Invitation { role: Role::Author, name: "Sem Postma".into(), organisation: Some(organisation), second: None }).await.unwrap();
    let approver = r.world.invite_of(&contact, Role::Approver, Some(organisation)).await;
    let told = Answered { answers: answers(json!({ "answer": "accept" })), author: Some(author.hat), approver: Some(approver.hat) };
    app.run(contact.caller(), move |tx| reflections::answer(tx, reflection, &told)).await.unwrap();
    (author, room)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_of_two_organisations_adds_the_second_code_to_one_account_and_chooses_the_hat() {
    let r = Review::new().await;
    let p = r.partner().await;
    let (invited, room) = second_organisation(&r).await;
    let (hat, code) = (invited.hat, invited.code.normalised().to_owned());
    r.world.name_everyone("Anna Bakker");
    let served = Served::new(&r.world);
    // Typed before signing in, the code waits in the browser, and in no address.
    let welcome = async |code: &str| form(served.client.post(format!("{}/welcome", served.server)), &[("code", code), ("second", ""), ("has_account", "yes")]).send().await.unwrap();
    assert_eq!(welcome("XXXX-XXXX-XXXX-XXXX").await.status().as_u16(), 422, "a code that is none waits nowhere");
    let answer = welcome(&code).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, "/sign-in?to=/account"));
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-lering-code=") && ["HttpOnly", "Secure", "SameSite=Strict"].iter().all(|word| cookie.contains(word)), "{cookie}");
    let kept = cookie.split(';').next().unwrap().to_owned();
    let account = async |cookie: &str| served.call(&p.author, Method::GET, "/account").header("cookie", cookie).send().await.unwrap().text().await.unwrap();
    assert!(account(&kept).await.contains("De code die u typte, wacht hier") && !account("x=y").await.contains("De code die u typte, wacht hier"));
    let join = async || form(served.call(&p.author, Method::POST, "/account/join").header("cookie", &kept), &[("second", "")]).send().await.unwrap();
    // Nothing happens before one has confirmed who one is, or while the key is locked.
    diesel::sql_query("update sec.session set stepped_up_at = now() - interval '1 hour'").execute(&mut r.world.connection("postgres")).unwrap();
    assert_eq!(join().await.status().as_u16(), 403);
    // With a wrong passphrase the code that was typed waits, and is typed once.
    let typed = [("code", code.as_str()), ("second", ""), ("passphrase", "not this one at all"), ("one_time_code", "000000")];
    let wrong = form(served.call(&p.author, Method::POST, "/account/join"), &typed).send().await.unwrap();
    let waits = wrong.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()).find(|cookie| cookie.starts_with("__Host-lering-code=")).map(str::to_owned);
    let (status, page) = (wrong.status().as_u16(), wrong.text().await.unwrap());
    assert!(status == 422 && page.contains("De code die u typte, wacht hier") && !page.contains(&code), "{status} {page}");
    assert_eq!(waits.unwrap_or_default().split(';').next(), Some(kept.as_str()));
    r.world.confirmed(&p.author);
    let locked = Caller { unlock: None, ..p.author.caller() };
    assert!(matches!(sign_in::join(&r.world.app, locked, vault::InvitationCode::parse(&code).unwrap(), None).await, Err(SignInError::Refused(Refused::Locked))));
    assert_eq!(r.world.state_of(hat), "invited");
    let answer = join().await;
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, "/account?changed=joined"));
    assert_eq!(join().await.status().as_u16(), 422, "a code works once");
    assert_eq!(r.world.count(&format!("select count(*) as n from sec.log_entry where action = 'account.join' and result = 'done' and object_id = '{hat}' and membership_id = '{}'", p.author.hat)), 1);
    assert_eq!(r.world.count(&format!("select count(*) as n from app.notice where kind = 'role_added' and urgent and membership_id = '{}' and case_id is null and subject_id is null", p.author.hat)), 1);
    // The hat worn stays; the other is offered. What waited for the code opens under it, and under no other.
    let both = account("x=y").await;
    assert!(both.contains("GGZ Midden") && both.contains(&format!("value=\"{hat}\"")), "{both}");
    let reads = async || r.world.app.run(p.author.caller(), move |tx| forms::list(tx, &reflections::REFLECTION, room, None)).await;
    assert!(matches!(reads().await, Err(Refused::NotFound)));
    r.world.wears(&p.author, hat).await;
    reads().await.unwrap();
    let words = answers(json!({ "role": "We kept the file", "what_happened": "She called", "facts_checked": true }));
    r.world.app.run(p.author.caller(), move |tx| forms::create(tx, &reflections::REFLECTION, room, None, &words)).await.unwrap();
    // A program adds one too.
    let other = r.world.invite(&r.coordinator, Role::Relative).await;
    let body = json!({ "code": other.code.normalised() });
    let (status, answer) = served.post(&p.author, "/api/v1/account/hats", &json!({ "code": code })).await;
    assert_eq!((status, answer["type"].as_str()), (422, Some("urn:lering:problem:code")));
    assert_eq!(served.post(&p.author, "/api/v1/account/hats", &body).await.0, 204);
    assert_eq!(served.get(&p.author, "/api/v1/session").await.1["hats"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_member_who_supports_a_relative_is_held_and_only_the_coordinator_hears() {
    let r = Review::new().await;
    let app = &r.world.app;
    let member = r.party(Role::PanelMember).await;
    let (id, one) = kin(&r).await;
    r.world.name_everyone("Fenna Hoekstra");
    r.world.named(&member, "Pim de Boer");
    let person = Invitation { role: Role::Supporter, name: "Lot Zijlstra".into(), organisation: None, second: None };
    let invited = people::invite_and(app, one.caller(), person, move |tx, hat| relatives::let_supporter_in(tx, id, hat, "Lot Zijlstra", false)).await.unwrap();
    let hat = invited.hat;
    let seen = async || {
        let all = app.run(one.caller(), move |tx| relatives::members(tx, id)).await.unwrap();
        all.into_iter().map(|one| (one.hat, one.role, one.name)).collect::<Vec<_>>()
    };
    let before = seen().await;
    r.world.confirmed(&member);
    sign_in::join(app, member.caller(), invited.code, None).await.unwrap();
    assert_eq!(r.world.state_of(hat), "waiting");
    assert!(matches!(sign_in::wear(app, member.caller(), hat).await, Err(Refused::NotFound)), "it has no effect");
    assert_eq!(r.told(hat), (1, 1), "who invited is told nothing");
    let case = r.case;
    let held = async |who: &Someone| app.run(who.caller(), move |tx| cases::held(tx, case)).await.unwrap().into_iter().map(|one| (one.name, one.role, one.other)).collect::<Vec<_>>();
    assert_eq!(held(&r.coordinator).await, [("Pim de Boer".to_owned(), "SU".to_owned(), "PM".to_owned())]);
    for other in [&r.chair, &r.secretary, &member, &one] {
        assert!(held(other).await.is_empty());
    }
    let served = Served::new(&r.world);
    let page = async |who: &Someone, path: String| served.call(who, Method::GET, &path).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
    let (seen_by, not_by) = (page(&r.coordinator, format!("/cases/{case}")).await, page(&r.chair, format!("/cases/{case}")).await);
    assert!(seen_by.contains("Pim de Boer kreeg een tweede rol in deze zaak") && !not_by.contains("kreeg een tweede rol"), "{seen_by}");
    // Who confirms roles is told what they attest to with it.
    assert!(page(&r.coordinator, "/people".into()).await.contains("geen tweede account") && !page(&r.administrator, "/people".into()).await.contains("geen tweede account"));
    assert_eq!(seen().await, before, "to the relative it looks as if nobody had answered yet");
    assert_eq!(r.world.count(&format!("select count(*) as n from app.notice where kind = 'role_added' and membership_id = '{}'", member.hat)), 1, "and to the person as ever");
    // Let in when they had the role already, they are taken outwardly as well, and get no key.
    let other = r.world.invite(&one, Role::Supporter).await;
    let other = r.world.join(&member, other).await;
    assert_eq!(r.world.state_of(other), "active", "it belongs to no case yet");
    app.run(one.caller(), move |tx| relatives::let_supporter_in(tx, id, other, "Pim de Boer", true)).await.unwrap();
    assert_eq!(r.world.count(&format!("select count(*) as n from app.key_grant where membership_id = '{other}'")), 0);
    assert_eq!(r.world.count(&format!("select count(*) as n from app.compartment_member where membership_id = '{other}'")), 0);
    assert_eq!(r.told(other), (1, 1));
    // To the relative they are there like one who has not answered, until the relative, or the coordinator, ends it.
    let there = async || seen().await.iter().any(|(hat, role, _)| *hat == other && role == "SU");
    assert!(there().await);
    assert_eq!(held(&r.coordinator).await.len(), 2);
    app.run(one.caller(), move |tx| relatives::end_member(tx, id, other)).await.unwrap();
    assert!(!there().await);
    assert_eq!(held(&r.coordinator).await.len(), 1);
    // Who supports two relatives is no professional for it.
    let (second, two) = kin(&r).await;
    let friend = r.world.invite(&one, Role::Supporter).await;
    let friend = r.world.enrol(friend).await;
    let first = friend.hat;
    app.run(one.caller(), move |tx| relatives::let_supporter_in(tx, id, first, "Lot Zijlstra", false)).await.unwrap();
    let again = r.world.invite(&two, Role::Supporter).await;
    let again = r.world.join(&friend, again).await;
    app.run(two.caller(), move |tx| relatives::let_supporter_in(tx, second, again, "Lot Zijlstra", false)).await.unwrap();
    assert_eq!(r.world.count(&format!("select count(*) as n from app.compartment_member where membership_id = '{again}'")), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relative_who_is_an_author_is_held_and_the_organisation_sees_an_invitation_nobody_answered() {
    let r = Review::new().await;
    let app = &r.world.app;
    let (_, one) = kin(&r).await;
    let (contact, reflection, _) = r.invite().await;
    let contact = r.world.enrol(contact).await;
    let author = r.world.invite_of(&contact, Role::Author, Some(r.police)).await;
    let approver = r.world.invite_of(&contact, Role::Approver, Some(r.police)).await;
    let (first, second) = (author.hat, r.world.enrol(approver).await.hat);
    let told_so = Answered { answers: answers(json!({ "answer": "accept" })), author: Some(first), approver: Some(second) };
    app.run(contact.caller(), move |tx| reflections::answer(tx, reflection, &told_so)).await.unwrap();
    r.world.name_everyone("Anna Bakker");
    let seen = async || {
        let all = app.run(contact.caller(), people::list).await.unwrap();
        all.into_iter().find(|one| one.id == first).map(|one| (one.state, one.name)).unwrap()
    };
    let before = seen().await;
    r.world.join(&one, author).await;
    assert_eq!(r.world.state_of(first), "waiting");
    assert_eq!(seen().await, before, "the same words as for everybody who has not answered yet");
    assert_eq!(r.told(first), (1, 1));
    // Named in another's place, the same: taken, without a key, and told to the coordinator.
    let next = r.world.invite_of(&contact, Role::Author, Some(r.police)).await;
    let next = r.world.join(&one, next).await;
    app.run(contact.caller(), move |tx| reflections::replace(tx, reflection, Role::Author, next)).await.unwrap();
    assert_eq!(r.world.count(&format!("select count(*) as n from app.compartment_member where membership_id = '{next}'")), 0);
    assert_eq!(r.told(next), (1, 1));
    // The one that is held is recalled like a letter nobody answered.
    app.run(contact.caller(), move |tx| people::recall(tx, first)).await.unwrap();
    assert_eq!(r.world.state_of(first), "ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_author_comes_to_approve_under_no_second_code() {
    let r = Review::new().await;
    let p = r.partner().await;
    let id = p.reflection;
    let code = r.world.invite_of(&p.contact, Role::Approver, Some(r.police)).await;
    let own = r.world.join(&p.author, code).await;
    let named = r.world.app.run(p.contact.caller(), move |tx| reflections::replace(tx, id, Role::Approver, own)).await;
    assert!(matches!(named, Err(Refused::Rule("own-work"))), "{named:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_codes_make_no_two_people_who_confirm_a_role_and_no_administrator_confirms_one() {
    let r = Review::new().await;
    let app = &r.world.app;
    let officer = r.world.person(&r.administrator, Role::RecoveryOfficer).await;
    let code = r.world.invite(&r.administrator, Role::Coordinator).await;
    let also = r.world.join(&officer, code).await;
    let new = r.world.waiting(&r.administrator, Role::PanelMember).await;
    let confirm = async |who: &Someone| app.run(who.caller(), move |tx| people::confirm(tx, new)).await;
    r.world.confirmed(&officer);
    assert_eq!(confirm(&officer).await.unwrap(), people::Confirmed::Once);
    r.world.wears(&officer, also).await;
    assert!(matches!(confirm(&officer).await, Err(Refused::Rule("same-person-twice"))));
    let code = r.world.invite(&r.administrator, Role::Coordinator).await;
    let own = r.world.join(&r.administrator, code).await;
    r.world.wears(&r.administrator, own).await;
    r.world.confirmed(&r.administrator);
    assert!(matches!(confirm(&r.administrator).await, Err(Refused::Rule("administrators-decide-not"))));
    r.world.confirmed(&r.coordinator);
    assert_eq!(confirm(&r.coordinator).await.unwrap(), people::Confirmed::Twice);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_codes_make_no_two_people_who_check_output_or_decide_in_the_committee() {
    let world = World::new().await;
    let by = world.administrator().await;
    let people = Register::new(&world, &by).await;
    let snapshot = people.frozen(&world, 300, 4).await;
    let id = people.project(&world, 0, vec![]).await;
    diesel::sql_query("update app.project set cells = 1000").execute(&mut world.connection("postgres")).unwrap();
    let wanted = Wanted { snapshot: Some(snapshot), outcome: "multiple_victims".into(), keys: vec!["incident_period".into()] };
    let request = world.app.run(people.researchers[0].caller(), move |tx| research::request(tx, Some(id), &wanted, false, "comparison")).await.unwrap();
    let checker = &people.checkers[0];
    let code = world.invite(&by, Role::OutputChecker).await;
    let also = world.join(checker, code).await;
    let check = async || world.app.run(checker.caller(), move |tx| research::check(tx, request, Verdict::Release, "safe")).await;
    check().await.unwrap();
    world.wears(checker, also).await;
    let twice = check().await;
    assert!(matches!(twice, Err(Refused::Rule("same-person-twice"))), "{twice:?}");
    assert_eq!(world.count("select count(*) as n from app.released_table"), 0);
    // A seat more on the committee is no vote more.
    let member = &people.committee[0];
    let code = world.invite(&by, Role::AccessCommittee).await;
    let seat = world.join(member, code).await;
    let id = people.application(&world, 0, 300, vec![]).await;
    let vote = async || world.app.run(member.caller(), move |tx| -> Result<_, Refused> {
        let within = research::find(tx, id)?;
        let sheet = documents::sheet_of(lering::access::Kind::Project, "research-assessment").unwrap();
        if !research::assessed(tx, id)? {
            let told = answers(json!({ "purpose_fits": "yes", "least_data": "yes", "cared_for": "yes", "remarks": "Clear." }));
            forms::create(tx, sheet, within, None, &told)?;
        }
        research::vote(tx, id, Vote::Approve, None)
    }).await;
    vote().await.unwrap();
    world.wears(member, seat).await;
    // It is one person's vote given twice: the committee has not decided.
    let _ = vote().await;
    assert_eq!(world.count(&format!("select count(*) as n from app.project where id = '{id}' and state = 'submitted'")), 1);
}

#[test]
fn the_letter_with_a_code_tells_who_has_an_account_where_the_role_is_added() {
    use lering::texts::{Language, Words};
    for language in [Language::Nl, Language::En] {
        let words = Words { language };
        let letter = words.t("code-letter-people-2");
        assert!(letter.contains(&words.t("account")) && letter.contains(&words.t("join")), "{letter}");
    }
}
