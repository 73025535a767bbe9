//! Bad input of each kind of `product.md` section 8, on intake, reflection, chronology and coding: refused by field and rule with a
//! problem type, never a fault of the server's, and nothing is changed.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::played::{Played, Signed};

/// A refusal that is expected: status, problem, field, rule.
type Refusal = (u16, &'static str, &'static str, &'static str);

/// One try.
struct Try {
    says: String,
    method: Method,
    path: String,
    seen: i32,
    kind: &'static str,
    body: Vec<u8>,
    expects: Refusal,
}

/// Where one kind of thing is written: its answers that are right, and the field of each kind to spoil.
struct Desk<'a> {
    who: &'a Signed,
    method: Method,
    path: String,
    version: i32,
    /// The whole body, answers and all.
    right: Value,
    /// Where in it the answers are.
    inside: &'static str,
    /// A text, its limit.
    text: (&'static str, usize),
    /// A choice.
    choice: &'static str,
    /// A date; empty where there is none.
    date: &'static str,
}

impl Desk<'_> {
    fn spoilt(&self, field: &str, value: Value) -> Vec<u8> {
        let mut body = self.right.clone();
        *body.pointer_mut(&format!("{}/{}", self.inside, field)).unwrap_or(&mut Value::Null) = value.clone();
        if let Some(map) = body.pointer_mut(self.inside).and_then(Value::as_object_mut) && !field.contains('/') {
            map.insert(field.to_owned(), value);
        }
        body.to_string().into_bytes()
    }

    fn tries(&self) -> Vec<Try> {
        let (text, choice, date) = (self.text.0, self.choice, self.date);
        let whole = self.right.to_string();
        let json = |says: &str, body: Vec<u8>, expects: Refusal| Try { says: says.into(), method: self.method.clone(), path: self.path.clone(), seen: self.version, kind: "application/json", body, expects };
        let mut tries = vec![
            json("wrong type of a text", self.spoilt(text, json!(["a", "list"])), (422, "faults", text, "wrong-type")),
            json("too long", self.spoilt(text, "x".repeat(self.text.1 + 1).into()), (422, "faults", text, "too-long")),
            json("a control character", self.spoilt(text, "a\u{0}b".into()), (422, "faults", text, "control-characters")),
            json("a bell", self.spoilt(text, "a\u{7}b".into()), (422, "faults", text, "control-characters")),
            json("letters turned round", self.spoilt(text, "a\u{202e}b".into()), (422, "faults", text, "control-characters")),
            json("no option", self.spoilt(choice, "emoji 🙈".into()), (422, "faults", choice, "not-an-option")),
            json("a field there is not", self.spoilt("surprise", "x".into()), (422, "faults", "surprise", "unknown-field")),
            json("a member there is not", whole.replacen('{', "{\"surprise\":1,", 1).into_bytes(), (422, "faults", "surprise", "unknown-field")),
            json("a member twice", whole.replacen(&format!("\"{text}\":"), &format!("\"{text}\":\"first\",\"{text}\":"), 1).into_bytes(), (422, "faults", text, "twice")),
            json("no answers at all", b"{}".to_vec(), (422, "faults", "", "required")),
            json("answers as a text", self.right.as_object().map(|map| { let mut map = map.clone(); map.insert("answers".into(), "words".into()); Value::from(map).to_string().into_bytes() }).unwrap_or_default(), (422, "faults", "answers", "wrong-type")),
            json("cut in the middle", whole.as_bytes()[..whole.len() / 2].to_vec(), (400, "malformed", "line 1", "malformed")),
            json("nested a thousand deep", whole.replacen(&format!("\"{text}\":"), &format!("\"deep\":{}1{},\"{text}\":", "[".repeat(1000), "]".repeat(1000)), 1).into_bytes(), (400, "malformed", "line 1", "malformed")),
            json("bytes that are no text", [&whole.as_bytes()[..whole.len() - 2], b"\xff\xfe\"}}"].concat(), (400, "malformed", "line 1", "malformed")),
            json("ten megabytes", vec![b' '; 10 * 1024 * 1024], (413, "too-large", "", "")),
            json("another after it", format!("{whole}{whole}").into_bytes(), (400, "malformed", "line 1", "malformed")),
        ];
        if !date.is_empty() {
            tries.push(json("the 30th of February", self.spoilt(date, "2016-02-30".into()), (422, "faults", date, "impossible-date")));
            tries.push(json("a date in words", self.spoilt(date, "yesterday".into()), (422, "faults", date, "impossible-date")));
        }
        tries.push(Try { kind: "text/plain", ..json("no JSON", whole.clone().into_bytes(), (415, "not-json", "", "")) });
        if self.method == Method::PUT {
            tries.push(Try { seen: self.version + 7, ..json("a stale version", whole.clone().into_bytes(), (412, "stale", "", "")) });
            tries.push(Try { seen: -1, ..json("a version before the first", whole.into_bytes(), (412, "stale", "", "")) });
        }
        tries
    }
}

