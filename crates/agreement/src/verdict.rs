//! Whether figures of a variable may be published.

use serde::Serialize;

/// The limits a codebook sets; Krippendorff's customary ones are 0.80 and 0.67 (Content Analysis, 4th edition 2018, chapter 12).
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Rules {
    /// Least alpha for release.
    pub release: f64,
    /// Least alpha for release as tentative.
    pub tentative: f64,
    /// Fewest units coded by two that can be judged.
    pub units: usize,
    /// Above this share of one category kappa and alpha mislead: look at AC1 and the agreement on each category too.
    pub skewed: f64,
}

/// Why there is no judgment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unjudged {
    /// Fewer units coded by two than the rules ask for.
    FewUnits,
    /// All codings are the same, so that nothing shows whether coders can tell cases apart.
    NoVariation,
}

/// What follows from an alpha. In order: a later one is stricter, and of two the stricter holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Published.
    Released,
    /// Published, marked as tentative.
    Tentative,
    /// Can't be told; not published as reliable.
    Unjudged(Unjudged),
    /// Not published; the definition is rewritten and coders are trained.
    Withheld,
}

impl Rules {
    /// The verdict on an alpha of so many units.
    pub fn judge(&self, units: usize, alpha: Option<f64>) -> Verdict {
        match alpha {
            _ if units < self.units => Verdict::Unjudged(Unjudged::FewUnits),
            None => Verdict::Unjudged(Unjudged::NoVariation),
            Some(alpha) if alpha >= self.release => Verdict::Released,
            Some(alpha) if alpha >= self.tentative => Verdict::Tentative,
            Some(_) => Verdict::Withheld,
        }
    }
}
