//! Looking up the names of an expression. What is not there, can't be reached or is of the wrong kind is refused by name.

use std::collections::BTreeMap;

use crate::plan::{Amount, Condition, Holds, Plan, Source};
use crate::syntax::{Node, Order, Tree, Unread, read};
use crate::{Codebook, Code, Label, Level};

/// What names are looked up in.
pub(crate) struct Names<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) levels: &'a [Level],
    /// The codes of every slot that has any.
    pub(crate) codes: &'a [Vec<Code>],
    /// Factors by id: their place in the catalogue.
    pub(crate) factors: BTreeMap<&'a str, usize>,
}

impl Names<'_> {
    /// A condition, seen from a row of a level.
    pub(crate) fn condition(&self, text: &str, level: usize) -> Result<Condition, Label> {
        read(text).and_then(|node| self.truth(&node, level)).map_err(|why| told(text, why))
    }
    /// An amount, seen from a row of a level.
    pub(crate) fn amount(&self, text: &str, level: usize) -> Result<Amount, Label> {
        read(text).and_then(|node| self.number(&node, level)).map_err(|why| told(text, why))
    }

    fn truth(&self, node: &Node, level: usize) -> Result<Condition, Unread> {
        Ok(match &node.tree {
            Tree::Name(name) if name == "always" => Condition::Always,
            Tree::Not(inner) => Condition::Not(Box::new(self.truth(inner, level)?)),
            Tree::And(parts) => Condition::And(self.truths(parts, level)?),
            Tree::Or(parts) => Condition::Or(self.truths(parts, level)?),
            Tree::Compare(left, order, right) => self.compared(left, *order, right, level)?,
            Tree::OneOf(left, codes) => {
                codes.iter().try_for_each(|code| self.known(left, level, *code))?;
                Condition::OneOf(self.number(left, level)?, codes.clone())
            }
            Tree::Call(name, parts) => match (name.as_str(), parts.as_slice()) {
                ("missing", [of]) => Condition::Missing(self.variable(of, level, None)?),
                ("has", [of, code]) => self.has(of, std::slice::from_ref(code), level)?,
                ("has_any", [of, codes @ ..]) if !codes.is_empty() => self.has(of, codes, level)?,
                ("any", [rows, inner]) => self.rows(rows, inner).map(|(rows, inner)| Condition::AnyRow(rows, inner))?,
                ("all", [rows, inner]) => self.rows(rows, inner).map(|(rows, inner)| Condition::AllRows(rows, inner))?,
                ("missing" | "has" | "has_any" | "any" | "all", _) => return wrong(node, format!("{name}() neemt geen {} delen", parts.len()), format!("{name}() does not take {} parts", parts.len())),
                _ => return wrong(node, format!("{name}() is niet waar of onwaar"), format!("{name}() is not true or false")),
            },
            Tree::Name(name) => return wrong(node, format!("{name} is niet waar of onwaar"), format!("{name} is not true or false")),
            Tree::Number(_) | Tree::Sum(..) => return wrong(node, "een getal is niet waar of onwaar", "a number is not true or false"),
        })
    }
    fn truths(&self, parts: &[Node], level: usize) -> Result<Vec<Condition>, Unread> {
        parts.iter().map(|part| self.truth(part, level)).collect()
    }
    fn compared(&self, left: &Node, order: Order, right: &Node, level: usize) -> Result<Condition, Unread> {
        for (one, other) in [(left, right), (right, left)] {
            if let Tree::Number(code) = other.tree {
                self.known(one, level, code)?;
            }
        }
        Ok(Condition::Compare(self.number(left, level)?, order, self.number(right, level)?))
    }
    /// A code a variable is compared with must be one of its codes: one that was dropped would never be true.
    fn known(&self, node: &Node, level: usize, code: i64) -> Result<(), Unread> {
        let Tree::Name(name) = &node.tree else { return Ok(()) };
        if name == "factors_in_scope" || name == "completeness" {
            return Ok(());
        }
        let slot = self.variable(node, level, None)?;
        match self.codes.get(slot) {
            Some(codes) if !codes.is_empty() && !codes.iter().any(|known| known.code == code) => wrong(node, format!("{name} heeft geen code {code}"), format!("{name} has no code {code}")),
            _ => Ok(()),
        }
    }
    fn has(&self, of: &Node, codes: &[Node], level: usize) -> Result<Condition, Unread> {
        for code in codes {
            if let Tree::Number(number) = code.tree {
                self.known(of, level, number)?;
            }
        }
        let codes = codes.iter().map(|code| self.number(code, level)).collect::<Result<_, _>>()?;
        Ok(Condition::Has(self.variable(of, level, Some(Holds::Codes))?, codes))
    }
    fn rows(&self, rows: &Node, inner: &Node) -> Result<(usize, Box<Condition>), Unread> {
        let rows = self.level(rows)?;
        Ok((rows, Box::new(self.truth(inner, rows)?)))
    }

    fn number(&self, node: &Node, level: usize) -> Result<Amount, Unread> {
        Ok(match &node.tree {
            Tree::Number(number) => Amount::Number(*number),
            Tree::Name(name) if name == "factors_in_scope" => match self.plan.factors {
                Some(_) => Amount::FactorsInScope,
                None => return wrong(node, "hier is geen lijst met factoren", "there is no catalogue of factors here"),
            },
            Tree::Name(name) if name == "completeness" => Amount::Completeness,
            Tree::Name(_) => Amount::Of(self.variable(node, level, Some(Holds::Number))?),
            Tree::Sum(left, sign, right) => Amount::Sum(Box::new(self.number(left, level)?), *sign, Box::new(self.number(right, level)?)),
            Tree::Call(name, parts) => match (name.as_str(), parts.as_slice()) {
                ("size", [of]) => Amount::Size(self.variable(of, level, Some(Holds::Codes))?),
                ("count", [rows]) => Amount::Count(self.level(rows)?, Box::new(Condition::Always)),
                ("count", [rows, inner]) => self.rows(rows, inner).map(|(rows, inner)| Amount::Count(rows, inner))?,
                ("distinct", [rows, of, inner]) => {
                    let (rows, inner) = self.rows(rows, inner)?;
                    Amount::Distinct(rows, self.variable(of, rows, Some(Holds::Number))?, inner)
                }
                ("days", [from, to]) => Amount::Days(self.variable(from, level, Some(Holds::When))?, self.variable(to, level, Some(Holds::When))?),
                ("months", [from, to]) => Amount::Months(self.variable(from, level, Some(Holds::When))?, self.variable(to, level, Some(Holds::When))?),
                ("year", [of]) => Amount::Year(self.variable(of, level, Some(Holds::When))?),
                ("factor", [Node { tree: Tree::Name(id), at }]) => Amount::Factor(*self.factors.get(id.as_str()).ok_or_else(|| (*at, Label::of(format!("er is geen factor {id}"), format!("there is no factor {id}"))))?),
                ("number_of", [Node { tree: Tree::Number(code), .. }, of @ ..]) if !of.is_empty() => {
                    of.iter().try_for_each(|one| self.known(one, level, *code))?;
                    Amount::NumberOf(*code, of.iter().map(|one| self.variable(one, level, Some(Holds::Number))).collect::<Result<_, _>>()?)
                }
                ("size" | "count" | "distinct" | "days" | "months" | "year" | "factor" | "number_of", _) => return wrong(node, format!("{name}() neemt deze {} delen niet", parts.len()), format!("{name}() does not take these {} parts", parts.len())),
                _ => return wrong(node, format!("er is geen functie {name}() die een getal geeft"), format!("there is no function {name}() that gives a number")),
            },
            _ => return wrong(node, "hier hoort een getal te staan", "a number should stand here"),
        })
    }

    fn variable(&self, node: &Node, level: usize, holds: Option<Holds>) -> Result<usize, Unread> {
        let Tree::Name(name) = &node.tree else { return wrong(node, "hier hoort de naam van een variabele te staan", "the name of a variable should stand here") };
        let Some(slot) = self.plan.by_id.get(name).copied() else { return wrong(node, format!("er is geen variabele {name}"), format!("there is no variable {name}")) };
        let found = self.plan.slots.get(slot).ok_or_else(|| (node.at, Label::of(format!("er is geen variabele {name}"), format!("there is no variable {name}"))))?;
        if !self.plan.reaches(level, found.level) {
            let of = |level: usize| self.levels.get(level).map(|level| level.id.as_str()).unwrap_or_default();
            let (there, here) = (of(found.level), of(level));
            return wrong(
                node, format!("{name} hoort bij {there}; een rij van {here} komt daar alleen met count, any, all of distinct"),
                format!("{name} belongs to {there}, which a row of {here} reaches only through count, any, all or distinct"),
            );
        }
        match holds {
            Some(Holds::Number) if found.holds != Holds::Number => wrong(node, format!("{name} is geen getal"), format!("{name} is no number")),
            Some(Holds::Codes) if found.holds != Holds::Codes => wrong(node, format!("{name} kan niet meer dan één code hebben"), format!("{name} has no several codes")),
            Some(Holds::When) if found.holds != Holds::When => wrong(node, format!("{name} is geen datum"), format!("{name} is no date")),
            _ => Ok(slot),
        }
    }
    fn level(&self, node: &Node) -> Result<usize, Unread> {
        let Tree::Name(name) = &node.tree else { return wrong(node, "hier hoort de naam van een niveau te staan", "the name of a level should stand here") };
        self.levels.iter().position(|level| level.id == *name).ok_or_else(|| (node.at, Label::of(format!("er is geen niveau {name}"), format!("there is no level {name}"))))
    }
}

