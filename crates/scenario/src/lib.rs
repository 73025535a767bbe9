//! Practice cases: one whole review, from notification to closed follow-up, as a YAML file.
//!
//! [`read`] gives a typed [`Scenario`] in which every reference points to something, or a [`FileError`] that names the line and
//! the field; [`play`] takes it through a server by the public interface, with real sign-ins of every role. What the file calls something (`police:e3`, `mother:story`, `f2`) stays a text; [`check`](mod@check) has seen that it exists.
//! The answers of a form are typed too; [`answers`] gives them as the object a form of the server reads. [`read_with`] holds them against the
//! forms, so that what the server would refuse is told with its line before anything is played; what only the server can know is told
//! with the line of the part that was being played ([`told`]).
#![forbid(unsafe_code)]

mod analysis;
mod answers;
pub mod check;
mod closing;
mod date;
mod file;
mod intake;
mod partners;
mod place;
mod play;
mod read;
mod relatives;

pub use analysis::{Finding, Meeting, Outside, Panel, Recommendation, Supplementary, Update};
pub use answers::{Answers, answers};
pub use closing::{Brief, Card, Consulted, Decision, Evaluation, Expect, Learning, Quality, Register, Report};
pub use date::{MonthDay, PartialDate};
pub use file::{Account, Basis, Bureau, Codes, Incident, Part, Person, Relation, Scenario, Source};
pub use intake::{Criteria, Deferral, KnownRelative, KnownTo, Notification, Planned, Question, Screening, TermsOfReference};
pub use partners::{Answer, Event, FlagSeen, Invitation, Organisation, Reflection};
pub use place::line_of;
pub(crate) use place::of_answer;
pub use play::{Options, PlayError, Played, SECTORS, SignIn, WRITING, play, play_several};
pub use read::{FileError, Rules, decoded, read, read_with, told};
pub use relatives::{Asked, Input, Plan, Previewed, Relative, Supporter, Words};
