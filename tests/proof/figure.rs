//! One line a figure.

use serde_json::{Value, json};

/// The figures of one test; a missed aim fails it, after all are printed.
#[derive(Default)]
pub struct Figures(Vec<String>);

impl Figures {
    /// Prints a figure with its denominator; `told` says what was counted, and names failures and exceptions.
    pub fn publish(&mut self, number: u8, says: &str, found: impl Into<Value>, of: impl Into<Value>, aim: &str, met: bool, told: Value) {
        println!("FIGURE {}", json!({ "figure": number, "says": says, "found": found.into(), "of": of.into(), "aim": aim, "met": met, "told": told }));
        if !met {
            self.0.push(format!("figure {number} misses its aim: {aim}"));
        }
    }
}

impl Drop for Figures {
    fn drop(&mut self) {
        assert!(self.0.is_empty() || std::thread::panicking(), "{}", self.0.join("; "));
    }
}
