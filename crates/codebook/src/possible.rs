//! Conditions that can never be true: a number no variable holds, or two things of one variable that exclude each other. Such a condition closes a
//! question for good, or keeps a check silent, and nobody would see why.
//!
//! What a derived variable is says something of what it is derived from: a flag that is set says that there is such a row. That is looked through,
//! a few steps deep. What is found is certain; what is not found may still be impossible, as where two coded variables exclude each other.

use std::collections::BTreeSet;

use crate::plan::{Amount, Condition, Method, Plan, Source};
use crate::syntax::Order;
use crate::{Codebook, Label, Severity};

/// A condition that can never be true, or a check that can never be satisfied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Never {
    /// Where it stands: `fem_computed.cases[3]`, `C01.then`; of two checks together `C01 + C02`.
    pub at: String,
    /// Why.
    pub why: Label,
}

/// What an amount can be where a condition holds so far.
#[derive(Clone, PartialEq, Debug)]
struct Can {
    least: i64,
    most: i64,
    /// Where it is one of some codes only.
    codes: Option<BTreeSet<i64>>,
    not: BTreeSet<i64>,
    /// Of several answers: lists of which one at least is among them, and codes that are not.
    with: Vec<BTreeSet<i64>>,
    without: BTreeSet<i64>,
    /// Whether it can be -7, and whether -6, -8 or -9.
    closed: bool,
    missing: bool,
}

impl Can {
    fn between(least: i64, most: i64) -> Can {
        Can { least, most, codes: None, not: BTreeSet::new(), with: vec![], without: BTreeSet::new(), closed: false, missing: false }
    }
    fn holds_a_value(&self) -> bool {
        if self.with.iter().any(|some| some.is_subset(&self.without)) {
            return false;
        }
        match &self.codes {
            Some(codes) => codes.iter().any(|code| self.allows(*code)),
            // More numbers than are excluded, or one of few that is not.
            None => self.least <= self.most && (usize::try_from(self.most.saturating_sub(self.least)).is_ok_and(|others| others >= self.not.len()) || (self.least..=self.most).any(|number| self.allows(number))),
        }
    }
    fn allows(&self, number: i64) -> bool {
        (self.least..=self.most).contains(&number) && !self.not.contains(&number)
    }
    fn none(&self) -> bool {
        !self.holds_a_value() && !self.closed && !self.missing
    }
    fn known(&mut self) {
        (self.closed, self.missing) = (false, false);
    }
    fn compared(&mut self, order: Order, number: i64) {
        match order {
            Order::Equal => (self.least, self.most) = (self.least.max(number), self.most.min(number)),
            Order::Unequal => {
                self.not.insert(number);
            }
            Order::Less => self.most = self.most.min(number.saturating_sub(1)),
            Order::AtMost => self.most = self.most.min(number),
            Order::More => self.least = self.least.max(number.saturating_add(1)),
            Order::AtLeast => self.least = self.least.max(number),
        }
    }
    fn among(&mut self, codes: &[i64]) {
        let among: BTreeSet<i64> = codes.iter().copied().filter(|code| self.codes.as_ref().is_none_or(|known| known.contains(code))).collect();
        self.codes = Some(among);
    }
}

/// What each amount can be so far.
type Known = Vec<(Amount, Can)>;

/// How many derived variables are looked through, one behind another.
const DEEPEST: usize = 3;

#[derive(Clone, Copy)]
struct Search<'a> {
    book: &'a Codebook,
    plan: &'a Plan,
    /// The level of the row a condition is seen from.
    level: usize,
    /// Behind how many derived variables.
    depth: usize,
}

