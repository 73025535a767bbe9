//! Deputies and stand-ins: somebody of the same role acts for a time, and it ends by itself (ruling 4); and who ceases to take part.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::{CaseError, ReasonOf, keep_reason, marked, party, party_store};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Access, Member};
use crate::ids::{CaseId, MembershipId};
use crate::notices;
use crate::tx::{FieldFault, Place, Refused, Tx, needed};

/// Who names a stand-in: the coordinator for anybody, chair and secretary for themselves.
pub static STAND_IN: Act = Act { name: "case.stand_in", within: Kind::Case, by: &[Role::Coordinator, Role::Chair, Role::Secretary], step_up: false };
/// Who ends somebody's part in a case.
pub static END_PARTY: Act = Act { name: "case.end_party", within: Kind::Case, by: &[Role::Coordinator], step_up: true };

/// The longest somebody stands in, in days; a coordinator's deputy stays.
const MOST_DAYS: i64 = 366;

/// Names a stand-in for somebody, until and with a day; without one, a coordinator's deputy. They read what that role reads, after
/// their own statement.
///
/// # Errors
/// `Faults` for a hat that takes no part, a stand-in of another role, a day that has passed or none where one is due;
/// `Rule("conflict-of-interest")`, to the coordinator only, as when somebody is named; `Rule("own-work")` for a writer as quality reviewer, and the other
/// way round; for a quality reviewer, as when one is named; `NotYours`.
pub fn stand_in(tx: &mut Tx, case: CaseId, of: MembershipId, by: MembershipId, until: Option<NaiveDate>) -> Result<(), Refused> {
    let permit = tx.permit(&STAND_IN, Place::Case(case), by.uuid())?;
    let fault = |field: &str, rule: &str| Refused::Faults(vec![FieldFault::new(field, rule)]);
    let role = party_store::stands(tx.db(), case)?.into_iter().find(|one| one.hat == of).and_then(|one| Role::from_code(&one.role)).ok_or_else(|| fault("of", "not-an-option"))?;
    if permit.role() != Role::Coordinator && of != tx.hat()? {
        return Err(Refused::NotYours);
    }
    if by == of || !party_store::wears(tx.db(), by, role.code())? {
        return Err(fault("by", "not-an-option"));
    }
    let ends = match until {
        None if role == Role::Coordinator => None,
        None => return Err(fault("until", "required")),
        Some(day) => Some(end_of(tx, day)?),
    };
    let held = party::held_if_conflicted(tx, case, permit.role(), role, by)?;
    party::reviews_no_own_work(tx, case, role, by)?;
    if role == Role::QualityReviewer {
        party::reviewer_fits(tx, case, by)?;
    }
    let mark = marked::mark(tx, case, by, role, ends);
    party_store::insert_stand_in(tx.db(), case, by, role, ends, &mark)?;
    if !held {
        party::let_in(tx, case, &Member { membership: by, role, access: Access::Full, deputy: true, until: ends })?;
    }
    notices::tell(tx, by, notices::Kind::TaskAssigned, Some(case), None)
}

/// The end of the last day somebody stands in.
///
/// # Errors
/// `Faults` for a day that has passed or lies more than a year away.
pub fn end_of(tx: &Tx, day: NaiveDate) -> Result<DateTime<Utc>, Refused> {
    let today = tx.today();
    if day < today || day > today + Duration::days(MOST_DAYS) {
        return Err(Refused::Faults(vec![FieldFault::new("until", if day < today { "in-the-past" } else { "out-of-range" })]));
    }
    let zone = tx.session()?.zone;
    let midnight = (day + Duration::days(1)).and_time(chrono::NaiveTime::MIN).and_local_timezone(zone).earliest();
    Ok(midnight.map_or_else(|| tx.now(), |at| at.with_timezone(&Utc)))
}

/// Ends somebody's part: their next request is refused, and new keys begin wherever they held one. A relative whose named contact it was
/// has another.
///
/// # Errors
/// `NotFound` for who takes no part; `Rule("last-coordinator")`; `Rule("ends-alone-here")` for who alone holds the key of a room; `StepUp`.
pub fn end_party(tx: &mut Tx, case: CaseId, hat: MembershipId) -> Result<(), Refused> {
    end_party_because(tx, case, hat, None)
}

