//! A relative lets in who supports them: to read, or to write as well. Nobody else decides that.

use serde_json::json;

use super::members::tell_contact;
use super::register::{keep_deliveries, not_the_child, plan_changed, plan_of, scope};
use super::store;
use crate::access::{Act, Kind, Role};
use crate::cases;
use crate::compartments::{self, Member};
use crate::ids::{MembershipId, RelativeId};
use crate::people;
use crate::tx::{Place, Refused, Tx};

/// Who lets a supporter in by themselves: the relative. Their contact does it for who tells it ([`super::ADD_MEMBER`]).
pub static LET_SUPPORTER_IN: Act = Act { name: "relative.let_supporter_in", within: Kind::Kin, by: &[Role::Relative], step_up: false };

/// Lets a supporter in, as far as the relative says; the contact plan says so from then on. Somebody who takes part in the case otherwise is
/// accepted outwardly and gets no key: who coordinates the case is told, the relative learns nothing of it (ruling 18).
///
/// # Errors
/// `NotFound`; `Rule("age-first")` and `Rule("too-young")` for the name of the child the place is of.
pub fn let_supporter_in(tx: &mut Tx, id: RelativeId, hat: MembershipId, name: &str, writes: bool) -> Result<(), Refused> {
    let found = store::found(tx.db(), id)?;
    let permit = tx.permit(&LET_SUPPORTER_IN, Place::Compartment(found.compartment), hat.uuid())?;
    let mut plan = plan_of(tx, &permit)?;
    not_the_child(tx, &plan, name)?;
    let called = people::name_of(tx, hat)?;
    not_the_child(tx, &plan, &called)?;
    plan.insert("supporter".into(), json!({ "person": { "name": name }, "scope": if writes { "write" } else { "read" } }));
    plan_changed(tx, &permit, &plan)?;
    if !cases::hold(tx, found.case, hat, Some(found.compartment))? {
        compartments::add_member(tx, found.compartment, &Member { membership: hat, role: Role::Supporter, access: scope(&plan), deputy: false, until: None })?;
    }
    keep_deliveries(tx, &permit)?;
    tell_contact(tx, &found)
}
