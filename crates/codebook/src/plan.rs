//! A codebook ready to be worked out: every name of every expression replaced by the place of what it names.

use std::collections::BTreeMap;

use crate::syntax::Order;

/// What a variable holds, as far as expressions care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Holds {
    /// A code or a number.
    Number,
    /// Several codes.
    Codes,
    /// A day or a month, as far as known.
    When,
    /// Text, which no expression reads.
    Text,
}

/// Where the value of a variable comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// Coded: its place in `Codebook::variables`, and among the coded variables of its level.
    Coded(usize, usize),
    /// Its place in `Codebook::derived`.
    Derived(usize),
}

/// A variable, coded or derived.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) id: String,
    pub(crate) level: usize,
    pub(crate) holds: Holds,
    pub(crate) source: Source,
    /// Codes that stand alone and are not counted by `size`.
    pub(crate) exclusive: Vec<i64>,
    pub(crate) condition: Option<Condition>,
}

/// Something that is true, false or undecided.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Condition {
    Always,
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Compare(Amount, Order, Amount),
    OneOf(Amount, Vec<i64>),
    Missing(usize),
    /// Whether any of these stands in a variable of several codes.
    Has(usize, Vec<Amount>),
    AnyRow(usize, Box<Condition>),
    AllRows(usize, Box<Condition>),
}

/// A number, or why there is none.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Amount {
    Number(i64),
    Of(usize),
    Sum(Box<Amount>, char, Box<Amount>),
    Size(usize),
    Count(usize, Box<Condition>),
    Distinct(usize, usize, Box<Condition>),
    Days(usize, usize),
    Months(usize, usize),
    Year(usize),
    Factor(usize),
    FactorsInScope,
    NumberOf(i64, Vec<usize>),
    Completeness,
}

/// How a derived variable is computed.
#[derive(Clone, Debug)]
pub(crate) enum Method {
    Bands(usize, Vec<(i64, i64, i64)>),
    Map(usize, BTreeMap<i64, i64>),
    Cases(Vec<(Condition, i64)>),
    Function(Amount),
}

/// Where and how the catalogue of factors is coded.
#[derive(Clone, Debug)]
pub(crate) struct Factors {
    pub(crate) level: usize,
    pub(crate) factor: usize,
    pub(crate) status: usize,
    pub(crate) present: i64,
    pub(crate) absent: i64,
    pub(crate) scopes: Vec<Condition>,
    /// In the order of the catalogue: code, scope, and the condition that computes its status.
    pub(crate) each: Vec<(i64, usize, Option<Condition>)>,
    /// Those of them that are computed, by code.
    pub(crate) computed: BTreeMap<i64, usize>,
}

/// A level and how its rows hang together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bond {
    pub(crate) parent: Option<usize>,
    pub(crate) links: Vec<usize>,
    /// The member of a row that is its key beside `key`.
    pub(crate) key: String,
    /// The variables of the level, coded and derived.
    pub(crate) slots: Vec<usize>,
    /// How many of them are coded.
    pub(crate) coded: usize,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) bonds: Vec<Bond>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) by_id: BTreeMap<String, usize>,
    pub(crate) factors: Option<Factors>,
    /// Level, when, then; in the order of the checks.
    pub(crate) checks: Vec<(usize, Condition, Condition)>,
    /// In the order of the derived variables.
    pub(crate) methods: Vec<Method>,
}

impl Plan {
    /// Whether a row of `from` reaches one row of `to`: itself, its parent, what it links, and theirs.
    pub(crate) fn reaches(&self, from: usize, to: usize) -> bool {
        from == to || self.bonds.get(from).is_some_and(|bond| bond.parent.iter().chain(&bond.links).any(|next| self.reaches(*next, to)))
    }
}
