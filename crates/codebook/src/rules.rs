//! How a derived variable is computed, in words made of the codebook's own: names of variables, codes and levels.

use crate::plan::{Amount, Condition, Method, Source};
use crate::syntax::Order;
use crate::{Code, Codebook, Derived, Label};

/// How a variable is computed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rule {
    /// In a sentence.
    pub said: Label,
    /// Where it is a table: its lines, in order.
    pub lines: Vec<RuleLine>,
}

/// A line of the table by which something is computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleLine {
    /// When it fits.
    pub when: Label,
    /// The codebook's own expression, where the line has one.
    pub expression: String,
    /// What follows: a code, and its name.
    pub code: i64,
    /// See `code`.
    pub label: Label,
}

impl Rule {
    /// The sentence with the lines of its table in it.
    pub fn whole(&self) -> Label {
        let told = |language: &str| {
            let lines: Vec<String> = (1..).zip(&self.lines).map(|(number, line)| format!("{number}. {}: {}", line.when.get(language), line.label.get(language))).collect();
            if lines.is_empty() { self.said.get(language).to_owned() } else { format!("{} {}.", self.said.get(language), lines.join("; ")) }
        };
        Label { nl: told("nl"), en: told("en") }
    }
}

/// Both languages at once.
fn both(told: impl Fn(bool) -> String) -> Label {
    Label { nl: told(true), en: told(false) }
}

fn pick(dutch: bool, nl: &str, en: &str) -> String {
    if dutch { nl } else { en }.to_owned()
}

impl Codebook {
    /// How a derived variable is computed; none for one that is coded.
    pub fn rule(&self, id: &str) -> Option<Rule> {
        let number = self.derived.iter().position(|derived| derived.id == id)?;
        let (derived, method) = (self.derived.get(number)?, self.plan.methods.get(number)?);
        let line = |when: Label, expression: &str, code: i64| RuleLine { when, expression: expression.to_owned(), code, label: named(&derived.codes, code) };
        Some(match method {
            Method::Function(amount) => Rule { said: both(|dutch| capital(&self.amount(amount, dutch)) + "."), lines: vec![] },
            Method::Bands(of, bands) => Rule {
                said: self.by(*of),
                lines: bands.iter().map(|(least, most, code)| line(both(|dutch| range(*least, *most, dutch)), "", *code)).collect(),
            },
            Method::Map(of, _) => Rule {
                said: self.by(*of),
                lines: derived.map.iter().map(|pairing| line(both(|dutch| self.names(*of, &pairing.from, dutch)), "", pairing.code)).collect(),
            },
            Method::Cases(lines) => Rule {
                said: Label { nl: "Van boven naar beneden; de eerste regel die opgaat, geldt.".into(), en: "From top to bottom; the first line that fits holds.".into() },
                lines: lines.iter().zip(&derived.cases).map(|((condition, code), told)| {
                    let words = both(|dutch| if dutch { told.nl.clone() } else { told.en.clone() });
                    let when = if words.nl.is_empty() { both(|dutch| self.condition(condition, dutch)) } else { words };
                    line(when, &told.when, *code)
                }).collect(),
            },
        })
    }

    /// When a coded variable is asked, in words; none where it always is.
    pub fn asked_when(&self, id: &str) -> Option<Label> {
        let condition = self.plan.slots.get(*self.plan.by_id.get(id)?)?.condition.as_ref()?;
        Some(both(|dutch| self.condition(condition, dutch)))
    }

    /// What exactly a variable means: its definition, or how it is computed.
    pub fn meant(&self, id: &str) -> Label {
        self.variable(id).map(|variable| variable.definition.clone()).or_else(|| self.rule(id).map(|rule| rule.whole())).unwrap_or_default()
    }

    fn by(&self, of: usize) -> Label {
        both(|dutch| format!("{} '{}'.", pick(dutch, "Samengevat uit", "Grouped from"), self.name_of(of).get(tag(dutch))))
    }

    fn codes_at(&self, slot: usize) -> &[Code] {
        match self.plan.slots.get(slot).map(|slot| slot.source) {
            Some(Source::Coded(number, _)) => self.variables.get(number).map(|known| known.codes.as_slice()),
            Some(Source::Derived(number)) => self.derived.get(number).map(|known: &Derived| known.codes.as_slice()),
            None => None,
        }.unwrap_or_default()
    }

