//! Asking is recording: the only source of a [`Permit`], and it notes the log entry.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};
use uuid::Uuid;

use super::{Entry, Refused, Tx};
use crate::db::statement;
use crate::access::{Act, Kind, Role};
use crate::ids::{CaseId, CompartmentId};

/// How long a confirmation of who one is lasts (`security.md` section 6).
const STEP_UP_MINUTES: i64 = 5;

/// Where an act happens.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// Inside a compartment: its members' roles decide.
    Compartment(CompartmentId),
    /// On a case's process facts: the role held in the case, or the bureau's coordinators, decides.
    Case(CaseId),
    /// Beside any compartment: the hat decides.
    Hat,
}

/// Proof that the act was allowed here, and noted. Stores that touch content want one.
#[derive(Debug)]
pub struct Permit {
    act: &'static Act,
    compartment: Option<CompartmentId>,
    case: Option<CaseId>,
    role: Role,
}

impl Permit {
    /// The compartment the permit is for.
    ///
    /// # Errors
    /// `Internal` when the act was asked for outside a compartment: a fault of ours.
    pub fn compartment(&self) -> Result<CompartmentId, Refused> {
        self.compartment.ok_or_else(|| Refused::Internal(format!("{} asked without compartment", self.act.name)))
    }
    /// The case the permit is for, if any.
    pub fn case(&self) -> Option<CaseId> {
        self.case
    }
    /// The role in which it was allowed.
    pub fn role(&self) -> Role {
        self.role
    }
    /// The act.
    pub fn act(&self) -> &'static Act {
        self.act
    }
}

#[derive(QueryableByName)]
struct SeenRow {
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
    /// Whether they said no or told of an interest, and nobody has settled it; an interest told under another hat of theirs counts too.
    #[diesel(sql_type = Bool)]
    waits: bool,
    /// Whether they were asked to lead, write or read in the panel, and have not signed.
    #[diesel(sql_type = Bool)]
    asked: bool,
}

/// What somebody who was asked, and has not signed or said no, may do in the case: answer.
const ANSWERS: [&str; 2] = ["case.accept", "case.decline"];

const IN_CASE: &str = "select p.role, exists (select from app.party_answer a where a.case_id = c.id and a.membership_id = (select sec.hat()) and a.settled is null) or sec.told_elsewhere(c.id) as waits, \
    coalesce(p.role in ('CH', 'SE', 'PM') and p.statement_signed_at is null, false) as asked from app.case_file c \
    left join app.case_party p on p.case_id = c.id and p.membership_id = (select sec.hat()) and (p.until is null or p.until > now()) \
    where c.id = $1";

impl Tx<'_> {
    /// Allows an act at a place on an object, and notes it in the log.
    ///
    /// Hidden and absent are one answer (I-1): `NotFound`. Where the caller may see the thing or its process facts but not do
    /// the act, it is `NotYours` (ruling 15).
    ///
    /// # Errors
    /// `NotFound`, `NotYours`, `StepUp` when the act wants a fresh confirmation, `NoSession`; `Rule("accept-first")` in a case one was asked for and has
    /// not signed for, `Rule("held-until-settled")` in one where one said no; `NoHat` for who wears none, whatever is asked for.
    pub fn permit(&mut self, act: &'static Act, place: Place, object: impl Into<Option<Uuid>>) -> Result<Permit, Refused> {
        let (compartment, case, role) = self.held(act, place)?;
        if act.step_up {
            self.confirmed()?;
        }
        let mut entry = Entry::done(act.name);
        entry.compartment = compartment;
        entry.case = case;
        entry.object = object.into();
        self.note(entry);
        Ok(Permit { act, compartment, case, role })
    }

    /// That the caller confirmed within five minutes who they are: for what is their own, whatever hat they wear. A session that has to be set up
    /// first counts as confirmed, however long the new authenticator takes: it opens nothing else.
    ///
    /// # Errors
    /// `StepUp`; `NoSession`.
    pub fn confirmed(&self) -> Result<(), Refused> {
        self.confirmation.set(true);
        let session = self.session()?;
        let fresh = session.stepped_up_at.is_some_and(|at| self.now() - at < chrono::Duration::minutes(STEP_UP_MINUTES));
        if fresh || session.sets_up.is_some() { Ok(()) } else { Err(Refused::StepUp) }
    }

    /// Whether an act would be allowed: for a page that offers it. Nothing is done, so nothing is noted.
    ///
    /// # Errors
    /// As [`Tx::permit`], but for the confirmation.
    pub fn may(&mut self, act: &'static Act, place: Place) -> Result<(), Refused> {
        self.held(act, place).map(drop)
    }

    /// The role in which an act is allowed at a place.
    fn held(&mut self, act: &'static Act, place: Place) -> Result<(Option<CompartmentId>, Option<CaseId>, Role), Refused> {
        self.hat()?;
        let hat_role = self.session()?.role;
        let mut asked = false;
        let (compartment, case, role) = match place {
            Place::Compartment(id) => {
                let found = self.place(id)?;
                let Some(role) = found.role else {
                    // One may place here without being a member, so the row is visible: but no more than its process.
                    return Err(if self.sees_case(found.case)? { Refused::NotYours } else { Refused::NotFound });
                };
                if found.kind != act.within && act.within != Kind::System {
                    return Err(Refused::NotFound);
                }
                (Some(id), found.case, role)
            }
            Place::Case(id) => {
                let row = statement(IN_CASE).bind::<SqlUuid, _>(id.uuid()).get_result::<SeenRow>(self.db()).optional()?;
                let row = row.ok_or(Refused::NotFound)?;
                // Held without effect (ruling 18).
                if row.waits && !ANSWERS.contains(&act.name) {
                    return Err(Refused::Rule("held-until-settled"));
                }
                asked = row.asked && !ANSWERS.contains(&act.name);
                let role = row.role.as_deref().and_then(Role::from_code).or(hat_role).ok_or(Refused::NotYours)?;
                (None, Some(id), role)
            }
            Place::Hat => (None, None, hat_role.ok_or(Refused::NotFound)?),
        };
        if !act.allows(role) {
            return Err(if matches!(place, Place::Hat) { Refused::NotFound } else { Refused::NotYours });
        }
        // The statements come before all else (`workflow.md` section 1).
        if asked {
            return Err(Refused::Rule("accept-first"));
        }
        Ok((compartment, case, role))
    }

    /// Whether the caller sees the process facts of a case.
    fn sees_case(&mut self, case: Option<CaseId>) -> Result<bool, Refused> {
        let Some(case) = case else { return Ok(false) };
        let found = statement(IN_CASE).bind::<SqlUuid, _>(case.uuid()).get_result::<SeenRow>(self.db()).optional()?;
        Ok(found.is_some())
    }
}
