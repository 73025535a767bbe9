//! Which records a second coder codes, and which in full. The profile of a case says what share of its records is coded twice, all by default;
//! there they judge what is coded twice; of a fifth of the records of a year they recode what one coder codes, and of a tenth they look up
//! again what was copied from sources (codebook, section reliability).
//!
//! The draw is a keyed hash of record and year under the installation key: nobody can steer or predict it, and it never changes.

use codebook::{Codebook, Record, Variable};
use vault::InstallationKey;

use crate::ids::RecordId;
use crate::settings::Configured;

/// Of how many records, in per cent, a second coder codes what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shares {
    /// Records that are coded twice at all; the profile of the case says so.
    pub(super) twice: u32,
    /// Of those, records whose singly coded variables are recoded; the codebook says so.
    pub(super) single: u32,
    /// Of those, records whose copied values are compared with their sources; the codebook says so.
    pub(super) source: u32,
}

impl Shares {
    /// For a case of a profile; without one, all are coded twice.
    pub(super) fn of(config: &Configured, profile: Option<&str>) -> Shares {
        let twice = profile.and_then(|profile| config.profiles.get(profile)).map_or(100, |profile| profile.double_coding);
        Shares { twice, single: config.codebook.recoded, source: config.codebook.compared }
    }
}

/// What was drawn for a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Drawn {
    /// A second coder codes the record at all.
    pub(super) twice: bool,
    /// What one coder codes is coded a second time.
    pub(super) single: bool,
    /// What is copied from sources is looked up a second time.
    pub(super) source: bool,
}

impl Drawn {
    pub(super) fn of(key: &InstallationKey, record: RecordId, year: i32, shares: Shares) -> Drawn {
        let falls = |what: &str, share: u32| {
            let [first, second, ..] = key.mac("register second coding", &[what.as_bytes(), &year.to_be_bytes(), &record.bytes()]);
            u32::from(u16::from_be_bytes([first, second])) * 100 < share << 16
        };
        Drawn { twice: falls("twice", shares.twice), single: falls("single", shares.single), source: falls("source", shares.source) }
    }

    /// Whether the second coder is asked a variable.
    pub(super) fn asks(self, book: &Codebook, variable: &Variable) -> bool {
        match variable.reliability.as_str() {
            "single" if self.single => true,
            "source" if self.source => true,
            _ => book.coded_twice(variable),
        }
    }

    /// What a coding tells of what both coders are asked, whatever the order and the keys of its rows: to tell whether two are alike.
    pub(super) fn told(self, book: &Codebook, record: &Record) -> Vec<String> {
        book.told(record, &|variable| self.asks(book, variable))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_and_a_tenth_are_drawn_and_another_key_draws_others() {
        let keys = [0, 1].map(|_| InstallationKey::generate(&mut rand::rng()));
        let shares = Shares { twice: 100, single: 20, source: 10 };
        let (mut single, mut source, mut both, mut alike, mut half) = (0, 0, 0, 0, 0);
        for _ in 0..20_000 {
            let record = RecordId::new();
            let [drawn, other] = keys.each_ref().map(|key| Drawn::of(key, record, 2026, shares));
            assert_eq!(drawn, Drawn::of(&keys[0], record, 2026, shares), "a draw never changes");
            (single, source, both) = (single + i32::from(drawn.single), source + i32::from(drawn.source), both + i32::from(drawn.single && drawn.source));
            alike += i32::from(drawn.single && other.single);
            assert!(drawn.twice && !Drawn::of(&keys[0], record, 2026, Shares { twice: 0, ..shares }).twice);
            half += i32::from(Drawn::of(&keys[0], record, 2026, Shares { twice: 50, ..shares }).twice);
        }
        assert!((9500..10_500).contains(&half), "{half}");
        assert!((3700..4300).contains(&single) && (1750..2250).contains(&source), "{single} {source}");
        // Two draws that know nothing of each other: a fiftieth falls in both, and a twenty-fifth under both keys.
        assert!((300..510).contains(&both) && (680..930).contains(&alike), "{both} {alike}");
    }

    #[test]
    fn codebook_and_profiles_say_what_share_is_coded_twice() {
        let config = Configured::load().expect("configuration");
        for profile in [None, Some("full"), Some("light"), Some("batch"), Some("caribbean")] {
            assert_eq!(Shares::of(&config, profile), Shares { twice: 100, single: 20, source: 10 });
        }
    }

    #[test]
    fn on_every_case_the_second_coder_gets_what_is_coded_twice_and_what_decides_whether_it_is_asked() {
        let book = crate::settings::Configured::load().expect("configuration").codebook;
        let asked = |drawn: Drawn| book.variables.iter().filter(|variable| drawn.asks(&book, variable)).collect::<Vec<_>>();
        let least = asked(Drawn::default());
        assert!(book.variables.iter().filter(|variable| variable.reliability == "double").all(|variable| least.iter().any(|known| known.id == variable.id)));
        assert!(least.len() < book.variables.len() / 2 + 10, "{}", least.len());
        assert_eq!(asked(Drawn { twice: true, single: true, source: true }).len(), book.variables.len());
    }
}