fn wrong<T>(node: &Node, nl: impl Into<String>, en: impl Into<String>) -> Result<T, Unread> {
    Err((node.at, Label::of(nl, en)))
}

fn told(text: &str, (at, why): Unread) -> Label {
    Label::of(format!("{} (teken {at} van '{text}')", why.nl), format!("{} (character {at} of '{text}')", why.en))
}

/// The slots an expression reads, so that none can need itself.
pub(crate) fn read_by_condition(plan: &Plan, condition: &Condition, found: &mut Vec<usize>) {
    match condition {
        Condition::Always => {}
        Condition::Not(inner) => read_by_condition(plan, inner, found),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| read_by_condition(plan, part, found)),
        Condition::Compare(left, _, right) => [left, right].into_iter().for_each(|part| read_by_amount(plan, part, found)),
        Condition::OneOf(amount, _) => read_by_amount(plan, amount, found),
        Condition::Missing(of) => found.push(*of),
        Condition::Has(of, codes) => {
            found.push(*of);
            codes.iter().for_each(|code| read_by_amount(plan, code, found));
        }
        Condition::AnyRow(_, inner) | Condition::AllRows(_, inner) => read_by_condition(plan, inner, found),
    }
}

/// The same of an amount.
pub(crate) fn read_by_amount(plan: &Plan, amount: &Amount, found: &mut Vec<usize>) {
    match amount {
        Amount::Number(_) => {}
        Amount::Of(of) | Amount::Size(of) | Amount::Year(of) => found.push(*of),
        Amount::Sum(left, _, right) => [left, right].into_iter().for_each(|part| read_by_amount(plan, part, found)),
        Amount::Count(_, inner) => read_by_condition(plan, inner, found),
        Amount::Distinct(_, of, inner) => {
            found.push(*of);
            read_by_condition(plan, inner, found);
        }
        Amount::Days(from, to) | Amount::Months(from, to) => found.extend([from, to]),
        Amount::NumberOf(_, of) => found.extend(of),
        Amount::Factor(_) | Amount::FactorsInScope => {
            if let Some(factors) = &plan.factors {
                found.extend([factors.factor, factors.status]);
                factors.scopes.iter().for_each(|scope| read_by_condition(plan, scope, found));
            }
        }
        Amount::Completeness => found.extend(plan.slots.iter().enumerate().filter(|(_, slot)| matches!(slot.source, Source::Coded(..))).map(|(at, _)| at)),
    }
}

