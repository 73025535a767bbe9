//! Figures 1, 3, 4, 5 and 26: every route, called by everyone who may not, in several states of a case.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use lering::http::RouteInfo;
use lering::routes;
use reqwest::Method;
use serde_json::json;

use crate::bodies;
use crate::figure::Figures;
use crate::stand::{Person, STOPS, Stand};

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = Text)]
    sum: String,
}
#[derive(QueryableByName)]
struct Seq {
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

/// A hash over every row of every table but the log and what counts requests.
fn rows(stand: &Stand) -> String {
    diesel::sql_query(
        "select string_agg(t.s, '' order by t.name) as sum from (select table_schema || '.' || table_name as name, (xpath('/row/c/text()', query_to_xml(format( \
           'select count(*) || '':'' || coalesce(sum(hashtextextended((to_jsonb(x) - ''seen_at'')::text, 0)), 0) as c from %I.%I x', table_schema, table_name), false, true, '')))[1]::text as s \
         from information_schema.tables where table_schema in ('app', 'keys', 'sec', 'frozen') and table_type = 'BASE TABLE' and table_name not in ('log_head', 'log_entry', 'soft_lock')) t",
    ).get_result::<Sum>(&mut stand.superuser()).unwrap().sum
}

fn log_end(stand: &Stand) -> i64 {
    diesel::sql_query("select seq from sec.log_head").get_result::<Seq>(&mut stand.superuser()).unwrap().seq
}

/// An answer as far as it may tell things apart: status, kind, language of the body, the body without its own ids, headers but time and length.
#[derive(PartialEq, Eq, Debug)]
struct Answer {
    status: u16,
    headers: BTreeSet<String>,
    body: String,
}

async fn ask(stand: &Stand, who: Option<&Person>, info: &RouteInfo, path: &str) -> Answer {
    let method: Method = info.method.parse().unwrap();
    let mut request = stand.call(who, method.clone(), path);
    if method != Method::GET {
        request = if path.starts_with("/api/") { request.json(&bodies::json_for(info.method, path)) } else { request.header("Content-Type", "application/x-www-form-urlencoded").body("") };
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let headers = answer.headers().iter().filter(|(name, _)| !matches!(name.as_str(), "date" | "content-length" | "connection"))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?").split("nonce-").next().unwrap_or_default())).collect();
    let mut body = answer.text().await.unwrap_or_default();
    for part in path.split(['/', '?']).filter(|part| matches!(part.len(), 36 | 64)) {
        body = body.replace(part, "<id>");
    }
    // How many seconds a session has left is no answer to what was asked.
    if let Some((start, rest)) = body.split_once("data-ends=\"") { body = format!("{start}{}", rest.split_once('"').map_or("", |(_, rest)| rest)); }
    // A form's token is bound to the session, the rest of a page is not.
    Answer { status, headers, body }
}

/// Between two measurements sessions were renewed: what that changed is no refused call's.
const RENEWED: &str = "renewed";

/// Who belongs to the organisation's or relative's compartment a path leads into.
fn members_of(stand: &Stand, path: &str) -> Option<BTreeSet<uuid::Uuid>> {
    #[derive(QueryableByName)]
    struct Hat {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: uuid::Uuid,
    }
    let mut db = stand.superuser();
    let mut found = None;
    for id in path.split('/').filter_map(|part| part.parse::<uuid::Uuid>().ok()) {
        let hats: Vec<Hat> = diesel::sql_query(
            "select m.membership_id as id from app.compartment_member m join app.compartment c on c.id = m.compartment_id and c.kind in ('reflection', 'kin') where m.compartment_id in ( \
               select compartment_id from app.reflection where id = $1 union select compartment_id from app.relative where id = $1 union select compartment_id from app.question where id = $1 \
               union select compartment_id from app.passage where id = $1 union select id from app.compartment where id = $1)",
        ).bind::<diesel::sql_types::Uuid, _>(id).load(&mut db).unwrap();
        if !hats.is_empty() { found = Some(hats.into_iter().map(|row| row.id).collect()) }
    }
    found
}

fn allows(info: &RouteInfo, role: &str) -> bool {
    // The practice file tells coders apart; to the server each is a coder.
    let role = if matches!(role, "C1" | "C2" | "C3") { "CD" } else { role };
    info.act.is_none_or(|act| act.by.is_empty() || act.by.iter().any(|by| by.code() == role))
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_1_3_4_5_26_every_route_by_everyone_who_may_not() {
    let mut stand = Stand::new(&STOPS).await;
    stand.objects();
    let stand = stand;
    let collected = routes::all();
    let infos: Vec<&RouteInfo> = collected.infos().iter().filter(|info| !info.open).collect();
    let strangers: Vec<&Person> = {
        let mut seen = BTreeSet::new();
        stand.people.iter().filter(|person| person.bureau == 'B' && seen.insert(person.role.clone())).collect()
    };
    let own: Vec<&Person> = {
        let mut seen = BTreeSet::new();
        stand.people.iter().filter(|person| person.bureau == 'A' && seen.insert(person.role.clone())).collect()
    };
    let (mut cells, mut touched, mut wrong, mut apart, mut pairs, mut shapes) = (0_u64, BTreeSet::new(), vec![], vec![], 0_u64, BTreeMap::<String, u64>::new());
    let (mut refused, mut changed) = (0_u64, vec![]);
    let mut before = rows(&stand);
    let mut batch = async |wrong: &mut Vec<String>, changed: &mut Vec<String>, who: &str, refused_now: u64| {
        let after = rows(&stand);
        if after != before && who != RENEWED { changed.push(who.to_owned()) }
        before = after;
        let _ = (wrong, refused_now);
    };
    // What is absent is asked for once a caller and route: no case hangs on it.
    let mut nowheres: BTreeMap<(String, &str, String), Answer> = BTreeMap::new();
    for case in &stand.cases {
        // Nobody, a bad token, a token of a session that was ended.
        for (who, token) in [("nobody", None), ("a bad token", Some("x.y.z")), ] {
            let ghost = token.map(|token| Person { access: token.to_owned(), ..stand.one('A', "CO").clone() });
            for info in &infos {
                for (path, _) in case.paths(info.path) {
                    let answer = ask(&stand, ghost.as_ref(), info, &path).await;
                    cells += 1;
                    touched.insert((info.method, info.path));
                    refused += 1;
                    let page = !path.starts_with("/api/");
                    if !(answer.status == 401 || page && matches!(answer.status, 302 | 303 | 403) || page && answer.status == 200 && info.method == "GET" && answer.body.contains("refresh")) {
                        wrong.push(format!("{who} in {}: {} {} answered {}", case.state, info.method, info.path, answer.status));
                    }
                }
            }
            batch(&mut wrong, &mut changed, who, refused).await;
        }
        stand.renew().await;
        batch(&mut wrong, &mut changed, RENEWED, refused).await;
        // People of another bureau, each role: what is hidden and what is absent are one answer.
        for person in &strangers {
            for info in &infos {
                for (path, nowhere) in case.paths(info.path) {
                    let hidden = ask(&stand, Some(person), info, &path).await;
                    let form = path.split('/').find(|part| case.rooms.iter().any(|room| room.2 == *part)).unwrap_or_default().to_owned();
                    let key = (person.role.clone(), info.path, format!("{} {form}", info.method));
                    if !nowheres.contains_key(&key) { let absent = ask(&stand, Some(person), info, &nowhere).await; nowheres.insert(key.clone(), absent); }
                    // A confirmation of who one is ends after five minutes: both are asked within the same ones.
                    if hidden != nowheres[&key] { let absent = ask(&stand, Some(person), info, &nowhere).await; nowheres.insert(key.clone(), absent); }
                    let absent = &nowheres[&key];
                    cells += 1;
                    pairs += 1;
                    touched.insert((info.method, info.path));
                    if hidden.status >= 400 { refused += 1 }
                    if hidden.status == 422 { *shapes.entry(format!("{} {}", info.method, info.path)).or_default() += 1 }
                    if hidden != *absent {
                        apart.push(format!("{} of B in {}: {} {}: {} against {}\n{:?}\n{:.300}\n{:.300}", person.role, case.state, info.method, info.path, hidden.status, absent.status, hidden.headers.symmetric_difference(&absent.headers).collect::<Vec<_>>(), hidden.body, absent.body));
                    }
                    if hidden.status >= 500 { wrong.push(format!("{} of B: {} {} answered {}", person.role, info.method, info.path, hidden.status)) }
                }
            }
            batch(&mut wrong, &mut changed, &format!("{} of B in {}", person.role, case.state), refused).await;
        }
        stand.renew().await;
        batch(&mut wrong, &mut changed, RENEWED, refused).await;
        // People of the same bureau whose role the act does not name.
        for person in &own {
            for info in infos.iter().filter(|info| !allows(info, &person.role)) {
                for (path, _) in case.paths(info.path) {
                    let answer = ask(&stand, Some(person), info, &path).await;
                    cells += 1;
                    touched.insert((info.method, info.path));
                    refused += 1;
                    if !matches!(answer.status, 403 | 404 | 409 | 412 | 422) {
                        wrong.push(format!("{} of A in {}: {} {} answered {}", person.role, case.state, info.method, info.path, answer.status));
                    }
                }
            }
            batch(&mut wrong, &mut changed, &format!("{} of A in {}", person.role, case.state), refused).await;
        }
    }
    stand.renew().await;
    batch(&mut wrong, &mut changed, RENEWED, refused).await;
    // Another agency, another relative, of the same case: the same answer as for what is not there.
    let finished = stand.cases.first().unwrap();
    let near: Vec<&Person> = stand.people.iter().filter(|person| person.bureau == 'A' && matches!(person.role.as_str(), "AC" | "AU" | "AP" | "RE" | "SU")).collect();
    for info in &infos {
        for (path, nowhere) in finished.paths(info.path) {
            let Some(members) = members_of(&stand, &path) else { continue };
            for person in near.iter().filter(|person| !members.contains(&person.hat)) {
                let (hidden, absent) = (ask(&stand, Some(person), info, &path).await, ask(&stand, Some(person), info, &nowhere).await);
                cells += 1;
                pairs += 1;
                if hidden.status >= 400 { refused += 1 }
                if hidden != absent { apart.push(format!("{} {} of A: {} {}: {} against {}\n{:.300}\n{:.300}", person.role, person.name, info.method, info.path, hidden.status, absent.status, hidden.body, absent.body)) }
            }
        }
    }
    batch(&mut wrong, &mut changed, "other agencies and relatives", refused).await;
    let objects: BTreeSet<_> = infos.iter().filter(|info| info.path.contains('{') && !info.path.contains("{session}")).map(|info| (info.method, info.path)).collect();
    let missed: Vec<_> = objects.difference(&touched).map(|(method, path)| format!("{method} {path}")).collect();
    let mut figures = Figures::default();
    figures.publish(1, "route x caller x state cells called", touched.len(), objects.len(), "every route with an object, exceptions listed", wrong.is_empty(),
        json!({ "cells": cells, "states": stand.cases.iter().map(|case| case.state.clone()).collect::<Vec<_>>(), "callers": strangers.len() + own.len() + 2, "notCalled": missed, "wrong": wrong.iter().take(30).collect::<Vec<_>>() }));
    figures.publish(3, "refused calls that changed a row", changed.len(), refused, "0", changed.is_empty(), json!({ "after": changed, "refusedByShape": shapes }));
    figures.publish(4, "hidden and absent told apart", apart.len(), pairs, "0", apart.is_empty(), json!({ "apart": apart.iter().take(12).collect::<Vec<_>>() }));

    // Figure 5: what is shown has been written down before its first byte; with the log broken, nothing is shown.
    let (mut read, mut unlogged, mut shown_without_log) = (0_u64, vec![], vec![]);
    // Empty forms hold no content; they are left out.
    let content = |info: &&&RouteInfo| info.method == "GET" && !info.path.ends_with("/new") && !info.path.ends_with("/invite") && (info.act.is_some() || ["/compartments/", "/rooms/", "/records/", "/coding/", "/who-saw/"].iter().any(|part| info.path.contains(part)));
    let mut shown = vec![];
    for case in &stand.cases {
        stand.renew().await;
        for person in &own {
            for info in infos.iter().filter(content).filter(|info| allows(info, &person.role)) {
                let mut paths = case.paths(info.path);
                if !info.path.contains('{') { paths.push((info.path.to_owned(), String::new())) }
                for (path, _) in paths {
                    let before = log_end(&stand);
                    let answer = ask(&stand, Some(person), info, &path).await;
                    if answer.status != 200 { continue }
                    read += 1;
                    if log_end(&stand) <= before { unlogged.push(format!("{} {}", person.role, info.path)) }
                    shown.push((*person, *info, path));
                }
            }
        }
    }
    diesel::sql_query("alter function sec.append(jsonb) rename to append_kept").execute(&mut stand.superuser()).unwrap();
    diesel::sql_query("create function sec.append(entries jsonb) returns bigint language plpgsql as $$ begin raise exception 'the log is full'; end $$").execute(&mut stand.superuser()).unwrap();
    diesel::sql_query("grant execute on function sec.append(jsonb) to hr_app").execute(&mut stand.superuser()).unwrap();
    stand.renew().await;
    for (person, info, path) in &shown {
        let answer = ask(&stand, Some(person), info, path).await;
        if answer.status < 500 { shown_without_log.push(format!("{} {} {}", person.role, info.path, answer.status)) }
    }
    diesel::sql_query("drop function sec.append(jsonb)").execute(&mut stand.superuser()).unwrap();
    diesel::sql_query("alter function sec.append_kept(jsonb) rename to append").execute(&mut stand.superuser()).unwrap();
    let told = json!({ "withoutEntry": unlogged.iter().collect::<BTreeSet<_>>(), "shownWithTheLogBroken": shown_without_log.iter().collect::<BTreeSet<_>>() });
    figures.publish(5, "reads without entry, and reads shown while the log fails", unlogged.len() + shown_without_log.len(), read, "0", unlogged.is_empty() && shown_without_log.is_empty() && read > 100, told);
    // Figure 26: headers and cookies of every route, every answer of an error included.
    let (mut answers, mut lacking) = (0_u64, BTreeSet::new());
    let case = stand.cases.first().unwrap();
    for info in collected.infos() {
        let mut paths: Vec<String> = case.paths(info.path).into_iter().map(|(path, _)| path).collect();
        if !info.path.contains('{') { paths.push(info.path.to_owned()) }
        // Signing out would end what the others need.
        for path in paths.into_iter().filter(|path| !path.contains("sign-out") && !path.contains("/session") && !path.contains("/lock") && path != "/leave") {
            for who in [None, Some(stand.one('B', "CO"))] {
                let method: Method = info.method.parse().unwrap();
                let answer = stand.call(who, method, &path).send().await.unwrap();
                answers += 1;
                let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
                let csp = header("content-security-policy");
                for (name, holds) in [
                    ("content-security-policy", csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'") && csp.contains("base-uri 'none'") && !csp.contains("unsafe")),
                    ("trusted types", path.starts_with("/api/") || csp.contains("require-trusted-types-for 'script'")),
                    ("x-content-type-options", header("x-content-type-options") == "nosniff"), ("referrer-policy", header("referrer-policy") == "no-referrer"),
                    ("cache-control", header("cache-control").contains("no-store")), ("cross-origin-opener-policy", header("cross-origin-opener-policy") == "same-origin"),
                    ("cross-origin-resource-policy", header("cross-origin-resource-policy") == "same-origin"), ("strict-transport-security", header("strict-transport-security").contains("max-age")),
                    ("no server name", header("server").is_empty() && header("x-powered-by").is_empty()),
                ] {
                    if !holds { lacking.insert(format!("{name}: {} {}", info.method, info.path)); }
                }
                for cookie in answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
                    let secret = cookie.starts_with("__Host-");
                    if secret && !(cookie.contains("Secure") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict")) || !secret && !cookie.starts_with("lering-language=") && !cookie.starts_with("lering-look=") {
                        lacking.insert(format!("cookie of {} {}", info.method, info.path));
                    }
                }
            }
        }
    }
    figures.publish(26, "answers that lack a header or a cookie's attribute", lacking.len(), answers, "0 of every route and error page", lacking.is_empty(), json!({ "lacking": lacking }));
}