impl Codebook {
    /// Conditions of questions, checks, factors and decision tables that can never be true.
    pub fn never(&self) -> Vec<Never> {
        let mut found = vec![];
        let mut look = |at: String, level: usize, condition: &Condition| {
            let search = Search { book: self, plan: &self.plan, level, depth: 0 };
            if let Err(what) = search.possible(condition, vec![]) {
                found.push(Never { at, why: what });
            }
        };
        for slot in &self.plan.slots {
            slot.condition.iter().for_each(|condition| look(format!("{}.condition", slot.id), slot.level, condition));
        }
        for (check, (level, when, _)) in self.checks.iter().zip(&self.plan.checks) {
            look(format!("{}.when", check.id), *level, when);
        }
        for (derived, method) in self.derived.iter().zip(&self.plan.methods) {
            if let Method::Cases(lines) = method {
                let level = self.level(&derived.level).unwrap_or_default();
                (1..).zip(lines).for_each(|(number, (when, _)): (usize, _)| look(format!("{}.cases[{number}]", derived.id), level, when));
            }
        }
        if let Some(factors) = &self.plan.factors {
            // Both are asked of the case, the level that hangs under none.
            let outside = self.plan.bonds.iter().position(|bond| bond.parent.is_none()).unwrap_or_default();
            let mut scopes = BTreeSet::new();
            for (factor, (_, scope, computed)) in self.factors.iter().zip(&factors.each) {
                if let Some(condition) = factors.scopes.get(*scope).filter(|_| scopes.insert(*scope)) {
                    look(format!("factor_scope.{}", factor.scope), outside, condition);
                }
                computed.iter().for_each(|condition| look(format!("{}.computed", factor.id), outside, condition));
            }
        }
        found
    }
}

impl Codebook {
    /// Hard checks that no record they apply to can satisfy, alone or two of them together: such a record never becomes final. Of two, only where one
    /// applies wherever the other does.
    pub fn never_holds(&self) -> Vec<Never> {
        let hard: Vec<_> = self.checks.iter().zip(&self.plan.checks).filter(|(check, _)| check.severity == Severity::Hard).collect();
        let all = |level: usize, parts: &[&Condition]| Search { book: self, plan: &self.plan, level, depth: 0 }.possible(&Condition::And(parts.iter().map(|part| (*part).clone()).collect()), vec![]);
        let (mut found, mut sound) = (vec![], vec![]);
        for (check, (level, when, then)) in hard {
            // One that never applies is told as such.
            if all(*level, &[when]).is_err() {
                continue;
            }
            match all(*level, &[when, then]) {
                Err(why) => found.push(Never { at: format!("{}.then", check.id), why }),
                Ok(_) => sound.push((check, *level, when, then)),
            }
        }
        for (at, (check, level, when, then)) in sound.iter().enumerate() {
            for (other, of, where_other, then_other) in sound.iter().skip(at + 1) {
                let together = level == of && (when == where_other || **when == Condition::Always || **where_other == Condition::Always) && all(*level, &[*when, *where_other]).is_ok();
                if let Some(why) = together.then(|| all(*level, &[*when, *where_other, *then, *then_other])).and_then(Result::err) {
                    found.push(Never { at: format!("{} + {}", check.id, other.id), why });
                }
            }
        }
        found
    }
}

/// What a derived variable says of what it is derived from, where it has a value.
enum Behind<'a> {
    /// One of these codes, or a number in this range.
    Of(Amount, Option<Vec<i64>>, (i64, i64)),
    /// The lines of its table that give such a value.
    Lines(&'a [(Condition, i64)], Vec<usize>),
}