/// Refuses conditions, derivations and computed factors that need themselves, and names the way round.
pub(crate) fn refuse_cycles(plan: &Plan, declared: &BTreeMap<usize, Vec<usize>>) -> Result<(), (String, Label)> {
    let needs: Vec<Vec<usize>> = plan.slots.iter().enumerate().map(|(at, slot)| {
        let mut found = declared.get(&at).cloned().unwrap_or_default();
        if let Some(condition) = &slot.condition {
            read_by_condition(plan, condition, &mut found);
        }
        if let Source::Derived(number) = slot.source {
            match plan.methods.get(number) {
                Some(crate::plan::Method::Bands(of, _) | crate::plan::Method::Map(of, _)) => found.push(*of),
                Some(crate::plan::Method::Cases(lines)) => lines.iter().for_each(|(when, _)| read_by_condition(plan, when, &mut found)),
                Some(crate::plan::Method::Function(amount)) => read_by_amount(plan, amount, &mut found),
                None => {}
            }
        }
        if let Some(factors) = plan.factors.as_ref().filter(|factors| factors.status == at) {
            factors.each.iter().filter_map(|(_, _, computed)| computed.as_ref()).for_each(|computed| read_by_condition(plan, computed, &mut found));
        }
        found
    }).collect();
    let mut done = vec![false; needs.len()];
    for at in 0..needs.len() {
        walk(at, &needs, &mut vec![], &mut done).map_err(|round| {
            let names: Vec<&str> = round.iter().filter_map(|at| plan.slots.get(*at)).map(|slot| slot.id.as_str()).collect();
            (names.last().copied().unwrap_or_default().to_owned(), Label::of(format!("heeft zichzelf nodig: {}", names.join(" → ")), format!("needs itself: {}", names.join(" → "))))
        })?;
    }
    Ok(())
}

fn walk(at: usize, needs: &[Vec<usize>], path: &mut Vec<usize>, done: &mut [bool]) -> Result<(), Vec<usize>> {
    if let Some(begin) = path.iter().position(|before| *before == at) {
        return Err(path[begin..].iter().copied().chain([at]).collect());
    }
    if done[at] {
        return Ok(());
    }
    path.push(at);
    for next in &needs[at] {
        walk(*next, needs, path, done)?;
    }
    path.pop();
    done[at] = true;
    Ok(())
}

impl Codebook {
    /// The place of a level.
    pub(crate) fn level(&self, id: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.id == id)
    }
}