/// As [`end_party`], with why; it is kept with the case. So ends what is held, of who is none of the case's own people too (ruling 18).
///
/// # Errors
/// As [`end_party`]; `Faults` for a reason that is too long, or empty.
pub fn end_party_because(tx: &mut Tx, case: CaseId, hat: MembershipId, reason: Option<&str>) -> Result<(), Refused> {
    let permit = tx.permit(&END_PARTY, Place::Case(case), hat.uuid())?;
    let words = reason.map(|words| needed("reason", words, 2000).map(str::to_owned)).transpose()?;
    let all = party_store::stands(tx.db(), case)?;
    let Some(role) = all.iter().find(|one| one.hat == hat).map(|one| one.role.clone()) else {
        if party_store::settle_held(tx.db(), case, hat, "ended")? == "absent" {
            return Err(Refused::NotFound);
        }
        return match words {
            Some(words) => keep_reason(tx, &permit, case, "part_ended", hat.uuid(), ReasonOf::default(), &words),
            None => Ok(()),
        };
    };
    if role == "CO" && all.iter().filter(|one| one.role == "CO" && one.until.is_none()).all(|one| one.hat == hat) {
        return Err(Refused::Rule("last-coordinator"));
    }
    if party_store::alone_in_case(tx.db(), case, hat)? > 0 {
        return Err(Refused::Rule("ends-alone-here"));
    }
    if let Some(words) = words {
        keep_reason(tx, &permit, case, "part_ended", hat.uuid(), ReasonOf::default(), &words)?;
    }
    let mut rooms = vec![];
    for kind in [Kind::Case, Kind::Coding, Kind::Panel, Kind::Report] {
        rooms.extend(compartments::of_case(tx, case, kind)?);
    }
    for within in rooms {
        if compartments::members(tx, within.id)?.iter().any(|member| member.membership == hat) {
            compartments::end_member(tx, within.id, hat)?;
        }
    }
    for purpose in ["quality", "evidence", "reading"] {
        compartments::end_item_grants(tx, case, purpose, Some(hat))?;
    }
    if role == Role::Coordinator.code()
        && let Some(heir) = all.iter().find(|one| one.hat != hat && one.role == "CO" && one.until.is_none())
    {
        party_store::pass_on_kin(tx.db(), case, hat, heir.hat)?;
    }
    // They hear that something changed, while one still knows them.
    notices::tell(tx, hat, notices::Kind::StateChanged, Some(case), None)?;
    // What they answered, and what held them, is settled with it.
    party_store::settle_answer(tx.db(), case, hat, "ended")?;
    if party_store::settle_held(tx.db(), case, hat, "ended")? != "absent" {
        return Ok(());
    }
    party_store::end_party(tx.db(), case, hat)
}

/// What hangs on somebody's part in a case.
#[derive(Clone, Debug)]
pub struct PartEnds {
    /// Their name, where the caller may know it.
    pub name: String,
    /// Role code.
    pub role: String,
    /// Whether they told of an interest, or said no, and have not signed, or are held.
    pub answered: bool,
    /// Whether they are the only coordinator.
    pub last: bool,
    /// How many rooms they alone hold the key of.
    pub alone: i64,
    /// Of how many relatives of the case they are the named contact, as far as the caller sees.
    pub relatives: usize,
}

/// What hangs on somebody's part in a case, before it ends.
///
/// # Errors
/// `NotFound` for who takes no part; `NotYours`.
pub fn part_ends(tx: &mut Tx, case: CaseId, hat: MembershipId) -> Result<PartEnds, CaseError> {
    tx.may(&END_PARTY, Place::Case(case))?;
    let parties = super::view(tx, case)?.parties;
    let held = super::held(tx, case)?.into_iter().find(|one| one.hat == hat);
    let Some(one) = parties.iter().find(|party| party.hat == hat) else {
        let held = held.ok_or(Refused::NotFound)?;
        return Ok(PartEnds { name: held.name, role: held.role, answered: true, last: false, alone: 0, relatives: 0 });
    };
    let last = one.role == "CO" && parties.iter().filter(|party| party.role == "CO" && party.until.is_none()).all(|party| party.hat == hat);
    Ok(PartEnds {
        name: one.name.clone(), role: one.role.clone(), last, answered: held.is_some() || !one.signed && matches!(one.answered.as_deref(), Some("conflict" | "declined")),
        alone: party_store::alone_in_case(tx.db(), case, hat)?, relatives: party_store::contact_of(tx.db(), case, hat)?,
    })
}

/// The coordinators who were named to stand in on a case, with the end of it.
///
/// # Errors
/// Database errors only.
pub fn deputies(tx: &mut Tx, case: CaseId) -> Result<Vec<(MembershipId, Option<DateTime<Utc>>)>, Refused> {
    let all = party_store::stands(tx.db(), case)?;
    Ok(all.into_iter().filter(|one| one.role == "CO" && one.deputy && marked::is_marked(tx, case, one)).map(|one| (one.hat, one.until)).collect())
}
