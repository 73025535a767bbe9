//! How far coders agree: percent agreement, Krippendorff's alpha with an interval, Cohen's kappa, Gwet's AC1, positive agreement.
//!
//! Two coders read the same file without seeing each other's codes. Where they often differ, the figure says as much about the
//! coder as about the case, and no table of it should be published. This package turns the double codings of one variable into
//! the figures that decide that, and into the decision: [`assess`]. The statistics can also be had one by one on [`Ratings`].
//!
//! It reads no clock and draws no chance of its own: the bootstrap gets its seed from the caller, so that anybody can compute a
//! published interval again.
#![forbid(unsafe_code)]

mod alpha;
mod answer;
mod assess;
mod bootstrap;
mod gwet;
mod kappa;
mod percent;
mod ratings;
mod run;
mod verdict;

pub use alpha::{Scale, alpha};
pub use answer::{Answer, Faulty, Kind, Unit, Variable};
pub use assess::{Assessment, Brief, Figures, Period, assess};
pub use bootstrap::{Bootstrap, Interval, bootstrap};
pub use gwet::ac1;
pub use kappa::{Kappa, kappa};
pub use percent::{Specific, percent, specific};
pub use ratings::{Category, Rated, Ratings};
pub use run::{Pair, Run};
pub use verdict::{Rules, Unjudged, Verdict};

/// A count as a number to reckon with. Exact: no register holds 2^53 rows.
fn number(count: usize) -> f64 {
    count as f64
}
