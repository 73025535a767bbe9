//! Asking an organisation again (T10): the same invitation goes out once more, with a new day and, if need be, a further question. Nobody
//! types it anew, and what the organisation answered before stays as it was.
//!
//! A compartment that was declined has no key anybody holds, and one whose code ran out was sealed to that code: so the words lie in a
//! compartment of their own each time, and the round says that it is the same organisation asked again.

use chrono::NaiveDate;
use form::Answers;
use serde_json::Value;

use super::invite::{self, Invitation};
use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments;
use crate::ids::{CompartmentId, MembershipId, ReflectionId};
use crate::people;
use crate::tx::{FieldFault, Place, Refused, Tx};

/// Who asks again: who coordinates the case.
pub static INVITE_AGAIN: Act = Act { name: "reflection.invite_again", within: Kind::Case, by: &[Role::Coordinator], step_up: false };
static READ_COPY: Act = Act { name: "reflection.read_invitation_copy", within: Kind::Case, by: &[Role::Coordinator], step_up: false };

/// What changes in an invitation that is sent again.
#[derive(Clone, Debug)]
pub struct Again {
    /// The new day.
    pub due: NaiveDate,
    /// A further question.
    pub question: Option<String>,
    /// Another contact, or the same with a new code; none for the one there was, who has an account.
    pub contact: Option<MembershipId>,
}

/// Whom to write to: the contact's name and organisation, and whether they have an account or need a new code.
///
/// # Errors
/// `NotFound`, `NotYours`.
pub fn contact_of(tx: &mut Tx, id: ReflectionId) -> Result<(String, crate::ids::OrganisationId, bool), Refused> {
    let found = store::seen(tx.db(), id)?;
    tx.permit(&INVITE_AGAIN, Place::Case(found.case), id.uuid())?;
    Ok((people::name_of(tx, found.contact)?, found.organisation, store::is_worn(tx.db(), found.contact)?))
}

/// Sends an invitation again: one that ran out, was declined, brought nothing, or was released and must be followed by more.
///
/// # Errors
/// `Rule("reflection-under-way")` for one that is being answered, and one that was recalled; `Rule("contact-without-account")` for a contact
/// who never came, without a new one; `Faults` for a day that has passed or too long a question; `Rule("invitations-not-now")` as for a first one.
pub fn invite_again(tx: &mut Tx, id: ReflectionId, told: &Again) -> Result<(ReflectionId, CompartmentId), Refused> {
    let found = store::lock(tx.db(), id)?;
    let permit = tx.permit(&INVITE_AGAIN, Place::Case(found.case), id.uuid())?;
    if !matches!(found.state.as_str(), "invited" | "declined" | "nothing_known" | "withdrawn" | "closed" | "released") {
        return Err(Refused::Rule("reflection-under-way"));
    }
    if told.due < tx.today() {
        return Err(Refused::Faults(vec![FieldFault::new("due", "in-the-past")]));
    }
    let contact = told.contact.unwrap_or(found.contact);
    if told.contact.is_none() && !store::is_worn(tx.db(), contact)? {
        return Err(Refused::Rule("contact-without-account"));
    }
    let own = compartments::of_case(tx, found.case, Kind::Case)?.pop().ok_or(Refused::NotFound)?;
    let read = tx.permit(&READ_COPY, Place::Compartment(own.id), id.uuid())?;
    let copy = compartments::list(tx, &read, "invitation-copy", Some(id.uuid()))?.pop().ok_or(Refused::NotFound)?;
    let mut answers = compartments::open::<Answers>(tx, &read, copy.id)?.body;
    answers.insert("due".into(), told.due.to_string().into());
    if let Some(question) = told.question.as_deref().map(str::trim).filter(|question| !question.is_empty())
        && let Some(Value::Array(questions)) = answers.get_mut("questions")
    {
        questions.push(question.into());
    }
    let stands_for = store::stands_for(tx.db(), id)?;
    // One that nobody answered is replaced: its code, and what was sealed to it, is gone.
    if found.state == "invited" {
        let now = tx.now();
        store::set_state(tx.db(), &found, "recalled", None, now)?;
        store::shred_invitation(tx.db(), id)?;
        if contact != found.contact {
            tx.attempt(|tx| people::recall_if_open(tx, found.contact))?;
        }
    }
    let made = invite::invite_in_round(tx, found.case, &Invitation { organisation: found.organisation, contact, answers, stands_for }, found.round + 1)?;
    cases::record(tx, &permit, "invitation_sent_again", Some(id.uuid()))?;
    Ok(made)
}
