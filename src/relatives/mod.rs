//! Relatives: a place of their own, with a named contact. Sides never mix; nobody learns of another relative (I-6).

mod api;
mod by_itself;
mod card;
mod course;
mod decide;
mod hold;
mod let_in;
mod members;
mod naming;
mod place;
mod questions;
mod recovery;
mod register;
mod store;
mod supporter;
mod withdraw;

pub use by_itself::remind;
pub use card::{CARD, Card, card, marked, name, of_that_name};
pub use course::{Course, READ_COURSE, course, phases};
pub use decide::{DECIDE, Decision, decide};
pub use hold::{HOLD, Hold, hold, left_alone};
pub use let_in::{LET_CONTACT_IN, let_contact_in};
pub use members::{Belongs, END_MEMBER, MEMBERS, NAME_DEPUTY, end_member, evaluated_case, members, name_deputy};
pub use naming::{Naming, READ_NAMING, TELL_NAMING, naming, naming_ways, tell_naming};
pub use place::{PLACE, place};
pub use questions::{ANSWER, ASK, Asked, READ_QUESTIONS, answer, ask, questions};
pub use recovery::{CHOOSE_RECOVERY, choose_recovery};
pub use register::{ADD_MEMBER, ENTRY, FREEZE, INPUT, Mine, PLAN, REGISTER, add_member, count, freeze, mine, plan_form, register, set_until};
pub use supporter::{LET_SUPPORTER_IN, let_supporter_in};
pub use withdraw::{WITHDRAW, withdraw};

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
}
