//! Figures 12 and 25: what ends is ended on the next call; what sign-in tells and allows.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use reqwest::Method;
use serde_json::json;

use crate::figure::Figures;
use crate::stand::{Person, Stand};

async fn status(stand: &Stand, who: &Person, path: &str) -> u16 {
    stand.call(Some(who), Method::GET, path).send().await.unwrap().status().as_u16()
}

async fn refreshed(stand: &Stand, who: &Person) -> u16 {
    stand.call(Some(who), Method::POST, "/api/v1/sessions/refresh").json(&json!({ "refreshToken": who.refresh })).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_12_25_i_7_what_ends_is_ended_on_the_next_call_and_sign_in_tells_nothing() {
    let stand = Stand::new(&[]).await;
    let mut figures = Figures::default();
    // 12: each way a right ends, each token that carried it.
    let (calls, mut accepted) = (std::cell::Cell::new(0_u64), vec![]);
    let tried = async |what: &str, who: &Person, path: &str, accepted: &mut Vec<String>| {
        for (token, answered) in [("access token", status(&stand, who, path).await), ("refresh token", refreshed(&stand, who).await)] {
            calls.set(calls.get() + 1);
            if answered < 300 { accepted.push(format!("{what}: {token} answered {answered}")) }
        }
    };
    // Signing out ends both tokens.
    let chair = stand.one('A', "CH").clone();
    assert_eq!(status(&stand, &chair, "/api/v1/cases").await, 200);
    stand.call(Some(&chair), Method::DELETE, "/api/v1/session").send().await.unwrap();
    tried("signed out", &chair, "/api/v1/cases", &mut accepted).await;
    // Everywhere: another session of the same person too.
    let secretary = stand.one('A', "SE").clone();
    let other = stand.sign_in('A', secretary.account.clone()).await;
    let mut renewed = stand.sign_in('B', stand.one('B', "SE").account.clone()).await;
    assert_eq!(refreshed(&stand, &renewed).await / 100, 2, "a live session renews");
    renewed.refresh.clear();
    stand.call(Some(&other), Method::DELETE, "/api/v1/sessions").send().await.unwrap();
    tried("signed out everywhere", &secretary, "/api/v1/cases", &mut accepted).await;
    tried("signed out everywhere, the session itself", &other, "/api/v1/cases", &mut accepted).await;
    // A hat that was ended, by the administrator through the interface.
    let (administrator, member) = (stand.one('A', "TA").clone(), stand.one('A', "PM").clone());
    assert_eq!(status(&stand, &member, "/api/v1/cases").await, 200);
    let code = totp_rs::Totp::from_url(&administrator.account.otpauth).unwrap().generate((chrono::Utc::now().timestamp() + 30).unsigned_abs()).to_string();
    stand.call(Some(&administrator), Method::POST, "/api/v1/session/step-up").json(&json!({ "passphrase": administrator.account.passphrase, "oneTimeCode": code })).send().await.unwrap();
    let ended = stand.call(Some(&administrator), Method::DELETE, &format!("/api/v1/hats/{}?because=left", member.hat)).send().await.unwrap();
    assert!(ended.status().is_success(), "{}", ended.text().await.unwrap_or_default());
    let listed = stand.call(Some(&member), Method::GET, "/api/v1/cases").send().await.unwrap();
    calls.set(calls.get() + 1);
    if listed.status().is_success() && listed.text().await.unwrap_or_default().contains("HG-") { accepted.push("ended hat: sees cases".into()) }
    // A membership of a compartment that was ended: the next read finds nothing.
    let case = stand.cases.first().unwrap();
    let (room, _, form, item) = case.rooms.iter().find(|room| room.1 == "report").unwrap().clone();
    let coordinator = stand.one('A', "CO").clone();
    let path = format!("/api/v1/compartments/{room}/documents/{form}/{item}");
    assert_eq!(status(&stand, &coordinator, &path).await, 200);
    diesel::sql_query("update app.compartment_member set until = now() where compartment_id = $1 and membership_id = $2").bind::<SqlUuid, _>(room).bind::<SqlUuid, _>(coordinator.hat).execute(&mut stand.superuser()).unwrap();
    calls.set(calls.get() + 1);
    if status(&stand, &coordinator, &path).await < 400 { accepted.push("ended membership: still reads".into()) }
    // A session that was ended in the database, under each way of asking.
    let coder = stand.one('A', "C1").clone();
    diesel::sql_query("update sec.session set ended_at = now(), ended_because = 'revoked' where person_id = (select person_id from app.membership where id = $1)").bind::<SqlUuid, _>(coder.hat).execute(&mut stand.superuser()).unwrap();
    tried("revoked", &coder, "/coding", &mut accepted).await;
    let page = stand.client.get(format!("{}/today", stand.server)).header("Cookie", format!("__Host-lering-access={}; __Host-lering-unlock={}", coder.access, coder.unlock)).send().await.unwrap();
    calls.set(calls.get() + 1);
    if page.status().as_u16() == 200 && page.text().await.unwrap_or_default().contains("main-menu") { accepted.push("revoked: cookie".into()) }
    figures.publish(12, "calls answered after a right had ended", accepted.len(), calls.get(), "0", accepted.is_empty(), json!({ "accepted": accepted }));

    // 25: what guesses a lock permits, whether names can be told apart, whether two tabs sign each other out.
    let manager = stand.one('A', "RM").clone();
    let sign_in = async |name: &str, passphrase: &str, code: &str| {
        let told = json!({ "signInName": name, "passphrase": passphrase, "oneTimeCode": code });
        let answer = stand.client.post(format!("{}/api/v1/sessions", stand.server)).json(&told).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.text().await.unwrap_or_default())
    };
    let (mut pairs, mut apart) = (0_u64, BTreeSet::new());
    for (passphrase, code) in [("wrong words entirely", "000000"), (manager.account.passphrase.as_str(), "000000"), ("", ""), ("wrong words entirely", "not a code")] {
        let known = sign_in(&stand.one('B', "RM").account.sign_in_name, passphrase, code).await;
        let unknown = sign_in("nobody.at.all@example.org", passphrase, code).await;
        pairs += 1;
        let kind = |answer: &(u16, String)| (answer.0, answer.1.split("\"seconds\"").next().unwrap_or_default().to_owned());
        if kind(&known) != kind(&unknown) { apart.insert(format!("{known:?} against {unknown:?}")); }
    }
    let started = std::time::Instant::now();
    let mut guesses = 0_u64;
    while started.elapsed().as_secs() < 25 {
        let (answered, _) = sign_in(&manager.account.sign_in_name, "a guess", "000000").await;
        if answered != 429 { guesses += 1 }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    // After the first five the lock opens every ten seconds.
    let a_day = 86_400 / 10;
    let (mut races, mut out) = (0_u64, 0_u64);
    let nation = stand.one('A', "NC").clone();
    let mut fresh = stand.sign_in('A', nation.account.clone()).await;
    for _ in 0..20 {
        let (one, two) = tokio::join!(
            stand.call(Some(&fresh), Method::POST, "/api/v1/sessions/refresh").json(&json!({ "refreshToken": fresh.refresh })).send(),
            stand.call(Some(&fresh), Method::POST, "/api/v1/sessions/refresh").json(&json!({ "refreshToken": fresh.refresh })).send()
        );
        races += 1;
        let (one, two) = (one.unwrap(), two.unwrap());
        let (first, second) = (one.status(), two.status());
        // One wins, the other hears that another tab was first; the session lives on.
        if first.is_success() == second.is_success() || first.as_u16().max(second.as_u16()) != 409 { out += 1; eprintln!("{first} and {second}"); break }
        let tokens: serde_json::Value = if first.is_success() { one.json().await.unwrap() } else { two.json().await.unwrap() };
        fresh.refresh = tokens["refreshToken"].as_str().unwrap_or_default().to_owned();
        fresh.access = tokens["accessToken"].as_str().unwrap_or(&fresh.access).to_owned();
        if status(&stand, &fresh, "/api/v1/session").await != 200 { out += 1 }
    }
    let met = apart.is_empty() && out == 0 && guesses <= 8;
    figures.publish(25, "guesses let through in 25 seconds", guesses, 25, "the lock of 1, 3, 5, 10 seconds: at most 8640 a day and account; 0 names told apart; 0 races that sign out", met,
        json!({ "guessesADay": a_day, "namePairs": pairs, "toldApart": apart, "twoTabRaces": races, "signedOut": out }));
}
