//! People: who is invited to which role, who confirms it, and when a hat ends.
//!
//! Nobody gets a role that reads content by one person's doing: an administrator invites, two others confirm (ruling 19).

mod api;
mod confirm;
mod end;
mod invite;
mod letter;
mod list;
mod pages;
mod recall;
mod store;

pub use confirm::{CONFIRM, Confirmed, confirm};
pub use end::{END, ENDED_BECAUSE, HangsOn, end, hangs_on};
pub(crate) use letter::{To, letter_page, second_code};
pub use list::{Listed, Reach, belongs, confirmed_by, list, name_of, names_as_invited, names_of, reach_of};
pub(crate) use pages::EndPage;
pub use recall::{RECALL, Recalled, recall, recall_if_open};
pub use invite::{INVITE, Invitation, Invited, invite, invite_and};

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    pages::routes(routes);
}
