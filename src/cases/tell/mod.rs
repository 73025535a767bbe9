//! Who hears of a step (`workflow.md` section 3, column notice): told by the worker, which alone may know everybody it concerns. Never
//! what, and a relative only by their own rules and not where their place is frozen.

mod store;

use super::{Step, party_store as cases};
use crate::access::Role;
use crate::ids::{BureauId, CaseId, MembershipId};
use crate::notices::{self, Kind};
use crate::tx::{Refused, Tx};

/// Steps told in one turn; the rest waits for the next.
const AT_ONCE: i64 = 100;

/// Whom a step concerns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Audience {
    /// Those who take part in these roles.
    Parties(&'static [Role]),
    /// The national coordination, or the register's managers.
    Nation(Role),
    /// Contacts and approvers of the organisations that were asked.
    Organisations,
    /// Who writes in an organisation whose reflection is not in.
    Authors,
    /// Contacts of the organisations that own the recommendations.
    Owners,
    /// Everybody of the bureau in a role: colleagues who may take the case over, chairs who may be asked.
    Bureau(Role),
    /// Relatives and who supports them.
    Relatives,
}

use Audience::{Authors, Bureau, Nation, Organisations, Owners, Parties, Relatives};

const LEADERS: Audience = Parties(&[Role::Coordinator, Role::Chair, Role::Secretary]);
const PANEL: Audience = Parties(&[Role::PanelMember]);
const NC: Audience = Nation(Role::NationalCoordinator);
const RM: Audience = Nation(Role::RegisterManager);

/// Whom a step concerns. What is placed, named or published is told by the act itself.
fn audience(step: Step) -> &'static [Audience] {
    match step {
        Step::T1 => &[Bureau(Role::Coordinator), NC, RM],
        Step::T3 => &[Bureau(Role::Chair), NC, Relatives],
        Step::T22 => &[NC, Relatives],
        Step::T4 => &[NC, RM, Relatives],
        Step::T5 | Step::T6 => &[LEADERS, PANEL, Parties(&[Role::QualityReviewer]), Organisations, Authors, Relatives],
        Step::T7 => &[LEADERS],
        Step::T8 => &[LEADERS, PANEL, Relatives],
        Step::T9 => &[LEADERS, PANEL],
        Step::T11 | Step::T13 | Step::T15 => &[LEADERS],
        Step::T14 => &[Parties(&[Role::QualityReviewer])],
        Step::T16 => &[LEADERS, NC, Owners],
        Step::T18 => &[LEADERS, NC, Organisations, Relatives],
        Step::T20 => &[LEADERS, PANEL, NC, Organisations, Relatives],
        Step::T21 => &[Parties(&[Role::Coordinator])],
        Step::T23 => &[LEADERS, PANEL, NC, RM, Organisations, Relatives],
        Step::T2 | Step::T10 | Step::T12 | Step::T17 | Step::T19 => &[],
    }
}

fn kind(step: Step) -> Kind {
    match step {
        Step::T5 => Kind::Deferred,
        Step::T6 => Kind::Resumed,
        _ => Kind::StateChanged,
    }
}

/// Tells of the steps taken since the last time. Who took one is not told of it. Returns how many people were told.
///
/// # Errors
/// Database errors only.
pub fn tell_steps(tx: &mut Tx) -> Result<usize, Refused> {
    let now = tx.now();
    let mut told = 0;
    for one in store::to_tell(tx.db(), AT_ONCE)? {
        let step = Step::ALL.into_iter().find(|step| step.name() == one.step);
        let mut known: Vec<MembershipId> = vec![];
        for who in step.map(audience).unwrap_or_default() {
            // Organisations and relatives see no case: nothing of it stands in what they get.
            let (hats, case) = match who {
                Parties(roles) => {
                    let mut all = vec![];
                    for role in *roles {
                        all.extend(cases::hats_in_role(tx.db(), one.case, *role)?);
                    }
                    (all, Some(one.case))
                }
                Nation(role) => (cases::hats_of_nation(tx.db(), one.bureau, *role)?, Some(one.case)),
                Organisations => (organisations_of(tx, one.case)?, None),
                Authors => (store::authors(tx.db(), one.case)?, None),
                Owners => (store::owners(tx.db(), one.case)?, None),
                // A chair who was not asked yet sees nothing of the case.
                Bureau(role) => (store::of_bureau(tx.db(), one.bureau, *role)?, (*role == Role::Coordinator).then_some(one.case)),
                Relatives => (relatives_of(tx, one.case)?, None),
            };
            for hat in hats.into_iter().filter(|hat| Some(*hat) != one.by && !known.contains(hat)).collect::<Vec<_>>() {
                known.push(hat);
                notices::remind(tx, one.bureau, hat, step.map_or(Kind::StateChanged, kind), case, None)?;
                told += 1;
            }
        }
        store::mark_told(tx.db(), one.id, now)?;
    }
    Ok(told)
}

/// Contacts and approvers of the organisations that were asked, for the worker.
///
/// # Errors
/// Database errors only.
pub fn organisations_of(tx: &mut Tx, case: CaseId) -> Result<Vec<MembershipId>, Refused> {
    store::organisations(tx.db(), case)
}

/// Relatives of a case and who supports them, but for frozen places; for the worker.
///
/// # Errors
/// Database errors only.
pub fn relatives_of(tx: &mut Tx, case: CaseId) -> Result<Vec<MembershipId>, Refused> {
    store::relatives(tx.db(), case)
}

/// A step to be told of.
struct Told {
    id: crate::ids::StepId,
    case: CaseId,
    bureau: BureauId,
    step: String,
    by: Option<MembershipId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deferring_stopping_and_closing_reach_organisations_and_relatives_and_inner_steps_do_not() {
        for step in [Step::T5, Step::T6, Step::T18, Step::T20, Step::T23] {
            assert!(audience(step).contains(&Organisations) && audience(step).contains(&Relatives), "{step:?}");
        }
        for step in [Step::T2, Step::T9, Step::T11, Step::T13, Step::T15, Step::T16] {
            assert!(!audience(step).contains(&Organisations) && !audience(step).contains(&Relatives), "{step:?}");
        }
        assert_eq!((kind(Step::T5), kind(Step::T6), kind(Step::T4)), (Kind::Deferred, Kind::Resumed, Kind::StateChanged));
    }
}
