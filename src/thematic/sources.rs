//! The side of the thematic review: its coordinator names the theme and the closed cases it reads.

use serde::Serialize;

use super::store::{self, CountsRow, SourceRow};
use super::{LONGEST, SETTLED, Stage, Theme, of_case, still_takes, words};
use crate::access::{Act, Kind, Role};
use crate::cases::{self, Step};
use crate::compartments;
use crate::ids::{CaseId, CompartmentId, ThematicId};
use crate::notices;
use crate::settings::Thematic;
use crate::tx::{FieldFault, Permit, Place, Refused, Tx, needed};

/// Who names theme and cases.
pub static NAME: Act = of_case("thematic.name");
/// Who reads how far the cases are.
pub static READ_SOURCES: Act = of_case("thematic.read_sources");

/// A case that a thematic review reads.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// Id.
    pub id: ThematicId,
    /// By which the thematic panel knows it.
    pub number: i32,
    /// The number of the case, for who coordinates the thematic review.
    pub case_number: String,
    /// How far it is: `asked`, `chosen`, `placed`, `nothing`.
    pub stage: Stage,
    /// How many copies organisations were asked for.
    pub asked: i64,
    /// For how many of them the answer is awaited.
    pub waiting: i64,
    /// For how many they agreed.
    pub agreed: i64,
    /// How many are placed.
    pub placed: i64,
}

/// What a thematic review reads.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sources {
    /// Its theme; none while it is not named.
    pub theme: Option<Theme>,
    /// Whether it stands: somebody was asked for it.
    pub theme_fixed: bool,
    /// The least number of cases.
    pub least: i64,
    /// The most.
    pub most: i64,
    /// The cases.
    pub sources: Vec<Source>,
}

impl Sources {
    /// Whether it reads no more cases than these.
    pub fn enough(&self) -> bool {
        is_enough(self.sources.len(), self.most)
    }
}

fn is_enough(named: usize, most: i64) -> bool {
    named >= usize::try_from(most).unwrap_or_default()
}

/// Whether an organisation was asked for something: then the theme stands.
fn somebody_was_asked(counts: &[CountsRow]) -> bool {
    counts.iter().any(|counts| counts.asked > 0)
}

/// The room of a thematic review's case, and what such a review reads.
fn thematic(tx: &mut Tx, batch: CaseId) -> Result<(CompartmentId, Thematic), Refused> {
    let within = compartments::of_kind(tx, batch, Kind::Case)?;
    let (profile, _) = cases::profile_and_language(tx, batch)?;
    Ok((within, profile.thematic.ok_or(Refused::Rule("not-thematic"))?))
}

/// Names the theme, or another one as long as no organisation was asked: what they agree to is this theme.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("not-thematic")`, `Rule("thematic-too-late")`, `Rule("theme-is-asked")`; `Faults` for a code that is not in the list,
/// and without code or words.
pub fn name_theme(tx: &mut Tx, batch: CaseId, told: &Theme) -> Result<(), Refused> {
    let (within, _) = thematic(tx, batch)?;
    let permit = tx.permit(&NAME, Place::Compartment(within), batch.uuid())?;
    still_takes(tx, batch)?;
    let known = |code: i64| tx.parts().config.codebook.listed("theme", code).is_some();
    let theme = match (told.theme, told.words.as_deref().map(str::trim).filter(|words| !words.is_empty())) {
        (Some(code), _) if !known(code) => return Err(Refused::Faults(vec![FieldFault::new("theme", "not-an-option")])),
        (Some(code), None) => Theme { theme: Some(code), words: None },
        (Some(_), Some(_)) => return Err(Refused::Faults(vec![FieldFault::new("words", "code-or-words")])),
        (None, words) => Theme { theme: None, words: Some(needed("words", words.unwrap_or_default(), LONGEST)?.to_owned()) },
    };
    if somebody_was_asked(&store::counts(tx.db(), batch)?) {
        return Err(Refused::Rule("theme-is-asked"));
    }
    words::say(tx, &permit, within, batch.uuid(), &theme)?;
    for source in store::of_batch(tx.db(), batch)? {
        tell(tx, &permit, &source, &theme)?;
    }
    cases::record(tx, &permit, "theme_named", None)
}

