//! The report as the chair adopts it (T16): its fingerprint, by which everybody can see that what was published is what was adopted.
//!
//! The fingerprint is the SHA-256 of the text as it will be published, in the form decided upon, written in one way only (RFC 8785). It lies
//! sealed beside the text until that is public: with it a guess at a word could be tried (decision 31).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::assemble::Report;
use super::{READ_DECISION, publish, report_of};
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Written};
use crate::ids::CaseId;
use crate::tx::{Permit, Place, Refused, Tx};

/// Who adopts the report.
pub static ADOPT: Act = Act { name: "report.adopt", within: Kind::Report, by: &[Role::Chair], step_up: false };
/// What an adoption lies under in the compartment of the report.
const ADOPTION: &str = "adoption";

/// An adoption as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    fingerprint: String,
}

/// An adoption of the report.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Adoption {
    /// Counts up: adopted anew, it is the next.
    pub version: usize,
    /// Fingerprint of the text that was adopted.
    pub fingerprint: String,
    /// When.
    pub adopted_at: DateTime<Utc>,
}

/// The fingerprint of a report: SHA-256 in hexadecimal, over its JSON with sorted names and without spaces (RFC 8785).
///
/// # Errors
/// `Internal` for what can't be written as JSON: a fault of ours.
pub fn fingerprint(report: &Report) -> Result<String, Refused> {
    let value = serde_json::to_value(report).map_err(|why| Refused::Internal(why.to_string()))?;
    Ok(hexadecimal(&Sha256::digest(canonical(value).as_bytes())))
}

/// Bytes as a person compares them.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One way of writing: names sorted, no spaces. A report holds texts, whole numbers and lists; its names are plain letters.
fn canonical(mut value: Value) -> String {
    value.sort_all_objects();
    value.to_string()
}

/// The text that is adopted: in the form decided upon, whole while nothing is decided.
fn adoptable(tx: &mut Tx, permit: &Permit, case: CaseId) -> Result<Report, Refused> {
    let form = publish::decision(tx, permit)?.map(|decision| form::text_of(&decision, "form")).unwrap_or_default();
    Ok(publish::in_form(tx, permit, case, &form)?.1)
}

/// Adopts the report. `seen` is the fingerprint of the text the chair read, where they say which.
///
/// # Errors
/// `Rule("not-in-quality-review")` while the text may still change; `Rule("text-read-is-old")` when it is another by now; `NotFound`, `Locked`.
pub fn adopt(tx: &mut Tx, case: CaseId, seen: Option<&str>) -> Result<Adoption, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&ADOPT, Place::Compartment(within), case.uuid())?;
    if !cases::is_frozen(tx, case)? {
        return Err(Refused::Rule("not-in-quality-review"));
    }
    let fingerprint = fingerprint(&adoptable(tx, &permit, case)?)?;
    if seen.is_some_and(|seen| seen != fingerprint) {
        return Err(Refused::Rule("text-read-is-old"));
    }
    let version = all(tx, &permit)?.len() + 1;
    let written = Written { kind: ADOPTION, subject: Some(case.uuid()), form_version: "1", ground: "public_task", complete: true };
    compartments::put(tx, &permit, &written, &Kept { fingerprint: fingerprint.clone() })?;
    cases::record(tx, &permit, cases::CHAIR_ADOPTS, None)?;
    Ok(Adoption { version, fingerprint, adopted_at: tx.now() })
}

/// Every adoption, oldest first.
fn all(tx: &mut Tx, permit: &Permit) -> Result<Vec<Adoption>, Refused> {
    let kept = compartments::open_all::<Kept>(tx, permit, ADOPTION)?;
    Ok(kept.into_iter().enumerate().map(|(at, one)| Adoption { version: at + 1, fingerprint: one.body.fingerprint, adopted_at: one.written_at }).collect())
}

/// The latest adoption.
pub(super) fn latest(tx: &mut Tx, permit: &Permit) -> Result<Option<Adoption>, Refused> {
    Ok(all(tx, permit)?.pop())
}

/// Refuses a text that is not the one adopted last: it waits to be adopted anew (T17).
pub(super) fn is_adopted(tx: &mut Tx, permit: &Permit, report: &Report) -> Result<(), Refused> {
    let adopted = latest(tx, permit)?;
    if adopted.is_some_and(|adopted| fingerprint(report).is_ok_and(|now| now == adopted.fingerprint)) { Ok(()) } else { Err(Refused::Rule("not-what-was-adopted")) }
}

/// The adoptions of a case's report, oldest first, for who reads the report.
///
/// # Errors
/// `NotFound`, `NotYours`, `Locked`.
pub fn adoptions(tx: &mut Tx, case: CaseId) -> Result<Vec<Adoption>, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&READ_DECISION, Place::Compartment(within), case.uuid())?;
    all(tx, &permit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::Part;
    use crate::reports::assemble::Section;
    use crate::texts::Language;
    use serde_json::json;

    fn report(text: &str) -> Report {
        let parts = vec![Part::Text { text: text.to_owned() }];
        Report { title: "Leerrapport".into(), language: Language::Nl, sections: vec![Section::new("summary", "Samenvatting", parts)], open: vec![], addenda: vec![] }
    }

    #[test]
    fn a_fingerprint_is_of_the_words_and_of_nothing_else() {
        let told = canonical(json!({ "b": [1, "é\n\"x\""], "a": { "z": null, "y": true } }));
        assert_eq!(told, "{\"a\":{\"y\":true,\"z\":null},\"b\":[1,\"é\\n\\\"x\\\"\"]}");
        // The same words give the same sign whatever order their members were read in; one other letter gives another.
        let there_and_back = |report: &Report| serde_json::from_value::<Report>(serde_json::to_value(report).expect("JSON")).expect("a report");
        let one = fingerprint(&report("Zij belde.")).expect("a sign");
        assert_eq!(fingerprint(&there_and_back(&report("Zij belde."))).expect("a sign"), one);
        assert_ne!(fingerprint(&report("Zij belde!")).expect("a sign"), one);
        // What anybody gets who follows the documents: the SHA-256 of this line.
        let line = "{\"language\":\"nl\",\"open\":[],\"sections\":[{\"heading\":\"Samenvatting\",\"id\":\"summary\",\"parts\":[{\"kind\":\"text\",\"text\":\"Zij belde.\"}]}],\"title\":\"Leerrapport\"}";
        assert_eq!(hexadecimal(&Sha256::digest(line.as_bytes())), one);
    }
}