    fn names(&self, slot: usize, codes: &[i64], dutch: bool) -> String {
        codes.iter().map(|code| named(self.codes_at(slot), *code).get(tag(dutch)).to_owned()).collect::<Vec<_>>().join("; ")
    }

    fn level_named(&self, level: usize, dutch: bool) -> String {
        self.levels.get(level).map(|level| format!("'{}'", level.label.get(tag(dutch)))).unwrap_or_default()
    }

    fn variable_named(&self, slot: usize, dutch: bool) -> String {
        format!("'{}'", self.name_of(slot).get(tag(dutch)))
    }

    /// A condition in words.
    fn condition(&self, condition: &Condition, dutch: bool) -> String {
        // What is joined within something joined otherwise stands in brackets.
        let part = |inner: &Condition| match inner {
            Condition::And(_) | Condition::Or(_) => format!("({})", self.condition(inner, dutch)),
            plain => self.condition(plain, dutch),
        };
        let joined = |parts: &[Condition], word: String| parts.iter().map(part).collect::<Vec<_>>().join(&format!(" {word} "));
        match condition {
            Condition::Always => pick(dutch, "in alle andere gevallen", "in all other cases"),
            Condition::Not(inner) => format!("{} ({})", pick(dutch, "niet", "not"), self.condition(inner, dutch)),
            Condition::And(parts) => joined(parts, pick(dutch, "en", "and")),
            Condition::Or(parts) => joined(parts, pick(dutch, "of", "or")),
            Condition::Compare(Amount::Of(slot), order, Amount::Number(number)) if !self.codes_at(*slot).is_empty() => {
                let fits = |code: i64| match order {
                    Order::Equal | Order::Unequal => code == *number,
                    Order::Less => code < *number,
                    Order::AtMost => code <= *number,
                    Order::More => code > *number,
                    Order::AtLeast => code >= *number,
                };
                let codes: Vec<i64> = self.codes_at(*slot).iter().map(|code| code.code).filter(|code| fits(*code)).collect();
                let is = if *order == Order::Unequal { pick(dutch, "is niet", "is not") } else { pick(dutch, "is", "is") };
                format!("{} {is}: {}", self.variable_named(*slot, dutch), self.names(*slot, &codes, dutch))
            }
            Condition::Compare(left, order, right) => {
                let (nl, en) = match order {
                    Order::Equal => ("is", "is"),
                    Order::Unequal => ("is niet", "is not"),
                    Order::Less => ("is minder dan", "is less than"),
                    Order::AtMost => ("is hoogstens", "is at most"),
                    Order::More => ("is meer dan", "is more than"),
                    Order::AtLeast => ("is ten minste", "is at least"),
                };
                format!("{} {} {}", self.amount(left, dutch), pick(dutch, nl, en), self.amount(right, dutch))
            }
            Condition::OneOf(Amount::Of(slot), codes) => format!("{} {}: {}", self.variable_named(*slot, dutch), pick(dutch, "is een van", "is one of"), self.names(*slot, codes, dutch)),
            Condition::OneOf(amount, codes) => {
                let codes: Vec<String> = codes.iter().map(i64::to_string).collect();
                format!("{} {}: {}", self.amount(amount, dutch), pick(dutch, "is een van", "is one of"), codes.join(", "))
            }
            Condition::Missing(slot) => format!("{} {}", self.variable_named(*slot, dutch), pick(dutch, "ontbreekt", "is missing")),
            Condition::Has(slot, amounts) => {
                let names: Vec<String> = amounts.iter().map(|amount| match amount {
                    Amount::Number(code) => self.names(*slot, &[*code], dutch),
                    other => self.amount(other, dutch),
                }).collect();
                format!("{} {}: {}", self.variable_named(*slot, dutch), pick(dutch, "bevat", "holds"), names.join(pick(dutch, " of ", " or ").as_str()))
            }
            Condition::AnyRow(level, inner) => format!("{} {} {} ({})", pick(dutch, "bij ten minste één rij", "in at least one row"), self.level_named(*level, dutch), pick(dutch, "geldt", "holds"), self.condition(inner, dutch)),
            Condition::AllRows(level, inner) => format!("{} {} {} ({})", pick(dutch, "bij elke rij", "in every row"), self.level_named(*level, dutch), pick(dutch, "geldt", "holds"), self.condition(inner, dutch)),
        }
    }