/// The coordinators of a source learn what they are asked for, and that they are.
fn tell(tx: &mut Tx, permit: &Permit, source: &SourceRow, theme: &Theme) -> Result<(), Refused> {
    let into = compartments::of_kind(tx, source.source_id, Kind::Case)?;
    words::say(tx, permit, into, source.id.uuid(), theme)?;
    for hat in cases::hats_in_role(tx, source.source_id, Role::Coordinator)? {
        notices::tell(tx, hat, notices::Kind::TaskAssigned, Some(source.source_id), None)?;
    }
    Ok(())
}

/// Names a closed case of the own bureau to be read, by its number.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("not-thematic")`, `Rule("thematic-too-late")`, `Rule("theme-first")`, `Rule("sources-enough")`; `Faults` for a number
/// no case of the bureau has, whether another bureau's has it or none; `Rule("source-not-settled")`; `Rule("already-there")`.
pub fn name_source(tx: &mut Tx, batch: CaseId, number: &str) -> Result<ThematicId, Refused> {
    let (within, asks) = thematic(tx, batch)?;
    let permit = tx.permit(&NAME, Place::Compartment(within), batch.uuid())?;
    still_takes(tx, batch)?;
    let theme = words::said(tx, &permit, batch.uuid())?.ok_or(Refused::Rule("theme-first"))?;
    let source = cases::of_number(tx, number.trim())?.filter(|source| *source != batch).ok_or_else(|| Refused::Faults(vec![FieldFault::new("number", "not-an-option")]))?;
    let (state, profile) = cases::state_and_profile(tx, source)?;
    let is_thematic = tx.parts().config.profiles.get(&profile).is_some_and(|profile| profile.thematic.is_some());
    // A case that was never reviewed closes too, and has nothing that was released into it.
    if is_thematic || !SETTLED.contains(&state) || !cases::was_taken(tx, source, Step::T16)? {
        return Err(Refused::Rule("source-not-settled"));
    }
    let named = store::of_batch(tx.db(), batch)?;
    if named.iter().any(|one| one.source_id == source) {
        return Err(Refused::Rule("already-there"));
    }
    if is_enough(named.len(), asks.sources_max) {
        return Err(Refused::Rule("sources-enough"));
    }
    let (id, hat) = (ThematicId::new(), tx.hat()?);
    store::insert(tx.db(), id, (batch, source), hat)?;
    let made = store::lock(tx.db(), id)?;
    tell(tx, &permit, &made, &theme)?;
    Ok(id)
}

/// Takes a case off again, as long as nothing of it was placed; organisations that were asked are asked no more.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("source-is-placed")`.
pub fn drop_source(tx: &mut Tx, batch: CaseId, id: ThematicId) -> Result<(), Refused> {
    let (within, _) = thematic(tx, batch)?;
    tx.permit(&NAME, Place::Compartment(within), id.uuid())?;
    let now = tx.now();
    if store::lock(tx.db(), id)?.batch_id != batch {
        return Err(Refused::NotFound);
    }
    if store::counts(tx.db(), batch)?.iter().any(|counts| counts.thematic_id == id && counts.placed > 0) {
        return Err(Refused::Rule("source-is-placed"));
    }
    store::drop_source(tx.db(), id, now)
}

/// What a thematic review reads, and how far that is.
///
/// # Errors
/// `NotFound`, `NotYours`; `Rule("not-thematic")`; `Locked`.
pub fn sources(tx: &mut Tx, batch: CaseId) -> Result<Sources, Refused> {
    let (within, asks) = thematic(tx, batch)?;
    let permit = tx.permit(&READ_SOURCES, Place::Compartment(within), batch.uuid())?;
    let theme = words::said(tx, &permit, batch.uuid())?;
    let counts = store::counts(tx.db(), batch)?;
    let sources = store::of_batch(tx.db(), batch)?.into_iter().map(|source| {
        let counted = counts.iter().find(|counts| counts.thematic_id == source.id);
        let count = |of: fn(&CountsRow) -> i64| counted.map_or(0, of);
        Ok(Source {
            id: source.id, number: source.number, case_number: cases::number_of(tx, source.source_id)?, stage: Stage::of_source(counted.is_some_and(|counts| counts.placed > 0), source.nothing_at.is_some(), counted.is_some()),
            asked: count(|counts| counts.asked), waiting: count(|counts| counts.waiting), agreed: count(|counts| counts.agreed), placed: count(|counts| counts.placed),
        })
    }).collect::<Result<_, Refused>>()?;
    Ok(Sources { theme, theme_fixed: somebody_was_asked(&counts), least: asks.sources_min, most: asks.sources_max, sources })
}
