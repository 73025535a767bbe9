//! Reflections: what an organisation tells of its own part, written behind its own key, shared only by releasing it.
//!
//! Others see invited, answered, released, declined or closed, and when it is due. Accepted, writing, submitted and approved are
//! seen inside only (ruling 6). After the release nothing can be taken back.

mod again;
mod answer;
mod answered;
mod api;
mod by_itself;
mod contact;
mod correct;
mod invite;
mod pages;
mod lacks;
mod log_question;
mod own;
mod paste;
mod questions;
mod recall;
mod replace;
mod release;
mod store;
mod view;
mod write;

pub use again::{Again, INVITE_AGAIN, contact_of, invite_again};
pub use answer::{ANSWER, Answered, CONFIRM, answer, confirm_nothing_known, contacts_note, says_nothing_known};
pub use answered::{InvitationAnswer, READ_ANSWERS, invitation_answers};
pub use by_itself::remind;
pub use contact::{REPLACE_CONTACT, replace_contact};
pub use correct::{CORRECT, correct};
pub use invite::{GO_ON, INVITE, Invitation, POSTPONE, go_on, invite, may_invite, postpone};
pub use lacks::{Lacking, lacks};
pub use log_question::{ASK_LOG, LOG_QUESTION, ask_log};
pub use own::{COPY, FIND_NAMES, NameFound, Own, find_names, names_in, names_to_release, own_copy};
pub use paste::{COLUMNS as PASTE_COLUMNS, Pasted, look_at_paste, paste};
pub use questions::{ANSWER_QUESTION, ASK, READ_QUESTIONS, answer_question, ask, questions};
pub use recall::{RECALL, recall};
pub use replace::{REPLACE, replace};
pub use release::{RELEASE, Shared, WITHDRAW, release, to_be_released, withdraw};
pub use view::{Inside, Outside, READ_INVITATION, has_successors, invitation, mine, of_case, remark_on, remarks};
pub use write::{APPROVE, ENTRY, INVITATION, REFLECTION, Remarks, SEND_BACK, SUBMIT, approve, send_back, submit};

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    pages::routes(routes);
}