    /// A number in words.
    pub(crate) fn amount(&self, amount: &Amount, dutch: bool) -> String {
        let where_ = |inner: &Condition| if *inner == Condition::Always { String::new() } else { format!(" {} ({})", pick(dutch, "waarvoor geldt", "for which holds"), self.condition(inner, dutch)) };
        let from_to = |what: String, from: usize, to: usize| format!("{what} {} {} {} {}", pick(dutch, "van", "from"), self.variable_named(from, dutch), pick(dutch, "tot", "to"), self.variable_named(to, dutch));
        match amount {
            Amount::Number(number) => number.to_string(),
            Amount::Of(slot) => self.variable_named(*slot, dutch),
            Amount::Sum(left, sign, right) => {
                let (nl, en) = match sign { '-' => ("min", "minus"), '*' => ("maal", "times"), _ => ("plus", "plus") };
                format!("{} {} {}", self.amount(left, dutch), pick(dutch, nl, en), self.amount(right, dutch))
            }
            Amount::Size(slot) => format!("{} {}", pick(dutch, "het aantal antwoorden op", "the number of answers to"), self.variable_named(*slot, dutch)),
            Amount::Count(level, inner) => format!("{} {}{}", pick(dutch, "het aantal rijen", "the number of rows"), self.level_named(*level, dutch), where_(inner)),
            Amount::Distinct(level, slot, inner) => format!("{} {} {} {}{}", pick(dutch, "het aantal verschillende waarden van", "the number of different values of"), self.variable_named(*slot, dutch), pick(dutch, "in rijen", "in rows"), self.level_named(*level, dutch), where_(inner)),
            Amount::Days(from, to) => from_to(pick(dutch, "het aantal dagen", "the number of days"), *from, *to),
            Amount::Months(from, to) => from_to(pick(dutch, "het aantal maanden", "the number of months"), *from, *to),
            Amount::Year(slot) => format!("{} {}", pick(dutch, "het jaar van", "the year of"), self.variable_named(*slot, dutch)),
            Amount::Factor(at) => format!("{} '{}'", pick(dutch, "de risicofactor", "the risk factor"), self.factors.get(*at).map(|factor| factor.label.get(tag(dutch))).unwrap_or_default()),
            Amount::FactorsInScope => pick(dutch, "het aantal risicofactoren dat in deze casus aan de orde is", "the number of risk factors in scope for the case"),
            Amount::NumberOf(code, slots) => {
                let names: Vec<String> = slots.iter().map(|slot| self.variable_named(*slot, dutch)).collect();
                // All of them have the code; the name is that of the first.
                let shown = slots.first().map(|slot| self.names(*slot, &[*code], dutch)).unwrap_or_default();
                format!("{} '{shown}', {}: {}", pick(dutch, "het aantal variabelen met", "the number of variables with"), pick(dutch, "van deze", "of these"), names.join(", "))
            }
            Amount::Completeness => pick(
                dutch, "het deel van alle vragen die in de casus van toepassing zijn, over alle rijen, dat is beantwoord, in procenten; -6 en -8 gelden als antwoord, -9 niet",
                "the share of all questions that apply in the case, over all rows, that is answered, in per cent; -6 and -8 count as answers, -9 does not",
            ),
        }
    }
}

fn tag(dutch: bool) -> &'static str {
    if dutch { "nl" } else { "en" }
}

/// The name of a code; the number where it has none.
fn named(codes: &[Code], code: i64) -> Label {
    codes.iter().find(|known| known.code == code).map_or_else(|| both(|_| code.to_string()), |known| known.label.clone())
}

fn range(least: i64, most: i64, dutch: bool) -> String {
    if least == most { least.to_string() } else { format!("{least} {} {most}", pick(dutch, "tot en met", "up to and including")) }
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}
