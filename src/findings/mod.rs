//! Findings that point to their evidence, and recommendations followed until done.

mod actions;
mod adopted;
mod all;
mod api;
mod by_itself;
mod dissent;
mod finding;
mod follow;
mod on_behalf;
mod recommendation;
mod store;

pub use actions::{NAME_APPROVER, NAME_OWNER, RESPOND, RESPONSE, UPDATE, UPDATES, name_approver, name_owner, respond, update};
pub use adopted::{Adopted, adopted, recommended};
pub use all::{Action, Followed, all, texts};
pub use by_itself::remind;
pub use dissent::{DISSENT, Dissent, dissents, dissents_in};
pub use finding::{ADOPT as ADOPT_FINDING, FINDING, adopt as adopt_finding};
pub use follow::{READ_ANSWERS, READ_OWN, Said, answers, mine, opened};
pub use on_behalf::{RECORD, overtaken, record};
pub use recommendation::{ADOPT as ADOPT_RECOMMENDATION, RECOMMENDATION, Recommendation, adopt as adopt_recommendation, of_case};

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
}
