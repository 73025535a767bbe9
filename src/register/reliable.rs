//! What may be published of a variable, by how far coders agreed when its snapshot was frozen (codebook, section reliability). What coders agree on
//! since then counts for the next snapshot.

use std::collections::{BTreeMap, BTreeSet};

use codebook::{Codebook, Label};
use serde::Serialize;

use super::{Agreed, Snapshot};

/// What the codebook says of publishing figures on a variable, the strictest last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reliable {
    /// Its values lie apart, where agreement is not worked out.
    Apart,
    /// Coders agree as far as the codebook asks.
    Released,
    /// Too few rows, or too little variation, to tell; or nobody coded it twice. Published, marked as not judged yet.
    Unjudged,
    /// Coders agree less than the codebook asks: published, marked as tentative.
    Tentative,
    /// Coders agree so little that it is not published.
    Withheld,
}

impl Reliable {
    /// Its stable name.
    pub fn word(self) -> &'static str {
        match self {
            Reliable::Apart => "apart",
            Reliable::Released => "released",
            Reliable::Unjudged => "unjudged",
            Reliable::Tentative => "tentative",
            Reliable::Withheld => "withheld",
        }
    }
    /// Whether figures on it don't leave without a mark, or not at all.
    pub fn is_doubtful(self) -> bool {
        self >= Reliable::Unjudged
    }
}

/// What stands against a variable.
#[derive(Clone, PartialEq, Debug, Serialize, schemars::JsonSchema)]
pub struct Doubt {
    /// The variable.
    pub variable: String,
    /// Name.
    pub label: Label,
    /// `unjudged`, `tentative` or `withheld`.
    pub verdict: Reliable,
    /// Krippendorff's alpha, the lowest of what the verdict rests on. It may lie above the limit: then coders disagree on what is missing. None where it is
    /// not told, or there is none.
    pub alpha: Option<f64>,
    /// The limit of the codebook that was not reached.
    pub below: Option<f64>,
}

/// What may be published of the variables of a snapshot, coded and computed, by the agreement told in its quality note. What is computed is as
/// reliable as the weakest of what it is computed from. The verdict is that of the report on agreement, of however few cases; a variable without one, that
/// no two coders are asked for or too few rows were coded twice of, is unjudged, and so is every invented record.
pub fn verdicts(snapshot: &Snapshot, book: &Codebook) -> BTreeMap<String, Reliable> {
    let told = told(snapshot);
    book.columns().map(|column| (column.id.to_owned(), verdict_of(book, &told, column.id))).collect()
}

/// What stands against some variables of a snapshot, in the order asked, each once.
pub fn doubts<'a>(snapshot: &Snapshot, book: &Codebook, of: impl IntoIterator<Item = &'a str>) -> Vec<Doubt> {
    let (told, limits) = (told(snapshot), book.agreement_limits());
    let mut found: Vec<Doubt> = vec![];
    for id in of {
        let verdict = verdict_of(book, &told, id);
        let Some(column) = book.columns().find(|column| column.id == id).filter(|_| verdict.is_doubtful() && !found.iter().any(|known| known.variable == id)) else { continue };
        let below = match verdict {
            Reliable::Withheld => Some(limits.tentative),
            Reliable::Tentative => Some(limits.release),
            _ => None,
        };
        // Of what is no reason for the verdict the figure says nothing.
        let alpha = rests_on(book, id).into_iter().filter(|base| of_base(book, &told, base) == verdict).filter_map(|base| told.get(base)?.alpha).min_by(f64::total_cmp);
        found.push(Doubt { variable: id.to_owned(), label: column.label.clone(), verdict, alpha, below });
    }
    found
}

fn told(snapshot: &Snapshot) -> BTreeMap<&str, &Agreed> {
    snapshot.quality.agreement.iter().map(|one| (one.variable.as_str(), one)).collect()
}

/// The coded variables one rests on: itself, or what it is computed from.
fn rests_on<'a>(book: &'a Codebook, id: &'a str) -> BTreeSet<&'a str> {
    let (mut bases, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![id]);
    while let Some(next) = open.pop() {
        match book.computed(next) {
            Some(derived) if seen.insert(next) => open.extend(derived.from.iter().map(String::as_str)),
            Some(_) => {}
            None => { bases.insert(next); }
        }
    }
    bases
}

fn verdict_of(book: &Codebook, told: &BTreeMap<&str, &Agreed>, id: &str) -> Reliable {
    rests_on(book, id).into_iter().map(|base| of_base(book, told, base)).max().unwrap_or(Reliable::Unjudged)
}

/// The verdict of a coded variable.
fn of_base(book: &Codebook, told: &BTreeMap<&str, &Agreed>, base: &str) -> Reliable {
    match told.get(base).map(|one| one.verdict.as_str()) {
        Some("released") => Reliable::Released,
        Some("tentative") => Reliable::Tentative,
        Some("withheld") => Reliable::Withheld,
        Some(_) => Reliable::Unjudged,
        None if book.variable(base).is_some_and(codebook::Variable::apart) => Reliable::Apart,
        None => Reliable::Unjudged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::QualityNote;

    #[test]
    fn what_is_computed_is_as_reliable_as_the_weakest_it_rests_on() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let agreed = |variable: &str, alpha: f64, verdict: &str| serde_json::json!({ "variable": variable, "units": 60, "alpha": alpha, "kappa": null, "verdict": verdict });
        let quality: QualityNote = serde_json::from_value(serde_json::json!({ "agreement": [
            agreed("contact_timing", 0.92, "released"), agreed("violence_known", 0.41, "withheld"), agreed("place_type", 0.72, "tentative"), agreed("fatal_victims", 0.9, "released"), agreed("stalking", 1.0, "few_units"),
        ] })).expect("a note");
        let snapshot = Snapshot { id: crate::ids::SnapshotId::new(), number: 1, practice: false, codebook: book.version.clone(), cases: 100, hash: String::new(), quality, taken_at: chrono::Utc::now() };
        let all = verdicts(&snapshot, &book);
        let of = |id: &str| *all.get(id).expect("a column");
        assert_eq!(["known_to_agency", "violence_known", "contact_timing", "place_sphere", "multiple_victims", "stalking_yn", "relation_type"].map(of), [
            Reliable::Withheld, Reliable::Withheld, Reliable::Released, Reliable::Tentative, Reliable::Released, Reliable::Unjudged, Reliable::Unjudged,
        ]);
        let (low, mid) = (book.agreement_limits().tentative, book.agreement_limits().release);
        let told: Vec<_> = doubts(&snapshot, &book, ["known_to_agency", "place_sphere", "multiple_victims", "stalking_yn", "place_sphere"]).into_iter().map(|one| (one.variable, one.verdict.word(), one.alpha, one.below)).collect();
        assert_eq!(told, [
            ("known_to_agency".to_owned(), "withheld", Some(0.41), Some(low)), ("place_sphere".to_owned(), "tentative", Some(0.72), Some(mid)), ("stalking_yn".to_owned(), "unjudged", Some(1.0), None),
        ]);
        // Of few cases the verdict stands without its figure; that of another variable is none of it.
        let mut of_few = snapshot;
        for one in of_few.quality.agreement.iter_mut().filter(|one| one.variable == "violence_known") {
            one.alpha = None;
        }
        let told: Vec<_> = doubts(&of_few, &book, ["known_to_agency"]).into_iter().map(|one| (one.verdict.word(), one.alpha, one.below)).collect();
        assert_eq!(told, [("withheld", None, Some(low))]);
    }
}
