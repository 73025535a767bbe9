//! Invented registers: made from a seed, kept beside the columns so that a test can count by hand.
#![allow(dead_code, reason = "each test uses its part")]

use std::collections::{BTreeMap, BTreeSet};

use gate::{Builder, Catalogue, Columns, Register, Role, Seed, Table, Variable};

/// A generator good enough for inventing people.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u16) -> u16 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(limit)) as u16
    }
    pub fn chance(&mut self, share: f64) -> bool {
        f64::from(self.below(10_000)) < share * 10_000.0
    }
    /// Codes get rarer: the first twice or more as likely as the fourth.
    pub fn skewed(&mut self, codes: u16) -> u16 {
        let weight = |code: u16| f64::from(code + 1).powf(-0.7);
        let mut left = f64::from(self.below(10_000)) / 10_000.0 * (0..codes).map(weight).sum::<f64>();
        (0..codes).find(|code| { left -= weight(*code); left < 0.0 }).unwrap_or(codes - 1)
    }
}

#[derive(Clone)]
pub struct Person {
    pub case: u32,
    pub key: u8,
    pub codes: Vec<u16>,
}

/// An invented register of one unit.
#[derive(Clone)]
pub struct Invented {
    pub unit: &'static str,
    /// Keys (the first is the period), then outcomes.
    pub variables: Vec<(&'static str, u16)>,
    pub keys: usize,
    /// Outcomes that tell of one answer.
    pub kin: Vec<(&'static str, &'static str)>,
    /// Outcomes that do not apply to everybody, with the code of those to whom they don't.
    pub outside: Vec<(&'static str, u16)>,
    /// Whether another answer decides to whom they do not apply.
    pub by_answer: bool,
    pub people: Vec<Person>,
}

/// Four coarse keys, as the gate offers by itself; one answer of 30 per cent and one of five codes.
pub fn four(seed: u64, cases: u32) -> Invented {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let people = (0..cases).map(|case| {
        let codes = vec![dice.below(3), dice.below(4), dice.skewed(3), dice.skewed(3), u16::from(dice.chance(0.3)), dice.skewed(5)];
        Person { case, key: dice.below(256) as u8, codes }
    });
    let variables = vec![("period", 3), ("part", 4), ("relation", 3), ("age", 3), ("known", 2), ("method", 5)];
    Invented { unit: "case", variables, keys: 4, kin: vec![], outside: vec![], by_answer: false, people: people.collect() }
}

/// The same, where the yes/no answer is asked of two in five, whatever their keys.
pub fn some(seed: u64, cases: u32) -> Invented {
    asked_of_some(four(seed, cases), seed)
}

/// A register of four keys, its yes/no answer asked of two in five.
pub fn asked_of_some(mut invented: Invented, seed: u64) -> Invented {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 41);
    invented.variables[4].1 = 3;
    invented.outside = vec![("known", 2)];
    for person in &mut invented.people {
        if dice.chance(0.6) {
            person.codes[4] = 2;
        }
    }
    invented
}

/// Keys as awkward as real ones: police units inside parts of the country, fine relations inside coarse ones, ages that
/// nearly follow from relations, and a scope that is nearly always the same.
pub fn awkward(seed: u64, cases: u32) -> Invented {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 99);
    let people = (0..cases).map(|case| {
        let police = dice.skewed(13);
        let part = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3][usize::from(police)];
        let relation = dice.skewed(6);
        let relation_group = relation / 2;
        let age = if dice.chance(0.97) { relation_group } else { dice.below(4) };
        let scope = u16::from(dice.chance(0.02));
        let codes = vec![dice.below(3), part, police, relation, relation_group, age, scope, dice.below(2), u16::from(dice.chance(0.3)), dice.skewed(5)];
        Person { case, key: dice.below(256) as u8, codes }
    });
    let keys = [("period", 3), ("part", 4), ("police", 13), ("relation", 6), ("relation_group", 3), ("age", 4), ("scope", 2), ("sex", 2)];
    let variables = keys.into_iter().chain([("known", 2), ("method", 5)]).collect();
    Invented { unit: "case", variables, keys: 8, kin: vec![], outside: vec![], by_answer: false, people: people.collect() }
}