impl Search<'_> {
    /// What is known where the condition holds, or why it never does.
    fn possible(&self, condition: &Condition, known: Known) -> Result<Known, Label> {
        match condition {
            Condition::Always | Condition::AllRows(..) => Ok(known),
            Condition::And(parts) => {
                let all = |known: Known| parts.iter().try_fold(known, |known, part| self.possible(part, known));
                // Once more: what one of several ways needs may be excluded by what stands after it.
                if self.depth == 0 { all(known).and_then(all) } else { all(known) }
            }
            Condition::Or(parts) => {
                let (mut ways, mut why) = (vec![], None);
                for part in parts {
                    match self.possible(part, known.clone()) {
                        Ok(way) => ways.push(way),
                        Err(what) => why = why.or(Some(what)),
                    }
                }
                match (ways.len(), why) {
                    (0, Some(why)) => Err(why),
                    (1, _) => Ok(ways.remove(0)),
                    _ => Ok(known),
                }
            }
            Condition::Compare(left, order, right) => self.compared(left, *order, right, known, true),
            Condition::OneOf(amount, codes) => self.narrowed(amount, known, |can| {
                can.known();
                can.among(codes);
            }),
            Condition::Missing(slot) => self.narrowed(&Amount::Of(*slot), known, |can| {
                (can.codes, can.closed) = (Some(BTreeSet::new()), false);
            }),
            Condition::Not(inner) => match &**inner {
                Condition::Always => Err(label("always")),
                Condition::Not(inner) => self.possible(inner, known),
                // None of them.
                Condition::Or(parts) => parts.iter().try_fold(known, |known, part| self.possible(&Condition::Not(Box::new(part.clone())), known)),
                Condition::AnyRow(rows, inner) => self.narrowed(&Amount::Count(*rows, inner.clone()), known, |can| {
                    can.missing = false;
                    can.compared(Order::AtMost, 0);
                }),
                Condition::Missing(slot) => self.narrowed(&Amount::Of(*slot), known, |can| can.missing = false),
                Condition::Compare(left, order, right) => self.compared(left, opposite(*order), right, known, false),
                Condition::OneOf(amount, codes) => self.narrowed(amount, known, |can| {
                    can.missing = false;
                    can.not.extend(codes);
                }),
                // None of them stands there.
                Condition::Has(slot, some) => self.narrowed(&Amount::Of(*slot), known, |can| {
                    can.missing = false;
                    can.without.extend(numbers(some).into_iter().flatten());
                }),
                _ => Ok(known),
            },
            Condition::Has(slot, some) => self.narrowed(&Amount::Of(*slot), known, |can| {
                can.known();
                // What is looked for by what another variable says can be anything.
                can.with.extend(numbers(some).filter(|codes| codes.len() == some.len()));
            }),
            // Its rows say nothing of this one, but that there is one.
            Condition::AnyRow(rows, inner) => {
                Search { level: *rows, ..*self }.possible(inner, vec![])?;
                let any = |can: &mut Can| {
                    can.known();
                    can.compared(Order::AtLeast, 1);
                };
                let known = self.narrowed(&Amount::Count(*rows, Box::new(Condition::Always)), known, any)?;
                self.narrowed(&Amount::Count(*rows, inner.clone()), known, any)
            }
        }
    }

    fn compared(&self, left: &Amount, order: Order, right: &Amount, known: Known, plainly: bool) -> Result<Known, Label> {
        let narrow = |amount: &Amount, order: Order, number: i64| self.narrowed(amount, known.clone(), |can| {
            // Not so of what is -7: there the comparison is false.
            if plainly { can.known() } else { can.missing = false }
            can.compared(order, number);
        });
        match (left, right) {
            (Amount::Number(one), Amount::Number(other)) => if fits(order, (*one, *one), (*other, *other)) { Ok(known) } else { Err(label(&one.to_string())) },
            (amount, Amount::Number(number)) => narrow(amount, order, *number),
            (Amount::Number(number), amount) => narrow(amount, turned(order), *number),
            (one, other) if plainly => {
                let (a, b) = (self.can(one), self.can(other));
                if fits(order, (a.least, a.most), (b.least, b.most)) { Ok(known) } else { Err(self.label_of(one)) }
            }
            _ => Ok(known),
        }
    }

    fn narrowed(&self, amount: &Amount, mut known: Known, narrow: impl FnOnce(&mut Can)) -> Result<Known, Label> {
        let at = known.iter().position(|(of, _)| of == amount).unwrap_or_else(|| {
            known.push((amount.clone(), self.can(amount)));
            known.len() - 1
        });
        let Some((_, can)) = known.get_mut(at) else { return Ok(known) };
        narrow(can);
        if can.none() {
            return Err(self.label_of(amount));
        }
        let can = can.clone();
        self.behind(amount, &can, known)
    }

    /// What is known beside, where a derived variable can be this only: of what it is derived from.
    fn behind(&self, amount: &Amount, can: &Can, known: Known) -> Result<Known, Label> {
        // Of one that may be missing nothing follows.
        if self.depth == DEEPEST || can.closed || can.missing {
            return Ok(known);
        }
        let search = Search { depth: self.depth + 1, ..*self };
        // Where there is a row with something there is a row.
        if let Amount::Count(rows, inner) = amount
            && **inner != Condition::Always
            && can.least > 0
        {
            return search.narrowed(&Amount::Count(*rows, Box::new(Condition::Always)), known, |all| all.compared(Order::AtLeast, can.least));
        }
        match self.derived_from(amount, can) {
            None => Ok(known),
            Some(Behind::Of(of, codes, (least, most))) => search.narrowed(&of, known, |source| {
                source.known();
                source.compared(Order::AtLeast, least);
                source.compared(Order::AtMost, most);
                if let Some(codes) = &codes {
                    source.among(codes);
                }
            }),
            Some(Behind::Lines(lines, fitting)) => {
                let (mut ways, mut why) = (vec![], None);
                for at in fitting {
                    // The first line that is true counts: those before it are not.
                    let way = lines.iter().take(at).try_fold(known.clone(), |known, (before, _)| search.possible(&Condition::Not(Box::new(before.clone())), known));
                    match way.and_then(|way| lines.get(at).map_or(Ok(way.clone()), |(when, _)| search.possible(when, way))) {
                        Ok(way) => ways.push(way),
                        Err(what) => why = why.or(Some(what)),
                    }
                }
                match (ways.len(), why) {
                    (0, why) => Err(why.unwrap_or_else(|| self.label_of(amount))),
                    (1, _) => Ok(ways.remove(0)),
                    _ => Ok(known),
                }
            }
        }
    }

    /// How a derived variable of the row itself comes by such a value. What a row of another level reads is read from there, and may be another row.
    fn derived_from(&self, amount: &Amount, can: &Can) -> Option<Behind<'_>> {
        let Amount::Of(slot) = amount else { return None };
        let slot = self.plan.slots.get(*slot).filter(|slot| slot.level == self.level)?;
        let Source::Derived(number) = slot.source else { return None };
        let fits = |code: i64| can.allows(code) && can.codes.as_ref().is_none_or(|codes| codes.contains(&code));
        let anything = (i64::MIN, i64::MAX);
        Some(match self.plan.methods.get(number)? {
            Method::Map(of, map) => Behind::Of(Amount::Of(*of), Some(map.iter().filter(|(_, code)| fits(**code)).map(|(from, _)| *from).collect()), anything),
            Method::Bands(of, bands) => {
                let fitting: Vec<&(i64, i64, i64)> = bands.iter().filter(|(.., code)| fits(*code)).collect();
                Behind::Of(Amount::Of(*of), None, (fitting.iter().map(|(least, ..)| *least).min()?, fitting.iter().map(|(_, most, _)| *most).max()?))
            }
            Method::Function(of) => Behind::Of(of.clone(), can.codes.clone().map(|codes| codes.into_iter().filter(|code| can.allows(*code)).collect()), (can.least, can.most)),
            Method::Cases(lines) => Behind::Lines(lines, lines.iter().enumerate().filter(|(_, (_, code))| fits(*code)).map(|(at, _)| at).collect()),
        })
    }

    /// What an amount can be at all.
    fn can(&self, amount: &Amount) -> Can {
        let anything = Can { closed: true, missing: true, ..Can::between(i64::MIN, i64::MAX) };
        match amount {
            Amount::Number(number) => Can::between(*number, *number),
            Amount::Of(slot) => {
                let (codes, range) = match self.plan.slots.get(*slot).map(|slot| slot.source) {
                    Some(Source::Coded(at, _)) => self.book.variables.get(at).map(|variable| (&variable.codes, variable.range)),
                    Some(Source::Derived(at)) => self.book.derived.get(at).map(|derived| (&derived.codes, (None, None))),
                    None => None,
                }.unwrap_or((&EMPTY, (None, None)));
                let codes: BTreeSet<i64> = codes.iter().map(|code| code.code).collect();
                let (least, most) = match (codes.first(), codes.last()) {
                    (Some(least), Some(most)) => (*least, *most),
                    _ => (range.0.unwrap_or(i64::MIN), range.1.unwrap_or(i64::MAX)),
                };
                // Several codes are compared by `has` only.
                Can { least, most, codes: Some(codes).filter(|codes| !codes.is_empty()), ..anything }
            }
            Amount::Size(slot) => {
                let most = match self.plan.slots.get(*slot).map(|slot| slot.source) {
                    Some(Source::Coded(at, _)) => self.book.variables.get(at).map_or(0, |variable| variable.codes.iter().filter(|code| !code.exclusive).count()),
                    _ => usize::MAX,
                };
                Can { least: 0, most: i64::try_from(most).unwrap_or(i64::MAX), ..anything }
            }
            Amount::Count(..) | Amount::Distinct(..) | Amount::FactorsInScope => Can { least: 0, ..anything },
            Amount::NumberOf(_, of) => Can { least: 0, most: i64::try_from(of.len()).unwrap_or(i64::MAX), ..anything },
            Amount::Completeness => Can { least: 0, most: 100, ..anything },
            Amount::Sum(left, sign, right) => {
                let (a, b) = (self.can(left), self.can(right));
                let (least, most) = match sign {
                    '+' => (a.least.saturating_add(b.least), a.most.saturating_add(b.most)),
                    '-' => (a.least.saturating_sub(b.most), a.most.saturating_sub(b.least)),
                    _ => (i64::MIN, i64::MAX),
                };
                Can { least, most, ..anything }
            }
            Amount::Days(..) | Amount::Months(..) | Amount::Year(_) | Amount::Factor(_) => anything,
        }
    }

    fn label_of(&self, amount: &Amount) -> Label {
        match amount {
            Amount::Of(slot) | Amount::Size(slot) => label(self.plan.slots.get(*slot).map(|slot| slot.id.as_str()).unwrap_or_default()),
            _ => Label { nl: format!("dit kan van {} nooit waar zijn", self.book.amount(amount, true)), en: format!("this can never be true of {}", self.book.amount(amount, false)) },
        }
    }
}

