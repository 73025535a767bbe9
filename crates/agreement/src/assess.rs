//! From the double codings of a variable to its figures and the verdict: everything that is published about it once a year.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Answer, Bootstrap, Category, Faulty, Kind, Rated, Ratings, Rules, Run, Scale, Unit, Unjudged, Variable, Verdict, alpha, number, percent};

/// Answers to whether there is a value.
const THERE_OR_NOT: usize = 2;

/// The short figures of a period.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Brief {
    /// Units coded by at least two.
    pub units: usize,
    /// Share of pairs coded alike.
    pub percent: Option<f64>,
    /// Krippendorff's alpha.
    pub alpha: Option<f64>,
}

/// A period, so that a definition that wears off shows.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Period {
    /// As given with the units.
    pub period: String,
    /// Missing codes count as categories.
    pub with_missing: Brief,
    /// Missing codes are left out.
    pub without_missing: Brief,
}

/// The figures of a variable with one answer, or of one option of a variable with several.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Figures {
    /// Missing codes count as categories: do coders also agree that something is unknown? Nominal, whatever the variable's
    /// scale, because a missing code has no place on one. Of numbers and days it is asked only whether there is a value (1) or
    /// none (0): two ages a year apart are no two answers to that.
    pub with_missing: Run,
    /// Missing codes are left out: do coders agree where both have a value?
    pub without_missing: Run,
    /// Per period, in the order of their names.
    pub periods: Vec<Period>,
    /// The stricter of both runs: a variable is reliable only when both questions have a good answer. Of numbers and days the
    /// second says nothing where neither coder missed a value, and Gwet's AC1 answers it where nearly all have one: alpha of two
    /// categories of which one is hardly there is low however well coders agree.
    pub verdict: Verdict,
}

/// All figures of a variable.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Assessment {
    /// The variable.
    pub variable: Variable,
    /// Share of units all of whose coders gave exactly the same answer, missing codes and whole sets of options included.
    pub exact: Option<f64>,
    /// The figures; absent for a variable with several answers.
    pub figures: Option<Figures>,
    /// Per option, for a variable with several answers.
    pub options: Vec<(i64, Figures)>,
    /// The strictest verdict of all the figures. Each option also has its own.
    pub verdict: Verdict,
}

impl Assessment {
    /// The run that speaks for the variable where one figure is told of it: without missing codes, of several options the one with the lowest
    /// alpha. Absent where no run has an alpha.
    pub fn weakest(&self) -> Option<&Run> {
        let runs = self.figures.iter().chain(self.options.iter().map(|(_, figures)| figures)).map(|figures| &figures.without_missing);
        runs.filter_map(|run| Some((run.alpha?, run))).min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, run)| run)
    }
}

/// Judges a variable.
///
/// # Errors
/// [`Faulty`] for a coder with two codings of a unit, an answer of another kind than the variable's, an unknown option.
pub fn assess(variable: &Variable, units: &[Unit], how: &Bootstrap, rules: &Rules) -> Result<Assessment, Faulty> {
    check(variable, units)?;
    let (mut figures, mut options) = (None, Vec::new());
    match &variable.kind {
        Kind::Nominal { codes } => figures = Some(judged(units, code, Scale::Nominal, *codes, how, rules)?),
        Kind::Ordinal { codes } => figures = Some(judged(units, code, Scale::Ordinal, *codes, how, rules)?),
        Kind::Interval => figures = Some(judged(units, code, Scale::Interval, 0, how, rules)?),
        Kind::Multi { options: listed } => {
            for option in listed {
                options.push((*option, judged(units, |answer| chosen(answer, *option), Scale::Nominal, 2, how, rules)?));
            }
        }
    }
    let verdicts = figures.iter().chain(options.iter().map(|(_, figures)| figures)).map(|figures| figures.verdict);
    let verdict = verdicts.max().unwrap_or(rules.judge(0, None));
    Ok(Assessment { variable: variable.clone(), exact: exact(units), figures, options, verdict })
}

