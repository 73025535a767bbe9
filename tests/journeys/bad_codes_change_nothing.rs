//! Bad input of a coder, over HTTP: refused by field and rule, and nothing changes. And the report on agreement, over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::played::{Played, Signed};

/// Status, problem, field and rule of the first fault.
type Refusal = (u16, &'static str, &'static str, &'static str);

async fn put(played: &Played, who: &Signed, record: &str, seen: i64, body: &Value) -> (u16, Value) {
    let answer = played.call(who, Method::PUT, &format!("/api/v1/records/{record}/codes")).header("If-Match", format!("\"{seen}\"")).json(body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn refused(says: &str, (status, told): &(u16, Value), expects: Refusal) -> Option<String> {
    let (expected, kind, field, rule) = expects;
    let fault = |member: &str| told["faults"][0][member].as_str().unwrap_or_default();
    let right = *status == expected && told["type"] == format!("urn:lering:problem:{kind}") && fault("rule") == rule && fault("field") == field;
    (!right).then(|| format!("{says}: expected {expects:?}, got {status} {told}"))
}

/// What is open was looked for and not found; an answer can open further questions.
async fn answer_open(played: &Played, coder: &Signed, id: &str) {
    for _ in 0..8 {
        let own = played.get(coder, &format!("/api/v1/records/{id}")).await["slots"][0].clone();
        let mut rows = own["rows"].clone();
        for field in own["open"].as_array().unwrap() {
            let (level, rest) = field.as_str().unwrap().split_once('[').unwrap();
            let (row, variable) = rest.split_once("].").unwrap();
            rows[level][row.parse::<usize>().unwrap()][variable] = json!(-8);
        }
        if own["open"].as_array().unwrap().is_empty() {
            return;
        }
        let (status, told) = put(played, coder, id, own["version"].as_i64().unwrap(), &json!({ "slot": "own", "rows": rows })).await;
        assert_eq!(status, 200, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_coder_may_not_send_is_refused_by_field_and_rule_and_agreement_is_told_over_http() {
    let played = Played::new(&["gathering"]).await;
    let (coordinator, manager, coders) = (played.one("CO").await, played.one("RM").await, [played.one("C1").await, played.one("C2").await]);
    let cases = played.get(&coordinator, "/api/v1/cases?state=gathering").await;
    let case = cases["cases"][0]["id"].as_str().unwrap().to_owned();
    let id = played.get(&coordinator, &format!("/api/v1/cases/{case}/record")).await["id"].as_str().unwrap().to_owned();
    for (coder, slot) in coders.iter().zip(["c1", "c2"]) {
        let answer = played.call(&manager, Method::POST, &format!("/api/v1/records/{id}/coders")).json(&json!({ "hat": coder.hat, "slot": slot })).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }
    let (first, second) = (&coders[0], &coders[1]);
    let own = played.get(first, &format!("/api/v1/records/{id}")).await["slots"][0].clone();
    let (version, rows) = (own["version"].as_i64().unwrap(), own["rows"].clone());
    let with = |changes: &[(&str, &str, Value)]| {
        let mut rows = rows.clone();
        for (level, variable, value) in changes {
            rows[*level][0][*variable] = value.clone();
        }
        json!({ "slot": "own", "rows": rows })
    };
    let beside = |field: &str, said: Value| json!({ "slot": "own", "rows": rows, "beside": { field: said } });
    let more = |level: &str, row: &[(&str, Value)]| {
        let mut rows = rows.clone();
        rows[level].as_array_mut().unwrap().push(row.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect::<serde_json::Map<_, _>>().into());
        json!({ "slot": "own", "rows": rows })
    };
    let pair: &str = format!("relation[{}].victim_key", rows["relation"].as_array().unwrap().len()).leak();
    let factor: &str = format!("risk_factor[{}].factor_code", rows["risk_factor"].as_array().unwrap().len()).leak();
    let tries: Vec<(&str, Value, i64, Refusal)> = vec![
        ("a code there is not", with(&[("case", "place_type", json!(77))]), version, (422, "faults", "case[0].place_type", "not-an-option")),
        ("a missing code only the system sets", with(&[("case", "place_type", json!(-7))]), version, (422, "faults", "case[0].place_type", "not-an-option")),
        ("what stands alone beside another", with(&[("case", "direct_trigger", json!([1, 1]))]), version, (422, "faults", "case[0].direct_trigger", "twice")),
        ("an answer beside why there is none", with(&[("case", "direct_trigger", json!([3, -8]))]), version, (422, "faults", "case[0].direct_trigger", "value-and-missing")),
        ("an answer to what is not asked", with(&[("case", "police_region", json!(11)), ("case", "urbanity", json!(2))]), version, (422, "faults", "case[0].urbanity", "not-asked")),
        ("a day there is not", with(&[("case", "incident_date", json!("2026-02-30"))]), version, (422, "faults", "case[0].incident_date", "impossible-date")),
        ("a variable of another level", with(&[("case", "victim_sex", json!(2))]), version, (422, "faults", "case[0].victim_sex", "unknown-field")),
        ("a name as a key", with(&[("victim", "key", json!("Noor Jansma"))]), version, (422, "faults", "victim[0].key", "wrong-type")),
        ("a computed variable", with(&[("case", "incident_year", json!(2026))]), version, (422, "faults", "case[0].incident_year", "unknown-field")),
        ("a second event", more("case", &[("case_scope", json!(3))]), version, (422, "faults", "case[1]", "only-one")),
        ("two victims under one key", more("victim", &[("key", rows["victim"][0]["key"].clone())]), version, (422, "faults", "victim[1].key", "twice")),
        ("a pair that stands there already", more("relation", &[("victim_key", rows["victim"][0]["key"].clone()), ("suspect_key", rows["suspect"][0]["key"].clone())]), version, (422, "faults", pair, "twice")),
        ("one factor in two rows", more("risk_factor", &[("factor_code", rows["risk_factor"][0]["factor_code"].clone())]), version, (422, "faults", factor, "twice")),
        ("a day that has yet to come", with(&[("case", "incident_date", json!("2126-01-03"))]), version, (422, "faults", "case[0].incident_date", "in-the-future")),
        ("a day of another age", with(&[("case", "incident_date", json!("1066-10-14"))]), version, (422, "faults", "case[0].incident_date", "impossible-date")),
        ("a stale version", with(&[]), version + 1, (412, "stale", "", "")),
        ("a slot by its number", json!({ "slot": "c2", "rows": rows }), version, (422, "faults", "slot", "not-an-option")),
        ("the slot of the notification", json!({ "slot": "intake", "rows": rows }), version, (404, "not-found", "", "")),
        ("the slot of who settles", json!({ "slot": "c3", "rows": rows }), version, (404, "not-found", "", "")),
        ("a note beside nothing", beside("case[9].place_type", json!({ "note": "x" })), version, (422, "faults", "beside.case[9].place_type", "unknown-field")),
        ("too long a note", beside("case[0].place_type", json!({ "note": "x".repeat(2001) })), version, (422, "faults", "beside.case[0].place_type.note", "too-long")),
        ("evidence nobody granted", beside("case[0].place_type", json!({ "evidence": [uuid::Uuid::new_v4()] })), version, (422, "faults", "beside.case[0].place_type.evidence", "not-an-option")),
    ];
    let before = played.rows();
    let mut wrong = vec![];
    for (says, body, seen, expects) in tries {
        wrong.extend(refused(says, &put(&played, first, &id, seen, &body).await, expects));
    }
    let finish = async |who: &Signed, slot: &str| {
        let answer = played.call(who, Method::POST, &format!("/api/v1/records/{id}/final")).json(&json!({ "slot": slot })).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default())
    };
    wrong.extend(refused("codes of which much is open declared final", &finish(first, "own").await, (409, "record-open", "", "")));
    wrong.extend(refused("another's codes declared final", &finish(first, "intake").await, (404, "not-found", "", "")));
    assert_eq!(before, played.rows(), "bad codes changed something");
    assert!(wrong.is_empty(), "{wrong:#?}");

    // Death before the violence: it is kept, as checks never stop saving, and stops the codes from becoming final.
    let turned = with(&[("case", "incident_date", json!("2026-01-03")), ("victim", "victim_death_date", json!("2026-01-02"))]);
    let (status, told) = put(&played, first, &id, version, &turned).await;
    assert_eq!((status, told["fired"][0]["check"].as_str()), (200, Some("C01")), "{told}");
    answer_open(&played, first, &id).await;
    let before = played.rows();
    let stopped = finish(first, "own").await;
    assert!(stopped.0 == 422 && stopped.1["faults"].as_array().unwrap().iter().any(|fault| fault["rule"] == "check"), "{stopped:?}");
    assert_eq!(before, played.rows(), "a refused end changed something");

    // Both code a little, differing once, and finish: the register manager reads how far they agree.
    for (coder, judged) in [(first, 1), (second, 2)] {
        let own = played.get(coder, &format!("/api/v1/records/{id}")).await["slots"][0].clone();
        let mut rows = own["rows"].clone();
        (rows["case"][0]["incident_date"], rows["victim"][0]["victim_death_date"]) = (json!("2026-01-03"), json!("2026-01-03"));
        (rows["case"][0]["homicide_certainty"], rows["case"][0]["case_scope"]) = (json!(3), json!(judged));
        let (status, told) = put(&played, coder, &id, own["version"].as_i64().unwrap(), &json!({ "slot": "own", "rows": rows })).await;
        assert_eq!(status, 200, "{told}");
        answer_open(&played, coder, &id).await;
        let asked = finish(coder, "own").await;
        if asked.0 == 422 {
            let reasons: serde_json::Map<String, Value> = asked.1["faults"].as_array().unwrap().iter().map(|fault| (fault["field"].as_str().unwrap().trim_start_matches("reasons.").to_owned(), json!("The sources say so."))).collect();
            let answer = played.call(coder, Method::POST, &format!("/api/v1/records/{id}/final")).json(&json!({ "slot": "own", "reasons": reasons })).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
        }
    }
    let judged = played.get(&manager, "/api/v1/register/agreement").await;
    let of = |id: &str| judged.as_array().unwrap().iter().find(|row| row["variable"] == id).cloned().unwrap_or_else(|| panic!("{judged}"));
    assert!(of("case_scope")["units"].as_u64().unwrap() >= 1 && of("case_scope")["exact"].as_f64().unwrap() < 1.0, "{}", of("case_scope"));
    assert!(judged.as_array().unwrap().iter().all(|row| row["variable"] != "fem_sex_work"), "what lies apart is not reported");
    // The same as a file, a line for each way to count.
    let file = played.call(&manager, Method::GET, "/register/agreement.csv").send().await.unwrap().text().await.unwrap();
    let line = file.lines().find(|line| line.contains("case_scope") && line.contains("without_missing")).unwrap_or_else(|| panic!("{file}"));
    assert!(file.contains("alpha_low") && line.contains("double"), "{line}");
    assert_eq!(played.call(first, Method::GET, "/api/v1/register/agreement").send().await.unwrap().status(), 404);
}
