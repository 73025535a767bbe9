//! What a call carries: enough to come past its shape, so that a refusal is about the caller and not about the body.

use serde_json::{Value, json};

/// A JSON body for a route of the API, by its path.
pub fn json_for(method: &str, path: &str) -> Value {
    let words = "Woorden van iemand die hier niets te zoeken heeft";
    let id = "5f0c0c5e-1d7e-4c39-8c5c-0a4f1c8f6b11";
    let ends = |tail: &str| path.ends_with(tail);
    let empty = json!({});
    match () {
        () if path.contains("/steps/") => json!({ "version": 1 }),
        () if path.contains("/facts/") => json!({ "words": words }),
        () if ends("/extend") => json!({ "until": "2027-03-01", "reason": words }),
        () if ends("/parties") => json!({ "hat": id, "role": "PM" }),
        () if ends("/parties/me") => json!({ "noConflict": true, "confidentiality": true }),
        () if ends("/proposals") => json!({ "kind": "stopped", "words": words }),
        () if ends("/drafts") || ends("/draft") => json!({ "seen": 1, "revision": 1, "answers": empty }),
        () if path.contains("/documents/") && method == "PUT" => json!({ "answers": empty }),
        () if path.contains("/documents/") => json!({ "answers": empty, "subject": id }),
        () if ends("/owner") => json!({ "contact": id }),
        () if ends("/response") || ends("/updates") || ends("/quality") || ends("/evaluation") || ends("/reply") || ends("/relatives") => json!({ "answers": empty }),
        () if path.contains("/cases/") && ends("/reflections") => json!({ "organisation": id, "contact": id, "answers": empty }),
        () if path.contains("/reflections/") && ends("/questions") => json!({ "question": words }),
        () if path.contains("/relatives/") && ends("/questions") => json!({ "text": words }),
        () if path.contains("/reflections/") && path.contains("/questions/") => json!({ "answer": words }),
        () if path.contains("/relative-questions/") => json!({ "answers": empty }),
        () if path.contains("/reflections/") && ends("/answer") => json!({ "answers": empty }),
        () if ends("/return") => json!({ "remarks": words }),
        () if ends("/postpone") => json!({ "dueOn": "2027-01-04" }),
        () if path.contains("/reflections/") && ends("/replace") => json!({ "role": "AU", "hat": id }),
        () if ends("/successor") => json!({ "by": id, "on": "2026-01-01" }),
        () if ends("/stand-ins") => json!({ "of": id, "by": id, "until": "2027-01-04" }),
        () if ends("/deputies") => json!({ "by": id }),
        () if ends("/evidence") => json!({ "coder": id, "items": [id], "until": "2027-01-04" }),
        () if ends("/addenda") => json!({ "kind": "addition", "text": words }),
        () if ends("/take-down") => json!({ "reason": words }),
        () if ends("/correct") => json!({ "because": words }),
        () if ends("/go-on") || path.contains("/reflections/") && ends("/recall") => json!({ "reason": words }),
        () if ends("/codes") => json!({ "slot": "c1", "rows": empty }),
        () if ends("/coders") => json!({ "hat": id, "slot": "c1" }),
        () if ends("/final") => json!({ "slot": "c1" }),
        () if ends("/members") => json!({ "hat": id, "role": "RE" }),
        () if ends("/freeze") => json!({ "frozen": true }),
        () if ends("/place") => json!({ "documents": [id] }),
        () if ends("/replace") => json!({ "section": "summary", "word": "x" }),
        () if ends("/reason") => json!({ "section": "summary", "word": "x", "reason": words }),
        () if ends("/passages") => json!({ "compartment": id, "about": "summary", "title": "x", "text": words }),
        () if ends("/settle") => json!({ "settled": "taken", "because": words }),
        () if ends("/refuse") => json!({ "reason": words }),
        () if ends("/outcomes") => json!({ "outcomes": [] }),
        () if ends("/people") => json!({ "hat": id }),
        () if ends("/votes") => json!({ "vote": "approve" }),
        () if ends("/tables/preview") || ends("/register/tables") => json!({ "project": id, "outcome": "multiple_victims", "keys": ["incident_period"] }),
        () if ends("/scripts") || ends("/scripts/preview") => json!({ "project": id, "script": "multiple_victims" }),
        () if ends("/renewal") => json!({ "until": "2030-01-04" }),
        () if path.contains("/projects/") && ends("/end") => json!({ "reason": "people_left" }),
        () if path.contains("/projects/") && path.contains("/changes/") => json!({ "agrees": true }),
        () if ends("/output-requests") => json!({ "project": id, "outcome": "multiple_victims", "keys": ["incident_period"], "publication": true, "reason": "policy" }),
        () if ends("/checks") => json!({ "release": true, "finding": "safe" }),
        () if ends("/snapshots") => json!({ "invented": { "cases": 10, "seed": 1 } }),
        () if ends("/settled") => json!({ "settled": empty }),
        () if ends("/publication") => json!({ "version": 1 }),
        () => empty,
    }
}
