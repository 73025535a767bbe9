//! Which records a second coder codes in full. On every case they judge what is coded twice; of a fifth of the records of a year they recode
//! what one coder codes, and of a tenth they look up again what was copied from sources (codebook, double coding).
//!
//! The draw is a keyed hash of record and year under the installation key: nobody can steer or predict it, and it never changes.

use codebook::{Codebook, Record, Variable};
use vault::InstallationKey;

use crate::ids::RecordId;

/// Per cent of records whose singly coded variables are recoded.
const RECODED: u32 = 20;
/// Per cent of records whose copied values are compared with their sources.
const COMPARED: u32 = 10;

/// What was drawn for a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Drawn {
    /// What one coder codes is coded a second time.
    pub(super) single: bool,
    /// What is copied from sources is looked up a second time.
    pub(super) source: bool,
}

impl Drawn {
    pub(super) fn of(key: &InstallationKey, record: RecordId, year: i32) -> Drawn {
        let falls = |what: &str, share: u32| {
            let [first, second, ..] = key.mac("register second coding", &[what.as_bytes(), &year.to_be_bytes(), &record.bytes()]);
            u32::from(u16::from_be_bytes([first, second])) * 100 < share << 16
        };
        Drawn { single: falls("single", RECODED), source: falls("source", COMPARED) }
    }

    /// Whether the second coder is asked a variable.
    pub(super) fn asks(self, book: &Codebook, variable: &Variable) -> bool {
        match variable.reliability.as_str() {
            "single" if self.single => true,
            "source" if self.source => true,
            _ => book.coded_twice(variable),
        }
    }

    /// Codes of what both coders are asked, in one order, without the keys of rows: to tell whether two codings are alike.
    pub(super) fn shared(self, book: &Codebook, record: &Record) -> Vec<(String, usize, String, serde_json::Value)> {
        let mut all = vec![];
        for (level, rows) in &record.0 {
            for (at, row) in rows.iter().enumerate() {
                let asked = row.iter().filter(|(id, value)| !value.is_null() && book.variable(id).is_some_and(|variable| self.asks(book, variable)));
                all.extend(asked.map(|(id, value)| (level.clone(), at, id.clone(), value.clone())));
            }
        }
        all.sort_by(|one, other| (&one.0, one.1, &one.2).cmp(&(&other.0, other.1, &other.2)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_and_a_tenth_are_drawn_and_another_key_draws_others() {
        let keys = [0, 1].map(|_| InstallationKey::generate(&mut rand::rng()));
        let (mut single, mut source, mut both, mut alike) = (0, 0, 0, 0);
        for _ in 0..20_000 {
            let record = RecordId::new();
            let [drawn, other] = keys.each_ref().map(|key| Drawn::of(key, record, 2026));
            assert_eq!(drawn, Drawn::of(&keys[0], record, 2026), "a draw never changes");
            (single, source, both) = (single + i32::from(drawn.single), source + i32::from(drawn.source), both + i32::from(drawn.single && drawn.source));
            alike += i32::from(drawn.single && other.single);
        }
        assert!((3700..4300).contains(&single) && (1750..2250).contains(&source), "{single} {source}");
        // Two draws that know nothing of each other: a fiftieth falls in both, and a twenty-fifth under both keys.
        assert!((300..510).contains(&both) && (680..930).contains(&alike), "{both} {alike}");
    }

    #[test]
    fn on_every_case_the_second_coder_gets_what_is_coded_twice_and_what_decides_whether_it_is_asked() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let asked = |drawn: Drawn| book.variables.iter().filter(|variable| drawn.asks(&book, variable)).collect::<Vec<_>>();
        let least = asked(Drawn::default());
        assert!(book.variables.iter().filter(|variable| variable.reliability == "double").all(|variable| least.iter().any(|known| known.id == variable.id)));
        assert!(least.len() < book.variables.len() / 2 + 10, "{}", least.len());
        assert_eq!(asked(Drawn { single: true, source: true }).len(), book.variables.len());
    }
}
