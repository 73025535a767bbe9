//! Who takes part in a case on the bureau's side: named, and accepting with the statements signed.

use super::{CaseError, answered, marked, party_store};
use crate::access::{Act, Kind, Role};
use crate::compartments::{self, Access, Member};
use crate::ids::{CaseId, MembershipId};
use crate::notices;
use crate::settings::QualityBy;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who names people to a case.
pub static NAME: Act = Act { name: "case.name_party", within: Kind::Case, by: &[Role::Coordinator, Role::Chair], step_up: false };
/// Who accepts to take part, and signs the statements of confidentiality and conflict of interest.
pub static ACCEPT: Act = Act {
    name: "case.accept", within: Kind::Case, by: &[Role::Chair, Role::Secretary, Role::PanelMember, Role::QualityReviewer, Role::Coder], step_up: false,
};

/// Somebody to be named.
#[derive(Clone, Debug)]
pub struct Named {
    /// The hat.
    pub hat: MembershipId,
    /// The role in the case.
    pub role: Role,
    /// The sector a panel member comes from, a code; empty where it is not known yet.
    pub sector: String,
    /// Whether they are an expert on domestic violence without a role in the case.
    pub dv_expert: bool,
}

/// The compartments whose key comes with a role (ruling 2).
fn kinds(role: Role) -> &'static [Kind] {
    match role {
        Role::Coordinator => &[Kind::Case, Kind::Coding, Kind::Panel, Kind::Report],
        Role::Chair | Role::Secretary => &[Kind::Panel, Kind::Report],
        Role::PanelMember => &[Kind::Panel],
        _ => &[],
    }
}

/// Names somebody. They read nothing before they have signed the statements.
///
/// # Errors
/// `NotYours`; `Faults` for a sector that is none; `Rule("own-work")` for a writer as quality reviewer; as [`reviewer_fits`]; `Rule("conflict-of-interest")`, to the coordinator only, for somebody who takes part in the case otherwise: to the chair they are named,
/// and held without effect (ruling 18).
pub fn name(tx: &mut Tx, case: CaseId, named: &Named) -> Result<(), CaseError> {
    let permit = tx.permit(&NAME, Place::Case(case), named.hat.uuid())?;
    if permit.role() == Role::Chair && named.role != Role::PanelMember || !matches!(named.role, Role::Chair | Role::Secretary | Role::PanelMember | Role::QualityReviewer | Role::Coordinator) {
        return Err(Refused::NotYours.into());
    }
    if !named.sector.is_empty() && !tx.parts().config.intake.sectors.contains(&named.sector) {
        return Err(Refused::Faults(vec![FieldFault::new("sector", "not-an-option")]).into());
    }
    let held = held_if_conflicted(tx, case, permit.role(), named.role, named.hat)?;
    reviews_no_own_work(tx, case, named.role, named.hat)?;
    if named.role == Role::QualityReviewer {
        reviewer_fits(tx, case, named.hat)?;
    }
    let mark = marked::mark(tx, case, named.hat, named.role, None);
    party_store::insert_party(tx.db(), case, named, &mark)?;
    if !held {
        let_in(tx, case, &Member { membership: named.hat, role: named.role, access: Access::Full, deputy: false, until: None })?;
    }
    notices::tell(tx, named.hat, notices::Kind::TaskAssigned, Some(case), None)?;
    Ok(())
}

/// Asked before somebody is named: to the coordinator a conflict is told at once, to everybody else they are named, and held without effect (ruling 18).
/// So is, whoever names them, who told of an interest or said that they know somebody under another hat: the coordinator settles it at the case. Such a one
/// coordinates it not even held: the coordinator is told. Whether they are held.
///
/// # Errors
/// `Rule("conflict-of-interest")`.
pub(super) fn held_if_conflicted(tx: &mut Tx, case: CaseId, by: Role, role: Role, hat: MembershipId) -> Result<bool, Refused> {
    let told = party_store::conflicted(tx.db(), case, hat)? || role == Role::Coordinator && party_store::is_held(tx.db(), case, hat)?;
    if by == Role::Coordinator && told {
        return Err(Refused::Rule("conflict-of-interest"));
    }
    party_store::hold(tx.db(), case, hat, None)
}

/// Lets somebody into the places whose key comes with their role.
///
/// # Errors
/// `Locked`.
pub(super) fn let_in(tx: &mut Tx, case: CaseId, member: &Member) -> Result<(), Refused> {
    for kind in kinds(member.role) {
        for within in compartments::of_case(tx, case, *kind)? {
            compartments::add_or_name(tx, within.id, member)?;
        }
    }
    Ok(())
}

/// That who writes does not review the quality, whichever hats they wear (`workflow.md` rule f).
///
/// # Errors
/// `Rule("own-work")`.
pub(super) fn reviews_no_own_work(tx: &mut Tx, case: CaseId, role: Role, hat: MembershipId) -> Result<(), Refused> {
    let reviews = role == Role::QualityReviewer;
    for other in party_store::stands(tx.db(), case)? {
        if reviews != (other.role == Role::QualityReviewer.code()) && other.hat != hat && party_store::one_person(tx.db(), other.hat, hat)? {
            return Err(Refused::Rule("own-work"));
        }
    }
    Ok(())
}

