//! What is said of how far coders agree: the figures of a variable, per option, with and without missing codes, per pair of coders, over time.

use std::collections::BTreeSet;

use agreement::{Answer, Assessment, Brief, Category, Figures, Rules, Run, Unit, Unjudged, Verdict};
use codebook::{Label, Variable};
use serde::Serialize;

/// What is said of a variable.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// Its id in the codebook.
    pub variable: String,
    /// Its name, Dutch and English.
    pub label: Label,
    /// The level it is asked of.
    pub level: String,
    /// How far coders found the same rows of that level; none for the case itself, which both have. Alpha is of rows both found.
    pub rows: Option<RowsFound>,
    /// How it is coded: `double` on every case; `single` and `source` by a second coder where the lot fell.
    pub reliability: String,
    /// Distinct cases to which both gave a value.
    pub cases: usize,
    /// Rows to which both gave a value: of these are the share, alpha and kappa. What both make of missing codes stands in the figures.
    pub units: usize,
    /// Whether there are rows enough to judge, of fewer cases than that: they were coded from few files, and the interval says little.
    pub few_cases: bool,
    /// Share of them coded exactly alike, whole sets of options included.
    pub exact: Option<f64>,
    /// Krippendorff's alpha without missing codes; for several answers the lowest of the options.
    pub alpha: Option<f64>,
    /// Its interval of 95 per cent.
    pub interval: Option<(f64, f64)>,
    /// Cohen's kappa on the same rows as alpha: of several options that of the option with the lowest alpha, of several pairs of coders the lowest. Pairs
    /// with too few rows in common to be judged don't count.
    pub kappa: Option<f64>,
    /// `released`, `tentative`, `few_units`, `no_variation`, `withheld`.
    pub verdict: &'static str,
    /// The figures in full: one for a variable with one answer, one an option for a variable with several.
    pub figures: Vec<Told>,
}

/// How far two coders found the same rows of a level.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowsFound {
    /// Rows both found.
    pub both: usize,
    /// Rows one of them found and the other did not.
    pub alone: usize,
    /// Dice's coefficient: rows both found, twice, over all rows of either. None where nobody found any.
    pub alike: Option<f64>,
}

impl RowsFound {
    /// Of so many rows.
    ///
    /// # Source
    /// Dice, Measures of the amount of ecologic association between species, Ecology 26 (1945) 297-302.
    pub(super) fn of(both: usize, alone: usize) -> RowsFound {
        let all = 2 * both + alone;
        RowsFound { both, alone, alike: (all > 0).then(|| number(2 * both) / number(all)) }
    }
}

/// The figures of a variable, or of one of its options.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// The option; none for a variable with one answer.
    pub option: Option<i64>,
    /// Its name.
    pub label: Option<Label>,
    /// The verdict of these figures.
    pub verdict: &'static str,
    /// Where both coded a value.
    pub without_missing: RunTold,
    /// With missing codes as answers of their own; of numbers and days only whether there is a value or none.
    pub with_missing: RunTold,
    /// Per year in which the later coding was final.
    pub periods: Vec<PeriodTold>,
}

/// One way to count.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunTold {
    /// Rows coded by both.
    pub units: usize,
    /// Distinct cases of these rows.
    pub cases: usize,
    /// Whether there are rows enough to judge, of fewer cases than that.
    pub few_cases: bool,
    /// `nominal` or `interval`.
    pub scale: &'static str,
    /// Share coded alike.
    pub percent: Option<f64>,
    /// Krippendorff's alpha.
    pub alpha: Option<f64>,
    /// Its interval of 95 per cent.
    pub interval: Option<(f64, f64)>,
    /// Cohen's kappa; of several pairs of coders the lowest. Pairs with too few rows in common to be judged don't count.
    pub kappa: Option<f64>,
    /// How many pairs of coders have too few rows in common.
    pub small_pairs: usize,
    /// Gwet's AC1; none for numbers and dates.
    pub ac1: Option<f64>,
    /// Whether one code makes up nearly all: then alpha misleads, and AC1 and the agreement on each code say more.
    pub skewed: bool,
    /// For an option: when one coder chooses it, how often the other does.
    pub positive: Option<f64>,
    /// For an option: when one coder leaves it, how often the other does.
    pub negative: Option<f64>,
    /// Each pair of coders, by numbers that say nothing of who they are.
    pub pairs: Vec<PairTold>,
}

/// Two coders beside each other.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PairTold {
    /// The two, numbered alike for all variables of a report.
    pub coders: (u64, u64),
    /// Rows both coded.
    pub units: usize,
    /// Share coded alike.
    pub percent: f64,
    /// Cohen's kappa.
    pub kappa: Option<f64>,
    /// Krippendorff's alpha.
    pub alpha: Option<f64>,
}

/// A year.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeriodTold {
    /// The year.
    pub period: String,
    /// Rows coded by both.
    pub units: usize,
    /// Share coded alike, missing codes left out.
    pub percent: Option<f64>,
    /// Krippendorff's alpha, missing codes left out.
    pub alpha: Option<f64>,
    /// Krippendorff's alpha with missing codes.
    pub alpha_with_missing: Option<f64>,
}