/// Tries everything at a desk; returns what went otherwise than expected.
async fn at(played: &Played, what: &str, desk: &Desk<'_>, more: Vec<Try>) -> Vec<String> {
    let mut wrong = vec![];
    let before = played.rows();
    for tried in desk.tries().into_iter().chain(more) {
        let request = played.call(desk.who, tried.method.clone(), &tried.path).header("content-type", tried.kind).header("If-Match", format!("\"{}\"", tried.seen)).header("Accept-Language", "en");
        // A server may hang up on ten megabytes before they are read.
        let Ok(answer) = request.body(tried.body).send().await else {
            if tried.expects.0 != 413 { wrong.push(format!("{what}, {}: no answer", tried.says)); }
            continue;
        };
        let status = answer.status().as_u16();
        let told: Value = answer.json().await.unwrap_or_default();
        let (expected, kind, field, rule) = tried.expects;
        let fault = &told["faults"][0];
        let named = |member: &str| fault[member].as_str().unwrap_or_default().to_owned();
        let fits = status == expected && told["type"] == format!("urn:lering:problem:{kind}") && named("rule") == rule && named("field").starts_with(field)
            && (rule.is_empty() || named("text").ends_with('.')) && !told["title"].as_str().unwrap_or_default().is_empty();
        if !fits {
            wrong.push(format!("{what}, {}: expected {expected} {kind} {field} {rule}, got {status} {told}", tried.says));
        }
    }
    for (before, after) in before.iter().zip(played.rows()) {
        if *before != after { wrong.push(format!("{what}: changed {before} -> {after}")); }
    }
    wrong
}

/// A reflection under way in a case that invites: its compartment, its author.
async fn writing(played: &Played, coordinator: &Signed) -> (Signed, String) {
    let mut cases = vec![];
    for state in ["gathering", "commissioned"] {
        let listed = played.get(coordinator, &format!("/api/v1/cases?state={state}")).await;
        cases.extend(listed["cases"].as_array().unwrap_or_else(|| panic!("{listed}")).iter().map(|case| case["id"].as_str().unwrap().to_owned()));
    }
    for contact in played.all("AC").await {
        let mine = played.get(&contact, "/api/v1/reflections").await;
        let organisation = mine[0]["organisation"].clone();
        let (mut author, mut approver) = (None, None);
        for (role, slot) in [("AU", &mut author), ("AP", &mut approver)] {
            for person in played.all(role).await {
                if played.get(&person, "/api/v1/reflections").await[0]["organisation"] == organisation { *slot = Some(person); }
            }
        }
        let (Some(author), Some(approver)) = (author, approver) else { continue };
        let answers = json!({ "kind": "1", "identification": { "name": "N. N." }, "period_from": "2015-01-01", "period_to": "2016-01-01", "questions": ["What was seen?"], "secure_files": true, "may_interview": "yes",
            "due": "2030-01-01", "what_happens": "You read it first." });
        let told = json!({ "organisation": organisation, "contact": contact.hat, "answers": answers });
        let mut made = Value::Null;
        for case in &cases {
            made = played.call(coordinator, Method::POST, &format!("/api/v1/cases/{case}/reflections")).json(&told).send().await.unwrap().json().await.unwrap();
            // It may have been asked in that case already.
            if made["type"] != "urn:lering:problem:organisation-invited-already" { break; }
        }
        if made["type"] == "urn:lering:problem:organisation-invited-already" { continue; }
        let id = made["id"].as_str().unwrap_or_else(|| panic!("{made}"));
        let told = json!({ "answers": { "answer": "accept" }, "author": author.hat, "approver": approver.hat });
        let answer = played.call(&contact, Method::POST, &format!("/api/v1/reflections/{id}/answer")).json(&told).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
        return (author, made["compartment"].as_str().unwrap().to_owned());
    }
    panic!("no organisation with an author and an approver")
}