fn check(variable: &Variable, units: &[Unit]) -> Result<(), Faulty> {
    for (unit, (coder, answer)) in units.iter().enumerate().flat_map(|(place, unit)| unit.by.iter().map(move |by| (place, by))) {
        match (&variable.kind, answer) {
            (_, Answer::Missing(_)) => {}
            (Kind::Multi { options }, Answer::Codes(codes)) => {
                if let Some(option) = codes.iter().find(|code| !options.contains(code)) {
                    return Err(Faulty::NoSuchOption { unit, option: *option, variable: variable.id.clone() });
                }
            }
            (Kind::Multi { .. }, Answer::Code(_)) | (_, Answer::Codes(_)) => {
                return Err(Faulty::WrongKind { unit, coder: *coder, variable: variable.id.clone() });
            }
            (_, Answer::Code(_)) => {}
        }
    }
    Ok(())
}

/// The answer to a variable with one code.
fn code(answer: &Answer) -> Option<Category> {
    match answer {
        Answer::Code(code) => Some(Category::Code(*code)),
        Answer::Missing(reason) => Some(Category::Missing(*reason)),
        Answer::Codes(_) => None,
    }
}

/// The answer to one option: 1 chosen, 0 not.
fn chosen(answer: &Answer, option: i64) -> Option<Category> {
    match answer {
        Answer::Codes(codes) => Some(Category::Code(i64::from(codes.contains(&option)))),
        Answer::Missing(reason) => Some(Category::Missing(*reason)),
        Answer::Code(_) => None,
    }
}

fn judged(units: &[Unit], read: impl Fn(&Answer) -> Option<Category>, scale: Scale, codes: usize, how: &Bootstrap, rules: &Rules)
-> Result<Figures, Faulty> {
    let rated = |unit: &Unit| Rated {
        case: unit.case,
        by: unit.by.iter().filter_map(|(coder, answer)| Some((*coder, read(answer)?))).collect(),
    };
    let all = Ratings::new(units.iter().map(rated).collect())?;
    let reasons = all.frequencies().into_keys().filter(|category| matches!(category, Category::Missing(_))).count();
    let measured = scale == Scale::Interval;
    let asked = |ratings: &Ratings| if measured { ratings.there_or_not() } else { ratings.clone() };
    let with_missing = Run::new(&asked(&all), Scale::Nominal, if measured { THERE_OR_NOT } else { codes + reasons }, how, rules);
    let without_missing = Run::new(&all.without_missing(), scale, codes, how, rules);
    let mut by_period: BTreeMap<&str, Vec<Rated>> = BTreeMap::new();
    for unit in units {
        by_period.entry(&unit.period).or_default().push(rated(unit));
    }
    let mut periods = Vec::new();
    for (period, units) in by_period {
        let ratings = Ratings::new(units)?;
        let (with_missing, without_missing) = (brief(&asked(&ratings), Scale::Nominal), brief(&ratings.without_missing(), scale));
        periods.push(Period { period: period.to_owned(), with_missing, without_missing });
    }
    let verdict = match second(&with_missing, measured, rules) {
        Some(second) => second.max(without_missing.verdict),
        None => without_missing.verdict,
    };
    Ok(Figures { with_missing, without_missing, periods, verdict })
}

/// What the run with missing codes says; nothing where only values were given, or none, of a number or a day.
fn second(run: &Run, measured: bool, rules: &Rules) -> Option<Verdict> {
    match run.verdict {
        Verdict::Unjudged(Unjudged::NoVariation) if measured => None,
        _ if measured && run.skewed => Some(rules.judge(run.units, run.ac1)),
        verdict => Some(verdict),
    }
}

fn brief(ratings: &Ratings, scale: Scale) -> Brief {
    Brief { units: ratings.paired_units(), percent: percent(ratings), alpha: alpha(ratings, scale) }
}

fn exact(units: &[Unit]) -> Option<f64> {
    let answers = units.iter().filter(|unit| unit.by.len() >= 2).map(|unit| {
        let plain = |answer: &Answer| match answer {
            Answer::Codes(codes) => Answer::Codes(codes.iter().copied().collect::<std::collections::BTreeSet<_>>().into_iter().collect()),
            other => other.clone(),
        };
        let mut answers = unit.by.iter().map(|(_, answer)| plain(answer));
        let first = answers.next();
        answers.all(|answer| Some(answer) == first)
    });
    let (alike, units) = answers.fold((0_usize, 0_usize), |(alike, units), same| (alike + usize::from(same), units + 1));
    (units > 0).then(|| number(alike) / number(units))
}
