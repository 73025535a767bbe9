//! What the server would refuse only late in the play: codes of the register that the codebook does not have, and replies that nobody settled.

use codebook::{Codebook, Record, Row, faults};

use super::{Checked, Fault, one_of, wrong};
use crate::file::Codes;
use crate::play::needs_settling;
use crate::{Answer, Scenario};

/// How a reply can be settled.
const SETTLED: [&str; 3] = ["taken", "partly", "not"];

/// The first code of the file the codebook does not have.
pub(crate) fn first_fault(told: &Scenario, book: &Codebook) -> Option<Fault> {
    let register = &told.register;
    let one = |codes| std::slice::from_ref(codes);
    let lists: [(&str, &str, &[Codes], &[&str]); 7] = [
        ("case", "case", one(&register.case), &[]), ("victim", "victims", &register.victims, &["person"]), ("suspect", "suspects", &register.suspects, &["person"]),
        ("relation", "relations", &register.relations, &["victim", "suspect"]), ("child", "children", &register.children, &["person"]),
        ("agency_contact", "agency_contacts", &register.agency_contacts, &[]), ("review", "review", one(&register.review), &[]),
    ];
    for (level, list, rows, names) in lists {
        for (at, codes) in rows.iter().enumerate() {
            let place = if matches!(level, "case" | "review") { format!("register.{list}") } else { format!("register.{list}[{at}]") };
            let row: Row = codes.iter().filter(|(id, _)| !names.contains(&id.as_str())).map(|(id, value)| (id.clone(), value.clone())).collect();
            if let Some(fault) = faults(book, &Record([(level.to_owned(), vec![row])].into())).first() {
                let name = fault.field.rsplit('.').next().unwrap_or_default();
                return Some(Fault { field: format!("{place}.{name}"), why: format!("`{name}` {}", words(fault.rule)) });
            }
        }
    }
    let unknown = register.risk_factors.iter().enumerate().find(|(_, id)| !book.factors.iter().any(|factor| factor.id == **id));
    unknown.map(|(at, id)| Fault { field: format!("register.risk_factors[{at}]"), why: format!("`{id}` is no factor of the codebook") })
}

/// Why the codebook can't take a code, to follow the name of its variable.
fn words(rule: &str) -> &'static str {
    match rule {
        "unknown-field" => "is no variable of the codebook for these rows",
        "not-an-option" => "is no code of the codebook",
        "twice" => "stands twice",
        "stands-alone" => "names a code that can't stand with others",
        "impossible-date" => "is no real date",
        "not-a-number" => "is no whole number",
        "out-of-range" => "is out of range",
        "too-long" => "is too long",
        "control-characters" => "holds signs that can't be seen",
        _ => "is of another kind than the codebook asks",
    }
}

/// Every reply that says something is not right is settled before the case goes to quality review (T14). Relatives answer only where their
/// part in the profile lets them read.
pub(crate) fn settled(told: &Scenario, relatives_read: bool) -> Checked {
    let reviewed = told.expect.states.iter().any(|state| state == "quality_review");
    let check = |place: String, settled: Option<&str>, needed: bool| match settled {
        Some(how) => one_of(format!("{place}.settled"), how, &SETTLED),
        None if needed && reviewed => wrong(format!("{place}.settled"), "`settled` is missing: a reply that does not say `right` is settled before the quality review"),
        None => Ok(()),
    };
    for (at, one) in told.relatives.iter().enumerate() {
        for (number, reply) in one.preview.iter().enumerate() {
            check(format!("relatives[{at}].preview[{number}]"), reply.settled.as_deref(), relatives_read && needs_settling(&reply.reply, reply.names_ok))?;
        }
    }
    for (at, one) in told.consultation.iter().enumerate() {
        // Who declined answers nothing.
        let answers = told.organisations.iter().any(|other| other.key == one.organisation && other.answer != Answer::Decline);
        check(format!("consultation[{at}]"), one.settled.as_deref(), answers && needs_settling(&one.reply, None))?;
    }
    Ok(())
}