/// The codes among what is looked for.
fn numbers(some: &[Amount]) -> Option<BTreeSet<i64>> {
    let codes: BTreeSet<i64> = some.iter().filter_map(|amount| if let Amount::Number(code) = amount { Some(*code) } else { None }).collect();
    Some(codes).filter(|codes| !codes.is_empty())
}

static EMPTY: Vec<crate::Code> = vec![];

fn label(name: &str) -> Label {
    Label { nl: format!("geen waarde van {name} maakt dit ooit waar"), en: format!("no value of {name} ever makes this true") }
}

fn opposite(order: Order) -> Order {
    match order {
        Order::Equal => Order::Unequal,
        Order::Unequal => Order::Equal,
        Order::Less => Order::AtLeast,
        Order::AtMost => Order::More,
        Order::More => Order::AtMost,
        Order::AtLeast => Order::Less,
    }
}

fn turned(order: Order) -> Order {
    match order {
        Order::Less => Order::More,
        Order::AtMost => Order::AtLeast,
        Order::More => Order::Less,
        Order::AtLeast => Order::AtMost,
        same => same,
    }
}

/// Whether some number of one can stand so to some number of the other.
fn fits(order: Order, (least, most): (i64, i64), (from, to): (i64, i64)) -> bool {
    match order {
        Order::Equal => least <= to && from <= most,
        Order::Unequal => !(least == most && from == to && least == from),
        Order::Less => least < to,
        Order::AtMost => least <= to,
        Order::More => most > from,
        Order::AtLeast => most >= from,
    }
}