/// Whether somebody may review the quality, as the case's variant has it (`workflow.md` section 6): of another bureau or the nation, a second
/// coordinator, or of the nation only. A practice bureau plays with its own people: nobody of another reads what is no case.
///
/// # Errors
/// `Rule("reviewer-of-another-bureau")`; `Rule("reviewer-second-coordinator")`; `Rule("reviewer-of-the-nation")`.
pub(super) fn reviewer_fits(tx: &mut Tx, case: CaseId, hat: MembershipId) -> Result<(), Refused> {
    if tx.session()?.practice {
        return Ok(());
    }
    let (profile, _) = super::profile_and_language(tx, case)?;
    let from = party_store::reviewer_from(tx.db(), case, hat)?;
    match (profile.quality_by, from.as_deref().unwrap_or_default()) {
        (QualityBy::OtherBureau, "other" | "nation") | (QualityBy::SecondCoordinator, "coordinator") | (QualityBy::National, "nation") => Ok(()),
        (QualityBy::OtherBureau, _) => Err(Refused::Rule("reviewer-of-another-bureau")),
        (QualityBy::SecondCoordinator, _) => Err(Refused::Rule("reviewer-second-coordinator")),
        (QualityBy::National, _) => Err(Refused::Rule("reviewer-of-the-nation")),
    }
}

/// Accepts and signs. A chair's acceptance brings panel and report to life, in the chair's session, for those the program named; who was only written into
/// the case, or took it on and was let in nowhere yet, waits there for a holder of the key. A conflict of interest is
/// accepted outwardly, held without effect, and told to the coordinator only (ruling 18).
///
/// # Errors
/// `NotFound` for a case one is not named in; `Rule("declined-before")` for who said no, until the coordinator asks again; `Rule("key-waits")` for a chair
/// the program did not name.
pub fn accept(tx: &mut Tx, case: CaseId, conflict: bool) -> Result<(), CaseError> {
    let permit = tx.permit(&ACCEPT, Place::Case(case), case.uuid())?;
    let (hat, now) = (tx.hat()?, tx.now());
    if conflict {
        return Ok(answered::tell(tx, case, "conflict", "")?);
    }
    // Pressed again without it: held all the same, until the coordinator settles it.
    match party_store::open_answer(tx.db(), case, hat)?.as_deref() {
        Some("declined") => return Err(Refused::Rule("declined-before").into()),
        Some(_) => return Ok(()),
        None => {}
    }
    // Found when they were named: accepted outwardly as well.
    if party_store::is_held(tx.db(), case, hat)? {
        return Ok(answered::tell(tx, case, "conflict", "")?);
    }
    party_store::accept(tx.db(), case, hat, now)?;
    if permit.role() == Role::Chair && compartments::of_case(tx, case, Kind::Panel)?.is_empty() {
        let all = party_store::stands(tx.db(), case)?;
        if !all.iter().any(|one| one.hat == hat && marked::is_marked(tx, case, one)) {
            return Err(Refused::Rule("key-waits").into());
        }
        for kind in [Kind::Panel, Kind::Report] {
            let made = compartments::create(tx, kind, Some(case), Role::Chair)?;
            for role in [Role::Coordinator, Role::Chair, Role::Secretary, Role::PanelMember] {
                if !kinds(role).contains(&kind) {
                    continue;
                }
                for one in all.iter().filter(|one| one.role == role.code() && one.hat != hat) {
                    if party_store::is_held(tx.db(), case, one.hat)? {
                        continue;
                    }
                    let member = Member { membership: one.hat, role, access: Access::Full, deputy: one.deputy, until: one.until };
                    if marked::is_marked(tx, case, one) {
                        compartments::add_member(tx, made.id, &member)?;
                    } else {
                        compartments::name_unsigned(tx, made.id, &member)?;
                    }
                }
            }
        }
        super::record(tx, &permit, "chair_accepted", None)?;
    }
    Ok(())
}

/// Whether the caller was asked to take part in a role that signs first, and has not, or said no: they see that they are asked, and by whom.
///
/// # Errors
/// Database errors only: without a session nobody was asked.
pub fn only_asked(tx: &mut Tx, case: CaseId) -> Result<bool, Refused> {
    Ok(tx.session().is_ok() && !only_asked_in(tx, &[case])?.is_empty())
}

/// In which of some cases the caller is [`only_asked`]: for lists.
pub(super) fn only_asked_in(tx: &mut Tx, of: &[CaseId]) -> Result<Vec<CaseId>, Refused> {
    let session = tx.session()?;
    match (session.role, session.membership) {
        (Some(Role::Chair | Role::Secretary | Role::PanelMember | Role::QualityReviewer), Some(hat)) => party_store::unsigned_in(tx.db(), of, hat),
        _ => Ok(vec![]),
    }
}

/// Asked before a page of a case but its first opens.
///
/// # Errors
/// `Rule("accept-first")` for who is [`only_asked`].
pub(super) fn accepted_first(tx: &mut Tx, case: CaseId) -> Result<(), Refused> {
    if only_asked(tx, case)? { Err(Refused::Rule("accept-first")) } else { Ok(()) }
}

/// Asked before a quality reviewer, or a coder, reads what was sealed to them in that role: nobody does before their statements are signed
/// (`workflow.md` section 1). To others nothing is sealed there, whatever they signed: what follows tells them so.
///
/// # Errors
/// `Rule("statement-first")`.
pub fn signed_first(tx: &mut Tx, case: CaseId, reads_as: Role) -> Result<(), Refused> {
    if tx.session()?.role != Some(reads_as) {
        return Ok(());
    }
    let hat = tx.hat()?;
    match party_store::has_signed(tx.db(), case, hat)? {
        Some(false) => Err(Refused::Rule("statement-first")),
        _ => Ok(()),
    }
}
