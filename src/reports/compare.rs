//! Two versions of a section beside each other, word by word: what was added and what was taken out (`ux.md` section 5.5).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use form::{Answers, text_of};
use serde::Serialize;

use super::{READ, SECTION, report_of};
use crate::compartments;
use crate::forms;
use crate::ids::CaseId;
use crate::people;
use crate::tx::{Place, Refused, Tx};

/// A saved version of a section.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SavedVersion {
    /// Its number.
    pub version: i32,
    /// Who saved it, where the caller may know the name.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A stretch of text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "text")]
pub enum Piece {
    /// In both.
    Same(String),
    /// Only in the later one.
    Added(String),
    /// Only in the earlier one.
    Removed(String),
}

/// Two versions compared.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Compared {
    /// The versions there are, newest first.
    pub versions: Vec<SavedVersion>,
    /// The earlier one.
    pub from: i32,
    /// The later one.
    pub to: i32,
    /// The text, piece by piece.
    pub pieces: Vec<Piece>,
}

/// Compares two versions of a section; without numbers the last two.
///
/// # Errors
/// `NotFound` for a section nobody has written, and a version it does not have; `Locked`.
pub fn compare(tx: &mut Tx, case: CaseId, section: &str, from: Option<i32>, to: Option<i32>) -> Result<Compared, Refused> {
    let within = report_of(tx, case)?;
    let permit = tx.permit(&READ, Place::Compartment(within), case.uuid())?;
    let listed = compartments::list(tx, &permit, SECTION.form, Some(forms::named(section)))?.pop().ok_or(Refused::NotFound)?;
    let times = compartments::list_versions(tx, &permit, listed.id)?;
    let names: BTreeMap<_, _> = people::names_of(tx, times.iter().map(|(_, hat, _)| *hat).collect())?;
    let versions: Vec<SavedVersion> = times.into_iter().map(|(version, hat, at)| SavedVersion { version, by: names.get(&hat).cloned().unwrap_or_default(), at }).collect();
    let to = to.unwrap_or(listed.version);
    let from = from.unwrap_or((to - 1).max(1));
    let (from, to) = (from.min(to), from.max(to));
    let mut text = |version: i32| -> Result<String, Refused> {
        if versions.iter().any(|one| one.version == version) { Ok(text_of(&compartments::open_version::<Answers>(tx, &permit, listed.id, version)?.body, "text")) } else { Err(Refused::NotFound) }
    };
    let (before, after) = (text(from)?, text(to)?);
    Ok(Compared { versions, from, to, pieces: pieces(&before, &after) })
}

/// Texts with more words between them than this are shown as one change: comparing them word by word would help nobody.
const MOST: usize = 4_000_000;

/// What two texts have in common and what not: the longest common run of words.
fn pieces(before: &str, after: &str) -> Vec<Piece> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split_inclusive(char::is_whitespace).collect(), after.split_inclusive(char::is_whitespace).collect());
    let head = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let tail = old.iter().skip(head).rev().zip(new.iter().skip(head).rev()).take_while(|(one, other)| one == other).count();
    let (a, b) = (old.get(head..old.len() - tail).unwrap_or_default(), new.get(head..new.len() - tail).unwrap_or_default());
    let mut all: Vec<Piece> = vec![];
    all.extend(old.iter().take(head).map(|word| Piece::Same((*word).to_owned())));
    if a.len().saturating_mul(b.len()) > MOST {
        all.extend([Piece::Removed(a.concat()), Piece::Added(b.concat())]);
    } else {
        all.extend(middle(a, b));
    }
    all.extend(old.iter().skip(old.len() - tail).map(|word| Piece::Same((*word).to_owned())));
    joined(all)
}

fn middle(a: &[&str], b: &[&str]) -> Vec<Piece> {
    let wide = b.len() + 1;
    // How many words the rest of both have in common, from each place on.
    let mut common = vec![0_u32; (a.len() + 1) * wide];
    let at = |row: usize, column: usize| row * wide + column;
    let known = |common: &[u32], place: usize| common.get(place).copied().unwrap_or_default();
    for (row, one) in a.iter().enumerate().rev() {
        for (column, other) in b.iter().enumerate().rev() {
            let best = if one == other { known(&common, at(row + 1, column + 1)) + 1 } else { known(&common, at(row + 1, column)).max(known(&common, at(row, column + 1))) };
            if let Some(place) = common.get_mut(at(row, column)) {
                *place = best;
            }
        }
    }
    let (mut row, mut column, mut all) = (0, 0, vec![]);
    loop {
        match (a.get(row), b.get(column)) {
            (Some(one), Some(other)) if one == other => {
                all.push(Piece::Same((*one).to_owned()));
                (row, column) = (row + 1, column + 1);
            }
            (Some(one), other) if other.is_none() || known(&common, at(row + 1, column)) >= known(&common, at(row, column + 1)) => {
                all.push(Piece::Removed((*one).to_owned()));
                row += 1;
            }
            (_, Some(other)) => {
                all.push(Piece::Added((*other).to_owned()));
                column += 1;
            }
            _ => return all,
        }
    }
}

/// Words of one kind that follow each other become one piece.
fn joined(all: Vec<Piece>) -> Vec<Piece> {
    let mut kept: Vec<Piece> = vec![];
    for piece in all {
        match (kept.last_mut(), piece) {
            (_, Piece::Same(text) | Piece::Added(text) | Piece::Removed(text)) if text.is_empty() => {}
            (Some(Piece::Same(before)), Piece::Same(text)) | (Some(Piece::Added(before)), Piece::Added(text)) | (Some(Piece::Removed(before)), Piece::Removed(text)) => before.push_str(&text),
            (_, piece) => kept.push(piece),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_added_and_taken_out_stand_between_what_stayed() {
        let same = |text: &str| Piece::Same(text.to_owned());
        assert_eq!(pieces("Zij vroeg om hulp.", "Zij vroeg twee keer om hulp."), [same("Zij vroeg "), Piece::Added("twee keer ".into()), same("om hulp.")]);
        assert_eq!(pieces("Een oud woord hier.", "Een nieuw woord hier."), [same("Een "), Piece::Removed("oud ".into()), Piece::Added("nieuw ".into()), same("woord hier.")]);
        assert_eq!(pieces("", "Nieuw."), [Piece::Added("Nieuw.".into())]);
        assert_eq!(pieces("Gelijk.", "Gelijk."), [same("Gelijk.")]);
        let (before, after) = ("a b c d e f", "x b c y e f z");
        let text = |wanted: fn(&Piece) -> Option<&String>| pieces(before, after).iter().filter_map(wanted).cloned().collect::<String>();
        assert_eq!(text(|piece| match piece { Piece::Same(text) | Piece::Removed(text) => Some(text), Piece::Added(_) => None }), before);
        assert_eq!(text(|piece| match piece { Piece::Same(text) | Piece::Added(text) => Some(text), Piece::Removed(_) => None }), after);
    }
}
