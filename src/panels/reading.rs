//! The reading folder: what organisations and relatives released to the panel, to be read as a whole. Events stand in the chronology.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::earlier::Earlier;
use super::meetings::panel_of;
use super::timeline::{READ, latest_copies};
use crate::compartments::{self, Opened};
use crate::ids::{CaseId, ItemId, OrganisationId};
use crate::tx::{Permit, Place, Refused, Tx};

/// What a copy is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PieceKind {
    /// A reflection, or a correction of one.
    Reflection,
    /// The answer to a supplementary question.
    Answer,
    /// Words of a relative.
    Words,
}

impl PieceKind {
    const ALL: [PieceKind; 3] = [PieceKind::Reflection, PieceKind::Answer, PieceKind::Words];

    /// The kind of document it is kept as.
    pub fn document(self) -> &'static str {
        match self {
            PieceKind::Reflection => "reflection",
            PieceKind::Answer => "supplementary-answer",
            PieceKind::Words => "relative-words",
        }
    }
}

/// A copy in the folder.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The copy.
    pub id: ItemId,
    /// What it is.
    pub kind: PieceKind,
    /// Whose it is; none for a relative's, and for one from an earlier review.
    pub organisation: Option<OrganisationId>,
    /// Where it comes from, of one from an earlier review.
    pub earlier: Option<Earlier>,
    /// When it was shared.
    pub shared_at: DateTime<Utc>,
    /// Which correction it is; none for what was released first.
    pub correction: Option<i64>,
    /// The copy that corrects it.
    pub corrected_by: Option<ItemId>,
    /// The copy's words, as [`super::Released`] has them.
    pub body: Value,
}

impl Piece {
    /// Words in it: what one has to read.
    pub fn length(&self) -> usize {
        fn words(value: &Value) -> usize {
            match value {
                Value::String(text) => text.split_whitespace().count(),
                Value::Array(all) => all.iter().map(words).sum(),
                Value::Object(all) => all.values().map(words).sum(),
                _ => 0,
            }
        }
        ["answers", "question", "answer", "text"].iter().filter_map(|part| self.body.get(*part)).map(words).sum()
    }
    /// A part of it that is text.
    pub fn text(&self, part: &str) -> &str {
        self.body.get(part).and_then(Value::as_str).unwrap_or_default()
    }
    /// Whether the panel may read it, but not put any of it in the report: a relative's words for the panel alone.
    pub fn for_panel_only(&self) -> bool {
        self.kind == PieceKind::Words && self.text("use") == "panel"
    }
}

fn piece(kind: PieceKind, opened: Opened<Value>) -> Piece {
    let organisation = opened.body.get("organisation").and_then(Value::as_str).and_then(|id| id.parse().ok());
    Piece { id: opened.listed.id, kind, organisation, earlier: Earlier::of(&opened.body), shared_at: opened.written_at, correction: opened.body.get("correction").and_then(Value::as_i64), corrected_by: None, body: opened.body }
}

fn all(tx: &mut Tx, permit: &Permit) -> Result<Vec<Piece>, Refused> {
    let mut pieces = vec![];
    for kind in PieceKind::ALL {
        pieces.extend(compartments::open_all::<Value>(tx, permit, kind.document())?.into_iter().map(|opened| piece(kind, opened)));
    }
    let document = |piece: &Piece| piece.text("document").parse().ok();
    let latest = latest_copies(pieces.iter().map(|piece| (document(piece), piece.correction, piece.id)));
    for piece in &mut pieces {
        piece.corrected_by = document(piece).and_then(|document| latest.get(&document).copied()).filter(|copy| *copy != piece.id);
    }
    pieces.sort_by_key(|piece| (piece.kind, piece.shared_at, piece.id));
    Ok(pieces)
}

/// All that lies in the folder: reflections first, then answers, then words of relatives, each as they came.
///
/// # Errors
/// `NotFound` before there is a panel; `Locked`.
pub fn folder(tx: &mut Tx, case: CaseId) -> Result<Vec<Piece>, Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(&READ, Place::Compartment(within), case.uuid())?;
    all(tx, &permit)
}

/// One copy, and those before and after it.
///
/// # Errors
/// `NotFound` for what is not in the folder; `Locked`.
pub fn read(tx: &mut Tx, case: CaseId, item: ItemId) -> Result<(Piece, Option<ItemId>, Option<ItemId>), Refused> {
    let within = panel_of(tx, case)?;
    let permit = tx.permit(&READ, Place::Compartment(within), item.uuid())?;
    let mut pieces = all(tx, &permit)?;
    let at = pieces.iter().position(|piece| piece.id == item).ok_or(Refused::NotFound)?;
    let beside = |at: Option<usize>| at.and_then(|at| pieces.get(at)).map(|piece| piece.id);
    let (before, after) = (beside(at.checked_sub(1)), beside(at.checked_add(1)));
    Ok((pieces.swap_remove(at), before, after))
}
