//! The words around a thematic review, sealed in the rooms they are for: its theme, and what an organisation adds to its answer.

use uuid::Uuid;

use super::Theme;
use crate::compartments::{self, Written};
use crate::ids::CompartmentId;
use crate::tx::{Permit, Refused, Tx};

/// The kind of the documents that say a theme.
const THEME: &str = "thematic-theme";
/// The kind of the documents an organisation answers with.
const ANSWER: &str = "thematic-answer";

fn written(kind: &'static str, subject: Uuid) -> Written<'static> {
    Written { kind, subject: Some(subject), form_version: "1", ground: "public_task", complete: true }
}

/// Says a theme in a room: the last one said of a subject holds.
pub(super) fn say(tx: &mut Tx, permit: &Permit, into: CompartmentId, subject: Uuid, theme: &Theme) -> Result<(), Refused> {
    compartments::place(tx, permit, into, &written(THEME, subject), theme).map(drop)
}

/// The theme last said of a subject in the permit's room; none where it was not, or is shredded.
pub(super) fn said(tx: &mut Tx, permit: &Permit, subject: Uuid) -> Result<Option<Theme>, Refused> {
    let Some(listed) = compartments::list(tx, permit, THEME, Some(subject))?.pop() else { return Ok(None) };
    match compartments::open::<Theme>(tx, permit, listed.id) {
        Ok(opened) => Ok(Some(opened.body)),
        Err(Refused::NotFound) => Ok(None),
        Err(why) => Err(why),
    }
}

/// What an organisation adds to its answer about a copy, for who coordinates the case.
pub(super) fn add(tx: &mut Tx, permit: &Permit, into: CompartmentId, item: Uuid, words: &str) -> Result<(), Refused> {
    compartments::place(tx, permit, into, &written(ANSWER, item), &words).map(drop)
}

/// What organisations added to their answers: copy and words, oldest first.
pub(super) fn added(tx: &mut Tx, permit: &Permit) -> Result<Vec<(Uuid, String)>, Refused> {
    Ok(compartments::open_all::<String>(tx, permit, ANSWER)?.into_iter().filter_map(|opened| Some((opened.listed.subject?, opened.body))).collect())
}