/// Victims: one to four in a case, who share period and part; some cases with many victims.
pub fn victims(seed: u64, cases: u32) -> Invented {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 7);
    let mut people = Vec::new();
    for case in 0..cases {
        let (period, part, family) = (dice.below(3), dice.below(4), dice.chance(0.3));
        let number = if family { 2 + dice.below(3) } else { 1 };
        for _ in 0..number {
            let codes = vec![period, part, dice.skewed(3), dice.skewed(3), u16::from(dice.chance(0.3)), dice.skewed(5)];
            people.push(Person { case, key: dice.below(256) as u8, codes });
        }
    }
    let variables = vec![("period", 3), ("part", 4), ("relation", 3), ("age", 3), ("known", 2), ("method", 5)];
    Invented { unit: "victim", variables, keys: 4, kin: vec![], outside: vec![], by_answer: false, people }
}

impl Invented {
    pub fn catalogue(&self) -> Catalogue {
        let variables = self.variables.iter().enumerate().map(|(number, (id, codes))| {
            let role = if number == 0 {
                Role::Period
            } else if number < self.keys {
                Role::Key { units: BTreeSet::from([self.unit.to_owned()]) }
            } else {
                Role::Outcome { unit: self.unit.into(), kin: self.kin.iter().filter(|(one, _)| one == id).map(|(_, other)| (*other).to_owned()).collect(), outside: self.outside.iter().find(|(one, _)| one == id).map(|(_, code)| *code), by_answer: self.by_answer }
            };
            Variable { id: (*id).into(), codes: *codes, role }
        });
        Catalogue::new(variables).unwrap()
    }
    pub fn columns(&self) -> Columns {
        let mut builder = Builder::new(self.unit, &self.variables).unwrap();
        for person in &self.people {
            builder.push(person.case, person.key, &person.codes).unwrap();
        }
        builder.finish()
    }
    pub fn register(&self) -> Register {
        Register::new(self.catalogue(), [self.columns()]).unwrap()
    }
    /// Frozen the year after another one.
    pub fn after(&self, before: &Invented) -> Register {
        self.after_correcting(before, BTreeSet::new())
    }
    /// The same, with cases whose codes were corrected since.
    pub fn after_correcting(&self, before: &Invented, corrected: BTreeSet<u32>) -> Register {
        Register::after(self.catalogue(), [self.columns()], vec![gate::Earlier { catalogue: before.catalogue(), columns: vec![before.columns()], corrected }]).unwrap()
    }
    /// Every set of keys that may be asked.
    pub fn tables(&self) -> Vec<Vec<&'static str>> {
        let seconds = self.variables.iter().take(self.keys).skip(1).map(|(second, _)| vec!["period", *second]);
        std::iter::once(vec!["period"]).chain(seconds).collect()
    }
    pub fn place(&self, id: &str) -> usize {
        self.variables.iter().position(|(name, _)| *name == id).unwrap()
    }
    /// The people of every group, by the codes of `keys`.
    pub fn groups(&self, keys: &[&str]) -> BTreeMap<Vec<u16>, BTreeSet<usize>> {
        let places: Vec<usize> = keys.iter().map(|key| self.place(key)).collect();
        let mut groups: BTreeMap<Vec<u16>, BTreeSet<usize>> = BTreeMap::new();
        for (number, person) in self.people.iter().enumerate() {
            groups.entry(places.iter().map(|place| person.codes[*place]).collect()).or_default().insert(number);
        }
        groups
    }
    /// Whether a question applies to somebody.
    pub fn applies(&self, outcome: &str, person: usize) -> bool {
        self.outside.iter().all(|(id, code)| *id != outcome || self.people[person].codes[self.place(id)] != *code)
    }
    /// Distinct cases of people.
    pub fn cases<'a>(&self, people: impl IntoIterator<Item = &'a usize>) -> BTreeSet<u32> {
        people.into_iter().map(|person| self.people[*person].case).collect()
    }
}

pub fn noise() -> Table {
    Table::secret(&Seed::new([5; 32]))
}
