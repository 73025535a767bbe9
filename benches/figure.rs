//! A figure as a JSON line, with its aim and whether it is met.

use serde_json::{Value, json};

use crate::Res;

/// One figure.
pub struct Figure<'a> {
    /// What was measured.
    pub what: &'a str,
    /// Ours, in `unit`.
    pub ours: f64,
    /// What pgbench or another measure took, in the same unit.
    pub beside: Option<f64>,
    /// The unit.
    pub unit: &'a str,
    /// How many were measured.
    pub n: usize,
    /// The aim in words.
    pub aim: &'a str,
    /// Whether it is met; none where there is no aim.
    pub met: Option<bool>,
    /// Parts of the figure, for whoever asks why.
    pub parts: Value,
}

fn rounded(value: f64) -> f64 {
    let digits = if value.abs() >= 100.0 { 1.0 } else if value.abs() >= 1.0 { 100.0 } else { 10_000.0 };
    (value * digits).round() / digits
}

impl Figure<'_> {
    /// Prints the line. `ratio` is ours by the other.
    pub fn print(&self) {
        let ratio = self.beside.filter(|beside| *beside > 0.0).map(|beside| rounded(self.ours / beside));
        println!("{}", json!({
            "what": self.what, "ours": rounded(self.ours), "pgbench": self.beside.map(rounded), "ratio": ratio, "unit": self.unit, "n": self.n,
            "aim": self.aim, "met": self.met, "parts": self.parts,
        }));
    }
}

/// A number for `parts`.
pub fn number(value: f64) -> Value {
    json!(rounded(value))
}

/// The machine the figures are of.
///
/// # Errors
/// Where `/proc` can't be read.
pub fn machine() -> Res<()> {
    let cpu = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).map(|rest| rest.trim_start_matches([' ', '\t', ':']).to_owned());
    let cores = std::thread::available_parallelism()?.get();
    let memory = std::fs::read_to_string("/proc/meminfo")?;
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")).map(|rest| rest.trim().to_owned());
    let busy = std::fs::read_to_string("/proc/loadavg")?;
    println!("{}", json!({ "machine": { "cpu": model, "cores": cores, "memory": memory, "load before": busy.split(' ').next() } }));
    Ok(())
}