fn a_case() -> Value {
    json!({ "profile": "light", "language": "nl", "answers": {
        "source": "1", "received_at": "2026-01-05", "purpose": "review", "ground": "public_task", "fatal": true, "incident_date": "2026-01-03", "police_region": "1", "zone": "european", "facts": "What is known.",
        "safety_now": "Nobody is in danger.", "criminal_state": "1", "victims": [{ "key": "v1", "person": { "name": "N. N." }, "birth_year": 1990, "death_date": "2026-01-03" }],
    } })
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_is_refused_by_field_and_rule_on_intake_reflection_chronology_and_coding() {
    let played = Played::new(&["gathering", "commissioned"]).await;
    let coordinator = played.one("CO").await;
    let mut wrong = vec![];

    // Intake.
    let intake = Desk {
        who: &coordinator, method: Method::POST, path: "/api/v1/cases".into(), version: 0, right: a_case(), inside: "/answers", text: ("facts", 20_000), choice: "zone", date: "incident_date",
    };
    let case = |says: &str, field: &str, value: Value, expects: Refusal| Try {
        says: says.into(), method: Method::POST, path: intake.path.clone(), seen: 0, kind: "application/json", body: intake.spoilt(field, value), expects,
    };
    let death_before_birth = json!([{ "key": "v1", "person": { "name": "N. N." }, "birth_year": 1990, "death_date": "1989" }]);
    let lacks_name = json!([{ "key": "v1", "person": { "name": { "first": "N" } }, "death_date": "2026-01-03" }]);
    let more = vec![
        case("an incident to come", "incident_date", "2199-01-01".into(), (422, "faults", "incident_date", "in-the-future")),
        case("heard of it tomorrow", "received_at", "2199-01-01".into(), (422, "faults", "received_at", "in-the-future")),
        case("dead before birth", "victims", death_before_birth, (422, "faults", "victims[0].death_date", "before-other")),
        case("a name that is an object", "victims", lacks_name, (422, "faults", "victims[0].person.name", "wrong-type")),
        case("a ground that is none", "ground", "because".into(), (422, "faults", "ground", "not-an-option")),
    ];
    wrong.extend(at(&played, "intake", &intake, more).await);

    // A reflection and a chronology entry of an organisation that is writing.
    let (author, room) = writing(&played, &coordinator).await;
    let documents = format!("/api/v1/compartments/{room}/documents");
    let right = json!({ "answers": { "role": "We kept the file. Wij 👩‍👧 schreven met é, ñ en عربي.", "what_happened": "A talk.", "risk_assessed": "no" } });
    let saved = played.call(&author, Method::POST, &format!("{documents}/reflection")).json(&right).send().await.unwrap();
    let made: Value = saved.json().await.unwrap();
    let id = made["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let reflection = Desk {
        who: &author, method: Method::PUT, path: format!("{documents}/reflection/{id}"), version: 1, right, inside: "/answers", text: ("role", 20_000), choice: "risk_assessed", date: "",
    };
    let elsewhere = |says: &str, path: String| Try {
        says: says.into(), method: Method::PUT, path, seen: 1, kind: "application/json", body: reflection.right.to_string().into_bytes(), expects: (404, "not-found", "", ""),
    };
    let more = vec![
        elsewhere("an id nobody has", format!("{documents}/reflection/{}", Uuid::new_v4())),
        elsewhere("an id that is none", format!("{documents}/reflection/7")),
        elsewhere("a room nobody has", format!("/api/v1/compartments/{}/documents/reflection/{id}", Uuid::new_v4())),
        elsewhere("a form there is not", format!("{documents}/surprise/{id}")),
        elsewhere("a form that lies elsewhere", format!("{documents}/report-section/{id}")),
    ];
    wrong.extend(at(&played, "reflection", &reflection, more).await);
    let entry = Desk {
        who: &author, method: Method::POST, path: format!("{documents}/chronology-entry"), version: 0, inside: "/answers", text: ("what", 4000), choice: "kind", date: "when",
        right: json!({ "answers": { "when": "2016-03", "kind": "contact", "whom": ["victim"], "what": "A talk.", "known_then": "yes", "source": "file" } }),
    };
    let until = Try {
        says: "over before it began".into(), method: Method::POST, path: entry.path.clone(), seen: 0, kind: "application/json", body: entry.spoilt("until", "2015-01-01".into()),
        expects: (422, "faults", "until", "before-other"),
    };
    let other = Try {
        says: "the document of another form".into(), method: Method::PUT, path: format!("{}/{id}", entry.path), seen: 1, kind: "application/json", body: entry.right.to_string().into_bytes(),
        expects: (404, "not-found", "", ""),
    };
    wrong.extend(at(&played, "chronology", &entry, vec![until, other]).await);

    // Coding: what coders type has its rules from the codebook.
    let cases = played.get(&coordinator, "/api/v1/cases?state=gathering").await;
    let gathering = cases["cases"][0]["id"].as_str().unwrap_or_else(|| panic!("{cases}"));
    let record = played.get(&coordinator, &format!("/api/v1/cases/{gathering}/record")).await;
    let id = record["id"].as_str().unwrap_or_else(|| panic!("{record}")).to_owned();
    let view = played.get(&coordinator, &format!("/api/v1/records/{id}")).await;
    let slot = view["slots"].as_array().and_then(|slots| slots.iter().find(|slot| slot["slot"] == "intake")).cloned().unwrap_or_else(|| panic!("{view}"));
    let version = i32::try_from(slot["version"].as_i64().unwrap()).unwrap();
    let rows = slot["rows"].clone();
    let code = |says: &str, body: Value, seen: i32, expects: Refusal| Try {
        says: says.into(), method: Method::PUT, path: format!("/api/v1/records/{id}/codes"), seen, kind: "application/json", body: body.to_string().into_bytes(), expects,
    };
    let with = |field: &str, value: Value| { let mut rows = rows.clone(); rows["case"][0][field] = value; json!({ "slot": "intake", "rows": rows }) };
    let first = rows["case"][0].as_object().unwrap().iter().find(|(name, value)| value.is_i64() && name.ends_with("zone") || name.contains("region")).map(|(name, _)| name.clone()).unwrap_or_else(|| panic!("{rows}"));
    let more: Vec<Try> = vec![
        code("a code there is not", with(&first, json!(99_999)), version, (422, "faults", "case[0].", "not-an-option")),
        code("a code as a text", with(&first, json!("one")), version, (422, "faults", "case[0].", "not-an-option")),
        code("a variable there is not", with("surprise", json!(1)), version, (422, "faults", "case[0].surprise", "unknown-field")),
        code("a level there is not", json!({ "slot": "intake", "rows": { "planets": [{}] } }), version, (422, "faults", "planets", "unknown-field")),
        code("rows that are none", json!({ "slot": "intake", "rows": { "case": 1 } }), version, (422, "faults", "rows", "wrong-type")),
        code("a hidden sign", with("note", json!("a\u{0}b")), version, (422, "faults", "rows.case[0].note", "control-characters")),
        code("a stale version", json!({ "slot": "intake", "rows": rows }), version + 3, (412, "stale", "", "")),
        code("a slot there is not", json!({ "slot": "c9", "rows": rows }), version, (422, "faults", "slot", "not-an-option")),
        code("another coder's slot", json!({ "slot": "own", "rows": rows }), version, (404, "not-found", "", "")),
        code("a number too large to hold", with(&first, json!(1e300)), version, (422, "faults", "case[0].", "not-an-option")),
        code("no member", json!({ "slot": "intake" }), version, (422, "faults", "rows", "required")),
    ];
    let unused = Desk { who: &coordinator, method: Method::GET, path: format!("/api/v1/records/{id}"), version, right: json!({}), inside: "", text: ("", 0), choice: "", date: "" };
    let mut coding = vec![];
    let before = played.rows();
    for tried in more {
        let answer = played.call(unused.who, tried.method.clone(), &tried.path).header("content-type", tried.kind).header("If-Match", format!("\"{}\"", tried.seen)).body(tried.body).send().await.unwrap();
        let (status, told) = (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default());
        let (expected, kind, field, rule) = tried.expects;
        if status != expected || told["type"] != format!("urn:lering:problem:{kind}") || told["faults"][0]["rule"].as_str().unwrap_or_default() != rule || !told["faults"][0]["field"].as_str().unwrap_or_default().starts_with(field) {
            coding.push(format!("coding, {}: expected {expected} {kind} {field} {rule}, got {status} {told}", tried.says));
        }
    }
    assert_eq!(before, played.rows(), "bad codes changed something");
    wrong.extend(coding);

    // Pages: forms whose bytes are no text are refused by field, with what can be read of them; a sign that was typed is no fault.
    let before = played.rows();
    let form = async |body: &'static str| {
        let answer = played.call(&coordinator, Method::POST, "/cases/new").header("content-type", "application/x-www-form-urlencoded").header("Accept-Language", "en").body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for (body, says) in [("facts=a%00b", "invisible"), ("facts=a%FF%FEb", "invisible"), ("facts=a%C3", "invisible"), ("facts=%EF%BF%BD&zone=nowhere", "Choose one of the options"), ("received_at-d=31&received_at-m=2&received_at-y=2026", "There is no such day.")] {
        let (status, page) = form(body).await;
        if status != 422 || !page.contains(says) { wrong.push(format!("page, {body}: {status} without {says}")); }
    }
    assert_eq!(before, played.rows(), "bad forms changed something");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
