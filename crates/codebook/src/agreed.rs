//! How far coders must agree before figures on a variable are published (section reliability of the file).

use crate::Codebook;

/// The limits a codebook sets.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AgreementLimits {
    /// Least alpha for release.
    pub release: f64,
    /// Least alpha for release as tentative.
    pub tentative: f64,
    /// Fewest rows coded by two that can be judged.
    pub units: usize,
}

impl Codebook {
    /// How far coders must agree. A limit the file does not tell is one nobody reaches: nothing is judged then, and nothing released as reliable.
    pub fn agreement_limits(&self) -> AgreementLimits {
        let limit = |name: &str| self.limits.get(name).copied().unwrap_or(f64::INFINITY);
        // A whole number by the file; the highest there is where the file has none.
        AgreementLimits { release: limit("reliability.release"), tentative: limit("reliability.tentative"), units: limit("reliability.minimum_units").ceil().max(1.0) as usize }
    }
}