/// A verdict by its stable name.
pub(super) fn name_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Released => "released",
        Verdict::Tentative => "tentative",
        Verdict::Unjudged(Unjudged::FewUnits) => "few_units",
        Verdict::Unjudged(Unjudged::NoVariation) => "no_variation",
        Verdict::Withheld => "withheld",
    }
}

impl Judged {
    /// Whether rows were enough, and varied enough, for a verdict.
    pub(super) fn is_judged(&self) -> bool {
        !matches!(self.verdict, "few_units" | "no_variation")
    }
    /// Whether two coders said anything of it, be it that it is missing.
    pub fn coded_twice(&self) -> bool {
        self.figures.iter().any(|figures| figures.with_missing.units > 0)
    }
}

/// Whether units are enough to be judged, of fewer cases than that.
fn few(units: usize, cases: usize, rules: &Rules) -> bool {
    units >= rules.units && cases < rules.units
}

/// The answers of a unit that are values, where two coders gave one.
fn valued(unit: &Unit) -> Option<Vec<Answer>> {
    let values: Vec<Answer> = unit.by.iter().filter_map(|(_, answer)| match answer {
        Answer::Missing(_) => None,
        // In whatever order they were ticked.
        Answer::Codes(codes) => Some(Answer::Codes(codes.iter().copied().collect::<BTreeSet<_>>().into_iter().collect())),
        Answer::Code(code) => Some(Answer::Code(*code)),
    }).collect();
    Some(values).filter(|values| values.len() > 1)
}

/// What is said of a variable that was judged. A unit only one gave a value says nothing.
pub(super) fn row(variable: &Variable, units: &[Unit], made: &Assessment, rows: Option<RowsFound>, rules: &Rules) -> Judged {
    let both: Vec<(u64, Vec<Answer>)> = units.iter().filter_map(|unit| Some((unit.case, valued(unit)?))).collect();
    let alike = both.iter().filter(|(_, values)| values.windows(2).all(|pair| pair.first() == pair.last())).count();
    let cases = both.iter().map(|(case, _)| *case).collect::<BTreeSet<_>>().len();
    let lowest = made.weakest();
    let whole = made.figures.iter().map(|figures| told(None, figures, rules));
    let options = made.options.iter().map(|(option, figures)| told(variable.codes.iter().find(|code| code.code == *option).map(|code| (code.code, &code.label)), figures, rules));
    Judged {
        variable: variable.id.clone(), label: variable.label.clone(), level: variable.level.clone(), rows, reliability: variable.reliability.clone(), cases, units: both.len(), few_cases: few(both.len(), cases, rules),
        exact: (!both.is_empty()).then(|| number(alike) / number(both.len())), alpha: lowest.and_then(|run| run.alpha), interval: lowest.and_then(|run| run.interval.as_ref()).map(|interval| (interval.low, interval.high)),
        kappa: lowest.and_then(|run| run.lowest_kappa(rules)), verdict: name_of(made.verdict), figures: whole.chain(options).collect(),
    }
}

fn number(of: usize) -> f64 {
    f64::from(u32::try_from(of).unwrap_or(u32::MAX))
}

fn told(option: Option<(i64, &Label)>, figures: &Figures, rules: &Rules) -> Told {
    Told {
        option: option.map(|(code, _)| code), label: option.map(|(_, label)| label.clone()), verdict: name_of(figures.verdict), without_missing: run(&figures.without_missing, option.is_some(), rules),
        with_missing: run(&figures.with_missing, option.is_some(), rules), periods: figures.periods.iter().map(|one| period(&one.period, &one.without_missing, &one.with_missing)).collect(),
    }
}

fn period(name: &str, without: &Brief, with: &Brief) -> PeriodTold {
    PeriodTold { period: name.to_owned(), units: without.units, percent: without.percent, alpha: without.alpha, alpha_with_missing: with.alpha }
}

fn run(run: &Run, of_option: bool, rules: &Rules) -> RunTold {
    let on = |code: i64| run.specific.iter().find(|one| one.category == Category::Code(code)).filter(|_| of_option).map(|one| one.agreement);
    RunTold {
        units: run.units, cases: run.cases, few_cases: few(run.units, run.cases, rules), scale: match run.scale { agreement::Scale::Nominal => "nominal", agreement::Scale::Ordinal => "ordinal", agreement::Scale::Interval => "interval" }, percent: run.percent,
        alpha: run.alpha, interval: run.interval.as_ref().map(|interval| (interval.low, interval.high)), kappa: run.lowest_kappa(rules), small_pairs: run.small_pairs(rules), ac1: run.ac1, skewed: run.skewed, positive: on(1), negative: on(0),
        pairs: run.pairs.iter().map(|pair| PairTold { coders: pair.coders, units: pair.kappa.units, percent: pair.kappa.observed, kappa: pair.kappa.kappa, alpha: pair.alpha }).collect(),
    }
}
