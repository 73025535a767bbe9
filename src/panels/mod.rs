//! The panel: terms of reference, the merged chronology, meetings with their minutes.

mod api;
mod asked;
mod earlier;
mod evidence;
mod meetings;
mod merging;
mod pages;
mod reading;
mod timeline;

pub use asked::{RelativesQuestion, relatives_questions};
pub use earlier::{Earlier, ReleasedCopy, released_copies};
pub use evidence::{Evidence, GRANT_EVIDENCE, READ_EVIDENCE, end_evidence, evidence, evidence_granted, grant_evidence};
pub use meetings::{ADOPT_MINUTES, ADOPT_TERMS, MEETING, TERMS, adopt_minutes, adopt_terms, adopted_terms, is_planned, panel_of};
pub use merging::{MARK_PATTERN, MERGE, Merge, Pattern, drop_pattern, mark_pattern, merge, suggestions};
pub use reading::{Piece, PieceKind, folder, read};
pub use timeline::{ENTRY, Gap, Line, READ, Released, Timeline, released, timeline};

/// Adds the room's routes.
pub fn routes(routes: &mut crate::http::Routes) {
    api::routes(routes);
    pages::routes(routes);
}
