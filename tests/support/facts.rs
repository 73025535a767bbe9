//! What is told of a case, and process facts past the program: what time and people would have brought about.
#![allow(dead_code, reason = "each journey uses its part")]

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use lering::cases::Notification;
use lering::ids::{BureauId, CaseId};

/// Answers out of JSON.
pub fn answers(value: serde_json::Value) -> form::Answers {
    value.as_object().cloned().unwrap()
}

/// What the process knows of that notification.
pub fn told() -> Notification {
    Notification {
        purpose: "review".into(), ground: "public_task".into(), zone: "european".into(), region: Some(1), profile: "full".into(), child_variant: false,
        language: "nl".into(), fatal: true, received_on: chrono::Utc::now().date_naive() - chrono::Duration::days(2), deputy: None,
    }
}

/// A complete notification; `marker` stands in its sealed words.
pub fn notification(marker: &str) -> form::Answers {
    answers(serde_json::json!({
        "source": "1", "received_at": "2026-11-01", "purpose": "review", "ground": "public_task", "fatal": true, "incident_date": "2026-10-03", "police_region": "1", "zone": "european",
        "victims": [{ "person": { "given": "Noor", "family": "Jansma" }, "sex": "2", "age": 34, "death_date": "2026-10-03" }], "safety_now": marker, "criminal_state": "3",
    }))
}

/// A complete notification of somebody else's death.
pub fn another_notification() -> form::Answers {
    let mut words = notification("pelican-brook-1170");
    words.insert("victims".into(), serde_json::json!([{ "person": { "given": "Iris", "family": "Boersma" }, "sex": "2", "age": 34, "death_date": "2026-10-03" }]));
    words
}

/// The report of a case was adopted so many days ago, and published.
pub fn settled(db: &mut PgConnection, case: CaseId, days: i64) {
    for sql in [
        "update app.case_file set state = 'published', state_since = now() where id = $1".to_owned(), "delete from app.case_step where case_id = $1 and step = 'T16'".to_owned(),
        format!("insert into app.case_step (id, case_id, step, from_state, to_state, role, versions, at) values (gen_random_uuid(), $1, 'T16', 'quality_review', 'decided', 'CO', '{{}}', now() - interval '{days} days')"),
    ] {
        diesel::sql_query(sql).bind::<SqlUuid, _>(case).execute(db).unwrap();
    }
}

/// Nobody coordinates a bureau's cases, since twelve days.
pub fn unled(db: &mut PgConnection, bureau: BureauId) {
    diesel::sql_query("update app.case_party p set until = now() - interval '12 days' from app.case_file c where c.id = p.case_id and p.role = 'CO' and c.bureau_id = $1").bind::<SqlUuid, _>(bureau).execute(db).unwrap();
    diesel::sql_query("update app.case_file set state_since = now() - interval '30 days'").execute(db).unwrap();
}
