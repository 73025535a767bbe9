//! People: who is invited to which role, who confirms it, and when a hat ends.
//!
//! Nobody gets a role that reads content by one person's doing: an administrator invites, two others confirm (ruling 19).

mod confirm;
mod invite;
mod store;

pub use confirm::{CONFIRM, Confirmed, END, confirm, end};
pub use invite::{INVITE, Invitation, Invited, invite};
