//! When two records may be one event: `config/duplicates.toml`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::fault::Fault;

/// Kinds of fields that are compared.
const KINDS: [&str; 8] = ["family", "given", "born", "sex", "month", "year", "region", "victims"];

/// The rule: what each kind that agrees weighs, and from where a pair is shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duplicates {
    threshold: i32,
    field: Vec<Field>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    kind: String,
    weight: i32,
}

impl Duplicates {
    /// Refuses kinds there are not, or twice, and weights that could never reach the threshold or always would.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let mut seen = BTreeSet::new();
        if let Some(field) = self.field.iter().find(|field| !KINDS.contains(&field.kind.as_str()) || !seen.insert(&field.kind) || !(1..=100).contains(&field.weight)) {
            return Err(Fault::new(format!("field.{}", field.kind), "is geen soort, staat er twee keer, of weegt niets", "no kind, there twice, or weighing nothing").marked(format!("\"{}\"", field.kind)));
        }
        let (most, highest) = (self.field.iter().map(|field| field.weight).sum::<i32>(), self.field.iter().map(|field| field.weight).max().unwrap_or_default());
        // One field alone never makes a pair: else a common name or a month would pair half the register.
        if self.threshold > highest && self.threshold <= most {
            return Ok(());
        }
        Err(Fault::new("threshold", format!("{} ligt niet tussen {highest} en {most}", self.threshold), format!("{} is not between {highest} and {most}", self.threshold)))
    }

    /// Kinds and what they weigh, in the same order.
    pub fn weights(&self) -> (Vec<&str>, Vec<i32>) {
        (self.field.iter().map(|field| field.kind.as_str()).collect(), self.field.iter().map(|field| field.weight).collect())
    }

    /// From here on a pair is shown.
    pub fn threshold(&self) -> i32 {
        self.threshold
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_by_which_one_field_alone_pairs_records_stops_the_start() {
        let of = |text: &str| toml::from_str::<Duplicates>(text).expect("a rule").check();
        assert!(of("threshold = 4\n[[field]]\nkind = \"family\"\nweight = 4\n[[field]]\nkind = \"sex\"\nweight = 1").is_err());
        assert!(of("threshold = 5\n[[field]]\nkind = \"family\"\nweight = 4\n[[field]]\nkind = \"sex\"\nweight = 1").is_ok());
        assert!(of("threshold = 6\n[[field]]\nkind = \"family\"\nweight = 4\n[[field]]\nkind = \"sex\"\nweight = 1").is_err());
        assert!(of("threshold = 5\n[[field]]\nkind = \"shoe\"\nweight = 4\n[[field]]\nkind = \"sex\"\nweight = 4").is_err());
    }
}
